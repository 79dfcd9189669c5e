import { DAY_MS, HOUR_MS } from '../text/duration.ts';
import type { MissedRun } from '../watch/alert-kinds.ts';

/** What is known of the runs of a scheduled audit. Moments are ISO 8601, UTC. */
export interface RunHistory {
  /** DAILY, WEEKLY, BIWEEKLY or MONTHLY. An open set. */
  readonly frequency?: string;
  /** Since when the schedule is known to be as it is. */
  readonly knownSince: string;
  /** Earlier starts say nothing about it: it was changed, or created again. */
  readonly runsCountFrom: string;
  /** Start of its latest run. */
  readonly lastStartedAt?: string;
  /** Until then it may have run without anybody knowing. */
  readonly runsUnknownAt?: string;
}

/** Starts vary by two hours either way, and by one more with daylight saving time: at most this between any two. */
const GRACE_MS = 5 * HOUR_MS;

/** Days between two runs, at least and at most. */
const PERIOD_DAYS: ReadonlyMap<string, { readonly shortest: number; readonly longest: number }> = new Map([
  ['DAILY', { shortest: 1, longest: 1 }],
  ['WEEKLY', { shortest: 7, longest: 7 }],
  ['BIWEEKLY', { shortest: 14, longest: 14 }],
  ['MONTHLY', { shortest: 28, longest: 31 }],
]);

/**
 * The latest run that is missed now, if any. AWS gives neither the time of day nor the time zone of a schedule, so a run
 * counts as missed when it cannot be merely late any more. A later start settles it. A schedule of unknown frequency is
 * never judged.
 */
export function missedRun(history: RunHistory, now: Date): MissedRun | undefined {
  const { frequency = '', knownSince, runsCountFrom, lastStartedAt = '', runsUnknownAt = '' } = history;
  const days = PERIOD_DAYS.get(frequency)?.longest ?? Number.NaN;
  const last = Date.parse(lastStartedAt);
  const since = last >= Date.parse(runsCountFrom) ? last : Date.parse(knownSince);
  const unknown = Date.parse(runsUnknownAt);
  const latest = unknown > since ? unknown : since;
  const late = now.getTime() - latest - GRACE_MS;
  if (!(late > days * DAY_MS)) return undefined; // also when something is not a moment
  const dueAt = new Date(latest + Math.floor(late / (days * DAY_MS)) * days * DAY_MS).toISOString();
  return { day: dueAt.slice(0, 'YYYY-MM-DD'.length), dueAt };
}

/**
 * From when on the runs of a schedule count that the very first sweep lists: it may be old. Its next run cannot have come
 * before that sweep, and then been skipped because the schedule was deleted meanwhile.
 */
export function firstRunThatCounts(frequency: string | undefined, seenAt: Date): string {
  const days = PERIOD_DAYS.get(frequency ?? '')?.shortest ?? 0;
  return new Date(seenAt.getTime() - Math.max(0, days * DAY_MS - GRACE_MS)).toISOString();
}
