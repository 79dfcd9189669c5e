import type { ExpectedCourse, Forecast, Milestone, RunTime, UsualCourse } from '../watch/course.ts';
import { expectedNews } from './expected-news.ts';
import { survivalAt, totalHazardAt } from './forecast.ts';

/** Before anything is known of how much audits of a name differ, 10 %; that guess counts for half an audit. */
const SPREAD_GUESS = 0.1;
const GUESS_WEIGHT = 0.5;
/** Moments are known to the distance of two looks, and never quite. */
const LEAST_SPREAD = 0.01;
const LEAST_SECONDS = 0.5;
/** An audit in which nothing was wrong so far may be the first that has trouble, and the other way round. */
const SURPRISING_AUDITS = 1;
const DIGITS = 4;
/** In spreads beyond the median: few audits take longer. */
const FAR = 3;
const EFFORT_STEPS = 300;

/** Summarizes earlier audits, newest first; undefined when none can be read. */
export function usualCourse(runs: readonly RunTime[]): UsualCourse | undefined {
  const readable = runs.filter(isReadable);
  const [newest] = readable;
  if (newest === undefined) return undefined;
  const course = {
    audits: readable.length,
    longestSeconds: rounded(readable.reduce((longest, { atMost }) => Math.max(longest, atMost), 0)),
    end: { ...forecastOf(summaryOf(readable.map(endOf))), chance: 1 },
    nonCompliant: troubleOf(readable.map(({ nonCompliantAt }) => nonCompliantAt)),
    failed: troubleOf(readable.map(({ failedAt }) => failedAt)),
    milestones: milestonesOf(readable, newest.checksEndedAt?.length ?? 0),
  };
  return { ...course, effort: rounded(effortOf(course)) };
}

/** As far as the audit is likely to go on. */
function effortOf(course: ExpectedCourse): number {
  const news = expectedNews(course, { checksEndedAt: [] });
  const { end } = course;
  const step = (end.medianSeconds * Math.exp(FAR * end.spread)) / EFFORT_STEPS;
  const moments = Array.from({ length: EFFORT_STEPS }, (_, index) => (index + 0.5) * step);
  return moments.reduce((sum, at) => sum + Math.sqrt(totalHazardAt(at, news)) * step * survivalAt(at, end), 0);
}

/** Of the audits that had such trouble; undefined when none had. */
function troubleOf(moments: readonly (number | undefined)[]): Forecast | undefined {
  const known = moments.filter(isMoment);
  if (known.length === 0) return undefined;
  const chance = rounded(known.length / (moments.length + SURPRISING_AUDITS));
  return { ...forecastOf(summaryOf(known)), chance };
}

/** Only of audits with as many checks as the newest: with other checks their order means something else. */
function milestonesOf(runs: readonly RunTime[], checks: number): Milestone[] {
  const alike = runs.flatMap((run) => {
    const { checksEndedAt = [] } = run;
    return checksEndedAt.length === checks && checksEndedAt.every(isMoment) ? [{ run, checksEndedAt }] : [];
  });
  if (alike.length === 0) return [];
  return Array.from({ length: checks }, (_, index) => {
    const factors = alike.flatMap(({ run, checksEndedAt }) =>
      checksEndedAt.slice(index, index + 1).map((endedAt) => endOf(run) / atLeastSome(endedAt)),
    );
    const { mean, spread } = summaryOf(factors);
    return [rounded(Math.exp(mean)), rounded(spread)] as const;
  });
}

interface Summary {
  /** Of the logarithms. */
  readonly mean: number;
  /** To be expected of the next one: wider than that of those seen, for they are few. */
  readonly spread: number;
}

function summaryOf(values: readonly number[]): Summary {
  const logs = values.map((value) => Math.log(atLeastSome(value)));
  const count = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const variance = (GUESS_WEIGHT * SPREAD_GUESS ** 2 + squares) / (GUESS_WEIGHT + count - 1);
  return { mean, spread: Math.max(LEAST_SPREAD, Math.sqrt(variance * (1 + 1 / count))) };
}

function forecastOf({ mean, spread }: Summary): Omit<Forecast, 'chance'> {
  return { medianSeconds: rounded(Math.exp(mean)), spread: rounded(spread) };
}

/** The middle of what the looks left open. */
function endOf({ atLeast, atMost }: RunTime): number {
  return (atLeast + atMost) / 2;
}

function atLeastSome(seconds: number): number {
  return Math.max(LEAST_SECONDS, seconds);
}

function isReadable({ atLeast, atMost }: RunTime): boolean {
  return isMoment(atLeast) && isMoment(atMost);
}

function isMoment(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Number.isFinite(seconds) && seconds >= 0;
}

/** Four digits say all that there is to know, and keep the item small. */
function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
