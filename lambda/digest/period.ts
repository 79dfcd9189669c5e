import { Cron } from 'croner';
import type { DIGEST_DAYS } from '../contract.ts';

/** When a digest is sent. */
export interface DigestTerms {
  readonly cadence: 'daily' | 'weekly';
  /** Of a weekly one. */
  readonly day: (typeof DIGEST_DAYS)[number];
  /** 0 to 23. */
  readonly hour: number;
  /** Of the IANA database. */
  readonly timeZone: string;
}

/**
 * When the latest period ended: at this hour of the clocks of the time zone. An hour that a change of clocks repeats ends one
 * period, at its first time; for one that it skips, the period ends when the clocks have jumped.
 */
export function latestPeriodEnd({ cadence, day, hour, timeZone }: DigestTerms, now: Date): string {
  const cron = new Cron(`0 ${hour} * * ${cadence === 'weekly' ? day : '*'}`, { timezone: timeZone });
  // It gives what is strictly before a moment, in whole seconds.
  const [end] = cron.previousRuns(1, new Date(Math.floor(now.getTime() / 1000) * 1000 + 1000));
  if (end === undefined) throw new Error(`No period of a digest ended before ${now.toISOString()}.`);
  return end.toISOString();
}
