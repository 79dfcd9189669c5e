import type { Snapshot } from '../../audit/answer/aws-answers.ts';
import { type AuditReading, auditNameOf } from '../../audit/answer/reading.ts';
import { dueAfterLease } from '../../audit/watch/due.ts';
import { type LeaseRequest, leaseBeyond, newLease } from '../../audit/watch/lease.ts';
import { type AlertOutbox, NOBODY, type Watch, workLeft } from '../../audit/watch/watch.ts';
import { type AuditId, placeKey, TABLE } from '../../contract.ts';
import { auditKey, SCHEMA_VERSION } from './keys.ts';
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
  const { account, region, taskId } = audit;
  const { execution, now } = request;
  const leaseUntil = newLease(request);
  const notWatchedYet = `attribute_not_exists(${TABLE.partitionKey})`;
  const workLeft = 'attribute_exists(#open)';
  const oursOrExpired = '(execution = :execution OR leaseUntil < :now)';
  return {
    UpdateExpression:
      'SET account = :account, #region = :region, taskId = :taskId, schemaVersion = :schemaVersion, ' +
      'execution = :execution, leaseUntil = :leaseUntil, #open = :open, #dueAt = :dueAt, ' +
      `watchedSince = ${known?.execution === NOBODY ? ':nowText' : 'if_not_exists(watchedSince, :nowText)'}, poll = if_not_exists(poll, :zero), ` +
      `alerts = if_not_exists(alerts, :noAlerts), ${TABLE.timeToLive} = :expiresAt`,
    ConditionExpression: `${notWatchedYet} OR (${workLeft} AND ${oursOrExpired})`,
    ExpressionAttributeNames: {
      '#open': TABLE.openIndex.partitionKey,
      '#dueAt': TABLE.openIndex.sortKey,
      '#region': 'region',
    },
    ExpressionAttributeValues: {
      ':account': account,
      ':region': region,
      ':taskId': taskId,
      ':schemaVersion': SCHEMA_VERSION,
      ':execution': execution,
      ':leaseUntil': leaseUntil,
      ':dueAt': known === undefined ? leaseUntil : Math.max(dueAfterLease(known, leaseUntil), known.dueAt),
      ':open': placeKey(audit),
      ':now': now.getTime(),
      ':nowText': now.toISOString(),
      ':zero': 0,
      ':noAlerts': {},
      ':expiresAt': expiresAt,
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
    UpdateExpression: `SET ${sets.join(', ')} REMOVE takeOvers${remember.completedAt === undefined ? ', completedAt' : ''}`,
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

/** What a write adds that may do the last of the work before the findings: the watch closes, or is due later. */
export interface Rest {
  readonly set: string;
  /** What follows REMOVE; empty: nothing. */
  readonly remove: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** @param after the watch as it is after the write */
export function restAfter(after: Watch): Rest {
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
