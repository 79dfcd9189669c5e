import { describe, expect, test } from '@jest/globals';
import { courseAfter } from '../../../../lambda/audit/polling/running-course.ts';

const counts = { total: 3, inProgress: 3, waitingForData: 0, nonCompliant: 0 };

describe('the course of an audit', () => {
  test('notes checks that have ended between two polls, in the middle', () => {
    const first = courseAfter(undefined, counts, { before: 0, now: 5 });
    const second = courseAfter(first, { ...counts, inProgress: 1 }, { before: 5, now: 10.3 });
    const third = courseAfter(second, { ...counts, inProgress: 0 }, { before: 10.3, now: 20 });

    expect(first).toEqual({ checksEndedAt: [] });
    expect(second.checksEndedAt).toEqual([7.7, 7.7]);
    expect(third.checksEndedAt).toEqual([7.7, 7.7, 15.2]);
  });

  test('does not take a check that waits for data for ended', () => {
    expect(courseAfter(undefined, { ...counts, inProgress: 1, waitingForData: 2 }, { before: 0, now: 5 })).toEqual({
      checksEndedAt: [],
    });
  });

  test('notes the first non-compliant check once', () => {
    const first = courseAfter(undefined, { ...counts, nonCompliant: 1 }, { before: 20, now: 30 });

    expect(first).toEqual({ checksEndedAt: [], nonCompliantAt: 25 });
    expect(courseAfter(first, { ...counts, nonCompliant: 2 }, { before: 30, now: 40 }).nonCompliantAt).toBe(25);
  });

  test('takes what is missing for unknown, and keeps what was seen', () => {
    const seen = { checksEndedAt: [4], nonCompliantAt: 4 };

    for (const unknown of [{}, { total: 3 }, { total: 3, inProgress: 0 }, { inProgress: 0, waitingForData: 0 }]) {
      expect(courseAfter(seen, unknown, { before: 5, now: 10 })).toEqual(seen);
    }
  });

  test('does not follow hundreds of checks one by one', () => {
    const many = { total: 500, inProgress: 0, waitingForData: 0 };

    expect(courseAfter(undefined, many, { before: 0, now: 5 }).checksEndedAt).toEqual([]);
  });
});
