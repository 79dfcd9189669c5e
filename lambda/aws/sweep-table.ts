import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ScheduleRecords } from '../audit/schedule-records.ts';
import type { SweepState } from '../audit/sweep.ts';
import type { Watch } from '../audit/watch.ts';
import { SWEEP_KEY, TABLE } from '../contract.ts';
import { MalformedItemError } from '../errors.ts';
import { type Item, Table } from './table.ts';
import { SCHEMA_VERSION, toWatch, watchKey } from './watch-items.ts';

/** The records of the schedules; absent when no sweep has stored any yet. */
export interface TakenSchedules {
  readonly records?: ScheduleRecords;
}

/** All that a sweep asks of the table: never more than it needs, and never a scan. */
export class SweepTable {
  readonly #table: Table;

  constructor(tableName: string, client?: DynamoDBClient) {
    this.#table = new Table(tableName, client);
  }

  /** What the sweeps before this one left; empty before the first. */
  async state(): Promise<SweepState> {
    const { firstSweepAt, lastSweepAt, historyUntil } = (await this.#table.get(SWEEP_KEY)) ?? {};
    return { firstSweepAt: text(firstSweepAt), lastSweepAt: text(lastSweepAt), historyUntil: text(historyUntil) };
  }

  /** Notes that a sweep listed all that it was to list. One that began earlier changes nothing. */
  async finish(startedAt: Date, historyUntil: string): Promise<void> {
    await this.#table.update({
      Key: SWEEP_KEY,
      UpdateExpression:
        'SET firstSweepAt = if_not_exists(firstSweepAt, :now), lastSweepAt = :now, historyUntil = :historyUntil, ' +
        'schemaVersion = :schemaVersion',
      ConditionExpression: 'attribute_not_exists(lastSweepAt) OR lastSweepAt < :now',
      ExpressionAttributeValues: {
        ':now': startedAt.toISOString(),
        ':historyUntil': historyUntil,
        ':schemaVersion': SCHEMA_VERSION,
      },
    });
  }

  /** Every watch with work left. What cannot be read goes to `onMalformed`: one such item must not hide all others. */
  async openWatches(onMalformed: (error: MalformedItemError) => void): Promise<Watch[]> {
    const watches: Watch[] = [];
    const open = this.#table.query({
      IndexName: TABLE.openIndex.name,
      KeyConditionExpression: '#open = :open',
      ExpressionAttributeNames: { '#open': TABLE.openIndex.partitionKey },
      ExpressionAttributeValues: { ':open': 'OPEN' },
    });
    for await (const item of open) {
      try {
        watches.push(toWatch(item));
      } catch (error) {
        if (!(error instanceof MalformedItemError)) throw error;
        onMalformed(error);
      }
    }
    return watches;
  }

  /** Which of these audits are, or were, watched. */
  async watched(taskIds: readonly string[]): Promise<Set<string>> {
    const keys = [...new Set(taskIds)].map(watchKey);
    const items = await this.#table.getMany(keys, [TABLE.partitionKey]);
    const known = new Set(items.map((item) => item[TABLE.partitionKey]));
    return new Set(taskIds.filter((taskId) => known.has(watchKey(taskId)[TABLE.partitionKey])));
  }

  /** Starts of the latest audits of a schedule, newest first. */
  async latestStarts(auditName: string, count: number): Promise<{ taskId: string; startedAt: string }[]> {
    const starts: { taskId: string; startedAt: string }[] = [];
    const audits = this.#table.query(
      {
        IndexName: TABLE.byAuditIndex.name,
        KeyConditionExpression: '#name = :name',
        ExpressionAttributeNames: { '#name': TABLE.byAuditIndex.partitionKey },
        ExpressionAttributeValues: { ':name': auditName },
        ScanIndexForward: false,
      },
      count,
    );
    for await (const { taskId, [TABLE.byAuditIndex.sortKey]: startedAt } of audits) {
      starts.push({ taskId: String(taskId), startedAt: String(startedAt) });
      if (starts.length === count) break;
    }
    return starts;
  }

  /** Takes the records of the schedules for one sweep; undefined when another sweep has them. */
  async takeSchedules(sweep: string, now: Date, forMs: number): Promise<TakenSchedules | undefined> {
    const item = await this.#table.update({
      Key: SWEEP_KEY,
      UpdateExpression: 'SET schedulesTakenBy = :sweep, schedulesTakenUntil = :until',
      ConditionExpression: 'attribute_not_exists(schedulesTakenUntil) OR schedulesTakenUntil < :now',
      ExpressionAttributeValues: { ':sweep': sweep, ':until': now.getTime() + forMs, ':now': now.getTime() },
    });
    return item === undefined ? undefined : { records: toRecords(item) };
  }

  /** Stores the records, while this sweep still has them. Returns false, and changes nothing, when it has not. */
  async putSchedules(sweep: string, schedules: ScheduleRecords): Promise<boolean> {
    const stored = await this.#table.update({
      Key: SWEEP_KEY,
      UpdateExpression: 'SET schedules = :schedules',
      ConditionExpression: 'schedulesTakenBy = :sweep',
      ExpressionAttributeValues: { ':schedules': schedules, ':sweep': sweep },
    });
    return stored !== undefined;
  }

  /** Lets the next sweep take the records at once. */
  async releaseSchedules(sweep: string): Promise<void> {
    await this.#table.update({
      Key: SWEEP_KEY,
      UpdateExpression: 'REMOVE schedulesTakenBy, schedulesTakenUntil',
      ConditionExpression: 'schedulesTakenBy = :sweep',
      ExpressionAttributeValues: { ':sweep': sweep },
    });
  }
}

function toRecords({ schedules }: Item): ScheduleRecords | undefined {
  return typeof schedules === 'object' && schedules !== null ? (schedules as ScheduleRecords) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
