import { describe, expect, test } from '@jest/globals';
import { nextPoll, type PollSpacing, type WatchProgress } from '../../../../lambda/audit/polling/next-poll.ts';
import { usualCourse } from '../../../../lambda/audit/polling/usual-course.ts';
import type { RunTime, UsualCourse } from '../../../../lambda/audit/watch/course.ts';
import { PROMPT, pollTimes } from '../../../watch-schedule.ts';

const day = 24 * 3600;
const progress: WatchProgress = {
  elapsedSeconds: 0,
  remainingSeconds: day,
  checksEndedAt: [],
};
/** Ten audits of an hour, give or take a minute. */
const hourlyWith = (seen: Partial<RunTime>) =>
  usualCourse(
    Array.from({ length: 10 }, (_, index) => ({ atLeast: 3540 + 12 * index, atMost: 3550 + 12 * index, ...seen })),
  );
const hourly = hourlyWith({});

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
    expect(nextPoll({ ...progress, elapsedSeconds }, PROMPT).waitSeconds).toBe(wait);
  });

  test.each([
    ['prompt', 0.5, 60],
    ['balanced', 4, 170],
    ['thrifty', 32, 480],
  ])('%s pauses after an hour', (_name, patienceSeconds, wait) => {
    expect(nextPoll({ ...progress, elapsedSeconds: 3600 }, { ...PROMPT, patienceSeconds }).waitSeconds).toBe(wait);
  });

  test('the pause is cut to meet the watch limit, and is never below a second', () => {
    const at = (remainingSeconds: number) => nextPoll({ ...progress, elapsedSeconds: 3600, remainingSeconds }, PROMPT);

    expect(at(12.3).waitSeconds).toBe(13);
    expect(at(-4).waitSeconds).toBe(1);
  });

  test('a poll that comes late by less than the shortest pause does not postpone the next one', () => {
    const polls = { dueSeconds: 3600, learned: 2 };

    expect(nextPoll({ ...progress, elapsedSeconds: 3604, polls }, PROMPT)).toEqual({
      waitSeconds: 56,
      polls: { dueSeconds: 3660, learned: 2 },
    });
  });

  test('a poll at the very moment when it is due is the one that is due, whatever the last digit of a sum', () => {
    const polls = { dueSeconds: 3600.3, learned: 2 };

    expect(nextPoll({ ...progress, elapsedSeconds: 3600.1 + 0.2 - 1e-9, polls }, PROMPT)).toEqual({
      waitSeconds: 61,
      polls: { dueSeconds: 3661.3, learned: 2 },
    });
  });

  test('after a longer delay the pauses begin again', () => {
    const polls = { dueSeconds: 3600, learned: 0 };

    expect(nextPoll({ ...progress, elapsedSeconds: 4900, polls }, PROMPT)).toEqual({
      waitSeconds: 70,
      polls: { dueSeconds: 4970, learned: 0 },
    });
  });

  test('a clock that was set back does not postpone a poll by more than the longest pause', () => {
    const polls = { dueSeconds: 90_000, learned: 0 };

    expect(nextPoll({ ...progress, elapsedSeconds: 100, polls }, PROMPT).waitSeconds).toBe(10);
  });
});

