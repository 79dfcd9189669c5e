import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lambda/audit/text/duration.ts';
import { clean, knownTime } from '../../../lambda/audit/text/safe-text.ts';
import { plural } from '../../../lambda/audit/text/words.ts';

const LONGEST_NAME = 300;

/** What is unknown looks different from nothing, and from zero. */
export const UNKNOWN = '?';

/** A name from the account: one line without any effect on a terminal. */
export function nameText(name: string | undefined): string {
  return clean(name, LONGEST_NAME) ?? UNKNOWN;
}

/** `2026-10-02`, in UTC. */
export function dayText(time: string | undefined): string {
  return knownTime(time)?.slice(0, 10) ?? UNKNOWN;
}

/** `2026-10-02 02:00`, in UTC. */
export function minuteText(time: string | undefined): string {
  return knownTime(time)?.slice(0, 16).replace('T', ' ') ?? UNKNOWN;
}

/** `2026-10-02 02:00:04`, in UTC. */
export function secondText(time: string | undefined): string {
  return knownTime(time)?.slice(0, 19).replace('T', ' ') ?? UNKNOWN;
}

/** `40 min`, `5 h`, `12 d`: rounded down. */
export function ageText(since: string | undefined, now: number): string {
  const age = now - Date.parse(knownTime(since) ?? '');
  if (!(age >= 0)) return UNKNOWN;
  if (age < 2 * HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`;
  return age < 2 * DAY_MS ? `${Math.floor(age / HOUR_MS)} h` : `${Math.floor(age / DAY_MS)} d`;
}

/** That something may be missing in an answer. */
export function unreadableText(items: number): string {
  return `${plural(items, 'item')} of the tables could not be read: something may be missing.`;
}

/** A number, or that it is unknown. */
export function numberText(count: number | undefined): string {
  return count === undefined ? UNKNOWN : String(count);
}
