import { describe, expect, test } from '@jest/globals';
import { type MissedRun, missedRun, type ScheduleHistory } from '../../../../lambda/audit/sweep/missed-run.ts';

const DAILY = { name: 'NightlyFleetAudit', frequency: 'DAILY' };
const MONDAYS = { name: 'WeeklyFleetAudit', frequency: 'WEEKLY', dayOfWeek: 'MON' };
const LAST_DAYS = { name: 'MonthlyFleetAudit', frequency: 'MONTHLY', dayOfMonth: 'LAST' };
const EVERY_OTHER_MONDAY = { ...MONDAYS, frequency: 'BIWEEKLY' };

function missedAt(now: string, history: Partial<ScheduleHistory>): MissedRun | undefined {
  const known = { schedule: DAILY, knownSince: '2026-09-01T00:00:00.000Z', starts: [] };
  return missedRun({ ...known, ...history }, new Date(now));
}

describe('a daily audit that started at two in the morning', () => {
  const starts = ['2026-10-03T02:00:05.000Z', '2026-10-05T02:00:04.000Z', '2026-10-04T02:00:03.000Z'];

  test('is missed the next day, five hours after its usual start', () => {
    expect(missedAt('2026-10-06T07:00:03.999Z', { starts })).toBeUndefined();
    expect(missedAt('2026-10-06T07:00:04.001Z', { starts })).toEqual({
      day: '2026-10-06',
      dueAt: '2026-10-06T02:00:04.000Z',
      isLearned: true,
      lastStartedAt: '2026-10-05T02:00:04.000Z',
    });
  });

  test('is the same missed run until the next one is missed too', () => {
    expect(missedAt('2026-10-07T06:59:00.000Z', { starts })?.day).toBe('2026-10-06');
    expect(missedAt('2026-10-07T07:01:00.000Z', { starts })?.day).toBe('2026-10-07');
  });

  test('is not missed any more once it started late, and that does not count for the next day', () => {
    const late = [...starts, '2026-10-06T18:00:00.000Z'];

    expect(missedAt('2026-10-06T17:59:59.000Z', { starts: late })?.day).toBe('2026-10-06');
    expect(missedAt('2026-10-06T18:00:00.000Z', { starts: late })).toBeUndefined();
    expect(missedAt('2026-10-07T16:59:00.000Z', { starts: late })).toBeUndefined();
    expect(missedAt('2026-10-07T17:01:00.000Z', { starts: late })).toMatchObject({
      day: '2026-10-07',
      isLearned: true,
    });
  });

  test('is not missed when it was due before the schedule was known', () => {
    const knownSince = '2026-10-05T21:00:05.000Z';

    expect(missedAt('2026-10-06T12:00:00.000Z', { starts, knownSince })).toBeUndefined();
    expect(missedAt('2026-10-07T12:00:00.000Z', { starts, knownSince })?.day).toBe('2026-10-07');
  });

  test('is not missed while a run that nobody can name may be this one', () => {
    const now = '2026-10-06T12:00:00.000Z';

    expect(missedAt(now, { starts, runsUnknownAt: '2026-10-05T21:00:03.999Z' })?.day).toBe('2026-10-06');
    expect(missedAt(now, { starts, runsUnknownAt: '2026-10-05T21:00:04.000Z' })).toBeUndefined();
    expect(missedAt(now, { starts, runsUnknownAt: 'soon' })?.day).toBe('2026-10-06');
  });

  test('may start any time of day after a change', () => {
    const changed = { starts, knownSince: '2026-10-05T12:00:00.000Z', learnFrom: '2026-10-05T12:00:00.000Z' };

    expect(missedAt('2026-10-08T16:59:00.000Z', changed)).toBeUndefined();
    expect(missedAt('2026-10-08T17:01:00.000Z', changed)).toEqual({
      day: '2026-10-07',
      dueAt: '2026-10-08T12:00:00.000Z',
      isLearned: false,
      lastStartedAt: '2026-10-05T02:00:04.000Z',
    });
  });

  test('is expected at its new time after a change', () => {
    const changed = {
      starts: [...starts, '2026-10-05T20:00:00.000Z'],
      knownSince: '2026-10-05T12:00:00.000Z',
      learnFrom: '2026-10-05T12:00:00.000Z',
    };

    expect(missedAt('2026-10-07T00:59:00.000Z', changed)).toBeUndefined();
    expect(missedAt('2026-10-07T01:01:00.000Z', changed)).toMatchObject({
      day: '2026-10-06',
      dueAt: '2026-10-06T20:00:00.000Z',
    });
  });

  test('has run when the clock says so, whatever starts later', () => {
    expect(missedAt('2026-10-06T08:00:00.000Z', { starts: [...starts, '2026-10-06T08:00:01.000Z'] })).toBeDefined();
    expect(missedAt('2026-10-06T08:00:00.000Z', { starts: [...starts, '2026-10-06T08:00:00.000Z'] })).toBeUndefined();
  });
});

