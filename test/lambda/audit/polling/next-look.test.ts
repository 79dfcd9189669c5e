import { describe, expect, test } from '@jest/globals';
import { type LookSpacing, nextLook, type WatchProgress } from '../../../../lambda/audit/polling/next-look.ts';
import { usualCourse } from '../../../../lambda/audit/polling/usual-course.ts';
import { lookTimes, PROMPT } from '../../../watch-schedule.ts';

const day = 24 * 3600;
const progress: WatchProgress = {
  elapsedSeconds: 0,
  remainingSeconds: day,
  checksEndedAt: [],
  onlyWaitsForData: false,
};
/** Ten audits of an hour, give or take a minute. */
const hourly = usualCourse(
  Array.from({ length: 10 }, (_, index) => ({ atLeast: 3540 + 12 * index, atMost: 3550 + 12 * index })),
);

describe('Without earlier audits', () => {
  test.each([
    [0, 5],
    [25, 5],
    [26, 6],
    [400, 20],
    [3600, 60],
    [86_000, 294],
    [900_000, 900],
    [-50, 5],
    [454.693097344181, 22],
  ])('the pause after %d s is %d s', (elapsedSeconds, wait) => {
    expect(nextLook({ ...progress, elapsedSeconds }, PROMPT).waitSeconds).toBe(wait);
  });

  test.each([
    ['prompt', 0.5, 60],
    ['balanced', 4, 170],
    ['thrifty', 32, 480],
  ])('%s pauses after an hour', (_name, patienceSeconds, wait) => {
    expect(nextLook({ ...progress, elapsedSeconds: 3600 }, { ...PROMPT, patienceSeconds }).waitSeconds).toBe(wait);
  });

  test('the pause is cut to meet the watch limit, and is never below a second', () => {
    const at = (remainingSeconds: number) => nextLook({ ...progress, elapsedSeconds: 3600, remainingSeconds }, PROMPT);

    expect(at(12.3).waitSeconds).toBe(13);
    expect(at(-4).waitSeconds).toBe(1);
  });

  test('a look that comes late by less than the shortest pause does not put off the next one', () => {
    const looks = { dueSeconds: 3600, learned: 2 };

    expect(nextLook({ ...progress, elapsedSeconds: 3604, looks }, PROMPT)).toEqual({
      waitSeconds: 56,
      looks: { dueSeconds: 3660, learned: 2 },
    });
  });

  test('a look at the very moment when it is due is the one that is due, whatever the last digit of a sum', () => {
    const looks = { dueSeconds: 3600.3, learned: 2 };

    expect(nextLook({ ...progress, elapsedSeconds: 3600.1 + 0.2 - 1e-9, looks }, PROMPT)).toEqual({
      waitSeconds: 61,
      looks: { dueSeconds: 3661.3, learned: 2 },
    });
  });

  test('after a longer delay the pauses begin anew', () => {
    const looks = { dueSeconds: 3600, learned: 0 };

    expect(nextLook({ ...progress, elapsedSeconds: 4900, looks }, PROMPT)).toEqual({
      waitSeconds: 70,
      looks: { dueSeconds: 4970, learned: 0 },
    });
  });

  test('a clock that was set back does not put off a look by more than the longest pause', () => {
    const looks = { dueSeconds: 90_000, learned: 0 };

    expect(nextLook({ ...progress, elapsedSeconds: 100, looks }, PROMPT).waitSeconds).toBe(10);
  });
});

describe('With ten audits of about an hour', () => {
  const looksBetween = (from: number, to: number, known: Partial<WatchProgress> = {}, spacing: LookSpacing = PROMPT) =>
    lookTimes({ watchLimitHours: 3, spacing, usual: hourly, seenAt: () => known }).filter((at) => at >= from && at < to)
      .length;
  const withoutHistory = (from: number, to: number) =>
    lookTimes({ watchLimitHours: 3, spacing: PROMPT }).filter((at) => at >= from && at < to).length;

  test('looks are close together when the end is expected, and few more before and long after it', () => {
    expect(looksBetween(3540, 3660)).toBe(24);
    expect(withoutHistory(3540, 3660)).toBe(2);
    expect(looksBetween(0, 1800)).toBeLessThan(withoutHistory(0, 1800) * 1.7);
    expect(looksBetween(7200, 9000)).toBeLessThanOrEqual(2 * withoutHistory(7200, 9000));
    expect(looksBetween(7200, 9000, { nonCompliantAt: 60, failedAt: 60 })).toBe(withoutHistory(7200, 9000));
  });

  test('fewer are made when both alerts of a running audit are out, for only the end is news then', () => {
    expect(looksBetween(0, 3400, { nonCompliantAt: 60, failedAt: 60 })).toBeLessThan(looksBetween(0, 3400));
    expect(looksBetween(0, 3400, { nonCompliantAt: 60 })).toBeLessThan(looksBetween(0, 3400));
    expect(looksBetween(3540, 3660, { nonCompliantAt: 60, failedAt: 60 })).toBe(24);
  });

  test('fewer are made while all that is left waits for data', () => {
    expect(looksBetween(0, 3400, { onlyWaitsForData: true })).toBeLessThan(looksBetween(0, 3400));
  });

  test('no more are made than are allowed, and those are spread until the end', () => {
    const few = { ...PROMPT, mostLearnedLooks: 30 };
    const all = lookTimes({ watchLimitHours: 24, spacing: few, usual: hourly });

    expect(all.length).toBeLessThanOrEqual(lookTimes({ watchLimitHours: 24, spacing: PROMPT }).length + 30);
    expect(looksBetween(3540, 3660, {}, few)).toBeGreaterThan(withoutHistory(3540, 3660));
    expect(lookTimes({ watchLimitHours: 24, spacing: { ...PROMPT, mostLearnedLooks: 0 }, usual: hourly })).toEqual(
      lookTimes({ watchLimitHours: 24, spacing: PROMPT }),
    );
  });

  test('the learned looks are counted', () => {
    const first = nextLook({ ...progress, elapsedSeconds: 3590, usual: hourly }, PROMPT);
    const second = nextLook({ ...progress, elapsedSeconds: 3595, usual: hourly, looks: first.looks }, PROMPT);

    expect(first).toEqual({ waitSeconds: 5, looks: { dueSeconds: 3650, learned: 0 } });
    expect(second).toEqual({ waitSeconds: 5, looks: { dueSeconds: 3650, learned: 1 } });
  });
});
