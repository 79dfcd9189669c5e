import { timeText } from '../../text/words.ts';

/** When an audit runs, as AWS tells it; every field may hold a value that AWS adds later. */
export interface AuditSchedule {
  /** DAILY, WEEKLY, BIWEEKLY or MONTHLY. */
  readonly frequency?: string;
  /** SUN to SAT; weekly and every two weeks only. */
  readonly dayOfWeek?: string;
  /** `1` to `31`, or `LAST`; monthly only. */
  readonly dayOfMonth?: string;
}

/** When one run is expected. */
export interface DueRun {
  /** `2026-11-22`, UTC. */
  readonly day?: string;
  /** ISO 8601, UTC. */
  readonly dueAt?: string;
  /** The time of day was learned from earlier runs; else only the day is known. */
  readonly isLearned: boolean;
}

/** `daily`, `every two weeks on MON`, `monthly on day 15`. */
export function scheduleText({ frequency, dayOfWeek, dayOfMonth }: AuditSchedule): string {
  switch (frequency) {
    case 'DAILY':
      return 'daily';
    case 'WEEKLY':
      return `weekly${onDay(dayOfWeek)}`;
    case 'BIWEEKLY':
      return `every two weeks${onDay(dayOfWeek)}`;
    case 'MONTHLY':
      return `monthly${onDay(dayOfMonthText(dayOfMonth))}`;
    default:
      return frequency ?? 'frequency unknown';
  }
}

/** `2026-11-22 02:00:04 UTC (daily; time of day as in earlier runs)`. */
export function dueText(schedule: AuditSchedule, { day, dueAt, isLearned }: DueRun): string {
  const rhythm = scheduleText(schedule);
  return isLearned
    ? `${timeText(dueAt)} (${rhythm}; time of day as in earlier runs)`
    : `${day ?? 'unknown'} UTC (${rhythm}; time of day unknown)`;
}

/** In a month that is too short AWS takes its last day. Source: API Reference, CreateScheduledAudit. */
function dayOfMonthText(day: string | undefined): string | undefined {
  if (day === undefined) return undefined;
  if (day === 'LAST') return 'the last day';
  return Number(day) > 28 ? `day ${day}, or the last day of a shorter month` : `day ${day}`;
}

function onDay(day: string | undefined): string {
  return day === undefined ? '' : ` on ${day}`;
}