test('a daily audit that starts around midnight is expected around midnight', () => {
  const starts = ['2026-10-03T00:10:00Z', '2026-10-03T23:50:00Z', '2026-10-05T00:00:00Z', '2026-10-05T23:55:00Z'];

  expect(missedAt('2026-10-07T05:15:00Z', { starts })).toMatchObject({
    day: '2026-10-07',
    dueAt: '2026-10-07T00:00:00.000Z',
  });
});

test('a daily audit that was late once is expected at its usual time', () => {
  const starts = ['02T02', '03T02', '04T02', '05T02', '06T15'].map((hour) => `2026-10-${hour}:00:00.000Z`);

  expect(missedAt('2026-10-07T16:59:00.000Z', { starts })).toBeUndefined();
  expect(missedAt('2026-10-07T17:01:00.000Z', { starts })?.dueAt).toBe('2026-10-07T02:00:00.000Z');
});

describe('a weekly audit', () => {
  const starts = ['2026-09-22T01:00:00.000Z', '2026-09-29T01:30:00.000Z'];

  test('is expected on its day in its own time zone', () => {
    expect(missedAt('2026-10-06T06:29:00.000Z', { schedule: MONDAYS, starts })).toBeUndefined();
    expect(missedAt('2026-10-06T06:31:00.000Z', { schedule: MONDAYS, starts })).toMatchObject({
      day: '2026-10-05',
      dueAt: '2026-10-06T01:30:00.000Z',
    });
  });

  test('has run when it started earlier on its day', () => {
    const early = [...starts, '2026-10-04T08:00:00.000Z'];

    expect(missedAt('2026-10-07T12:00:00.000Z', { schedule: MONDAYS, starts: early })).toBeUndefined();
  });

  test('has no known time when its latest run was on another day', () => {
    const moved = { schedule: MONDAYS, starts: [...starts, '2026-10-01T01:00:00.000Z'] };

    expect(missedAt('2026-10-06T16:59:00.000Z', moved)).toBeUndefined();
    expect(missedAt('2026-10-06T17:01:00.000Z', moved)).toMatchObject({ day: '2026-10-05', isLearned: false });
  });

  test.each([
    ['2026-09-27T07:00:00.000Z', true], // 17 hours before midnight: in UTC+14 it is Monday soon
    ['2026-09-27T06:59:59.000Z', false],
    ['2026-09-29T15:00:00.000Z', true], // 39 hours after midnight: in UTC-12 it was Monday until three hours ago
    ['2026-09-29T15:00:01.000Z', false],
  ])('learns its time from a run at %s: %j', (start, isLearned) => {
    expect(missedAt('2026-10-07T12:00:00.000Z', { schedule: MONDAYS, starts: [start] })).toMatchObject({
      day: '2026-10-05',
      isLearned,
    });
  });

  test('learns nothing from runs before one on another day', () => {
    const moved = ['2026-09-14T02:00:00.000Z', '2026-09-24T02:00:00.000Z', '2026-09-28T20:00:00.000Z'];

    expect(missedAt('2026-10-06T12:00:00.000Z', { schedule: MONDAYS, starts: moved })?.dueAt).toBe(
      '2026-10-05T20:00:00.000Z',
    );
  });

  test('is missed without any run when its first day has passed everywhere', () => {
    const known = { schedule: MONDAYS, knownSince: '2026-10-04T06:00:00.000Z' };

    expect(missedAt('2026-10-06T16:59:00.000Z', known)).toBeUndefined();
    expect(missedAt('2026-10-06T17:01:00.000Z', known)).toEqual({
      day: '2026-10-05',
      dueAt: '2026-10-06T12:00:00.000Z',
      isLearned: false,
    });
  });

  test('is not missed without any run when it was made on its first day', () => {
    const known = { schedule: MONDAYS, knownSince: '2026-10-04T08:00:00.000Z' };

    expect(missedAt('2026-10-13T16:59:00.000Z', known)).toBeUndefined();
    expect(missedAt('2026-10-13T17:01:00.000Z', known)?.day).toBe('2026-10-12');
  });
});

