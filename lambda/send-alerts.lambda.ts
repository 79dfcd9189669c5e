import type { AlertInput } from './audit/alert/alert-input.ts';
import { composeAlert, saysNothingNew } from './audit/alert/message.ts';
import type { Snapshot } from './audit/answer/aws-answers.ts';
import { auditNameOf, readAudit } from './audit/answer/reading.ts';
import { compareAudits } from './audit/ledger/comparison.ts';
import { uniteTrouble } from './audit/ledger/earlier-trouble.ts';
import { ALERT_KIND, type AlertSlot } from './audit/watch/alert-kinds.ts';
import { causeMessage, gaveUpReason } from './audit/watch/give-up.ts';
import { asPreviousAudit, auditStartOf } from './audit/watch/previous-audit.ts';
import { pendingSlots, type RegisteredAlert, type Watch } from './audit/watch/watch.ts';
import { AlertTopics } from './aws/alert-topics.ts';
import { choiceSetting, positiveNumberSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { countAlert, countAlertDelay } from './aws/metrics.ts';
import { FindingsTable } from './aws/table/findings-table.ts';
import { WatchTable } from './aws/table/watch-table.ts';
import { ENV, type FunctionInput, REPEAT, type SendAlertsResult } from './contract.ts';
import { watchHandler } from './watch-handler.ts';

/** Audit name of an alert about an audit that could never be looked at. */
const UNKNOWN_AUDIT = 'UNKNOWN';

const watchLimitHours = positiveNumberSetting(ENV.watchLimitHours);
const table = new WatchTable(textSetting(ENV.tableName), positiveNumberSetting(ENV.retentionDays));
const repeat = choiceSetting(ENV.repeat, REPEAT);
const findingsTable = new FindingsTable(textSetting(ENV.tableName));
const topics = AlertTopics.fromEnvironment();

/**
 * *Send alerts* and *Give up*: publishes every pending alert of a watch, each marked as sent right after. With a
 * `failure` in the input, WATCHER_GAVE_UP is registered first. Only a crash between publish and mark can repeat a
 * message; its alert key makes the repeat recognizable.
 *
 * @throws whatever the AWS calls throw, under the SDK's names; what was not marked stays pending
 */
export const handler = watchHandler(async ({ input, execution }): Promise<SendAlertsResult> => {
  const { account, region, taskId, failure, waitSeconds } = input;
  const lease = await table.acquireLease(input, execution, new Date(), waitSeconds);
  logger.appendKeys({ turn: lease.watch.turn });
  if (lease.outcome !== 'ACQUIRED') {
    logger.info('Nothing to send: the watch is closed or another execution has it', { outcome: lease.outcome });
    return { account, region, taskId, sent: 0 };
  }
  const watch = failure === undefined ? lease.watch : await giveUp(lease.watch, failure);
  if (watch !== undefined && isDone(watch)) await table.close(watch);
  const findingsError = input.findings !== undefined && 'Error' in input.findings ? input.findings.Error : undefined;
  return { account, region, taskId, sent: await sendPending(watch, findingsError) };
});

/** Nothing is left to do, though the watch is open. */
function isDone({ endedAt, findings, alerts }: Watch): boolean {
  return endedAt !== undefined && findings !== 'PENDING' && pendingSlots(alerts).length === 0;
}

/** Registers WATCHER_GAVE_UP, unless the audit's end is known: then only its alerts are overdue, and they are pending. */
async function giveUp(
  watch: Watch,
  failure: NonNullable<FunctionInput['input']['failure']>,
): Promise<Watch | undefined> {
  logger.error('Giving up', { failure });
  const registeredAt = new Date().toISOString();
  return table.giveUp(watch, {
    kind: ALERT_KIND.watcherGaveUp,
    status: 'PENDING',
    turn: watch.turn,
    registeredAt,
    gaveUp: {
      reason: gaveUpReason(failure.Error),
      errorName: failure.Error,
      errorMessage: causeMessage(failure.Cause),
      execution: watch.execution,
      watchLimitHours,
      gaveUpAt: registeredAt,
    },
  });
}

/**
 * Publishes one by one, in order, and stops when the lease has gone: then the rest is the new holder's to send. An alert
 * that cannot be sent does not hold back the others; the first error is thrown when all were tried.
 */
async function sendPending(pending: Watch | undefined, findingsError: string | undefined): Promise<number> {
  let watch = pending;
  let sent = 0;
  const errors: unknown[] = [];
  for (const slot of pending === undefined ? [] : pendingSlots(pending.alerts)) {
    const alert = watch?.alerts[slot];
    if (watch === undefined || alert === undefined) break;
    try {
      const outcome = await settle(watch, slot, alert, findingsError);
      watch = outcome.watch;
      if (outcome.sent) sent += 1;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return sent;
}

/** Sends one alert, or holds it back. Returns the watch as stored after that; undefined when the lease has gone. */
async function settle(
  watch: Watch,
  slot: AlertSlot,
  alert: RegisteredAlert,
  findingsError: string | undefined,
): Promise<{ readonly watch: Watch | undefined; readonly sent: boolean }> {
  const input = await alertInput(watch, slot, alert, findingsError);
  const message = composeAlert(input);
  if (repeat === 'changes' && saysNothingNew(input) && (await wasToldBefore(watch))) {
    logger.info('Held back an alert that says the same as the previous audit', { alertKey: message.key });
    return { watch: await table.settle(watch, slot, { status: 'HELD', at: new Date() }), sent: false };
  }
  const messageId = await topics.publish(message, {
    published: alert.messageId,
    note: (id) => table.notePublished(watch, slot, id),
  });
  logger.info('Published an alert', { alertKey: message.key, kind: alert.kind, messageId });
  countAlert(watch.auditName ?? UNKNOWN_AUDIT, alert.kind);
  countAlertDelay(alert.registeredAt);
  return { watch: await table.settle(watch, slot, { status: 'SENT', at: new Date(), messageId }), sent: true };
}

/** Whether the previous comparable audit told its findings, or they had been told before that: else nobody would ever hear. */
async function wasToldBefore(watch: Watch): Promise<boolean> {
  const { auditName, auditStartTime } = watch;
  if (auditName === undefined || auditStartTime === undefined) return false;
  const previous = await table.history.previousAudit(watch, auditName, auditStartTime);
  const status = previous?.watch.alerts.TERMINAL?.status;
  return status === 'SENT' || status === 'HELD';
}

/** The alert tells about the look that registered it, however late it is sent: a repeat reads the same. */
async function alertInput(
  watch: Watch,
  slot: AlertSlot,
  alert: RegisteredAlert,
  findingsError: string | undefined,
): Promise<AlertInput> {
  const { account, region, taskId } = watch;
  const snapshot = alert.turn === 0 ? undefined : await table.getSnapshot(watch, alert.turn);
  const earlier = await Promise.all((alert.earlierTurns ?? []).map((turn) => table.getSnapshot(watch, turn)));
  return {
    kind: alert.kind,
    slot,
    taskId,
    accountId: account,
    region,
    snapshot,
    earlier: uniteTrouble(earlier.filter((look) => look !== undefined)),
    gaveUp: alert.gaveUp,
    stuck: alert.stuck,
    ...(snapshot === undefined || slot === 'WATCHER_GAVE_UP'
      ? {}
      : await enrichment(watch, slot, snapshot, findingsError)),
  };
}

/** What makes an alert better. It may be missing, but never stand in the alert's way. */
async function enrichment(
  watch: Watch,
  slot: AlertSlot,
  snapshot: Snapshot,
  findingsError: string | undefined,
): Promise<Pick<AlertInput, 'findings' | 'comparison'>> {
  const unread =
    findingsError === undefined ? undefined : ({ status: 'UNAVAILABLE', errorName: findingsError } as const);
  let findings: AlertInput['findings'] = unread;
  try {
    const summary = slot === 'TERMINAL' ? await findingsTable.getSummary(watch) : undefined;
    findings = summary?.facts ?? unread;
    return { findings, comparison: summary?.comparison ?? (await compareWithPrevious(watch, snapshot)) };
  } catch (error) {
    logger.warn('The alert goes out without what could not be read', { error });
    return {
      findings: findings ?? { status: 'UNAVAILABLE', errorName: error instanceof Error ? error.name : 'Error' },
    };
  }
}

async function compareWithPrevious(watch: Watch, { answer }: Snapshot): Promise<AlertInput['comparison']> {
  const previous = await table.history.previousAudit(watch, auditNameOf(answer), auditStartOf(watch));
  if (previous === undefined) return { first: true };
  return compareAudits(asPreviousAudit(previous), { reading: readAudit(answer) });
}
