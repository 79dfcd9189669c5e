import { describe, expect, test } from '@jest/globals';
import { firstRunThatCounts, missedRun, type RunHistory } from '../../../../lambda/audit/sweep/missed-run.ts';
import type { MissedRun } from '../../../../lambda/audit/watch/alert-kinds.ts';

const SEPTEMBER = '2026-09-01T00:00:00.000Z';

function missedAt(now: string, history: Partial<RunHistory>): MissedRun | undefined {
  return missedRun({ frequency: 'DAILY', knownSince: SEPTEMBER, runsCountFrom: SEPTEMBER, ...history }, new Date(now));
}

describe('an audit', () => {
  test.each([
    ['DAILY', '2026-10-06T02:00:04.000Z', '2026-10-06T07:00:04.000Z'],
    ['WEEKLY', '2026-10-12T02:00:04.000Z', '2026-10-12T07:00:04.000Z'],
    ['BIWEEKLY', '2026-10-19T02:00:04.000Z', '2026-10-19T07:00:04.000Z'],
    ['MONTHLY', '2026-11-05T02:00:04.000Z', '2026-11-05T07:00:04.000Z'],
  ])('that is %s is missed five hours after its longest period', (frequency, dueAt, missedFrom) => {
    const history = { frequency, lastStartedAt: '2026-10-05T02:00:04.000Z' };
    const justAfter = new Date(Date.parse(missedFrom) + 1).toISOString();

    expect(missedAt(missedFrom, history)).toBeUndefined();
    expect(missedAt(justAfter, history)).toEqual({ day: dueAt.slice(0, 10), dueAt });
  });
});

describe('a daily audit that started at two in the morning', () => {
  const lastStartedAt = '2026-10-05T02:00:04.000Z';

  test('is the same missed run until the next one is missed too', () => {
    expect(missedAt('2026-10-07T07:00:00.000Z', { lastStartedAt })?.day).toBe('2026-10-06');
    expect(missedAt('2026-10-07T07:01:00.000Z', { lastStartedAt })?.day).toBe('2026-10-07');
  });

  test('is not missed any more once it started late, and the next run counts from there', () => {
    const late = '2026-10-06T18:00:00.000Z';

    expect(missedAt('2026-10-06T17:59:59.000Z', { lastStartedAt })?.day).toBe('2026-10-06');
    expect(missedAt('2026-10-06T18:00:00.000Z', { lastStartedAt: late })).toBeUndefined();
    expect(missedAt('2026-10-07T23:00:00.000Z', { lastStartedAt: late })).toBeUndefined();
    expect(missedAt('2026-10-07T23:01:00.000Z', { lastStartedAt: late })?.day).toBe('2026-10-07');
  });

  test('is not missed while a run that nobody can name may be this one', () => {
    const runsUnknownAt = '2026-10-06T01:00:00.000Z';

    expect(missedAt('2026-10-06T12:00:00.000Z', { lastStartedAt, runsUnknownAt })).toBeUndefined();
    expect(missedAt('2026-10-07T06:01:00.000Z', { lastStartedAt, runsUnknownAt })?.day).toBe('2026-10-07');
    expect(missedAt('2026-10-06T12:00:00.000Z', { lastStartedAt, runsUnknownAt: SEPTEMBER })?.day).toBe('2026-10-06');
  });

  test('has a whole period from a change on', () => {
    const changedAt = '2026-10-05T12:00:00.000Z';
    const changed = { lastStartedAt, knownSince: changedAt, runsCountFrom: changedAt };

    expect(missedAt('2026-10-06T17:00:00.000Z', changed)).toBeUndefined();
    expect(missedAt('2026-10-06T17:01:00.000Z', changed)).toEqual({
      day: '2026-10-06',
      dueAt: '2026-10-06T12:00:00.000Z',
    });
  });

  test('counts from a run before it was seen, if that is recent enough', () => {
    const seen = { knownSince: '2026-10-05T12:00:00.000Z', runsCountFrom: '2026-10-04T17:00:00.000Z' };

    expect(missedAt('2026-10-06T07:01:00.000Z', { ...seen, lastStartedAt })?.dueAt).toBe('2026-10-06T02:00:04.000Z');
    expect(missedAt('2026-10-06T17:00:00.000Z', { ...seen, lastStartedAt: SEPTEMBER })).toBeUndefined();
  });
});

test('an audit without any run is missed five hours after its longest period since it was seen', () => {
  expect(missedAt('2026-09-02T05:00:00.000Z', {})).toBeUndefined();
  expect(missedAt('2026-09-02T05:01:00.000Z', {})).toEqual({ day: '2026-09-02', dueAt: '2026-09-02T00:00:00.000Z' });
});

describe('nothing is missed', () => {
  test.each<[string, Partial<RunHistory>]>([
    ['by a schedule of unknown frequency', { frequency: 'HOURLY' }],
    ['by a schedule whose frequency is no own key', { frequency: '__proto__' }],
    ['by a schedule without a frequency', { frequency: undefined }],
    ['when it is not known since when the schedule is', { knownSince: 'long ago' }],
    ['before the schedule is known', { knownSince: '2026-10-06T12:00:01.000Z' }],
  ])('%s', (_title, history) => {
    expect(missedAt('2026-10-06T12:00:00.000Z', history)).toBeUndefined();
  });

  test('at an invalid time', () => {
    expect(missedAt('noon', {})).toBeUndefined();
  });
});

test.each([
  ['DAILY', '2026-10-05T05:00:00.000Z'],
  ['WEEKLY', '2026-09-29T05:00:00.000Z'],
  ['BIWEEKLY', '2026-09-22T05:00:00.000Z'],
  ['MONTHLY', '2026-09-08T05:00:00.000Z'],
  ['HOURLY', '2026-10-06T00:00:00.000Z'],
  [undefined, '2026-10-06T00:00:00.000Z'],
])('of a schedule that is %s, and may be old, runs count that came within its shortest period', (frequency, from) => {
  expect(firstRunThatCounts(frequency, new Date('2026-10-06T00:00:00.000Z'))).toBe(from);
});
