import type { AlertInput, Announcement } from './audit/alert/alert-input.ts';
import { KINDS } from './audit/alert/kinds/kinds.ts';
import { composeAlert } from './audit/alert/message.ts';
import { announcementOf, publishedChecks, publishedStates } from './audit/alert/published-checks.ts';
import type { Snapshot } from './audit/answer/aws-answers.ts';
import { auditNameOf, readAudit } from './audit/answer/reading.ts';
import type { AlertSlot } from './audit/watch/alert-kinds.ts';
import { closingKind, endsPublishedTrouble } from './audit/watch/closing.ts';
import { retriedUntil } from './audit/watch/due.ts';
import { causeMessage, gaveUpReason } from './audit/watch/give-up.ts';
import { referenceOf } from './audit/watch/previous-audit.ts';
import { isUncertain } from './audit/watch/publish-attempt.ts';
import { announcedBy, isRepeat } from './audit/watch/repeat.ts';
import { alertKeyOf, dueSlots, type RegisteredAlert, type Watch, workLeft } from './audit/watch/watch.ts';
import { AuditLedger } from './audit-ledger.ts';
import { AlertTopics } from './aws/alert-topics.ts';
import { choiceSetting, flagSetting, positiveNumberSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { countAlert, countAlertDelay, countUncertainAlert } from './aws/metrics.ts';
import { FindingsTable } from './aws/table/findings-table.ts';
import { LedgerTable } from './aws/table/ledger-table.ts';
import { WatchTable } from './aws/table/watch-table.ts';
import { ALERT_KIND, ENV, type FunctionInput, REPEAT, type SendAlertsResult } from './contract.ts';
import { SnapshotNotFoundError } from './errors.ts';
import { watchHandler } from './watch-handler.ts';

/** Audit name of an alert about an audit that could never be polled. */
const UNKNOWN_AUDIT = 'UNKNOWN';

const tableName = textSetting(ENV.tableName);
const watchLimitHours = positiveNumberSetting(ENV.watchLimitHours);
const table = new WatchTable(tableName, positiveNumberSetting(ENV.retentionDays));
const ledger = new AuditLedger(new LedgerTable(tableName), table);
const repeat = choiceSetting(ENV.repeat, REPEAT);
const alertWhenCompliant = flagSetting(ENV.alertWhenCompliant);
const findingsTable = new FindingsTable(tableName);
const topics = AlertTopics.fromEnvironment();

/**
 * *Send alerts* and *Give up*: moves the ledger forward by an audit that has ended, registers its closing message, and
 * publishes every alert of the watch that is due, each marked as sent right after. With a `failure` in the input,
 * WATCHER_GAVE_UP is registered first. An alert whose last attempt is of unknown fate waits; its alert key makes a copy
 * recognizable.
 *
 * @throws what the AWS calls throw, named by its nature; what was not marked stays pending
 */
export const handler = watchHandler(async ({ input, execution }): Promise<SendAlertsResult> => {
  const { account, region, taskId, failure, waitSeconds } = input;
  const lease = await table.acquireLease(input, execution, new Date(), waitSeconds);
  logger.appendKeys({ poll: lease.watch.poll });
  if (lease.outcome !== 'ACQUIRED') {
    logger.info('Nothing to send: the watch is closed or another execution has it', { outcome: lease.outcome });
    return { account, region, taskId, sent: 0 };
  }
  const held = failure === undefined ? lease.watch : await giveUp(lease.watch, failure);
  // An audit that cannot be closed does not hold back the alerts about its run.
  const errors: unknown[] = [];
  const watch =
    held?.ledger === 'PENDING'
      ? await closeAudit(held).catch((error: unknown) => {
          errors.push(error);
          return held;
        })
      : held;
  if (watch !== undefined && workLeft(watch) === undefined) await table.close(watch);
  const findingsError = input.findings !== undefined && 'Error' in input.findings ? input.findings.Error : undefined;
  return { account, region, taskId, sent: await sendPending(watch, findingsError, errors) };
});

/** Moves the ledger, and registers the closing message if the audit needs one. Undefined when the lease has gone. */
async function closeAudit(watch: Watch): Promise<Watch | undefined> {
  const snapshot = await snapshotOf(watch, watch.poll);
  const comparison = await ledger.move(watch, snapshot);
  const isRecordedOnly = watch.late === true && !endsPublishedTrouble(comparison);
  const kind = isRecordedOnly
    ? undefined
    : closingKind(readAudit(snapshot.answer), comparison, {
        alertWhenCompliant,
        wasAlerted: announcedBy(watch.alerts).length > 0,
      });
  const { capturedAt: registeredAt } = snapshot;
  return table.registerClosing(watch, kind && { kind, status: 'PENDING', poll: watch.poll, registeredAt });
}

/** Gives up with WATCHER_GAVE_UP, unless the audit's end is known: then only its alerts are late, and they are pending. */
async function giveUp(
  watch: Watch,
  failure: NonNullable<FunctionInput['input']['failure']>,
): Promise<Watch | undefined> {
  logger.error('Giving up', { failure });
  const now = new Date();
  const registeredAt = now.toISOString();
  const alert: RegisteredAlert = {
    kind: ALERT_KIND.watcherGaveUp,
    status: 'PENDING',
    poll: watch.poll,
    registeredAt,
    gaveUp: {
      reason: gaveUpReason(failure.Error),
      errorName: failure.Error,
      errorMessage: causeMessage(failure.Cause),
      execution: watch.execution,
      watchLimitHours,
      gaveUpAt: registeredAt,
      retriedUntil: retriedUntil(watch).toISOString(),
    },
  };
  return table.giveUp(watch, now, watch.predatesWatcher ? undefined : alert);
}

/**
 * Publishes one by one, in order, and stops when the lease has gone: then the rest is the new holder's to send. An alert
 * that cannot be sent does not hold back the others; the first error is thrown when all were tried.
 */
async function sendPending(
  pending: Watch | undefined,
  findingsError: string | undefined,
  errors: unknown[],
): Promise<number> {
  let watch = pending;
  let sent = 0;
  for (const slot of pending === undefined ? [] : dueSlots(pending.alerts, new Date())) {
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
  if (isUncertain(alert)) return { watch: await leaveUncertain(watch, slot), sent: false };
  const input = await alertInput(watch, slot, alert, findingsError);
  const message = composeAlert(input);
  if (
    repeat === 'changes' &&
    input.comparison &&
    isRepeat(KINDS[alert.kind].repeatable, input.comparison, watch.alerts)
  ) {
    logger.info('Held back an alert that says what the ledger says already', { alertKey: message.key });
    const heldChecks = publishedChecks(input).map(({ checkName }) => checkName);
    return { watch: await table.settle(watch, slot, { status: 'HELD', at: new Date(), heldChecks }), sent: false };
  }
  // Before the message is out: from now on it stays in the outbox until it is, and only the claim comes between.
  // What an alert about the run says was noted before the ledger moved, and may have ended since.
  if (watch.ledger !== 'MOVED' || slot === 'TERMINAL') await notePublished(watch, input);
  const published = await topics.publish(message, {
    ...alert,
    claim: (attempt) => table.claim(watch, slot, attempt),
    release: (attempt) => table.release(watch, slot, attempt),
    note: (id) => table.notePublished(watch, slot, id),
  });
  // What is left is for the attempt that has the alert, or for the new holder of the lease.
  if (published.outcome === 'TAKEN') return { watch: undefined, sent: false };
  const { messageId } = published;
  logger.info('Published an alert', { alertKey: message.key, kind: alert.kind, messageId });
  countAlert(watch.auditName ?? UNKNOWN_AUDIT, alert.kind);
  countAlertDelay(alert.registeredAt);
  return { watch: await table.settle(watch, slot, { status: 'SENT', at: new Date(), messageId }), sent: true };
}

/** No further attempt: whether the message is out is for people to find out, and to send it again. */
async function leaveUncertain(watch: Watch, slot: AlertSlot): Promise<Watch | undefined> {
  logger.error('Nobody knows whether an alert was published', { alertKey: alertKeyOf(watch, slot) });
  const left = await table.settle(watch, slot, { status: 'UNCERTAIN', at: new Date() });
  countUncertainAlert();
  return left;
}

async function notePublished(watch: Watch, input: AlertInput): Promise<void> {
  if (input.snapshot === undefined) return;
  await ledger.notePublished(watch, referenceOf(watch, auditNameOf(input.snapshot.answer)), {
    checks: publishedChecks(input),
    states: publishedStates(input),
  });
}

/** An alert is about the poll that registered it, however late it is sent: a repeat reads the same. */
async function alertInput(
  watch: Watch,
  slot: AlertSlot,
  alert: RegisteredAlert,
  findingsError: string | undefined,
): Promise<AlertInput> {
  const { account, region, taskId } = watch;
  const snapshot = alert.poll === 0 ? undefined : await snapshotOf(watch, alert.poll);
  return {
    kind: alert.kind,
    slot,
    taskId,
    accountId: account,
    region,
    snapshot,
    gaveUp: alert.gaveUp,
    stuck: alert.stuck,
    announcedAs: slot === 'TERMINAL' || slot === 'WATCHER_GAVE_UP' ? await announcedAs(watch, slot) : undefined,
    ...(snapshot === undefined || slot === 'WATCHER_GAVE_UP'
      ? {}
      : await enrichment(watch, slot, snapshot, findingsError)),
  };
}

/** Everybody who was sent an alert before the end is sent the last message about the audit, which that alert announced. */
async function announcedAs(watch: Watch, last: AlertSlot): Promise<Announcement[]> {
  const { account: accountId, region, taskId } = watch;
  const announcements: Announcement[] = [];
  for (const slot of announcedBy(watch.alerts)) {
    const { kind, poll } = watch.alerts[slot] ?? {};
    if (slot === last || kind === undefined || poll === undefined) continue;
    const snapshot = poll === 0 ? undefined : await table.getSnapshot(watch, poll);
    // Who was sent it cannot be read: then everybody is sent the end.
    const isLost = poll > 0 && snapshot === undefined;
    announcements.push(
      isLost
        ? { severity: 'CRITICAL', checks: [] }
        : announcementOf({ kind, slot, taskId, accountId, region, snapshot }),
    );
  }
  return announcements;
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
    if (slot !== 'TERMINAL') return { comparison: await ledger.compare(watch, snapshot) };
    findings = (await findingsTable.getSummary(watch))?.facts ?? unread;
    return { findings, comparison: await ledger.comparison(watch) };
  } catch (error) {
    logger.warn('The alert goes out without what could not be read', { error });
    if (slot !== 'TERMINAL') return {};
    return {
      findings: findings ?? { status: 'UNAVAILABLE', errorName: error instanceof Error ? error.name : 'Error' },
    };
  }
}

async function snapshotOf(watch: Watch, poll: number): Promise<Snapshot> {
  const snapshot = await table.getSnapshot(watch, poll);
  if (snapshot === undefined) throw new SnapshotNotFoundError(watch.taskId, poll);
  return snapshot;
}
