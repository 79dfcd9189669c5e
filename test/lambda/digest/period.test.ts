import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DIGEST_DAYS } from '../../../lambda/contract.ts';
import { type DigestTerms, latestPeriodEnd } from '../../../lambda/digest/period.ts';

const BERLIN: DigestTerms = { cadence: 'daily', day: 'MON', hour: 8, timeZone: 'Europe/Berlin' };
const endAt = (terms: Partial<DigestTerms>, now: string) => latestPeriodEnd({ ...BERLIN, ...terms }, new Date(now));

describe('the latest period', () => {
  test('of a day ends at its hour by the clocks of the time zone', () => {
    expect(endAt({}, '2026-10-06T05:59:59.999Z')).toBe('2026-10-05T06:00:00.000Z');
    expect(endAt({}, '2026-10-06T06:00:00.000Z')).toBe('2026-10-06T06:00:00.000Z');
    expect(endAt({ timeZone: 'Asia/Kolkata' }, '2026-10-06T06:00:00.000Z')).toBe('2026-10-06T02:30:00.000Z');
  });

  test('of a week ends on its day', () => {
    const weekly = { cadence: 'weekly', timeZone: 'Pacific/Auckland', hour: 0 } as const;

    expect(endAt({ ...weekly, day: 'MON' }, '2026-10-08T12:00:00.000Z')).toBe('2026-10-04T11:00:00.000Z');
    expect(endAt({ ...weekly, day: 'SUN' }, '2026-10-08T12:00:00.000Z')).toBe('2026-10-03T11:00:00.000Z');
  });

  test.each([
    ['forward, an hour earlier by UTC', 8, '2027-03-28T12:00:00.000Z', '2027-03-28T06:00:00.000Z'],
    ['forward, when they have jumped over the hour', 2, '2027-03-28T12:00:00.000Z', '2027-03-28T01:00:00.000Z'],
    ['back, an hour later by UTC', 8, '2026-10-25T12:00:00.000Z', '2026-10-25T07:00:00.000Z'],
    ['back, at the first of the two times of the hour', 2, '2026-10-25T12:00:00.000Z', '2026-10-25T00:00:00.000Z'],
    ['back, and only at that', 2, '2026-10-25T01:30:00.000Z', '2026-10-25T00:00:00.000Z'],
  ])('ends on the day on which the clocks go %s', (_, hour, now, end) => {
    expect(endAt({ hour }, now)).toBe(end);
  });

  test('never ends later than now, nor a day or week and two hours ago, and ends again at its own end', () => {
    const terms = fc.record({
      cadence: fc.constantFrom('daily', 'weekly'),
      day: fc.constantFrom(...DIGEST_DAYS),
      hour: fc.integer({ min: 0, max: 23 }),
      timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'),
    }) as fc.Arbitrary<DigestTerms>;
    const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });

    fc.assert(
      fc.property(terms, moment, (given, now) => {
        const end = latestPeriodEnd(given, now);
        const hoursAgo = (now.getTime() - Date.parse(end)) / 3_600_000;

        expect(hoursAgo).toBeGreaterThanOrEqual(0);
        expect(hoursAgo).toBeLessThanOrEqual((given.cadence === 'weekly' ? 168 : 24) + 2);
        expect(latestPeriodEnd(given, new Date(end))).toBe(end);
      }),
    );
  });
});
