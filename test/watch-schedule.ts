import { nextPoll, type PollSpacing, type WatchProgress } from '../lambda/audit/polling/next-poll.ts';
import type { PollsSoFar, UsualCourse } from '../lambda/audit/watch/course.ts';

/** Wait, Lambda and Choice: state entered and exited, function scheduled, started, succeeded. */
const EVENTS_PER_POLL = 9;

/** The pauses of the configuration `prompt`. */
export const PROMPT: PollSpacing = {
  minWaitSeconds: 5,
  maxWaitSeconds: 900,
  patienceSeconds: 0.5,
  mostLearnedPolls: 700,
};

/** How an audit is watched. */
export interface WatchedAudit {
  readonly watchLimitHours: number;
  readonly spacing: PollSpacing;
  /** Seconds from the start of the audit to the first poll. */
  readonly startedBefore?: number;
  readonly usual?: UsualCourse;
  /** Seconds by which a clock is set forward or back, by poll. */
  readonly clockSteps?: readonly number[];
  /** What the poll at a moment has seen so far. */
  readonly seenAt?: (elapsedSeconds: number) => Partial<WatchProgress>;
}

/** Moments of all polls of a watch that runs to its limit, in seconds since the start of the audit, from the schedule itself. */
export function pollTimes(audit: WatchedAudit): number[] {
  const { watchLimitHours, spacing, startedBefore = 0, usual, clockSteps = [], seenAt } = audit;
  const limit = watchLimitHours * 3600;
  const times: number[] = [];
  let polls: PollsSoFar | undefined;
  for (let watched = 0; watched < limit; ) {
    // As AWS and Lambda tell moments: in milliseconds.
    const elapsedSeconds = Math.max(0, Math.round((startedBefore + watched) * 1000) / 1000);
    times.push(elapsedSeconds);
    const next = nextPoll(
      {
        elapsedSeconds,
        remainingSeconds: limit - watched,
        polls,
        usual,
        checksEndedAt: [],
        ...seenAt?.(elapsedSeconds),
      },
      spacing,
    );
    polls = next.polls;
    watched += next.waitSeconds + (clockSteps[times.length - 1] ?? 0);
  }
  return times;
}

/** History events of a watch that runs to its limit: its polls, and the one at the limit. */
export function historyEvents(audit: WatchedAudit): number {
  return (pollTimes(audit).length + 1) * EVENTS_PER_POLL;
}
