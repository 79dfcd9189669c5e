import type { CheckCounts } from '../answer/reading.ts';
import type { RunningCourse } from '../watch/course.ts';

/** Moments of two looks, the later one being that which is read. Seconds since the start of the audit. */
export interface LookTimes {
  /** 0 at the first look. */
  readonly before: number;
  readonly now: number;
}

/** More checks than this are not followed one by one: the item would grow with every look. */
const MOST_CHECKS = 50;

/** Adds what a look sees: the checks that have ended since the last one, and the first trouble of each kind. */
export function courseAfter(course: RunningCourse | undefined, counts: CheckCounts, times: LookTimes): RunningCourse {
  const { checksEndedAt = [], nonCompliantAt, failedAt } = course ?? {};
  const moment = Math.round(5 * (times.before + times.now)) / 10;
  const ended = Math.max(0, checksEnded(counts) - checksEndedAt.length);
  const seen = (count = 0) => (count > 0 ? moment : undefined);
  return {
    checksEndedAt: [...checksEndedAt, ...new Array<number>(ended).fill(moment)],
    nonCompliantAt: nonCompliantAt ?? seen(counts.nonCompliant),
    failedAt: failedAt ?? seen(counts.failed),
  };
}

/** True when no check runs any more, but some wait for data. */
export function onlyWaitsForData({ inProgress, waitingForData }: CheckCounts): boolean {
  return inProgress === 0 && waitingForData !== undefined && waitingForData > 0;
}

/** Missing is unknown: then no check has ended as far as anybody knows. */
function checksEnded({ total, inProgress, waitingForData }: CheckCounts): number {
  if (total === undefined || inProgress === undefined || waitingForData === undefined || total > MOST_CHECKS) return 0;
  return total - inProgress - waitingForData;
}
