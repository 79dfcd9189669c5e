import type { AlertSlot } from './audit/alert.ts';
import { alertsDue, isClean, isEnded } from './audit/alerts-due.ts';
import { compareAudits, hasRecovered } from './audit/comparison.ts';
import { secondsUntilNextLook } from './audit/next-look.ts';
import { asPreviousAudit } from './audit/previous-audit.ts';
import { auditNameOf, isResultMissing, mayHaveFindings, readAudit } from './audit/reading.ts';
import type { AuditAnswer, Snapshot } from './audit/snapshot.ts';
import { type AlertOutbox, pendingSlots, type RegisteredAlert, type Watch } from './audit/watch.ts';
import { Audits } from './aws/audits.ts';
import { flagSetting, positiveNumberSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { countSnapshot } from './aws/metrics.ts';
import { WatchTable } from './aws/watch-table.ts';
import { type CheckAuditResult, ENV, NEXT, type Next } from './contract.ts';
import { AuditResultsMissingError, LooksOverlappedError, WatchLimitReachedError } from './errors.ts';
import { watchHandler } from './watch-handler.ts';

const watchLimitHours = positiveNumberSetting(ENV.watchLimitHours);
const preferences = { alertWhenCompliant: flagSetting(ENV.alertWhenCompliant) };
const spacing = {
  minWaitSeconds: positiveNumberSetting(ENV.minWaitSeconds),
  maxWaitSeconds: positiveNumberSetting(ENV.maxWaitSeconds),
};
const audits = new Audits();
const table = new WatchTable(textSetting(ENV.tableName), positiveNumberSetting(ENV.retentionDays));

/**
 * *Check audit*: one look. The order is the guarantee: lease, DescribeAuditTask, snapshot, then state and alerts in one
 * write. A crash anywhere leaves a watch that looks again or an alert that is still pending.
 *
 * @throws whatever the AWS calls throw, under the SDK's names; WatchLimitReachedError; AuditResultsMissingError
 */
export const handler = watchHandler(async ({ input, execution }): Promise<CheckAuditResult> => {
  const { taskId } = input;
  const lease = await table.acquireLease(taskId, execution, new Date());
  const { watch } = lease;
  if (lease.outcome !== 'ACQUIRED') return notOurs(lease.outcome, watch, execution);
  logger.appendKeys({ turn: watch.turn + 1 });
  if (watch.endedAt !== undefined) {
    return resultOf(taskId, watch.findings === 'PENDING' ? NEXT.readFindings : NEXT.sendAlerts, 0);
  }

  const answer = await audits.describe(taskId);
  const snapshot: Snapshot = { taskId, turn: watch.turn + 1, capturedAt: new Date().toISOString(), answer };
  if (!(await table.putSnapshot(snapshot))) throw new LooksOverlappedError(taskId, snapshot.turn);

  return moveOn(watch, snapshot);
});

/** Decides on a stored snapshot, registers the alerts, and says what the loop does next. */
async function moveOn(watch: Watch, snapshot: Snapshot): Promise<CheckAuditResult> {
  const { taskId, answer } = snapshot;
  const reading = readAudit(answer);
  const ended = isEnded(reading);
  const history = { recovered: isClean(reading) && (await hasRecoveredSincePrevious(watch, snapshot)) };
  const due = alertsDue(reading, watch.alerts, preferences, history);
  const findingsPending = ended && mayHaveFindings(reading);
  const remainingSeconds = secondsLeft(watch, snapshot);
  const elapsedSeconds = secondsSinceStart(watch, answer, snapshot.capturedAt);
  const waitSeconds = ended ? 0 : secondsUntilNextLook({ elapsedSeconds, remainingSeconds }, spacing);

  const alerts = Object.fromEntries(
    due.map(({ slot, kind, earlierTurns }): [AlertSlot, RegisteredAlert] => [
      slot,
      { kind, status: 'PENDING', turn: snapshot.turn, earlierTurns, registeredAt: snapshot.capturedAt },
    ]),
  ) satisfies AlertOutbox;
  const moved = await table.advance(watch, { snapshot, reading, alerts, ended, waitSeconds, findingsPending });
  if (moved === undefined) return refusedAdvance(watch, snapshot);

  countSnapshot(auditNameOf(answer), reading.counts);
  logger.info('Looked at the audit', {
    taskStatus: answer.taskStatus,
    counts: reading.counts,
    registered: due.map(({ kind }) => kind),
    waitSeconds,
  });
  if (reading.phase === 'UNKNOWN') logger.warn('Unknown task status: watching on until the watch limit', { answer });
  if (isResultMissing(reading)) throw new AuditResultsMissingError(taskId);
  if (!ended && remainingSeconds <= 0) throw new WatchLimitReachedError(taskId, watchLimitHours, answer.taskStatus);

  if (findingsPending) return resultOf(taskId, NEXT.readFindings, 0);
  if (pendingSlots(moved.alerts).length > 0) return resultOf(taskId, NEXT.sendAlerts, waitSeconds, ended);
  return resultOf(taskId, ended ? NEXT.finished : NEXT.wait, waitSeconds, ended);
}

/** Whether a check that had trouble in the previous comparable audit is compliant now. */
async function hasRecoveredSincePrevious(watch: Watch, { taskId, answer }: Snapshot): Promise<boolean> {
  const previous = await table.previousAudit(taskId, auditNameOf(answer), answer.taskStartTime ?? watch.watchedSince);
  if (previous === undefined) return false;
  return hasRecovered(compareAudits(asPreviousAudit(previous), { reading: readAudit(answer) }));
}

/** The lease has gone to another execution, which watches on; or an attempt of this very one was quicker. */
async function refusedAdvance(watch: Watch, { turn }: Snapshot): Promise<CheckAuditResult> {
  const stored = await table.getWatch(watch.taskId);
  if (stored === undefined || stored.execution === watch.execution) throw new LooksOverlappedError(watch.taskId, turn);
  return notOurs('HELD_BY_ANOTHER', stored, watch.execution);
}

/** The lease was refused: the watch is another execution's, or this one's own work is done (its last answer got lost). */
function notOurs(outcome: 'HELD_BY_ANOTHER' | 'CLOSED', watch: Watch, execution: string): CheckAuditResult {
  logger.appendKeys({ turn: watch.turn });
  const ownWorkIsDone = outcome === 'CLOSED' && watch.execution === execution;
  logger.info(ownWorkIsDone ? 'The watch is already closed' : 'Another execution watches, or watched, this audit', {
    outcome,
    holder: watch.execution,
  });
  return resultOf(watch.taskId, ownWorkIsDone ? NEXT.finished : NEXT.alreadyWatched, 0);
}

function resultOf(taskId: string, next: Next, waitSeconds: number, finished = true): CheckAuditResult {
  return { taskId, next, waitSeconds, finished };
}

/** An audit has run at least as long as it was watched, whatever the clocks say. */
function secondsSinceStart({ watchedSince }: Watch, { taskStartTime }: AuditAnswer, capturedAt: string): number {
  const since = (moment: string) => (Date.parse(capturedAt) - Date.parse(moment)) / 1000;
  return Math.max(since(watchedSince), since(taskStartTime ?? watchedSince));
}

function secondsLeft({ watchedSince }: Watch, { capturedAt }: Snapshot): number {
  return watchLimitHours * 3600 - (Date.parse(capturedAt) - Date.parse(watchedSince)) / 1000;
}
