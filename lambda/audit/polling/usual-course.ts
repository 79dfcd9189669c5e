import type { Forecast, Milestone, RunTime, UsualCourse } from '../watch/course.ts';

/** Before anything is known of how much audits of a name differ, 10 %; that guess counts for half an audit. */
const SPREAD_GUESS = 0.1;
const GUESS_WEIGHT = 0.5;
/** Moments are known to the distance of two polls, and never quite. */
const LEAST_SPREAD = 0.01;
const LEAST_SECONDS = 0.5;
/** One audit more, of the other kind: the next one may be the first with a non-compliant check, or the first without. */
const SURPRISING_AUDITS = 1;
/** That is all there is to know, and it keeps the item small. */
const DIGITS = 4;

/** Summarizes earlier audits, newest first; undefined when no run time is usable. */
export function usualCourse(runs: readonly RunTime[]): UsualCourse | undefined {
  const usable = runs.filter(({ atLeast, atMost }) => isMoment(atLeast) && isMoment(atMost));
  const [newest] = usable;
  if (newest === undefined) return undefined;
  const nonCompliantAt = usable.map((run) => run.nonCompliantAt).filter(isMoment);
  const chance = rounded(nonCompliantAt.length / (usable.length + SURPRISING_AUDITS));
  return {
    audits: usable.length,
    longestSeconds: rounded(Math.max(...usable.map(({ atMost }) => atMost))),
    end: forecastOf(usable.map(endOf), 1),
    nonCompliant: nonCompliantAt.length === 0 ? undefined : forecastOf(nonCompliantAt, chance),
    milestones: milestonesOf(usable, newest.checksEndedAt?.length ?? 0),
  };
}

/** Only from audits with as many checks as the newest: with other checks their order means something else. */
function milestonesOf(runs: readonly RunTime[], checks: number): Milestone[] {
  const alike = runs.flatMap((run) => {
    const { checksEndedAt = [] } = run;
    if (checksEndedAt.length !== checks || !checksEndedAt.every(isMoment)) return [];
    return [checksEndedAt.map((endedAt) => endOf(run) / Math.max(LEAST_SECONDS, endedAt))];
  });
  if (alike.length === 0) return [];
  return Array.from({ length: checks }, (_, index) => {
    const { median, spread } = summaryOf(alike.flatMap((factors) => factors.slice(index, index + 1)));
    return [median, spread] as const;
  });
}

function forecastOf(moments: readonly number[], chance: number): Forecast {
  const { median, spread } = summaryOf(moments);
  return { medianSeconds: median, spread, chance };
}

/** The spread is that of the next value: wider than that of those seen, because they are few. */
function summaryOf(values: readonly number[]): { readonly median: number; readonly spread: number } {
  const logs = values.map((value) => Math.log(Math.max(LEAST_SECONDS, value)));
  const count = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const variance = (GUESS_WEIGHT * SPREAD_GUESS ** 2 + squares) / (GUESS_WEIGHT + count - 1);
  const spread = Math.max(LEAST_SPREAD, Math.sqrt(variance * (1 + 1 / count)));
  return { median: rounded(Math.exp(mean)), spread: rounded(spread) };
}

/** The middle of what the polls left open. */
function endOf({ atLeast, atMost }: RunTime): number {
  return (atLeast + atMost) / 2;
}

function isMoment(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Number.isFinite(seconds) && seconds >= 0;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
