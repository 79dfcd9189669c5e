import type { CheckCounts } from '../answer/reading.ts';
import type { RunningCourse } from '../watch/course.ts';

/** Moments of two polls; the later one is being read. Seconds since the start of the audit. */
interface PollTimes {
  /** 0 at the first poll. */
  readonly before: number;
  readonly now: number;
}

/** More checks than this are not followed one by one: the item would grow with every poll. */
const MOST_CHECKS = 50;

/** Adds what a poll sees: the checks that have ended since the last one, and the first that is non-compliant. */
export function courseAfter(course: RunningCourse | undefined, counts: CheckCounts, times: PollTimes): RunningCourse {
  const { checksEndedAt = [], nonCompliantAt } = course ?? {};
  const moment = Math.round(5 * (times.before + times.now)) / 10;
  const ended = Math.max(0, checksEnded(counts) - checksEndedAt.length);
  return {
    checksEndedAt: [...checksEndedAt, ...new Array<number>(ended).fill(moment)],
    nonCompliantAt: nonCompliantAt ?? ((counts.nonCompliant ?? 0) > 0 ? moment : undefined),
  };
}

/** Missing is unknown: then no check has ended as far as anybody knows. */
function checksEnded({ total, inProgress, waitingForData }: CheckCounts): number {
  if (total === undefined || inProgress === undefined || waitingForData === undefined || total > MOST_CHECKS) return 0;
  return total - inProgress - waitingForData;
}
