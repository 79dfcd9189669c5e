import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ScheduleRecord, ScheduleRecords } from '../../audit/sweep/schedule-records.ts';
import type { ListedWatch, SweepReach, SweepState } from '../../audit/sweep/sweep.ts';
import type { Watch } from '../../audit/watch/watch.ts';
import { type AuditId, type Place, placeKey, sweepKey, TABLE } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { type OnUnreadable, readable, skipUnreadable } from '../unreadable-item.ts';
import { AuditHistory } from './audit-history.ts';
import { isMoment } from './items/shapes.ts';
import { isScheduleRecord, sweepStateIn, unreadableSweepAttributes } from './items/sweep-item.ts';
import { toWatch } from './items/watch-item.ts';
import { SCHEMA_VERSION, taskIdIn, watchKey } from './keys.ts';
import { type Item, Table } from './table.ts';
import { listUncertain } from './uncertain-alerts.ts';
import { beginUpdate } from './watch-updates.ts';

/** The records of the schedules; absent when no sweep has stored any yet. */
export interface TakenSchedules {
  readonly runsUnknownAt?: string;
  readonly records?: ScheduleRecords;
  /** Names of the schedules whose record cannot be read. */
  readonly unreadable: readonly string[];
}

/** The watches with work left. */
export interface OpenWatches {
  readonly watches: readonly Watch[];
  /** Those that cannot be read: task id, and the name of the audit if it says one and still runs. */
  readonly unreadable: readonly { readonly taskId: string; readonly auditName?: string }[];
}

/** What a sweep of an account and Region reads and stores: never more than it needs, and never a scan. */
export class SweepTable {
  readonly history: AuditHistory;
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  constructor(tableName: string, client?: DynamoDBClient, onUnreadable: OnUnreadable = skipUnreadable) {
    this.#table = new Table(tableName, client);
    this.history = new AuditHistory(this.#table, onUnreadable);
    this.#onUnreadable = onUnreadable;
  }

  /** What the sweeps before this one left; empty before the first. What cannot be read is not known. */
  async state(place: Place, now: Date): Promise<SweepState> {
    return sweepStateIn((await this.#table.get(sweepKey(place))) ?? {}, now);
  }

  /** The same, and takes out what cannot be read: no condition of a later write could replace it. */
  async repairedState(place: Place, now: Date): Promise<SweepState> {
    const item = (await this.#table.get(sweepKey(place))) ?? {};
    const unreadable = unreadableSweepAttributes(item, now);
    if (unreadable.length > 0) {
      this.#onUnreadable(new MalformedItemError(`sweep (${unreadable.join(', ')})`, item));
      await this.#table.update({
        Key: sweepKey(place),
        UpdateExpression: `REMOVE ${unreadable.map((_, n) => `#attribute${n}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(unreadable.map((name, n) => [`#attribute${n}`, name])),
      });
    }
    return sweepStateIn(item, now);
  }

  /** Notes when the first sweep began, whatever becomes of it: from then on nothing goes unseen. Safe to repeat. */
  async beginFirst(place: Place, now: Date): Promise<void> {
    await this.#table.update({
      Key: sweepKey(place),
      UpdateExpression: 'SET firstSweepAt = :now, schemaVersion = :schemaVersion',
      ConditionExpression: 'attribute_not_exists(firstSweepAt)',
      ExpressionAttributeValues: { ':now': now.toISOString(), ':schemaVersion': SCHEMA_VERSION },
    });
  }

