import { describe, expect, it } from '@jest/globals';
import {
  judgeRecord,
  pendingOf,
  type ScheduleRecord,
  updateRecords,
} from '../../../../lambda/audit/sweep/schedule-records.ts';

const NOW = new Date('2026-10-09T02:00:00.000Z');
const daily = { name: 'Nightly', frequency: 'DAILY' };
const weekly = { name: 'Nightly', frequency: 'WEEKLY', dayOfWeek: 'MON' };
const record: ScheduleRecord = { frequency: 'DAILY', knownSince: '2026-09-01T00:00:00.000Z' };
const missed = { day: '2026-10-08', dueAt: '2026-10-08T02:00:00.000Z', isLearned: true };
const pending: ScheduleRecord = {
  ...record,
  overdue: { ...missed, status: 'PENDING', judgedAt: '2026-10-08T07:00:00.000Z' },
};
const seenNow = NOW.toISOString();

describe('the records of the schedules', () => {
  it('of the first sweep let earlier runs tell the start time', () => {
    expect(updateRecords(undefined, [daily], NOW)).toEqual({ Nightly: { frequency: 'DAILY', knownSince: seenNow } });
  });

  it('keep a schedule that is as it was', () => {
    expect(updateRecords({ Nightly: record }, [daily], NOW)).toEqual({ Nightly: record });
  });

  it.each([
    ['new', {}, daily],
    ['changed', { Nightly: { ...record, overdue: { ...pending.overdue, status: 'SENT' } } }, weekly],
  ])('begin anew with one that is %s: its start time is not known any more', (_, records, schedule) => {
    const { name, ...terms } = schedule;

    expect(updateRecords(records as Record<string, ScheduleRecord>, [schedule], NOW)).toEqual({
      [name]: { ...terms, knownSince: seenNow, learnFrom: seenNow },
    });
  });

  it('forget one that was deleted, but not an alert that is still to be sent', () => {
    expect(updateRecords({ Nightly: record }, [], NOW)).toEqual({});
    expect(updateRecords({ Nightly: pending }, [], NOW)).toEqual({ Nightly: pending });
    expect(updateRecords({ Nightly: pending }, [weekly], NOW).Nightly).toMatchObject({ overdue: pending.overdue });
  });
});

describe('a schedule that is judged', () => {
  const run = (day: number) => ({ taskId: `run-${day}`, startedAt: `2026-10-0${day}T02:00:00.000Z` });
  const ranUntilThe7th = [run(7), run(6), run(5)];

  it('has its missed run registered, with the run before it', () => {
    const judged = judgeRecord('Nightly', record, ranUntilThe7th, NOW);

    expect(judged.overdue).toMatchObject({
      day: '2026-10-08',
      status: 'PENDING',
      lastTaskId: 'run-7',
      judgedAt: seenNow,
    });
    expect(pendingOf(judged)).toBe(judged.overdue);
  });

  it('is told of once for each missed run', () => {
    const told: ScheduleRecord = { ...pending, overdue: { ...missed, status: 'SENT', judgedAt: seenNow } };
    const dayLater = new Date('2026-10-10T02:00:00.000Z');

    expect(judgeRecord('Nightly', told, ranUntilThe7th, NOW)).toBe(told);
    expect(judgeRecord('Nightly', told, ranUntilThe7th, dayLater).overdue).toMatchObject({ day: '2026-10-09' });
  });

  it('waits until its last alert is out', () => {
    expect(judgeRecord('Nightly', pending, ranUntilThe7th, new Date('2026-10-11T02:00:00.000Z'))).toBe(pending);
  });

  it('stays as it is when it ran', () => {
    expect(judgeRecord('Nightly', record, [run(8), ...ranUntilThe7th], NOW)).toBe(record);
  });

  it('that never ran has no run before', () => {
    expect(judgeRecord('Nightly', record, [], NOW).overdue).toMatchObject({ lastTaskId: undefined, isLearned: false });
  });
});
