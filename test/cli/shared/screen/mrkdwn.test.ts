import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { renderMrkdwn } from '../../../../cli/shared/screen/mrkdwn.ts';

const EVERYTHING =
  ':rotating_light: *Bold* and _italic_ with `code_of_one` &amp; a <https://example.com/a_b_c|link> &lt;here&gt;';

describe('Without colour', () => {
  test.each([
    ['an emoji becomes its sign', ':red_circle: CRITICAL', '🔴 CRITICAL'],
    ['an emoji that is not known stays as it is', ':unknown_sign: and 10:30:00', ':unknown_sign: and 10:30:00'],
    ['a name from JavaScript is no emoji', ':constructor:', ':constructor:'],
    ['a link shows its address', '<https://example.com/x|results>', 'results (https://example.com/x)'],
    ['marks vanish', '*Account* `1234` _soon_', 'Account 1234 soon'],
    ['marks within a word are plain text', 'iot_audit_check 2*3*4', 'iot_audit_check 2*3*4'],
    ['an entity becomes its character', 'a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
    ['a text without marks stays as it is', 'All is well.', 'All is well.'],
  ])('%s', (_, text, expected) => {
    expect(renderMrkdwn(text, false)).toBe(expected);
  });

  test('nothing is left of the marks', () => {
    expect(renderMrkdwn(EVERYTHING, false)).toBe(
      '🚨 Bold and italic with code_of_one & a link (https://example.com/a_b_c) <here>',
    );
  });
});

describe('With colour', () => {
  test.each([
    ['*Bold*', '\u001b[1mBold\u001b[22m'],
    ['_italic_', '\u001b[3mitalic\u001b[23m'],
    ['`code`', '\u001b[36mcode\u001b[39m'],
    [
      '<https://example.com|link>',
      '\u001b]8;;https://example.com\u0007\u001b[4m\u001b[34mlink\u001b[39m\u001b[24m\u001b]8;;\u0007',
    ],
  ])('%s is painted', (text, expected) => {
    expect(renderMrkdwn(text, true)).toBe(expected);
  });

  test('the text is the same, but links show their label alone', () => {
    expect(stripVTControlCharacters(renderMrkdwn(EVERYTHING, true))).toBe(
      '🚨 Bold and italic with code_of_one & a link <here>',
    );
  });
});
