import type { Snapshot } from '../../audit/answer/aws-answers.ts';
import { type AuditReading, auditNameOf } from '../../audit/answer/reading.ts';
import type { AlertSlot } from '../../audit/watch/alert-kinds.ts';
import { AWS_RETENTION_MS, dueAfterGivingUp, dueAfterLease } from '../../audit/watch/due.ts';
import { type LeaseRequest, leaseBeyond, newLease } from '../../audit/watch/lease.ts';
import { type AlertOutbox, NOBODY, type RegisteredAlert, type Watch, workLeft } from '../../audit/watch/watch.ts';
import { type AuditId, placeKey, TABLE } from '../../contract.ts';
import { auditKey, expiryAfter, SCHEMA_VERSION } from './keys.ts';
import type { Table } from './table.ts';

/** A conditional update of a watch item. */
export type WatchUpdate = Omit<Parameters<Table['update']>[0], 'Key'>;

/** What one poll changes in the watch. */
export interface Advance {
  readonly snapshot: Snapshot;
  readonly reading: AuditReading;
  /** New alerts by slot, all PENDING. */
  readonly alerts: AlertOutbox;
  /** True when no further poll follows. */
  readonly ended: boolean;
  /** Until the next poll; 0 when none follows. */
  readonly waitSeconds: number;
  /** From which the pause counts: a poll that an earlier attempt stored may be old. */
  readonly now: Date;
  /** True when the findings of the ended audit have still to be read and stored. */
  readonly findingsPending?: boolean;
  /** What else the watch remembers from now on. */
  readonly remember?: Readonly<
    Pick<Watch, 'late' | 'completedAt' | 'progress' | 'changedAt' | 'ran' | 'usual' | 'course' | 'polls'>
  >;
}

/** What became of a pending alert. */
export interface Settled {
  readonly status: 'SENT' | 'HELD' | 'UNCERTAIN';
  readonly at: Date;
  /** As SNS returned it. */
  readonly messageId?: string;
  /** HELD while the audit runs only: names of the checks that it would have been about. */
  readonly heldChecks?: readonly string[];
}

const NOT_WATCHED_YET = `attribute_not_exists(${TABLE.partitionKey})`;
/** What every write sets that may begin a watch. */
const SET_IDENTITY =
  'SET account = :account, #region = :region, taskId = :taskId, schemaVersion = :schemaVersion, execution = :execution, ' +
  `leaseUntil = :leaseUntil, #open = :open, #dueAt = :dueAt, ${TABLE.timeToLive} = :expiresAt`;
const IDENTITY_NAMES = {
  '#open': TABLE.openIndex.partitionKey,
  '#dueAt': TABLE.openIndex.sortKey,
  '#region': 'region',
};

function identityValues(audit: AuditId, now: Date, expiresAt: number): Record<string, unknown> {
  const { account, region, taskId } = audit;
  return {
    ':account': account,
    ':region': region,
    ':taskId': taskId,
    ':schemaVersion': SCHEMA_VERSION,
    ':open': placeKey(audit),
    ':nowText': now.toISOString(),
    ':zero': 0,
    ':noAlerts': {},
    ':expiresAt': expiresAt,
  };
}

/**
 * Takes the lease if nobody else has it and work is left; begins the watch if there is no watch yet. A watch that backs off
 * after a take-over stays due as late as that: only progress ends the back-off.
 *
 * @param known the watch as it was read; undefined if there was none
 */
export function leaseUpdate(
  audit: AuditId,
  request: LeaseRequest,
  expiresAt: number,
  known: Watch | undefined,
): WatchUpdate {
  const { execution, now } = request;
  const leaseUntil = newLease(request);
  const workLeft = 'attribute_exists(#open)';
  const oursOrExpired = '(execution = :execution OR leaseUntil < :now)';
  // Nobody watched before the first execution: its first write begins the watch, and a later one must not begin it again.
  const isFirst = known?.execution === NOBODY;
  const mayTake = isFirst ? '(execution = :nobody AND leaseUntil < :now)' : oursOrExpired;
  const watchedSince = isFirst ? ':nowText' : 'if_not_exists(watchedSince, :nowText)';
  return {
    UpdateExpression: `${SET_IDENTITY}, watchedSince = ${watchedSince}, poll = if_not_exists(poll, :zero), alerts = if_not_exists(alerts, :noAlerts)`,
    ConditionExpression: `${NOT_WATCHED_YET} OR (${workLeft} AND ${mayTake})`,
    ExpressionAttributeNames: IDENTITY_NAMES,
    ExpressionAttributeValues: {
      ...identityValues(audit, now, expiresAt),
      ':execution': execution,
      ':leaseUntil': leaseUntil,
      ':dueAt': known === undefined ? leaseUntil : Math.max(dueAfterLease(known, leaseUntil), known.dueAt),
      ':now': now.getTime(),
      ...(isFirst ? { ':nobody': NOBODY } : {}),
    },
  };
}

