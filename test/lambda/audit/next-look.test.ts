import { describe, expect, test } from '@jest/globals';
import { secondsUntilNextLook } from '../../../lambda/audit/next-look.ts';

const spacing = { minWaitSeconds: 5, maxWaitSeconds: 300 };
const day = 24 * 3600;

describe('secondsUntilNextLook', () => {
  test.each([
    [0, 5],
    [25, 5],
    [26, 6],
    [400, 20],
    [3600, 60],
    [86_000, 294],
    [600_000, 300],
    [-50, 5],
  ])('after %d s is %d s', (elapsedSeconds, wait) => {
    expect(secondsUntilNextLook({ elapsedSeconds, remainingSeconds: day }, spacing)).toBe(wait);
  });

  test('is cut to meet the watch limit, and never below a second', () => {
    expect(secondsUntilNextLook({ elapsedSeconds: 3600, remainingSeconds: 12.3 }, spacing)).toBe(13);
    expect(secondsUntilNextLook({ elapsedSeconds: 3600, remainingSeconds: -4 }, spacing)).toBe(1);
  });
});
