import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonText } from '../../../../cli/shared/screen/json-text.ts';
import { anyText } from '../../../any-text.ts';

test('JSON for a terminal says the same, in characters that have no effect on it', () => {
  fc.assert(
    fc.property(fc.array(anyText()), fc.constantFrom(undefined, 2), (texts, indent) => {
      const text = jsonText(texts, indent);

      expect(JSON.parse(text)).toEqual(texts);
      expect(text).not.toMatch(/(?!\n)[\p{C}\u2028\u2029]/u);
    }),
  );
});
