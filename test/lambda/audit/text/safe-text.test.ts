import { describe, expect, test } from '@jest/globals';
import { ascii, chatCode, chatText, clean, shorten, wrap, wrapWords } from '../../../../lambda/audit/text/safe-text.ts';

describe('clean text', () => {
  test.each([
    ['a name', 'a name'],
    ['  two\r\nlines\t', 'two lines'],
    ['right\u202Eto\u202Cleft', 'right to left'],
    ['zero\u200Bwidth\uFEFF\u0000', 'zero width'],
    ['half a \uD83D pair', 'half a pair'],
    ['\u6F22\u5B57 \u{1F525}', '\u6F22\u5B57 \u{1F525}'],
  ])('of %j is %j', (text, line) => {
    expect(clean(text, 50)).toBe(line);
  });

  test.each([undefined, '', ' \n\u2028 '])('of %j is nothing', (text) => {
    expect(clean(text, 50)).toBeUndefined();
  });

  test('is shortened to its limit', () => {
    expect(clean('x'.repeat(10_000), 10)).toBe('xxxxxxx...');
  });
});

describe('shortened text', () => {
  test('leaves what fits alone', () => {
    expect(shorten('exact', 5)).toBe('exact');
  });

  test('does not end in a space or in half a character', () => {
    expect(shorten('one two three', 7)).toBe('one...');
    expect(shorten('abc\u{1F525}defg', 7)).toBe('abc...');
  });
});

describe('ASCII text', () => {
  test.each([
    ['Pr\u00FCfung e\u0301t\u00E9', 'Prufung ete'],
    ['\u6F22\u{1F525}\u2019', '???'],
    ['see https://evil.example', 'see https: //evil.example'],
  ])('of %j is %j', (text, plain) => {
    expect(ascii(text)).toBe(plain);
  });
});

describe('chat text', () => {
  test.each([
    ['<!channel> & <https://evil.example|AWS>', '&lt;!channel&gt; &amp; &lt;https\uA789//evil\u2024example|AWS&gt;'],
    ['*b* _i_ ~s~ `c`', '\u2217b\u2217 \u02CDi\u02CD \u223Cs\u223C \u02CBc\u02CB'],
    ['my_audit_name', 'my_audit_name'],
    ['@here', '\uFF20here'],
    [':fire: at 02:41:37 UTC: now', '\uA789fire: at 02:41:37 UTC: now'],
    ['Done. Version 1.2 of example.com', 'Done. Version 1.2 of example\u2024com'],
  ])('of %j has no effect: %j', (text, harmless) => {
    expect(chatText(text)).toBe(harmless);
  });

  test('is never cut within an escape', () => {
    expect(chatText('&&&&', 19)).toBe('&amp;&amp;&amp;...');
    expect(chatText('<<<<<', 10)).toBe('&lt;...');
    expect(chatText('\u{1F525}\u{1F525}\u{1F525}', 5)).toBe('\u{1F525}...');
  });

  test('in a code span keeps everything but its mark, the escapes and pings', () => {
    expect(chatCode('arn:aws:iam::1:role/a_b `x` <!here> @all &')).toBe(
      "`arn:aws:iam::1:role/a_b 'x' &lt;!here&gt; \uFF20all &amp;`",
    );
  });
});

describe('wrapped text', () => {
  test('keeps within the width, behind its indents', () => {
    expect(wrap('one two three four', 'A: ', '   ', 12)).toEqual(['A: one two', '   three', '   four']);
  });

  test('breaks a word longer than a line', () => {
    expect(wrap('abcdefghij kl', '', '', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
  });

  test('keeps words whole where they say so', () => {
    expect(wrapWords(['ab', 'abcdefghij', 'kl'], '', '  ', 6)).toEqual(['ab', '  abcdefghij', '  kl']);
  });

  test('of nothing is the first indent', () => {
    expect(wrap('', '- ', '  ', 10)).toEqual(['- ']);
  });
});