/**
 * Begins the watch of an audit that was found, due at once and held by nobody. The first execution sets when it expires.
 *
 * @param predatesWatcher the audit is from before the deployment
 */
export function beginUpdate(audit: AuditId, now: Date, predatesWatcher: boolean): WatchUpdate {
  return {
    UpdateExpression: `${SET_IDENTITY}, watchedSince = :nowText, poll = :zero, alerts = :noAlerts${predatesWatcher ? ', predatesWatcher = :predates' : ''}`,
    ConditionExpression: NOT_WATCHED_YET,
    ExpressionAttributeNames: IDENTITY_NAMES,
    ExpressionAttributeValues: {
      ...identityValues(audit, now, expiryAfter(now, AWS_RETENTION_MS)),
      ':execution': NOBODY,
      ':leaseUntil': 0,
      ':dueAt': now.getTime(),
      ...(predatesWatcher ? { ':predates': true } : {}),
    },
  };
}

/** Moves the watch on by one poll and registers its alerts: if the lease is still ours, and no other attempt made this poll. */
export function advanceUpdate(watch: Watch, advance: Advance, expiresAt: number): WatchUpdate {
  const { snapshot, reading, alerts, ended, waitSeconds, now, findingsPending = false, remember = {} } = advance;
  const { answer, capturedAt } = snapshot;
  const auditName = auditNameOf(answer);
  const slots = Object.entries(alerts);
  const facts = Object.entries(remember).filter(([, value]) => value !== undefined);
  const sets = [
    'poll = :poll, leaseUntil = :leaseUntil, #dueAt = :leaseUntil, counts = :counts, lastPolledAt = :capturedAt',
    `schemaVersion = :schemaVersion, ${TABLE.timeToLive} = :expiresAt`,
    'auditName = :auditName, #auditKey = :auditKey, #place = :place, #auditStartTime = :auditStartTime',
    ...(answer.taskStatus === undefined ? [] : ['taskStatus = :taskStatus']),
    ...(ended ? ['endedAt = :capturedAt, ledger = :ledgerPending'] : []),
    ...(findingsPending ? ['findings = :findingsPending'] : []),
    ...facts.map(([name]) => `${name} = :${name}`),
    ...slots.map((_, n) => `alerts.#slot${n} = :alert${n}`),
  ];
  return {
    UpdateExpression: `SET ${sets.join(', ')} REMOVE takeOvers, gaveUpAt${remember.completedAt === undefined ? ', completedAt' : ''}`,
    ConditionExpression: 'execution = :execution AND poll = :lastPoll AND attribute_not_exists(endedAt)',
    ExpressionAttributeNames: {
      '#dueAt': TABLE.openIndex.sortKey,
      '#auditKey': TABLE.byAuditIndex.partitionKey,
      '#auditStartTime': TABLE.byAuditIndex.sortKey,
      '#place': TABLE.byStartIndex.partitionKey,
      ...Object.fromEntries(slots.map(([slot], n) => [`#slot${n}`, slot])),
    },
    ExpressionAttributeValues: {
      ':execution': watch.execution,
      ':lastPoll': watch.poll,
      ':poll': snapshot.poll,
      ':leaseUntil': leaseBeyond(watch, now, waitSeconds),
      ':schemaVersion': SCHEMA_VERSION,
      ':expiresAt': expiresAt,
      ':counts': reading.counts,
      ':capturedAt': capturedAt,
      ':auditName': auditName,
      ':auditKey': auditKey(watch, auditName),
      // An answer without its start does not take back what an earlier one said.
      ':place': placeKey(watch),
      ':auditStartTime': answer.taskStartTime ?? watch.auditStartTime ?? watch.watchedSince,
      ...(answer.taskStatus === undefined ? {} : { ':taskStatus': answer.taskStatus }),
      ...(ended ? { ':ledgerPending': 'PENDING' satisfies Watch['ledger'] } : {}),
      ...(findingsPending ? { ':findingsPending': 'PENDING' satisfies Watch['findings'] } : {}),
      ...Object.fromEntries(facts.map(([name, value]) => [`:${name}`, value])),
      ...Object.fromEntries(slots.map(([, alert], n) => [`:alert${n}`, alert])),
    },
  };
}

