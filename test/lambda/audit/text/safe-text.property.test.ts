import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chatText, clean } from '../../../../lambda/audit/text/safe-text.ts';

/** Rich in what has a meaning in a chat. */
const ascii = fc.array(fc.constantFrom(...' ..ab0_`*~@:/<>&', '\t'), { maxLength: 30 }).map((parts) => parts.join(''));

test('Plain ASCII is made safe for a chat as it is beside any other text', () => {
  fc.assert(
    fc.property(ascii, (text) => {
      expect(`${chatText(text)} \u6F22`).toBe(chatText(`${text} \u6F22`));
    }),
  );
});

test('Plain ASCII is cleaned as it is beside any other text', () => {
  fc.assert(
    fc.property(ascii, (text) => {
      expect(`${clean(`a${text}a`, 100)}\u6F22`).toBe(clean(`a${text}a\u6F22`, 100));
    }),
  );
});
