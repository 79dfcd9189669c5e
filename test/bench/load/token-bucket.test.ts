import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from '../../../bench/load/token-bucket.ts';

function bucketOf(perSecond: number) {
  let now = 1_000_000;
  const bucket = new TokenBucket(perSecond, now);
  return {
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** How many of so many calls are let through. */
    call: (count: number) => Array.from({ length: count }, () => bucket.take(now)).filter(Boolean).length,
  };
}

describe('A quota of calls', () => {
  test('lets a burst of one second through, and refuses the rest', () => {
    const { call } = bucketOf(25);

    expect(call(40)).toBe(25);
  });

  test('fills evenly, and refusals cost nothing', () => {
    const { call, pass } = bucketOf(25);
    call(100);

    pass(40);
    expect(call(2)).toBe(1);
    pass(39);
    expect(call(1)).toBe(0);
    pass(1);
    expect(call(1)).toBe(1);
  });

  test('saves no more than one second', () => {
    const { call, pass } = bucketOf(10);

    pass(3_600_000);

    expect(call(50)).toBe(10);
  });

  test('does not fill while its clock stands still, or goes back', () => {
    const { call, pass } = bucketOf(10);
    call(10);

    pass(-5_000);
    expect(call(1)).toBe(0);
    pass(5_000);
    expect(call(1)).toBe(0);
  });

  test('never lets more through than the burst and what time has added', () => {
    const step = fc.record({ pass: fc.nat(2_000), calls: fc.nat(60) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step), (perSecond, steps) => {
        const { call, pass } = bucketOf(perSecond);
        let passed = 0;
        let admitted = 0;

        for (const { pass: milliseconds, calls } of steps) {
          pass(milliseconds);
          passed += milliseconds;
          admitted += call(calls);
        }

        expect(admitted).toBeLessThanOrEqual(perSecond * (1 + passed / 1000) + 1e-6);
      }),
    );
  });
});
