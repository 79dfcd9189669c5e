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

  test('are not judged before the schedule was as it is', () => {
    const changed = { ...RECORD, runsCountFrom: '2026-11-04T00:00:00.000Z', knownSince: '2026-11-04T00:00:00.000Z' };

    expect(missedRunsOf([], { Nightly: changed }, STARTS, undefined)).toEqual({ count: 0, listed: [] });
  });

  test('are those of one name where one is asked for', () => {
    expect(missedRunsOf([MISSING_NOW], {}, STARTS, 'Nightly').count).toBe(0);
  });
});
