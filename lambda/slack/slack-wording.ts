import { clean } from '../audit/text/safe-text.ts';

/** A number for people: what is missing is unknown, never zero. */
export function countText(count: number | undefined): string {
  return count === undefined ? 'unknown' : String(count);
}

/** `1 check`, `3 checks`, `an unknown number of checks`. */
export function plural(count: number | undefined, noun: string): string {
  if (count === undefined) return `an unknown number of ${noun}s`;
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** `AUDIT_OVERDUE` becomes `audit overdue`. */
export function inWords(constant: string): string {
  return (clean(constant, 40) ?? 'unknown').replaceAll('_', ' ').toLowerCase();
}

/** The day of an ISO 8601 time. */
export function dayText(time: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(time) ? time.slice(0, 10) : 'an unknown day';
}

/** `2026-10-02 02:00:04 UTC` of an ISO 8601 time. */
export function timeText(time: string | undefined): string {
  return isTime(time) ? `${time.slice(0, 10)} ${time.slice(11, 19)} UTC` : 'an unknown time';
}

/** True for ISO 8601 with seconds. */
export function isTime(time: string | undefined): time is string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(time ?? '');
}

/** Whether a Region may stand in a link. */
export function isLinkable(region: string): boolean {
  return /^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/.test(region);
}
