import { describe, expect, test } from '@jest/globals';
import { expectedNews } from '../../../../lambda/audit/polling/expected-news.ts';
import { SCALE_FREE_SPREAD } from '../../../../lambda/audit/polling/forecast.ts';
import type { ExpectedCourse } from '../../../../lambda/audit/watch/course.ts';

const usual: ExpectedCourse = {
  audits: 10,
  longestSeconds: 1200,
  end: { medianSeconds: 1000, spread: 0.2, chance: 1 },
  nonCompliant: { medianSeconds: 300, spread: 0.1, chance: 0.9 },
  failed: { medianSeconds: 400, spread: 0.1, chance: 0.5 },
  milestones: [
    [10, 0.3],
    [2, 0.05],
    [1, 0.01],
  ],
};

describe('what is expected of an audit', () => {
  test('is its end, the trouble that earlier ones had, and with each check but the last the trouble that they had not', () => {
    expect(expectedNews(usual, { checksEndedAt: [] })).toEqual([
      usual.end,
      usual.nonCompliant,
      usual.failed,
      { medianSeconds: 100, spread: Math.hypot(0.2, 0.3), chance: 0.2 / 3 },
      { medianSeconds: 500, spread: Math.hypot(0.2, 0.05), chance: 0.2 / 3 },
    ]);
  });

  test('is told better by the checks that have ended, once these scatter less than the audits', () => {
    const end = (checksEndedAt: readonly number[]) => expectedNews(usual, { checksEndedAt })[0];

    expect(end([120])).toEqual(usual.end);
    expect(end([120, 700])).toEqual({ medianSeconds: 1400, spread: 0.05, chance: 1 });
  });

  test('is the usual end when all checks have ended, or at once, or more than usual', () => {
    const end = (checksEndedAt: readonly number[]) => expectedNews(usual, { checksEndedAt })[0];

    expect(end([120, 700, 900])).toEqual(usual.end);
    expect(end([0, 0])).toEqual(usual.end);
    expect(end([1, 2, 3, 4])).toEqual(usual.end);
  });

  test('is less with each kind of trouble that was seen, and in the end nothing but the end', () => {
    const unexpected = [
      { medianSeconds: 100, spread: Math.hypot(0.2, 0.3), chance: 0.07 / 3 },
      { medianSeconds: 500, spread: Math.hypot(0.2, 0.05), chance: 0.07 / 3 },
    ];

    expect(expectedNews(usual, { checksEndedAt: [], nonCompliantAt: 9 })).toEqual([
      usual.end,
      usual.failed,
      ...unexpected,
    ]);
    expect(expectedNews(usual, { checksEndedAt: [], failedAt: 9 })).toEqual([
      usual.end,
      usual.nonCompliant,
      ...unexpected,
    ]);
    expect(expectedNews(usual, { checksEndedAt: [], nonCompliantAt: 9, failedAt: 9 })).toEqual([usual.end]);
  });

  test('is trouble at any time where nothing is known of the checks', () => {
    const unknown = { ...usual, nonCompliant: undefined, failed: undefined, milestones: [] };

    expect(expectedNews(unknown, { checksEndedAt: [5] })).toEqual([
      usual.end,
      { medianSeconds: 1000, spread: SCALE_FREE_SPREAD, chance: 0.2 },
    ]);
  });
});