describe('With ten audits of about an hour', () => {
  const pollsBetween = (from: number, to: number, known: Partial<WatchProgress> = {}, spacing: PollSpacing = PROMPT) =>
    pollTimes({ watchLimitHours: 3, spacing, usual: hourly, seenAt: () => known }).filter((at) => at >= from && at < to)
      .length;
  const withoutHistory = (from: number, to: number) =>
    pollTimes({ watchLimitHours: 3, spacing: PROMPT }).filter((at) => at >= from && at < to).length;

  test('polls are close together when the end is expected, and few more before and long after it', () => {
    expect(pollsBetween(3540, 3660)).toBe(24);
    expect(withoutHistory(3540, 3660)).toBe(2);
    expect(pollsBetween(0, 1800)).toBeLessThan(withoutHistory(0, 1800) * 1.7);
    expect(pollsBetween(7200, 9000)).toBe(withoutHistory(7200, 9000));
  });

  test('fewer are made once a check is known to be non-compliant, because only the end is news then', () => {
    const usual = hourlyWith({ nonCompliantAt: 1800 });

    expect(pollsBetween(1500, 2100, { usual })).toBeGreaterThan(pollsBetween(1500, 2100));
    expect(pollsBetween(1500, 2100, { usual, nonCompliantAt: 60 })).toBe(pollsBetween(1500, 2100));
    expect(pollsBetween(3540, 3660, { usual, nonCompliantAt: 60 })).toBe(24);
  });

  test('no more are made than are allowed, and those are spread until the end', () => {
    const few = { ...PROMPT, mostLearnedPolls: 30 };
    const all = pollTimes({ watchLimitHours: 24, spacing: few, usual: hourly });

    expect(all.length).toBeLessThanOrEqual(pollTimes({ watchLimitHours: 24, spacing: PROMPT }).length + 30);
    expect(pollsBetween(3540, 3660, {}, few)).toBeGreaterThan(withoutHistory(3540, 3660));
    expect(pollTimes({ watchLimitHours: 24, spacing: { ...PROMPT, mostLearnedPolls: 0 }, usual: hourly })).toEqual(
      pollTimes({ watchLimitHours: 24, spacing: PROMPT }),
    );
  });

  test('the learned polls are counted', () => {
    const first = nextPoll({ ...progress, elapsedSeconds: 3590, usual: hourly }, PROMPT);
    const second = nextPoll({ ...progress, elapsedSeconds: 3595, usual: hourly, polls: first.polls }, PROMPT);

    expect(first).toEqual({ waitSeconds: 5, polls: { dueSeconds: 3650, learned: 0 } });
    expect(second).toEqual({ waitSeconds: 5, polls: { dueSeconds: 3650, learned: 1 } });
  });
});

describe('With audits whose checks end in a known rhythm', () => {
  const usual: UsualCourse = {
    audits: 10,
    longestSeconds: 1200,
    end: { medianSeconds: 1000, spread: 0.2, chance: 1 },
    milestones: [
      [10, 0.3],
      [2, 0.05],
      [1, 0.01],
    ],
  };
  /** Seconds until the next poll half a minute before the end is expected, by the audits or by the second check. */
  const pauseAt = (elapsedSeconds: number, checksEndedAt: readonly number[]) =>
    nextPoll({ ...progress, elapsedSeconds, checksEndedAt, usual }, { ...PROMPT, patienceSeconds: 32 }).waitSeconds;

  test('the end is expected by a check that has ended, once the time from there scatters less than the audits', () => {
    expect(pauseAt(1370, [120, 700])).toBeLessThan(pauseAt(970, [120, 700]));
    expect(pauseAt(1370, [120, 700])).toBeLessThan(pauseAt(1370, []));
    expect(pauseAt(970, [120])).toBe(pauseAt(970, []));
  });

  test.each([
    ['all checks have ended', [120, 700, 900]],
    ['they ended at once', [0, 0]],
    ['more have ended than usual', [1, 2, 3, 4]],
  ])('the end is expected when audits usually end, if %s', (_title, checksEndedAt) => {
    expect(pauseAt(970, checksEndedAt)).toBe(pauseAt(970, []));
    expect(pauseAt(1370, checksEndedAt)).toBe(pauseAt(1370, []));
  });
});

test('Earlier audits that scatter without any scale add few polls', () => {
  const scattered = usualCourse(Array.from({ length: 10 }, (_, n) => ({ atLeast: 4 ** n, atMost: 4 ** n })));

  const withHistory = pollTimes({ watchLimitHours: 6, spacing: PROMPT, usual: scattered }).length;

  expect(withHistory).toBeLessThan(2 * pollTimes({ watchLimitHours: 6, spacing: PROMPT }).length);
});
