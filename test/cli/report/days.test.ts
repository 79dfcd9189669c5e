import { describe, expect, test } from '@jest/globals';
import { seriesName } from '../../../cli/report/read/audits.ts';
import { daysOf } from '../../../cli/report/read/days.ts';

const QUERY = { since: '2026-11-01T00:00:00.000Z', until: '2026-11-04T12:00:00.000Z' };
const LOGGING = 'LOGGING_DISABLED_CHECK';

/** One check that is audited on some of the days. */
function days(
  audited: readonly string[],
  periods: Parameters<typeof daysOf>[0][number]['periods'],
  auditName?: string,
) {
  return daysOf(
    [{ checkName: LOGGING, auditName, periods }],
    {
      auditsOfDay: new Map(audited.map((day) => [day, 1])),
      checksOfDay: new Map(audited.map((day) => [day, new Set([seriesName(LOGGING, auditName)])])),
    },
    QUERY,
  );
}

describe('Compliance over time', () => {
  test('carries the last state forward over days without an audit, and says so', () => {
    const found = days(
      ['2026-11-01', '2026-11-04'],
      [
        { state: 'NON_COMPLIANT', from: '2026-11-01T02:00:00.000Z', until: '2026-11-04T02:00:00.000Z' },
        { state: 'COMPLIANT', from: '2026-11-04T02:00:00.000Z' },
      ],
    );

    expect(
      found.map(({ day, audits, checks, carried }) => [day, audits, checks.nonCompliant, carried.nonCompliant]),
    ).toEqual([
      ['2026-11-01', 1, 1, 0],
      ['2026-11-02', 0, 1, 1],
      ['2026-11-03', 0, 1, 1],
      ['2026-11-04', 1, 0, 0],
    ]);
    expect(found.at(-1)?.checks).toEqual({ nonCompliant: 0, unknown: 0, suppressed: 0, compliant: 1 });
  });

  test('begins on the first day of which anything is known', () => {
    const found = days(['2026-11-03'], [{ state: 'UNKNOWN', from: '2026-11-03T02:00:00.000Z' }]);

    expect(found.map(({ day }) => day)).toEqual(['2026-11-03', '2026-11-04']);
    expect(found.map(({ checks, carried }) => [checks.unknown, carried.unknown])).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  test('counts a day with an audit of another name as carried, for a check that is known per name', () => {
    const [day] = daysOf(
      [
        {
          checkName: LOGGING,
          auditName: 'Weekly',
          periods: [{ state: 'COMPLIANT', from: '2026-11-01T02:00:00.000Z' }],
        },
      ],
      {
        auditsOfDay: new Map([['2026-11-01', 1]]),
        checksOfDay: new Map([['2026-11-01', new Set([seriesName(LOGGING, 'Nightly')])]]),
      },
      QUERY,
    );

    expect(day?.carried.compliant).toBe(1);
  });
});
