import type { AuditAnswer, Snapshot } from './audit/answer/aws-answers.ts';
import { type AuditReading, auditNameOf, mayHaveFindings, readAudit } from './audit/answer/reading.ts';
import { nextPoll } from './audit/polling/next-poll.ts';
import { courseAfter } from './audit/polling/running-course.ts';
import { usualCourse } from './audit/polling/usual-course.ts';
import { isLate } from './audit/sweep/sweep.ts';
import { secondsBetween } from './audit/text/duration.ts';
import type { AlertSlot, StuckFacts } from './audit/watch/alert-kinds.ts';
import { alertsDue } from './audit/watch/alerts-due.ts';
import type { UsualCourse } from './audit/watch/course.ts';
import { isEnded, type Settling, settlingOf } from './audit/watch/end.ts';
import { progressOf, runTimeOf } from './audit/watch/progress.ts';
import { isStuck, type UsualDuration } from './audit/watch/stuck.ts';
import { type AlertOutbox, dueSlots, type RegisteredAlert, type Watch } from './audit/watch/watch.ts';
import { Audits } from './aws/audits.ts';
import { countSetting, positiveNumberSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { countEnded, countPollNumber, countSnapshot } from './aws/metrics.ts';
import { SweepTable } from './aws/table/sweep-table.ts';
import { WatchTable } from './aws/table/watch-table.ts';
import { ALERT_KIND, type AuditId, type CheckAuditResult, ENV, NEXT, type Next } from './contract.ts';
import { PollsOverlappedError, WatchLimitReachedError } from './errors.ts';
import { watchHandler } from './watch-handler.ts';

const watchLimitHours = positiveNumberSetting(ENV.watchLimitHours);
const lateAfterHours = positiveNumberSetting(ENV.lateAfterHours);
const spacing = {
  minWaitSeconds: positiveNumberSetting(ENV.minWaitSeconds),
  maxWaitSeconds: positiveNumberSetting(ENV.maxWaitSeconds),
  patienceSeconds: positiveNumberSetting(ENV.patienceSeconds),
  mostLearnedPolls: countSetting(ENV.mostLearnedPolls),
};
const audits = new Audits();
const sweepTable = new SweepTable(textSetting(ENV.tableName));
const table = new WatchTable(textSetting(ENV.tableName), positiveNumberSetting(ENV.retentionDays));

/**
 * *Check audit*: one poll. The order is the guarantee: lease, DescribeAuditTask, snapshot, then state and alerts in one
 * write. A crash anywhere leaves a watch that polls again or an alert that is still pending.
 *
 * @throws what the AWS calls throw, named by its nature; WatchLimitReachedError
 */
export const handler = watchHandler(async ({ input, execution }): Promise<CheckAuditResult> => {
  const lease = await table.acquireLease(input, execution, new Date());
  const { watch } = lease;
  if (lease.outcome !== 'ACQUIRED') return notOurs(lease.outcome, watch, execution);
  logger.appendKeys({ poll: watch.poll + 1 });
  if (watch.endedAt !== undefined) {
    return resultOf(watch, watch.findings === 'PENDING' ? NEXT.readFindings : NEXT.sendAlerts, 0);
  }

  const answer = await describe(watch);
  if (answer === undefined) return leaveToRetries(watch);
  const poll: Snapshot = { poll: watch.poll + 1, capturedAt: new Date().toISOString(), answer };
  const isOver = isEnded(readAudit(answer));
  // Past the watch limit only the end matters any more.
  if (watch.gaveUpAt !== undefined && !isOver && secondsLeft(watch, poll) <= 0) return leaveToRetries(watch);
  return moveOn(watch, await table.putSnapshot(watch, poll), isOver);
});

/** Undefined when the answer can wait: a watch that gave up, or whose audit is from before the deployment, is tried again later. */
async function describe(watch: Watch): Promise<AuditAnswer | undefined> {
  try {
    return await audits.describe(watch.taskId);
  } catch (error) {
    if (watch.gaveUpAt === undefined && !watch.predatesWatcher) throw error;
    logger.warn('The audit still cannot be read: the sweep tries it again', { error });
    return undefined;
  }
}

/** Ends the execution quietly: the sweep has noted when the watch is due again. What is unsent is tried now. */
async function leaveToRetries(watch: Watch): Promise<CheckAuditResult> {
  const now = new Date();
  const left = watch.gaveUpAt === undefined ? await table.giveUp(watch, now) : watch;
  const isUnsent = left !== undefined && dueSlots(left.alerts, now).length > 0;
  return resultOf(watch, isUnsent ? NEXT.sendAlerts : NEXT.finished, 0);
}

/** Wait before the final poll of an audit that is over. */
const AT_ONCE_SECONDS = 1;

/**
 * Decides on a stored snapshot, registers the alerts, and says what the loop does next.
 *
 * @param isOver the audit is over by now, even if the stored snapshot, left by an attempt that died, does not say so yet
 */
async function moveOn(watch: Watch, snapshot: Snapshot, isOver: boolean): Promise<CheckAuditResult> {
  const { answer } = snapshot;
  const reading = readAudit(answer);
  const late = await isFoundLate(watch, snapshot, reading);
  // An old audit without a result needs no alert that says so.
  const completedAt = reading.phase === 'COMPLETED' ? (watch.completedAt ?? snapshot.capturedAt) : undefined;
  const settling = settlingOf(reading, secondsBetween(completedAt, snapshot.capturedAt) ?? 0);
  const remainingSeconds = secondsLeft(watch, snapshot);
  const ended = (isEnded(reading) && (settling.isOver || remainingSeconds <= 0)) || late;
  const usual = await usualOf(watch, snapshot, ended);
  const progress = progressOf(watch, snapshot, reading);
  const { elapsedSeconds } = progress;
  const course = courseAfter(watch.course, reading.counts, { before: progress.elapsedBefore, now: elapsedSeconds });
  // Audits on demand differ too much: how long others took says when to poll, but not that one is stuck.
  const stuck = answer.scheduledAuditName !== undefined && isStuck(progress, usual);
  const due = ended ? [] : alertsDue(reading, watch.alerts, stuck);
  const findingsPending = ended && mayHaveFindings(reading);

  const alerts = Object.fromEntries(
    due.map(({ slot, kind }): [AlertSlot, RegisteredAlert] => [
      slot,
      {
        kind,
        status: 'PENDING',
        poll: snapshot.poll,
        registeredAt: snapshot.capturedAt,
        stuck: kind === ALERT_KIND.auditStuck && usual ? stuckFacts(watch, snapshot, usual) : undefined,
      },
    ]),
  ) satisfies AlertOutbox;
  const next = ended
    ? undefined
    : nextPoll({ ...course, elapsedSeconds, remainingSeconds, polls: watch.polls, usual }, spacing);
  const waitSeconds = ended ? 0 : waitBefore(reading, settling, isOver, next);
  const moved = await table.advance(watch, {
    snapshot,
    reading,
    alerts,
    ended,
    waitSeconds,
    now: new Date(),
    findingsPending,
    remember: {
      ...progress.remember,
      ...(next === undefined ? {} : { course, polls: next.polls }),
      usual: watch.poll === 0 ? usual : undefined,
      late: late || undefined,
      completedAt: ended ? undefined : completedAt,
      ran:
        ended && !late && watch.alerts.WATCHER_GAVE_UP === undefined && reading.phase === 'COMPLETED'
          ? runTimeOf(progress, course)
          : undefined,
    },
  });
  if (moved === undefined) return refusedAdvance(watch, snapshot);

  countSnapshot(auditNameOf(answer), reading.counts);
  countPollNumber(snapshot.poll);
  if (ended) countEnded(reading);
  logger.info('Polled the audit', {
    taskStatus: answer.taskStatus,
    counts: reading.counts,
    registered: due.map(({ kind }) => kind),
    waitSeconds,
  });
  if (reading.phase === 'UNKNOWN') logger.warn('Unknown task status: watching on until the watch limit', { answer });
  if (!ended && !isOver && remainingSeconds <= 0)
    throw new WatchLimitReachedError(watch.taskId, watchLimitHours, answer.taskStatus);

  if (findingsPending) return resultOf(watch, NEXT.readFindings, 0);
  // The ledger moves before the closing message is written.
  if (ended || dueSlots(moved.alerts, new Date()).length > 0)
    return resultOf(watch, NEXT.sendAlerts, waitSeconds, ended);
  return resultOf(watch, NEXT.wait, waitSeconds, false);
}

/** An audit that is ending is polled at the pace of its settling; one that a lost snapshot still shows as running, at once. */
function waitBefore(
  reading: AuditReading,
  settling: Settling,
  isOver: boolean,
  next: { readonly waitSeconds: number } | undefined,
): number {
  if (isEnded(reading)) return settling.waitSeconds;
  return isOver ? AT_ONCE_SECONDS : (next?.waitSeconds ?? AT_ONCE_SECONDS);
}

/** Whether an audit was over when it was first polled, too long ago to alert anybody (`isLate`). */
async function isFoundLate(watch: Watch, { answer, capturedAt }: Snapshot, { phase }: AuditReading): Promise<boolean> {
  const { poll, watchedSince, alerts } = watch;
  // Everybody who was sent WATCHER_GAVE_UP is sent the end.
  if (poll > 0 || alerts.WATCHER_GAVE_UP !== undefined || phase === 'RUNNING' || phase === 'UNKNOWN') return false;
  const startedAt = answer.taskStartTime ?? watchedSince;
  const now = new Date(capturedAt);
  // The sweep's item is read only where it matters: an audit of today is never late.
  if (!isLate(startedAt, undefined, lateAfterHours, now)) return false;
  return isLate(startedAt, (await sweepTable.state(watch, now)).firstSweepAt, lateAfterHours, now);
}

/** Read once, at the first poll of a running audit; without it, it is watched all the same. */
async function usualOf(watch: Watch, { answer }: Snapshot, ended: boolean): Promise<UsualCourse | undefined> {
  if (watch.poll > 0 || ended) return watch.usual;
  try {
    return usualCourse(
      await table.history.pastRuns(watch, auditNameOf(answer), answer.taskStartTime ?? watch.watchedSince),
    );
  } catch (error) {
    logger.warn('How earlier audits went could not be read', { error });
    return undefined;
  }
}

function stuckFacts(watch: Watch, { capturedAt }: Snapshot, usual: UsualDuration): StuckFacts {
  const { longestSeconds, audits: known } = usual;
  return {
    usualSeconds: longestSeconds,
    audits: known,
    unchangedSince: watch.changedAt ?? capturedAt,
    watchLimitHours,
  };
}

/** The lease has gone to another execution, which watches on; or an attempt of this very one was quicker. */
async function refusedAdvance(watch: Watch, { poll }: Snapshot): Promise<CheckAuditResult> {
  const stored = await table.getWatch(watch);
  if (stored === undefined || stored.execution === watch.execution) throw new PollsOverlappedError(watch.taskId, poll);
  return notOurs('HELD_BY_ANOTHER', stored, watch.execution);
}

/** The lease was refused: the watch is another execution's, or this one's own work is done (its last answer got lost). */
function notOurs(outcome: 'HELD_BY_ANOTHER' | 'CLOSED', watch: Watch, execution: string): CheckAuditResult {
  logger.appendKeys({ poll: watch.poll });
  const ownWorkIsDone = outcome === 'CLOSED' && watch.execution === execution;
  logger.info(ownWorkIsDone ? 'The watch is already closed' : 'Another execution watches, or watched, this audit', {
    outcome,
    holder: watch.execution,
  });
  return resultOf(watch, ownWorkIsDone ? NEXT.finished : NEXT.alreadyWatched, 0);
}

function resultOf(audit: AuditId, next: Next, waitSeconds: number, finished = true): CheckAuditResult {
  const { account, region, taskId } = audit;
  return { account, region, taskId, next, waitSeconds, finished };
}

function secondsLeft({ watchedSince }: Watch, { capturedAt }: Snapshot): number {
  return watchLimitHours * 3600 - (secondsBetween(watchedSince, capturedAt) ?? 0);
}
