import type { AlertInput, AlertSlot } from './audit/alert.ts';
import { ALERT_KIND } from './audit/alert.ts';
import { composeAlert } from './audit/alert-message.ts';
import { uniteTrouble } from './audit/earlier-trouble.ts';
import { causeMessage, gaveUpReason } from './audit/give-up.ts';
import { pendingSlots, type RegisteredAlert, type Watch } from './audit/watch.ts';
import { AlertTopic } from './aws/alert-topic.ts';
import { positiveNumberSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { countAlert } from './aws/metrics.ts';
import { WatchTable } from './aws/watch-table.ts';
import { ENV, type FunctionInput, type SendAlertsResult } from './contract.ts';
import { placeOf } from './function-input.ts';
import { watchHandler } from './watch-handler.ts';

/** Audit name of an alert about an audit that could never be looked at. */
const UNKNOWN_AUDIT = 'UNKNOWN';

const watchLimitHours = positiveNumberSetting(ENV.watchLimitHours);
const table = new WatchTable(textSetting(ENV.tableName), positiveNumberSetting(ENV.retentionDays));
const topic = new AlertTopic(textSetting(ENV.alertTopicArn));

/**
 * *Send alerts* and *Give up*: publishes every pending alert of a watch, each marked as sent right after. With a
 * `failure` in the input, WATCHER_GAVE_UP is registered first. Only a crash between publish and mark can repeat a
 * message; its alert key makes the repeat recognizable.
 *
 * @throws whatever the AWS calls throw, under the SDK's names; what was not marked stays pending
 */
export const handler = watchHandler(async ({ input, execution }): Promise<SendAlertsResult> => {
  const { taskId, failure, waitSeconds } = input;
  const lease = await table.acquireLease(taskId, execution, new Date(), waitSeconds);
  logger.appendKeys({ turn: lease.watch.turn });
  if (lease.outcome !== 'ACQUIRED') {
    logger.info('Nothing to send: the watch is closed or another execution has it', { outcome: lease.outcome });
    return { taskId, sent: 0 };
  }
  const watch = failure === undefined ? lease.watch : await giveUp(lease.watch, failure);
  return { taskId, sent: await sendPending(watch) };
});

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
async function sendPending(pending: Watch | undefined): Promise<number> {
  let watch = pending;
  let sent = 0;
  const errors: unknown[] = [];
  for (const slot of pending === undefined ? [] : pendingSlots(pending.alerts)) {
    const alert = watch?.alerts[slot];
    if (watch === undefined || alert === undefined) break;
    try {
      watch = await send(watch, slot, alert);
      sent += 1;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return sent;
}

/** Returns the watch as stored after the alert was marked; undefined when the lease has gone. */
async function send(watch: Watch, slot: AlertSlot, alert: RegisteredAlert): Promise<Watch | undefined> {
  const message = composeAlert(await alertInput(watch, slot, alert));
  const messageId = await topic.publish(message);
  logger.info('Published an alert', { alertKey: message.key, kind: alert.kind, messageId });
  countAlert(watch.auditName ?? UNKNOWN_AUDIT, alert.kind);
  return table.markSent(watch, slot, new Date(), messageId);
}

/** The alert tells about the look that registered it, however late it is sent: a repeat reads the same. */
async function alertInput(watch: Watch, slot: AlertSlot, alert: RegisteredAlert): Promise<AlertInput> {
  const { taskId } = watch;
  const earlier = await Promise.all((alert.earlierTurns ?? []).map((turn) => table.getSnapshot(taskId, turn)));
  return {
    kind: alert.kind,
    slot,
    taskId,
    ...placeOf(watch.execution),
    snapshot: alert.turn === 0 ? undefined : await table.getSnapshot(taskId, alert.turn),
    earlier: uniteTrouble(earlier.filter((look) => look !== undefined)),
    gaveUp: alert.gaveUp,
  };
}