/** Gives up: the sweep tries again from time to time. The alert is registered once, however often the watch gives up. */
export function giveUpUpdate(watch: Watch, now: Date, alert: RegisteredAlert | undefined): WatchUpdate {
  const sets = [
    'gaveUpAt = :gaveUpAt, #dueAt = :dueAt',
    // One that was never polled is listed by the start of its watch.
    '#place = :place, #start = if_not_exists(#start, watchedSince)',
    ...(alert === undefined ? [] : ['alerts.#slot = if_not_exists(alerts.#slot, :alert)']),
  ];
  return {
    UpdateExpression: `SET ${sets.join(', ')} REMOVE takeOvers`,
    ConditionExpression: 'execution = :execution AND attribute_not_exists(endedAt) AND attribute_not_exists(gaveUpAt)',
    ExpressionAttributeNames: {
      '#dueAt': TABLE.openIndex.sortKey,
      '#place': TABLE.byStartIndex.partitionKey,
      '#start': TABLE.byStartIndex.sortKey,
      ...(alert === undefined ? {} : { '#slot': 'WATCHER_GAVE_UP' satisfies AlertSlot }),
    },
    ExpressionAttributeValues: {
      ':execution': watch.execution,
      ':gaveUpAt': now.toISOString(),
      ':dueAt': dueAfterGivingUp(watch, now),
      ':place': placeKey(watch),
      ...(alert === undefined ? {} : { ':alert': alert }),
    },
  };
}

/** Marks one pending alert as out, as held back or as uncertain; closes the watch when that was the last thing left to do. */
export function settleUpdate(
  watch: Watch,
  slot: AlertSlot,
  { status, at, messageId, heldChecks }: Settled,
): WatchUpdate {
  const { [slot]: alert, ...others } = watch.alerts;
  const rest = restAfter(alert === undefined ? watch : { ...watch, alerts: others });
  const marks = [
    'alerts.#slot.#status = :outcome, alerts.#slot.settledAt = :settledAt',
    ...(messageId === undefined ? [] : ['alerts.#slot.messageId = :messageId']),
    ...(heldChecks === undefined ? [] : ['alerts.#slot.heldChecks = :heldChecks']),
  ].join(', ');
  const removed = [
    ...(rest.remove === '' ? [] : [rest.remove]),
    // What is certain needs no count of attempts any more.
    ...(status === 'UNCERTAIN' ? [] : ['alerts.#slot.attempt']),
  ];
  return {
    UpdateExpression: `SET ${marks}${rest.set}${removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`}`,
    ConditionExpression: 'execution = :execution AND alerts.#slot.#status = :pending',
    ExpressionAttributeNames: { '#slot': slot, '#status': 'status', ...rest.names },
    ExpressionAttributeValues: {
      ...rest.values,
      ':execution': watch.execution,
      ':outcome': status,
      ':pending': 'PENDING' satisfies RegisteredAlert['status'],
      ':settledAt': at.toISOString(),
      ':messageId': messageId,
      ':heldChecks': heldChecks,
    },
  };
}

/** Notes that the ledger has moved, and registers the closing message; closes the watch when nothing is left to do. */
export function closingUpdate(watch: Watch, alert: RegisteredAlert | undefined): WatchUpdate {
  const alerts = alert === undefined ? watch.alerts : { ...watch.alerts, TERMINAL: alert };
  const rest = restAfter({ ...watch, ledger: 'MOVED', alerts });
  const names = { ...rest.names, ...(alert === undefined ? {} : { '#slot': 'TERMINAL' satisfies AlertSlot }) };
  return {
    UpdateExpression: `SET ledger = :moved${alert === undefined ? '' : ', alerts.#slot = :alert'}${rest.set}${rest.remove === '' ? '' : ` REMOVE ${rest.remove}`}`,
    ConditionExpression: 'execution = :execution AND ledger = :pending',
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    ExpressionAttributeValues: {
      ...rest.values,
      ':execution': watch.execution,
      ':pending': 'PENDING' satisfies Watch['ledger'],
      ':moved': 'MOVED' satisfies Watch['ledger'],
      ...(alert === undefined ? {} : { ':alert': alert }),
    },
  };
}

/** What a write adds that may do the last of the work before the findings: the watch closes, or is due later. */
interface Rest {
  readonly set: string;
  /** What follows REMOVE; empty: nothing. */
  readonly remove: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** @param after the watch as it is after the write */
function restAfter(after: Watch): Rest {
  switch (workLeft(after)) {
    case undefined:
      return { set: '', remove: '#open', names: { '#open': TABLE.openIndex.partitionKey }, values: {} };
    case 'FINDINGS':
      return {
        set: ', #dueAt = :dueAt',
        remove: '',
        names: { '#dueAt': TABLE.openIndex.sortKey },
        values: { ':dueAt': dueAfterLease(after, after.leaseUntil) },
      };
    default:
      return { set: '', remove: '', names: {}, values: {} };
  }
}
