import type { Snapshot } from '../answer/aws-answers.ts';
import { type AuditReading, progressMark } from '../answer/reading.ts';
import { secondsBetween } from '../text/duration.ts';
import type { RunningCourse, RunTime } from './course.ts';
import type { Watch } from './watch.ts';

/** How far an audit has come at a poll. */
interface AuditProgress {
  /** Since the audit started, or its watch if that is longer ago: an audit has run at least as long as it was watched. */
  readonly elapsedSeconds: number;
  /** The same at the poll before; 0 at the first poll. */
  readonly elapsedBefore: number;
  /** Since a check last changed its state, or a resource was counted. */
  readonly secondsSinceChange: number;
  /** What the watch remembers of it. `changedAt` is absent when nothing has changed. */
  readonly remember: Pick<Watch, 'progress' | 'changedAt'>;
}

/** Compares a poll with what the watch remembers of the one before. */
export function progressOf(watch: Watch, { answer, capturedAt }: Snapshot, reading: AuditReading): AuditProgress {
  const progress = progressMark(reading);
  const hasChanged = progress !== watch.progress;
  return {
    elapsedSeconds: elapsedAt(capturedAt, watch, answer.taskStartTime),
    elapsedBefore: watch.lastPolledAt === undefined ? 0 : elapsedAt(watch.lastPolledAt, watch, answer.taskStartTime),
    secondsSinceChange: hasChanged ? 0 : (secondsBetween(watch.changedAt, capturedAt) ?? 0),
    remember: hasChanged ? { progress, changedAt: capturedAt } : {},
  };
}

/** How an audit went that has ended at this poll: beyond the last poll that saw it run. */
export function runTimeOf({ elapsedBefore, elapsedSeconds }: AuditProgress, course: RunningCourse): RunTime {
  return { atLeast: elapsedBefore, atMost: elapsedSeconds, ...course };
}

function elapsedAt(moment: string, { watchedSince }: Watch, taskStartTime = watchedSince): number {
  return Math.max(secondsBetween(watchedSince, moment) ?? 0, secondsBetween(taskStartTime, moment) ?? 0);
}
