import { describe, expect, test } from '@jest/globals';
import { missedRunsOf } from '../../../cli/report/read/missed-runs.ts';

const RECORD = {
  frequency: 'DAILY',
  knownSince: '2026-10-01T00:00:00.000Z',
  runsCountFrom: '2026-10-01T00:00:00.000Z',
};
const STARTS = new Map([
  ['Nightly', ['2026-11-05T02:00:00.000Z', '2026-11-03T03:00:00.000Z', '2026-11-02T02:00:00.000Z']],
]);
const MISSING_NOW = { auditName: 'Weekly', dueAt: '2026-11-06T00:00:00.000Z' };

describe('Missed runs', () => {
  test('are those that are missing now, and those between two runs', () => {
    expect(missedRunsOf([MISSING_NOW], { Nightly: RECORD }, STARTS, undefined)).toEqual({
      count: 2,
      listed: [
        MISSING_NOW,
        {
          auditName: 'Nightly',
          dueAt: '2026-11-04T03:00:00.000Z',
          lastStartedAt: '2026-11-03T03:00:00.000Z',
          nextStartedAt: '2026-11-05T02:00:00.000Z',
        },
      ],
    });
  });

  test('are all those of a gap between two runs', () => {
    const starts = new Map([['Nightly', ['2026-11-12T02:00:00.000Z', '2026-11-02T02:00:00.000Z']]]);

    const { count, listed } = missedRunsOf([], { Nightly: RECORD }, starts, undefined);

    expect(count).toBe(9);
    expect(listed.map(({ dueAt }) => dueAt.slice(8, 10))).toEqual([
      '11',
      '10',
      '09',
      '08',
      '07',
      '06',
      '05',
      '04',
      '03',
    ]);
  });

  test('are all those since the last run, but for the time in which runs may have gone unseen', () => {
    const now = [
      { auditName: 'Nightly', dueAt: '2026-11-06T02:00:00.000Z', lastStartedAt: '2026-11-02T02:00:00.000Z' },
    ];
    const missed = (unknownAt?: string) =>
      missedRunsOf(now, { Nightly: RECORD }, new Map(), undefined, unknownAt).listed.map(({ dueAt }) =>
        dueAt.slice(8, 10),
      );

    expect(missed()).toEqual(['06', '05', '04', '03']);
    expect(missed('2026-11-04T02:00:00.000Z')).toEqual(['06', '05']);
  });

  test('are not judged before the schedule was as it is', () => {
    const changed = { ...RECORD, runsCountFrom: '2026-11-04T00:00:00.000Z', knownSince: '2026-11-04T00:00:00.000Z' };

    expect(missedRunsOf([], { Nightly: changed }, STARTS, undefined)).toEqual({ count: 0, listed: [] });
  });

  test('are those of one name where one is asked for', () => {
    expect(missedRunsOf([MISSING_NOW], {}, STARTS, 'Nightly').count).toBe(0);
  });
});
