import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AuditSchedule, DAY_MS, dueDays } from '../../../../lambda/audit/sweep/calendar.ts';

function latestDay(schedule: Omit<AuditSchedule, 'name'>, notAfter: string): string | undefined {
  const latest = dueDays({ name: 'NightlyFleetAudit', ...schedule })?.(Date.parse(notAfter));
  return latest === undefined ? undefined : new Date(latest).toISOString().replace('T00:00:00.000Z', '');
}

describe('the latest due day', () => {
  test.each([
    ['every day', { frequency: 'DAILY' }, '2026-10-06T23:59:59.999Z', '2026-10-06'],
    ['a Monday', { frequency: 'WEEKLY', dayOfWeek: 'MON' }, '2026-10-06T12:00:00Z', '2026-10-05'],
    ['a Sunday, from midnight on', { frequency: 'WEEKLY', dayOfWeek: 'SUN' }, '2026-10-04T00:00:00Z', '2026-10-04'],
    ['a Saturday before', { frequency: 'BIWEEKLY', dayOfWeek: 'SAT' }, '2026-10-09T23:59:59Z', '2026-10-03'],
    ['the first', { frequency: 'MONTHLY', dayOfMonth: '1' }, '2026-10-31T12:00:00Z', '2026-10-01'],
    ['of the month before', { frequency: 'MONTHLY', dayOfMonth: '15' }, '2026-10-14T23:59:59Z', '2026-09-15'],
    ['of the year before', { frequency: 'MONTHLY', dayOfMonth: '31' }, '2026-01-30T12:00:00Z', '2025-12-31'],
    ['the last of a short month', { frequency: 'MONTHLY', dayOfMonth: '31' }, '2026-04-30T12:00:00Z', '2026-04-30'],
    ['the last of February', { frequency: 'MONTHLY', dayOfMonth: '30' }, '2026-03-29T12:00:00Z', '2026-02-28'],
    ['the leap day', { frequency: 'MONTHLY', dayOfMonth: 'LAST' }, '2028-03-30T12:00:00Z', '2028-02-29'],
    ['the 29th of a leap year', { frequency: 'MONTHLY', dayOfMonth: '29' }, '2028-03-01T12:00:00Z', '2028-02-29'],
    ['LAST', { frequency: 'MONTHLY', dayOfMonth: 'LAST' }, '2026-10-31T00:00:00Z', '2026-10-31'],
  ])('is %s', (_title, schedule, notAfter, day) => {
    expect(latestDay(schedule, notAfter)).toBe(day);
  });

  test.each([
    [{}],
    [{ frequency: 'HOURLY' }],
    [{ frequency: 'daily' }],
    [{ frequency: 'WEEKLY' }],
    [{ frequency: 'WEEKLY', dayOfWeek: 'MONDAY' }],
    [{ frequency: 'BIWEEKLY', dayOfWeek: '' }],
    [{ frequency: 'MONTHLY' }],
    [{ frequency: 'MONTHLY', dayOfMonth: '0' }],
    [{ frequency: 'MONTHLY', dayOfMonth: '32' }],
    [{ frequency: 'MONTHLY', dayOfMonth: '1.5' }],
    [{ frequency: 'MONTHLY', dayOfMonth: 'last' }],
  ])('is unknown with %j', (schedule) => {
    expect(latestDay(schedule, '2026-10-06T12:00:00Z')).toBeUndefined();
  });

  test('is no later than asked, and the same until the next one', () => {
    const schedule = fc.oneof(
      fc.record({ frequency: fc.constant('WEEKLY'), dayOfWeek: fc.constantFrom('SUN', 'TUE', 'SAT') }),
      fc.record({
        frequency: fc.constant('MONTHLY'),
        dayOfMonth: fc.constantFrom('1', '28', '29', '30', '31', 'LAST'),
      }),
    );
    fc.assert(
      fc.property(schedule, fc.integer({ min: 31, max: 80_000 }), fc.nat({ max: DAY_MS - 1 }), (given, day, later) => {
        const latest = dueDays({ name: 'Any', ...given });
        const asked = day * DAY_MS + later;
        const found = latest?.(asked) ?? Number.NaN;

        expect(found).toBeLessThanOrEqual(asked);
        expect(asked - found).toBeLessThan(31 * DAY_MS);
        expect(found % DAY_MS).toBe(0);
        expect(latest?.(found)).toBe(found);
        expect(latest?.(day * DAY_MS)).toBe(found);
      }),
    );
  });
});
