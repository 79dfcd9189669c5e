import { type AuditSchedule, DAY_MS, dueDays, every, HOUR_MS, type Recurrence, WEEK_MS } from './calendar.ts';

export type { AuditSchedule } from './calendar.ts';

/** What is known of a scheduled audit. */
export interface ScheduleHistory {
  readonly schedule: AuditSchedule;
  /** Since when the schedule is known to be as it is: what was due before does not count. ISO 8601 with a zone. */
  readonly knownSince: string;
  /** Runs before this say nothing about the start time: the schedule was changed, or made anew. Absent: all do. ISO 8601. */
  readonly learnFrom?: string;
  /** Starts of its audits, in any order. ISO 8601 with a zone; others are ignored. */
  readonly starts: readonly string[];
  /** Until then it may have run without that being known. ISO 8601 with a zone; absent: every run is known. */
  readonly runsUnknownAt?: string;
}

/** A run that should have started and has not. */
export interface MissedRun {
  /** The day it was for, YYYY-MM-DD; for a daily audit the UTC day of `dueAt`. The same as long as this run is missed. */
  readonly day: string;
  /** When it was expected; without a learned start time, when that day had ended everywhere on Earth. ISO 8601, UTC. */
  readonly dueAt: string;
  /** Whether the time of day is learned from earlier runs. */
  readonly isLearned: boolean;
  /** Start of the latest run. ISO 8601, UTC. */
  readonly lastStartedAt?: string;
}

const LEARNED_RUNS = 5;
/** Regular starts vary by two hours either way, and by one with daylight saving time: at most this between any two. */
const VARIATION_MS = 5 * HOUR_MS;
/** On top of the scatter of the learned runs. */
const GRACE_MS = 3 * HOUR_MS;
const WIDEST_SCATTER_MS = 12 * HOUR_MS;
/** A day lasts from 14 hours before its UTC midnight (UTC+14) to 36 hours after it (UTC−12). */
const DAY_ENDS_MS = 36 * HOUR_MS;
/** Where a run of that day can start, in hours around its UTC midnight: three more for scatter and daylight saving time. */
const EARLIEST_MS = -17 * HOUR_MS;
const LATEST_MS = 39 * HOUR_MS;

/** When runs are expected. All but the first field are offsets from a nominal moment, in milliseconds. */
interface Expectation {
  /** One moment for each run: UTC midnight of its day, or the typical start of a daily audit. */
  readonly nominal: Recurrence;
  /** From here on a start counts for this run, or a later one. */
  readonly countsFrom: number;
  /** The run may lawfully start from here on: before the schedule was known, it is none of ours. */
  readonly mayStartFrom: number;
  readonly due: number;
  readonly missedFrom: number;
  readonly isLearned: boolean;
}

/**
 * The latest run that is missed now, if any. AWS chooses the time of day at which a scheduled audit starts and does not
 * tell it, so it is learned from earlier runs; without any, the day must have passed in every time zone. Any later start
 * settles a missed run. Undefined as well when the schedule cannot be read.
 */
export function missedRun(
  { schedule, knownSince, learnFrom, starts, runsUnknownAt = '' }: ScheduleHistory,
  now: Date,
): MissedRun | undefined {
  const days = dueDays(schedule);
  const known = momentOf(knownSince);
  if (days === undefined || !(known < now.getTime())) return undefined; // also when either is not a moment

  const started = starts
    .map(momentOf)
    .filter((start) => start <= now.getTime())
    .sort((a, b) => b - a);
  const last = started.at(0) ?? Number.NEGATIVE_INFINITY;
  const telling = learnFrom === undefined ? started : started.filter((start) => start >= momentOf(learnFrom));
  const expected =
    learn(schedule, days, telling.slice(0, LEARNED_RUNS)) ?? expectOnDay(schedule, days, Math.max(known, last));

  const nominal = expected.nominal(now.getTime() - expected.missedFrom);
  if (last >= nominal + expected.countsFrom || known >= nominal + expected.mayStartFrom) return undefined;
  if (momentOf(runsUnknownAt) >= nominal + expected.countsFrom) return undefined;
  const dueAt = isoOf(nominal + expected.due);
  return {
    day: (schedule.frequency === 'DAILY' && expected.isLearned ? dueAt : isoOf(nominal)).slice(0, 'YYYY-MM-DD'.length),
    dueAt,
    isLearned: expected.isLearned,
    lastStartedAt: started.length === 0 ? undefined : isoOf(last),
  };
}

/** Expects runs as the newest ones were, newest first; undefined when they tell no time. */
function learn(schedule: AuditSchedule, days: Recurrence, runs: readonly number[]): Expectation | undefined {
  const isDaily = schedule.frequency === 'DAILY';
  const nominal = isDaily ? every(DAY_MS, typicalOf(runs)) : inPhase(schedule, days, runs[0]);
  // A daily run belongs to the next day from a few hours before its usual start. Up to then it is a late one of its own
  // day: audits come late rather than early.
  const countsFrom = isDaily ? -VARIATION_MS : EARLIEST_MS;
  const offsets = runs.map((run) => run - nominal(run - countsFrom));
  // A run that is far from its day is from before the schedule changed, and so are all before it.
  const changed = offsets.findIndex((offset) => offset > LATEST_MS);
  const sorted = offsets.slice(0, changed === -1 ? undefined : changed).sort((a, b) => a - b);
  const [earliest, due, latest] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  if (earliest === undefined || due === undefined || latest === undefined) return undefined;

  // The variation also bounds it from below: a few runs may scatter less than the next ones will.
  const tolerance = Math.max(VARIATION_MS, GRACE_MS + Math.min(latest - earliest, WIDEST_SCATTER_MS));
  return { nominal, countsFrom, mayStartFrom: due - VARIATION_MS, due, missedFrom: due + tolerance, isLearned: true };
}

/** Expects a run some time on its day, in whatever time zone, when nothing but a moment is known after which it was due. */
function expectOnDay(schedule: AuditSchedule, days: Recurrence, since: number): Expectation {
  return {
    // The first day that counts lies wholly after `since`. Of a biweekly schedule it is the second: either may be its day.
    nominal: inPhase(schedule, days, since),
    countsFrom: EARLIEST_MS,
    mayStartFrom: EARLIEST_MS,
    due: DAY_ENDS_MS,
    missedFrom: DAY_ENDS_MS + VARIATION_MS,
    isLearned: false,
  };
}

/** The due days, of a biweekly schedule every other one, counted from the day of the given start. */
function inPhase({ frequency }: AuditSchedule, days: Recurrence, start = 0): Recurrence {
  return frequency === 'BIWEEKLY' ? every(2 * WEEK_MS, days(start - EARLIEST_MS)) : days;
}

/** The run whose time of day is nearest to those of all. Round the clock: at midnight an average would come out as noon. */
function typicalOf(runs: readonly number[]): number {
  const apart = (a: number, b: number) => {
    const difference = Math.abs(a - b) % DAY_MS;
    return Math.min(difference, DAY_MS - difference);
  };
  const distance = (run: number) => runs.reduce((sum, other) => sum + apart(run, other), 0);
  return runs.toSorted((a, b) => distance(a) - distance(b)).at(0) ?? 0;
}

/**
 * Epoch milliseconds, or NaN for what is not a moment from 1970 on: also a time without a zone, which would mean
 * another moment on another machine.
 */
function momentOf(iso: string): number {
  const moment = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(iso) ? Date.parse(iso) : Number.NaN;
  return moment >= 0 ? moment : Number.NaN;
}

function isoOf(moment: number): string {
  return new Date(moment).toISOString();
}