  /** Notes that a sweep listed all that it was to list. One that began earlier changes nothing. */
  async finish(
    place: Place,
    startedAt: Date,
    { coveredUntil, historyUntil, historyListed }: SweepReach,
    runsUnknownAt?: string,
  ): Promise<void> {
    await this.#table.update({
      Key: sweepKey(place),
      UpdateExpression:
        'SET firstSweepAt = if_not_exists(firstSweepAt, :now), lastSweepAt = :now, coveredUntil = :coveredUntil, ' +
        `historyUntil = :historyUntil, schemaVersion = :schemaVersion${runsUnknownAt === undefined ? '' : ', runsUnknownAt = :runsUnknownAt'}` +
        (historyListed === undefined ? ' REMOVE historyListed' : ', historyListed = :historyListed'),
      ConditionExpression: 'attribute_not_exists(lastSweepAt) OR lastSweepAt < :now',
      ExpressionAttributeValues: {
        ':now': startedAt.toISOString(),
        ':coveredUntil': coveredUntil,
        ':historyUntil': historyUntil,
        ':schemaVersion': SCHEMA_VERSION,
        ':runsUnknownAt': runsUnknownAt,
        ':historyListed': historyListed,
      },
    });
  }

  /** Every watch with work left. One that cannot be read hides no other. */
  async openWatches(place: Place): Promise<OpenWatches> {
    const watches: Watch[] = [];
    const unreadable: OpenWatches['unreadable'][number][] = [];
    const open = this.#table.query({
      IndexName: TABLE.openIndex.name,
      KeyConditionExpression: '#open = :open',
      ExpressionAttributeNames: { '#open': TABLE.openIndex.partitionKey },
      ExpressionAttributeValues: { ':open': placeKey(place) },
    });
    for await (const item of open) {
      const watch = readable(toWatch, item, this.#onUnreadable);
      if (watch !== undefined) watches.push(watch);
      else
        unreadable.push({
          taskId: taskIdIn(item),
          auditName: item.endedAt === undefined && item.gaveUpAt === undefined ? text(item.auditName) : undefined,
        });
    }
    return { watches, unreadable };
  }

  /**
   * Begins the watch of an audit that was found now, before its start event: if nothing comes of the event, the watch is
   * due in the next sweep, and backs off from then on. A watch that there is stays as it is.
   *
   * @param predatesWatcher the audit is from before the deployment
   */
  async begin(audit: AuditId, now: Date, predatesWatcher = false): Promise<void> {
    await this.#table.update({ Key: watchKey(audit), ...beginUpdate(audit, now, predatesWatcher) });
  }

  /** Notes that a watch is taken over now. False when another sweep, or an execution, was quicker. */
  async noteTakeOver(watch: Watch, dueAt: number): Promise<boolean> {
    const noted = await this.#table.update({
      Key: watchKey(watch),
      UpdateExpression: 'SET #dueAt = :dueAt, takeOvers = :takeOvers',
      ConditionExpression: 'attribute_exists(#open) AND #dueAt = :seen',
      ExpressionAttributeNames: { '#open': TABLE.openIndex.partitionKey, '#dueAt': TABLE.openIndex.sortKey },
      ExpressionAttributeValues: {
        ':dueAt': dueAt,
        ':seen': watch.dueAt,
        ':takeOvers': (watch.takeOvers ?? 0) + 1,
      },
    });
    return noted !== undefined;
  }

  /** Closes a watch whose work can never be done, unless an execution has it. */
  async close(watch: Watch): Promise<void> {
    await this.#table.update({
      Key: watchKey(watch),
      UpdateExpression: 'REMOVE #open',
      ConditionExpression: '#dueAt = :seen',
      ExpressionAttributeNames: { '#open': TABLE.openIndex.partitionKey, '#dueAt': TABLE.openIndex.sortKey },
      ExpressionAttributeValues: { ':seen': watch.dueAt },
    });
  }

  /** By task id, the watches that these audits have, or had. */
  async watched(place: Place, taskIds: readonly string[]): Promise<Map<string, ListedWatch>> {
    const keys = [...new Set(taskIds)].map((taskId) => watchKey({ ...place, taskId }));
    const { partitionKey: open } = TABLE.openIndex;
    const attributes = [TABLE.partitionKey, 'execution', 'auditName', 'endedAt', 'gaveUpAt', 'watchedSince', open];
    const items = await this.#table.getMany(keys, attributes);
    return new Map(
      items.map((item) => [
        taskIdIn(item),
        {
          execution: text(item.execution),
          auditName: text(item.auditName),
          endedAt: text(item.endedAt),
          gaveUpAt: text(item.gaveUpAt),
          watchedSince: isMoment(item.watchedSince) ? text(item.watchedSince) : undefined,
          isOpen: item[open] !== undefined,
        },
      ]),
    );
  }

  /** The records of the schedules as the latest sweep left them; empty before the first. */
  async schedules(place: Place): Promise<ScheduleRecords> {
    return this.#recordsIn((await this.#table.get(sweepKey(place))) ?? {}).records ?? {};
  }

  /** Takes the records of the schedules for one sweep; undefined when another sweep has them. */
  async takeSchedules(place: Place, sweep: string, now: Date, forMs: number): Promise<TakenSchedules | undefined> {
    const item = await this.#table.update({
      Key: sweepKey(place),
      UpdateExpression: 'SET schedulesTakenBy = :sweep, schedulesTakenUntil = :until',
      ConditionExpression: 'attribute_not_exists(schedulesTakenUntil) OR schedulesTakenUntil < :now',
      ExpressionAttributeValues: { ':sweep': sweep, ':until': now.getTime() + forMs, ':now': now.getTime() },
    });
    if (item === undefined) return undefined;
    const { runsUnknownAt } = item;
    return { ...this.#recordsIn(item), runsUnknownAt: isMoment(runsUnknownAt) ? text(runsUnknownAt) : undefined };
  }

  /** Stores the records, while this sweep still has them. Returns false, and changes nothing, when it has not. */
  async putSchedules(place: Place, sweep: string, schedules: ScheduleRecords): Promise<boolean> {
    const stored = await this.#table.update({
      Key: sweepKey(place),
      UpdateExpression: 'SET schedules = :schedules',
      ConditionExpression: 'schedulesTakenBy = :sweep',
      ExpressionAttributeValues: { ':schedules': schedules, ':sweep': sweep },
    });
    return stored !== undefined;
  }

  /** Lists an AUDIT_OVERDUE that nobody knows to be published, for the doctor. Safe to repeat. */
  async listUncertain(place: Place, key: string, now: Date): Promise<void> {
    await listUncertain(this.#table, place, { key, kind: 'AUDIT_OVERDUE' }, now);
  }

  /** Lets the next sweep take the records at once. */
  async releaseSchedules(place: Place, sweep: string): Promise<void> {
    await this.#table.update({
      Key: sweepKey(place),
      UpdateExpression: 'REMOVE schedulesTakenBy, schedulesTakenUntil',
      ConditionExpression: 'schedulesTakenBy = :sweep',
      ExpressionAttributeValues: { ':sweep': sweep },
    });
  }

  #recordsIn(item: Item): Pick<TakenSchedules, 'records' | 'unreadable'> {
    const { schedules } = item;
    if (!isObject(schedules)) return { unreadable: [] };
    const entries = Object.entries(schedules);
    const unreadable = entries.filter(([, record]) => !isScheduleRecord(record)).map(([name]) => name);
    for (const name of unreadable) this.#onUnreadable(new MalformedItemError(`sweep (schedule ${name})`, item));
    const records = entries.filter((entry): entry is [string, ScheduleRecord] => isScheduleRecord(entry[1]));
    return { records: Object.fromEntries(records), unreadable };
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
