import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Snapshot } from '../../audit/answer/aws-answers.ts';
import { DAY_MS } from '../../audit/text/duration.ts';
import type { AlertSlot } from '../../audit/watch/alert-kinds.ts';
import { dueAfterAttempt } from '../../audit/watch/due.ts';
import { type LeaseRequest, standingOf } from '../../audit/watch/lease.ts';
import type { PublishAttempt } from '../../audit/watch/publish-attempt.ts';
import { alertKeyOf, type RegisteredAlert, type Watch, workLeft } from '../../audit/watch/watch.ts';
import { type AuditId, TABLE } from '../../contract.ts';
import { type OnUnreadable, readable, skipUnreadable } from '../unreadable-item.ts';
import { AuditHistory } from './audit-history.ts';
import { fromSnapshot, toSnapshot } from './items/snapshot-item.ts';
import { toWatch } from './items/watch-item.ts';
import { expiryAfter, snapshotKey, watchKey } from './keys.ts';
import { type Item, Table } from './table.ts';
import { listUncertain } from './uncertain-alerts.ts';
import {
  type Advance,
  advanceUpdate,
  closingUpdate,
  giveUpUpdate,
  leaseUpdate,
  type Settled,
  settleUpdate,
  type WatchUpdate,
} from './watch-updates.ts';

/** What came of asking for the lease: the watch is ours, another execution's, or has nothing left to do. */
export type Lease =
  | { readonly outcome: 'ACQUIRED'; readonly watch: Watch }
  | { readonly outcome: 'HELD_BY_ANOTHER'; readonly watch: Watch }
  | { readonly outcome: 'CLOSED'; readonly watch: Watch };

/**
 * The one table: snapshots and the watch item of each audit. The watch item is lease, state and outbox in one, so that a
 * state change and the alerts it causes are one conditional write. Errors are named by their nature, but a missing
 * table is TableNotFoundError.
 */
export class WatchTable {
  readonly history: AuditHistory;
  readonly #table: Table;
  readonly #retentionDays: number;
  readonly #onUnreadable: OnUnreadable;

  constructor(
    tableName: string,
    retentionDays: number,
    client?: DynamoDBClient,
    onUnreadable: OnUnreadable = skipUnreadable,
  ) {
    this.#table = new Table(tableName, client);
    this.history = new AuditHistory(this.#table, onUnreadable);
    this.#retentionDays = retentionDays;
    this.#onUnreadable = onUnreadable;
  }

  /**
   * Takes the lease of an audit's watch for an execution, and begins the watch if needed. The lease outlives a pause of
   * `waitSeconds`. One that the execution holds for long enough is left as it is: a read costs a twentieth of a renewal.
   */
  async acquireLease(audit: AuditId, execution: string, now: Date, waitSeconds = 0): Promise<Lease> {
    const request = { execution, now, waitSeconds };
    const item = await this.#table.get(watchKey(audit));
    const known = item && toWatch(item);
    const standing = item && known && standingLease(known, item, request);
    if (standing !== undefined) return standing;
    const taken = await this.#updateWatch(audit, leaseUpdate(audit, request, this.#expiresAt(now), known));
    // Refused: the watch was begun, taken or closed in the meantime.
    if (taken === undefined) return this.acquireLease(audit, execution, now, waitSeconds);
    return { outcome: 'ACQUIRED', watch: taken };
  }

  /**
   * Stores one snapshot, complete, and returns it. If this poll has a snapshot already, that one is returned: an alert
   * may be about it, so it never changes. No alert is about one that cannot be read: it is replaced.
   */
  async putSnapshot(watch: AuditId & Pick<Watch, 'watchedSince'>, snapshot: Snapshot): Promise<Snapshot> {
    const { poll, capturedAt } = snapshot;
    const Item = { ...fromSnapshot(watch, snapshot), [TABLE.timeToLive]: this.#expiresAt(new Date(capturedAt)) };
    const isFirst = await this.#table.put({
      Item,
      // What an earlier watch of the audit left, whose item is gone, is overwritten.
      ConditionExpression: `attribute_not_exists(${TABLE.partitionKey}) OR capturedAt < :watchedSince`,
      ExpressionAttributeValues: { ':watchedSince': watch.watchedSince },
    });
    if (isFirst) return snapshot;
    const stored = await this.getSnapshot(watch, poll);
    if (stored === undefined) await this.#table.put({ Item });
    return stored ?? snapshot;
  }

