import { describe, expect, test } from '@jest/globals';
import { courseAfter, onlyWaitsForData } from '../../../../lambda/audit/polling/running-course.ts';

const counts = { total: 3, inProgress: 3, waitingForData: 0, nonCompliant: 0, failed: 0 };

describe('the course of an audit', () => {
  test('notes checks that have ended between two looks, in the middle', () => {
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

  test.each([
    ['nonCompliant', 'nonCompliantAt'],
    ['failed', 'failedAt'],
  ] as const)('notes the first trouble of a kind once: %s', (kind, moment) => {
    const trouble = courseAfter(undefined, { ...counts, [kind]: 1 }, { before: 20, now: 30 });

    expect(trouble).toEqual({ checksEndedAt: [], [moment]: 25 });
    expect(courseAfter(trouble, { ...counts, [kind]: 2 }, { before: 30, now: 40 })[moment]).toBe(25);
  });

  test('takes what is missing for unknown, and keeps what was seen', () => {
    const seen = { checksEndedAt: [4], nonCompliantAt: 4, failedAt: 3 };

    for (const unknown of [{}, { total: 3 }, { total: 3, inProgress: 0 }, { inProgress: 0, waitingForData: 0 }]) {
      expect(courseAfter(seen, unknown, { before: 5, now: 10 })).toEqual(seen);
    }
  });

  test('does not follow hundreds of checks one by one', () => {
    const many = { total: 500, inProgress: 0, waitingForData: 0 };

    expect(courseAfter(undefined, many, { before: 0, now: 5 }).checksEndedAt).toEqual([]);
  });
});

test.each([
  [{ inProgress: 0, waitingForData: 2 }, true],
  [{ inProgress: 1, waitingForData: 2 }, false],
  [{ inProgress: 0, waitingForData: 0 }, false],
  [{ inProgress: 0 }, false],
  [{ waitingForData: 2 }, false],
])('with the counts %j an audit only waits for data: %s', (known, expected) => {
  expect(onlyWaitsForData(known)).toBe(expected);
});
