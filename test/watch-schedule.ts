import { type LookSpacing, nextLook, type WatchProgress } from '../lambda/audit/polling/next-look.ts';
import type { PollsSoFar, UsualCourse } from '../lambda/audit/watch/course.ts';

/** Wait, Lambda and Choice: state entered and exited, function scheduled, started, succeeded. */
const EVENTS_PER_TURN = 9;

/** The pauses of the configuration `prompt`. */
export const PROMPT: LookSpacing = {
  minWaitSeconds: 5,
  maxWaitSeconds: 900,
  patienceSeconds: 0.5,
  mostLearnedLooks: 700,
};

/** How an audit is watched. */
export interface WatchedAudit {
  readonly watchLimitHours: number;
  readonly spacing: LookSpacing;
  /** Seconds from the start of the audit to the first look. */
  readonly startedBefore?: number;
  readonly usual?: UsualCourse;
  /** Seconds by which a clock is set forward or back, by look. */
  readonly clockSteps?: readonly number[];
  /** Checks that have ended at a look, and alerts that are out. */
  readonly seenAt?: (elapsedSeconds: number) => Partial<WatchProgress>;
}

/** Moments of all looks of a watch that runs to its limit, in seconds since the start of the audit, from the schedule itself. */
export function lookTimes(audit: WatchedAudit): number[] {
  const { watchLimitHours, spacing, startedBefore = 0, usual, clockSteps = [], seenAt } = audit;
  const limit = watchLimitHours * 3600;
  const times: number[] = [];
  let looks: PollsSoFar | undefined;
  for (let watched = 0; watched < limit; ) {
    // As AWS and Lambda tell moments: in milliseconds.
    const elapsedSeconds = Math.max(0, Math.round((startedBefore + watched) * 1000) / 1000);
    times.push(elapsedSeconds);
    const next = nextLook(
      {
        elapsedSeconds,
        remainingSeconds: limit - watched,
        looks,
        usual,
        checksEndedAt: [],
        onlyWaitsForData: false,
        ...seenAt?.(elapsedSeconds),
      },
      spacing,
    );
    looks = next.looks;
    watched += next.waitSeconds + (clockSteps[times.length - 1] ?? 0);
  }
  return times;
}

/** History events of a watch that runs to its limit: its looks, and the one at the limit. */
export function historyEvents(audit: WatchedAudit): number {
  return (lookTimes(audit).length + 1) * EVENTS_PER_TURN;
}