  /** Reads the snapshot of a poll; undefined when it was never stored, has expired, or cannot be read. */
  async getSnapshot(audit: AuditId, poll: number): Promise<Snapshot | undefined> {
    const item = await this.#table.get(snapshotKey(audit, poll));
    return item && readable(toSnapshot, item, this.#onUnreadable);
  }

  /**
   * Moves the watch on by one poll and registers its alerts, in one write. Returns undefined, and changes nothing, when
   * the lease has gone to another execution. Safe to repeat: a write whose answer got lost is recognized as done.
   */
  async advance(watch: Watch, advance: Advance): Promise<Watch | undefined> {
    const moved = await this.#updateWatch(watch, advanceUpdate(watch, advance, this.#expiresAt(advance.now)));
    if (moved !== undefined) return moved;
    const stored = await this.#ownWatch(watch);
    const { poll, capturedAt } = advance.snapshot;
    return stored?.poll === poll && stored.lastPolledAt === capturedAt ? stored : undefined;
  }

  /**
   * Leaves an audit to the retries of the sweep, and registers WATCHER_GAVE_UP unless that was done before. A watch that
   * has ended or given up already stays as it is. Returns the watch as stored, or undefined when the lease has gone to
   * another execution.
   *
   * @param alert undefined: in silence
   */
  async giveUp(watch: Watch, now: Date, alert?: RegisteredAlert): Promise<Watch | undefined> {
    const given = await this.#updateWatch(watch, giveUpUpdate(watch, now, alert));
    return given ?? this.#ownWatch(watch);
  }

  /**
   * Marks one alert as out, as held back or as uncertain, and closes the watch when that was the last thing left to do. Returns the
   * watch as stored, or undefined when the lease has gone to another execution.
   */
  async settle(watch: Watch, slot: AlertSlot, outcome: Settled): Promise<Watch | undefined> {
    const { [slot]: alert } = watch.alerts;
    if (outcome.status === 'UNCERTAIN' && alert !== undefined) {
      await listUncertain(this.#table, watch, { key: alertKeyOf(watch, slot), kind: alert.kind }, outcome.at);
    }
    return (await this.#updateWatch(watch, settleUpdate(watch, slot, outcome))) ?? this.#ownWatch(watch);
  }

  /** Closes an ended watch with nothing left to do, which two attempts at once, or a crash, left open. */
  async close(watch: Watch): Promise<void> {
    await this.#updateWatch(watch, {
      UpdateExpression: 'REMOVE #open',
      ConditionExpression: 'execution = :execution',
      ExpressionAttributeNames: { '#open': TABLE.openIndex.partitionKey },
      ExpressionAttributeValues: { ':execution': watch.execution },
    });
  }

  /**
   * Notes an attempt to publish an alert, before it is made. Returns false, and changes nothing, when another attempt has been
   * noted since the watch was read, or the lease has gone. Safe to repeat.
   */
  async claim(watch: Watch, slot: AlertSlot, attempt: PublishAttempt): Promise<boolean> {
    const before = watch.alerts[slot]?.attempt?.id;
    const isAsRead =
      before === undefined ? 'attribute_not_exists(alerts.#slot.attempt)' : 'alerts.#slot.attempt.id = :before';
    const claimed = await this.#updateWatch(watch, {
      UpdateExpression: 'SET alerts.#slot.attempt = :attempt, #dueAt = :dueAt',
      ConditionExpression: `execution = :execution AND alerts.#slot.#status = :pending AND ${isAsRead}`,
      ExpressionAttributeNames: { '#slot': slot, '#status': 'status', '#dueAt': TABLE.openIndex.sortKey },
      ExpressionAttributeValues: {
        ':execution': watch.execution,
        ':pending': 'PENDING' satisfies RegisteredAlert['status'],
        ':attempt': attempt,
        ':dueAt': dueAfterAttempt(watch, slot, attempt),
        ':before': before,
      },
    });
    return claimed !== undefined || (await this.#ownWatch(watch))?.alerts[slot]?.attempt?.id === attempt.id;
  }

