import { ALERT_KIND, type AlertSlot, type StuckFacts } from './audit/alert.ts';
import { alertsDue, isClean, isEnded } from './audit/alerts-due.ts';
import { compareAudits, hasRecovered } from './audit/comparison.ts';
import { secondsUntilNextLook } from './audit/next-look.ts';
import { asPreviousAudit } from './audit/previous-audit.ts';
import { type AuditReading, auditNameOf, isResultMissing, mayHaveFindings, readAudit } from './audit/reading.ts';
import type { Snapshot } from './audit/snapshot.ts';
import { isLate } from './audit/sweep.ts';
import { isStuck, type RunTime, type UsualDuration, usualDuration } from './audit/usual-duration.ts';
import { type AlertOutbox, pendingSlots, type RegisteredAlert, type Watch } from './audit/watch.ts';
import { progressOf, runTimeOf } from './audit/watch-progress.ts';
import { Audits } from './aws/audits.ts';
import { flagSetting, positiveNumberSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { countEnded, countSnapshot, countTurn } from './aws/metrics.ts';
import { SweepTable } from './aws/sweep-table.ts';
import { WatchTable } from './aws/watch-table.ts';
import { type CheckAuditResult, ENV, NEXT, type Next } from './contract.ts';
import { AuditResultsMissingError, LooksOverlappedError, WatchLimitReachedError } from './errors.ts';
import { watchHandler } from './watch-handler.ts';

const watchLimitHours = positiveNumberSetting(ENV.watchLimitHours);
const lateAfterHours = positiveNumberSetting(ENV.lateAfterHours);
const preferences = { alertWhenCompliant: flagSetting(ENV.alertWhenCompliant) };
const spacing = {
  minWaitSeconds: positiveNumberSetting(ENV.minWaitSeconds),
  maxWaitSeconds: positiveNumberSetting(ENV.maxWaitSeconds),
};
const audits = new Audits();
const sweepTable = new SweepTable(textSetting(ENV.tableName));
const table = new WatchTable(textSetting(ENV.tableName), positiveNumberSetting(ENV.retentionDays));

/**
 * *Check audit*: one look. The order is the guarantee: lease, DescribeAuditTask, snapshot, then state and alerts in one
 * write. A crash anywhere leaves a watch that looks again or an alert that is still pending.
 *
 * @throws whatever the AWS calls throw, under the SDK's names; WatchLimitReachedError; AuditResultsMissingError
 */
export const handler = watchHandler(async ({ input, execution, definition }): Promise<CheckAuditResult> => {
  const { taskId } = input;
  const lease = await table.acquireLease(taskId, execution, new Date());
  const { watch } = lease;
  if (lease.outcome !== 'ACQUIRED') return notOurs(lease.outcome, watch, execution);
  logger.appendKeys({ turn: watch.turn + 1 });
  if (watch.endedAt !== undefined) {
    return resultOf(taskId, watch.findings === 'PENDING' ? findingsStep(definition) : NEXT.sendAlerts, 0);
  }

  const answer = await audits.describe(taskId);
  const look: Snapshot = { taskId, turn: watch.turn + 1, capturedAt: new Date().toISOString(), answer };
  return moveOn(watch, await table.putSnapshot(look, watch), { definition, isOver: isEnded(readAudit(answer)) });
});

interface Known {
  readonly definition: number;
  /** The audit is over by now, even if the stored look, of an attempt that died, does not say so yet. */
  readonly isOver: boolean;
}

/** Of an audit that is over, for the look that says so. */
const AT_ONCE_SECONDS = 1;

/** Decides on a stored snapshot, registers the alerts, and says what the loop does next. */
async function moveOn(watch: Watch, snapshot: Snapshot, { definition, isOver }: Known): Promise<CheckAuditResult> {
  const { taskId, answer } = snapshot;
  const reading = readAudit(answer);
  const late = await isFoundLate(watch, snapshot, reading);
  // Of an old audit without a result nobody needs to hear that it has none.
  const ended = isEnded(reading) || late;
  const pastRuns = await pastRunsOf(watch, snapshot, ended);
  const { elapsedSeconds, secondsSinceChange, remember } = progressOf(watch, snapshot, reading);
  const usual = usualDuration(pastRuns);
  const stuck = isStuck({ elapsedSeconds, secondsSinceChange }, usual);
  const recovered = isClean(reading) && !late && (await hasRecoveredSincePrevious(watch, snapshot));
  const due = late ? [] : alertsDue(reading, watch.alerts, preferences, { recovered, stuck });
  const findingsPending = ended && mayHaveFindings(reading);
  const remainingSeconds = secondsLeft(watch, snapshot);
  const pace = isOver ? AT_ONCE_SECONDS : secondsUntilNextLook({ elapsedSeconds, remainingSeconds }, spacing);
  const waitSeconds = ended ? 0 : pace;

  const alerts = Object.fromEntries(
    due.map(({ slot, kind, earlierTurns }): [AlertSlot, RegisteredAlert] => [
      slot,
      {
        kind,
        status: 'PENDING',
        turn: snapshot.turn,
        earlierTurns,
        registeredAt: snapshot.capturedAt,
        stuck: kind === ALERT_KIND.auditStuck && usual ? stuckFacts(watch, snapshot, usual) : undefined,
      },
    ]),
  ) satisfies AlertOutbox;
  const moved = await table.advance(watch, {
    snapshot,
    reading,
    alerts,
    ended,
    waitSeconds,
    findingsPending,
    remember: { ...remember, ...learned(watch, snapshot, reading, { ended, late, pastRuns }) },
  });
  if (moved === undefined) return refusedAdvance(watch, snapshot);

  countSnapshot(auditNameOf(answer), reading.counts);
  countTurn(snapshot.turn);
  if (ended) countEnded(reading);
  logger.info('Looked at the audit', {
    taskStatus: answer.taskStatus,
    counts: reading.counts,
    registered: due.map(({ kind }) => kind),
    waitSeconds,
  });
  if (reading.phase === 'UNKNOWN') logger.warn('Unknown task status: watching on until the watch limit', { answer });
  if (!ended && !isOver && isResultMissing(reading)) throw new AuditResultsMissingError(taskId);
  if (!ended && !isOver && remainingSeconds <= 0)
    throw new WatchLimitReachedError(taskId, watchLimitHours, answer.taskStatus);

  if (findingsPending) return resultOf(taskId, findingsStep(definition), 0);
  if (pendingSlots(moved.alerts).length > 0) return resultOf(taskId, NEXT.sendAlerts, waitSeconds, ended);
  return resultOf(taskId, ended ? NEXT.finished : NEXT.wait, waitSeconds, ended);
}

/** A definition that cannot read findings leaves them to the execution that the sweep starts after it. */
function findingsStep(definition: number): Next {
  return definition >= 1 ? NEXT.readFindings : NEXT.sendAlerts;
}

/** Whether an audit was over when it was first looked at, too long ago to alert anybody (`isLate`). */
async function isFoundLate(
  { turn, watchedSince }: Watch,
  { answer, capturedAt }: Snapshot,
  { phase }: AuditReading,
): Promise<boolean> {
  if (turn > 0 || phase === 'RUNNING' || phase === 'UNKNOWN') return false;
  const startedAt = answer.taskStartTime ?? watchedSince;
  const now = new Date(capturedAt);
  // The sweep's item is read only where it matters: an audit of today is never late.
  if (!isLate(startedAt, undefined, lateAfterHours, now)) return false;
  return isLate(startedAt, (await sweepTable.state()).firstSweepAt, lateAfterHours, now);
}

/** What the watch remembers for the audits to come, and of those before. */
function learned(
  watch: Watch,
  snapshot: Snapshot,
  { phase }: AuditReading,
  { ended, late, pastRuns }: { ended: boolean; late: boolean; pastRuns: readonly RunTime[] },
): Pick<Watch, 'late' | 'ran' | 'pastRuns'> {
  return {
    late: late || undefined,
    ran: ended && !late && phase === 'COMPLETED' ? runTimeOf(watch, snapshot) : undefined,
    pastRuns: watch.turn === 0 && pastRuns.length > 0 ? pastRuns : undefined,
  };
}

/**
 * Read once, at the first look at a running audit of a schedule; without them it is watched all the same. Audits on demand
 * have nothing in common: how long others took says nothing.
 */
async function pastRunsOf(watch: Watch, { answer }: Snapshot, ended: boolean): Promise<readonly RunTime[]> {
  if (watch.turn > 0 || ended || answer.scheduledAuditName === undefined) return watch.pastRuns ?? [];
  try {
    return await table.pastRuns(auditNameOf(answer), answer.taskStartTime ?? watch.watchedSince);
  } catch (error) {
    logger.warn('How long earlier audits ran could not be read', { error });
    return [];
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

function secondsLeft({ watchedSince }: Watch, { capturedAt }: Snapshot): number {
  return watchLimitHours * 3600 - (Date.parse(capturedAt) - Date.parse(watchedSince)) / 1000;
}