describe('a biweekly audit', () => {
  test('is expected two weeks after its latest run', () => {
    const starts = ['2026-09-14T02:00:00.000Z', '2026-09-28T02:00:00.000Z'];

    expect(missedAt('2026-10-12T06:59:00.000Z', { schedule: EVERY_OTHER_MONDAY, starts })).toBeUndefined();
    expect(missedAt('2026-10-12T07:01:00.000Z', { schedule: EVERY_OTHER_MONDAY, starts })?.day).toBe('2026-10-12');
  });

  test('is missed without any run on the second of its weekdays, and on every other one from then', () => {
    const known = { schedule: EVERY_OTHER_MONDAY, knownSince: '2026-10-01T00:00:00.000Z' };

    expect(missedAt('2026-10-13T16:59:00.000Z', known)).toBeUndefined();
    expect(missedAt('2026-10-13T17:01:00.000Z', known)?.day).toBe('2026-10-12');
    expect(missedAt('2026-10-26T00:00:00.000Z', known)?.day).toBe('2026-10-12');
    expect(missedAt('2026-10-27T17:01:00.000Z', known)?.day).toBe('2026-10-26');
  });
});

test('a monthly audit is expected on the last day of a short month', () => {
  const starts = ['2027-12-31T02:00:00.000Z', '2028-01-31T03:00:00.000Z'];

  expect(missedAt('2028-02-29T07:59:00.000Z', { schedule: LAST_DAYS, starts })).toBeUndefined();
  expect(missedAt('2028-02-29T08:01:00.000Z', { schedule: LAST_DAYS, starts })).toMatchObject({
    day: '2028-02-29',
    dueAt: '2028-02-29T03:00:00.000Z',
  });
});

describe('nothing is missed', () => {
  const starts = ['2026-10-03T02:00:00.000Z'];

  test.each<[string, Partial<ScheduleHistory>]>([
    ['by a schedule of unknown frequency', { schedule: { name: 'A', frequency: 'HOURLY' } }],
    ['by a schedule without its day', { schedule: { name: 'A', frequency: 'WEEKLY' } }],
    ['when it is not known since when the schedule is', { knownSince: 'long ago' }],
    ['before the schedule is known', { knownSince: '2026-10-06T12:00:01.000Z' }],
  ])('%s', (_title, history) => {
    expect(missedAt('2026-10-06T12:00:00.000Z', { starts, ...history })).toBeUndefined();
  });

  test('at an invalid time', () => {
    expect(missedAt('noon', { starts })).toBeUndefined();
  });
});

describe('a start', () => {
  test.each([
    ['2026-10-06T02:00:00.000Z', false],
    ['2026-10-06T04:00:00+02:00', false],
    ['2026-10-06T02:00:00', true], // another moment on every machine
    ['2026-10-06', true],
    ['2026-13-06T02:00:00Z', true],
    ['1969-12-31T23:00:00Z', true],
    ['', true],
  ])('%j leaves the run missed: %j', (start, isMissed) => {
    const starts = ['2026-10-05T02:00:00.000Z', start];

    expect(missedAt('2026-10-06T12:00:00.000Z', { starts }) !== undefined).toBe(isMissed);
  });

  test('tells no time when it is not known since when it counts', () => {
    const starts = ['2026-10-01T02:00:00.000Z'];

    expect(missedAt('2026-10-06T12:00:00.000Z', { starts, learnFrom: 'once' })?.isLearned).toBe(false);
  });
});