  /** Forgets an attempt that has published nothing: what was noted before it stands again. */
  async release(watch: Watch, slot: AlertSlot, { id }: PublishAttempt): Promise<void> {
    const before = watch.alerts[slot]?.attempt;
    await this.#updateWatch(watch, {
      UpdateExpression: `SET #dueAt = :dueAt${before === undefined ? ' REMOVE alerts.#slot.attempt' : ', alerts.#slot.attempt = :before'}`,
      ConditionExpression: 'alerts.#slot.attempt.id = :id',
      ExpressionAttributeNames: { '#slot': slot, '#dueAt': TABLE.openIndex.sortKey },
      ExpressionAttributeValues: { ':id': id, ':before': before, ':dueAt': watch.dueAt },
    });
  }

  /** Notes that a pending alert is out on the first of two topics, so that a retry does not repeat it there. */
  async notePublished(watch: Watch, slot: AlertSlot, messageId: string): Promise<void> {
    await this.#updateWatch(watch, {
      UpdateExpression: 'SET alerts.#slot.messageId = :messageId',
      ConditionExpression: 'execution = :execution',
      ExpressionAttributeNames: { '#slot': slot },
      ExpressionAttributeValues: { ':execution': watch.execution, ':messageId': messageId },
    });
  }

  /** The watch as stored now, whichever execution has it; undefined if there is no watch. */
  async getWatch(audit: AuditId): Promise<Watch | undefined> {
    const item = await this.#table.get(watchKey(audit));
    return item === undefined ? undefined : toWatch(item);
  }

  /**
   * Notes that the ledger has moved forward by the ended audit, and registers its closing message if it needs one. Returns
   * the watch as stored, or undefined when the lease has gone to another execution.
   */
  async registerClosing(watch: Watch, alert: RegisteredAlert | undefined): Promise<Watch | undefined> {
    return (await this.#updateWatch(watch, closingUpdate(watch, alert))) ?? this.#ownWatch(watch);
  }

  /** Notes that the findings are stored, and closes the watch when nothing else is left to do. Safe to repeat. */
  async markFindings(audit: AuditId, findings: 'STORED' | 'PARTIAL'): Promise<void> {
    const watch = await this.#updateWatch(audit, {
      UpdateExpression: 'SET findings = :findings',
      // Another attempt may have stored them all.
      ConditionExpression: `attribute_exists(${TABLE.partitionKey}) AND (findings <> :stored OR :findings = :stored)`,
      ExpressionAttributeValues: { ':findings': findings, ':stored': 'STORED' satisfies Watch['findings'] },
    });
    if (watch === undefined || workLeft(watch) !== undefined) return;
    await this.#updateWatch(audit, {
      UpdateExpression: 'REMOVE #open',
      ConditionExpression: `attribute_exists(${TABLE.partitionKey})`,
      ExpressionAttributeNames: { '#open': TABLE.openIndex.partitionKey },
    });
  }

  /** Leaves the findings to a later execution, which the sweep starts then. */
  async postponeFindings(watch: Watch, until: Date): Promise<void> {
    await this.#updateWatch(watch, {
      UpdateExpression: 'SET #dueAt = :until',
      ConditionExpression: 'execution = :execution',
      ExpressionAttributeNames: { '#dueAt': TABLE.openIndex.sortKey },
      ExpressionAttributeValues: { ':execution': watch.execution, ':until': until.getTime() },
    });
  }

  /** The watch as stored now, while the same execution has it. */
  async #ownWatch(watch: Watch): Promise<Watch | undefined> {
    const stored = await this.getWatch(watch);
    return stored?.execution === watch.execution ? stored : undefined;
  }

  /** One conditional update of the watch item; undefined when the condition did not hold. */
  async #updateWatch(audit: AuditId, update: WatchUpdate): Promise<Watch | undefined> {
    const item = await this.#table.update({ Key: watchKey(audit), ...update });
    return item === undefined ? undefined : toWatch(item);
  }

  #expiresAt(from: Date): number {
    return expiryAfter(from, this.#retentionDays * DAY_MS);
  }
}

/** How the lease of a known watch stands; undefined when it is to be taken. */
function standingLease(watch: Watch, item: Item, request: LeaseRequest): Lease | undefined {
  if (item[TABLE.openIndex.partitionKey] === undefined) return { outcome: 'CLOSED', watch };
  switch (standingOf(watch, request)) {
    case 'HELD':
      return { outcome: 'ACQUIRED', watch };
    case 'HELD_BY_ANOTHER':
      return { outcome: 'HELD_BY_ANOTHER', watch };
    case 'TO_TAKE':
      return undefined;
  }
}
