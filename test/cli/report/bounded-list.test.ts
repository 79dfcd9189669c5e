import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BoundedList } from '../../../cli/report/read/bounded-list.ts';

describe('A bounded list', () => {
  test('keeps the first in its order, whatever the order in which they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (numbers, limit) => {
        const list = new BoundedList<number>(limit, (a, b) => a - b);

        for (const number of numbers) list.add(number);

        expect(list.result()).toEqual({
          count: numbers.length,
          listed: numbers.toSorted((a, b) => a - b).slice(0, limit),
        });
      }),
    );
  });

  test('keeps those that come first where it has no order', () => {
    const list = new BoundedList<string>(2);

    for (const letter of 'abcde') list.add(letter);

    expect(list.result()).toEqual({ count: 5, listed: ['a', 'b'] });
  });
});
