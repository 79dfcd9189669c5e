import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sizeOf, type WireItem, type WireValue } from '../../../bench/cost/item-size.ts';

/** The count of another hand. */
const { itemSize }: { itemSize: (item: WireItem) => number } = createRequire(import.meta.url)('dynalite/db');

/** It takes a character for a byte. */
const text = fc.string({ unit: 'binary-ascii', minLength: 1 });
const scalar: fc.Arbitrary<WireValue> = fc.oneof(
  fc.record({ S: text }),
  fc.record({
    N: fc
      .oneof(
        fc.integer(),
        fc.integer().map((n) => n / 1000),
      )
      .map(String),
  }),
  fc.record({ B: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64')) }),
  fc.record({ BOOL: fc.boolean() }),
  fc.record({ NULL: fc.constant(true) }),
);
const { value } = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: scalar },
    fc.record({ L: fc.array(tie('value'), { maxLength: 4 }) }),
    fc.record({ M: fc.dictionary(text, tie('value'), { maxKeys: 4 }) }),
  ),
}));

test('An item has the size that DynamoDB counts', () => {
  fc.assert(
    fc.property(fc.dictionary(text, value, { minKeys: 1 }), (item) => {
      expect(sizeOf(item)).toBe(itemSize(item));
    }),
  );
});

test('A text has the size of its UTF-8', () => {
  expect(sizeOf({ ä: { S: '€' } })).toBe(2 + 3);
});

test('An attribute of a type that the stack never stores is no guess', () => {
  expect(() => sizeOf({ a: { SS: ['x'] } })).toThrow('type SS');
});
