import { describe, expect, test } from '@jest/globals';
import { dueText, scheduleText } from '../../../../../lambda/audit/alert/overdue/schedule-text.ts';

describe('a schedule', () => {
  test.each([
    [{ frequency: 'DAILY' }, 'daily'],
    [{ frequency: 'WEEKLY', dayOfWeek: 'MON' }, 'weekly on MON'],
    [{ frequency: 'WEEKLY' }, 'weekly'],
    [{ frequency: 'BIWEEKLY', dayOfWeek: 'SUN' }, 'every two weeks on SUN'],
    [{ frequency: 'MONTHLY', dayOfMonth: '15' }, 'monthly on day 15'],
    [{ frequency: 'MONTHLY', dayOfMonth: '31' }, 'monthly on day 31, or the last day of a shorter month'],
    [{ frequency: 'MONTHLY', dayOfMonth: 'LAST' }, 'monthly on the last day'],
    [{ frequency: 'MONTHLY' }, 'monthly'],
    [{ frequency: 'HOURLY' }, 'HOURLY'],
    [{}, 'frequency unknown'],
  ])('%j is %s in words', (schedule, words) => {
    expect(scheduleText(schedule)).toBe(words);
  });
});

describe('the moment when a run is due', () => {
  test('has a time of day when that was learned', () => {
    expect(dueText({ frequency: 'DAILY' }, { dueAt: '2026-11-22T02:00:04.000Z', isLearned: true })).toBe(
      '2026-11-22 02:00:04 UTC (daily; time of day as in earlier runs)',
    );
  });

  test.each(['2026-11-22', undefined])('is a day otherwise: %s', (day) => {
    expect(dueText({ frequency: 'DAILY' }, { day, isLearned: false })).toBe(
      `${day ?? 'unknown'} UTC (daily; time of day unknown)`,
    );
  });
});
