import { describe, expect, it } from '@jest/globals';
import {
  judgeRecord,
  missedSince,
  pendingOf,
  type ScheduleRecord,
  updateRecords,
} from '../../../../lambda/audit/sweep/schedule-records.ts';

const NOW = new Date('2026-10-08T08:00:00.000Z');
const SEEN_NOW = NOW.toISOString();
const SEPTEMBER = '2026-09-01T00:00:00.000Z';
const daily = { name: 'Nightly', frequency: 'DAILY' };
const weekly = { name: 'Nightly', frequency: 'WEEKLY', dayOfWeek: 'MON' };
const record: ScheduleRecord = { frequency: 'DAILY', knownSince: SEPTEMBER, runsCountFrom: SEPTEMBER };
const missed = { day: '2026-10-08', dueAt: '2026-10-08T02:00:00.000Z', judgedAt: '2026-10-08T07:00:00.000Z' };
const pending: ScheduleRecord = { ...record, missed: { ...missed, status: 'PENDING' } };
const PAST = { day: missed.day, judgedAt: missed.judgedAt };
const october = (day: number) => new Date(Date.UTC(2026, 9, day, 13));
const sent: ScheduleRecord = { ...record, missed: { ...missed, status: 'SENT' } };

describe('the records of the schedules', () => {
  it('of the very first sweep let recent runs count', () => {
    expect(updateRecords(undefined, [daily], NOW)).toEqual({
      Nightly: { frequency: 'DAILY', knownSince: SEEN_NOW, runsCountFrom: '2026-10-07T13:00:00.000Z' },
    });
  });

  it('keep a schedule that is as it was', () => {
    expect(updateRecords({ Nightly: record }, [daily], NOW)).toEqual({ Nightly: record });
  });

  it.each([
    ['new', {}, daily],
    ['changed', { Nightly: sent }, weekly],
  ])('begin again with one that is %s: its earlier runs do not count any more', (_, records, schedule) => {
    const { name, ...terms } = schedule;

    expect(updateRecords(records, [schedule], NOW)).toEqual({
      [name]: {
        ...terms,
        knownSince: SEEN_NOW,
        runsCountFrom: SEEN_NOW,
        ...(schedule === weekly ? { missedBefore: [PAST] } : {}),
      },
    });
  });

  it('remember the latest missed runs for the digest, also when the schedule begins again', () => {
    const judge = (before: ScheduleRecord, day: number) =>
      judgeRecord(
        { ...before, missed: before.missed && { ...before.missed, status: 'SENT' } },
        undefined,
        october(day),
      );
    const eleven = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].reduce(judge, record);

    expect(missedSince({ Nightly: eleven, Other: record }, october(12).toISOString())).toEqual([
      { auditName: 'Nightly', days: ['2026-10-13', '2026-10-14', '2026-10-15'] },
    ]);
    expect(eleven.missedBefore).toHaveLength(10);
    expect(missedSince({ Nightly: sent }, SEEN_NOW)).toEqual([]);
    expect(missedSince(updateRecords({ Nightly: eleven }, [weekly], NOW), october(14).toISOString())).toEqual([
      { auditName: 'Nightly', days: ['2026-10-15'] },
    ]);
  });

  it('keep one that AWS does not list for less than a day, and continue it when it is listed again', () => {
    const unlisted = updateRecords({ Nightly: record }, [], NOW);
    const hoursLater = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

    expect(unlisted).toEqual({ Nightly: { ...record, unlistedSince: SEEN_NOW } });
    expect(updateRecords(unlisted, [], hoursLater(23))).toEqual(unlisted);
    expect(updateRecords(unlisted, [daily], hoursLater(23))).toEqual({ Nightly: record });
    expect(updateRecords(unlisted, [], hoursLater(24))).toEqual({});
  });

  it('forget one that has been missing for a day, but not an alert that is still to be sent', () => {
    const unlistedSince = '2026-10-07T08:00:00.000Z';

    expect(updateRecords({ Nightly: { ...record, unlistedSince } }, [], NOW)).toEqual({});
    expect(updateRecords({ Nightly: { ...record, unlistedSince: 'long ago' } }, [], NOW)).toEqual({});
    expect(updateRecords({ Nightly: { ...pending, unlistedSince } }, [], NOW)).toEqual({
      Nightly: { ...pending, unlistedSince },
    });
    expect(updateRecords({ Nightly: pending }, [weekly], NOW).Nightly).toMatchObject({ missed: pending.missed });
  });

  it('have a schedule that is listed twice once', () => {
    expect(updateRecords({ Nightly: record }, [daily, daily], NOW)).toEqual({ Nightly: record });
  });
});

describe('a schedule that is judged', () => {
  const run = (day: number) => ({ taskId: `run-${day}`, startedAt: `2026-10-0${day}T02:00:00.000Z` });

  it('has its missed run registered, with the run before it', () => {
    const judged = judgeRecord(record, run(7), NOW);

    expect(judged.missed).toEqual({
      day: '2026-10-08',
      dueAt: '2026-10-08T02:00:00.000Z',
      status: 'PENDING',
      lastStartedAt: '2026-10-07T02:00:00.000Z',
      lastTaskId: 'run-7',
      judgedAt: SEEN_NOW,
    });
    expect(pendingOf(judged)).toBe(judged.missed);
  });

  it('has each missed run registered once', () => {
    const dayLater = new Date('2026-10-09T08:00:00.000Z');

    expect(judgeRecord(sent, run(7), NOW)).toBe(sent);
    expect(judgeRecord(sent, run(7), dayLater).missed).toMatchObject({ day: '2026-10-09' });
  });

  it('waits until its last alert is sent', () => {
    expect(judgeRecord(pending, run(7), new Date('2026-10-11T08:00:00.000Z'))).toBe(pending);
  });

  it('stays as it is when it ran', () => {
    expect(judgeRecord(record, run(8), NOW)).toBe(record);
  });

  it('is not missed while AWS does not list it', () => {
    const unlisted = { ...record, unlistedSince: SEEN_NOW };

    expect(judgeRecord(unlisted, run(7), NOW)).toBe(unlisted);
  });

  it('that never ran has no run before', () => {
    expect(judgeRecord(record, undefined, NOW).missed).toMatchObject({ lastTaskId: undefined, day: '2026-10-08' });
  });

  it('is not missed while a run that nobody can name may be this one', () => {
    expect(judgeRecord(record, run(7), NOW, '2026-10-08T01:00:00.000Z')).toBe(record);
  });
});
