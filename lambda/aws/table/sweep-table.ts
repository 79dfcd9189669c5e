import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ScheduleRecords } from '../../audit/sweep/schedule-records.ts';
import type { ListedWatch, SweepReach, SweepState } from '../../audit/sweep/sweep.ts';
import type { Watch } from '../../audit/watch/watch.ts';
import { type Place, placeKey, sweepKey, TABLE } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { AuditHistory } from './audit-history.ts';
import { SCHEMA_VERSION, toWatch, watchKey } from './keys.ts';
import { type Item, Table } from './table.ts';

/** The records of the schedules; absent when no sweep has stored any yet. */
export interface TakenSchedules {
  readonly runsUnknownAt?: string;
  readonly records?: ScheduleRecords;
}

/** What a sweep of an account and Region reads and stores: never more than it needs, and never a scan. */
export class SweepTable {
  readonly history: AuditHistory;
  readonly #table: Table;

  constructor(tableName: string, client?: DynamoDBClient) {
    this.#table = new Table(tableName, client);
    this.history = new AuditHistory(this.#table);
  }

  /** What the sweeps before this one left; empty before the first. */
  async state(place: Place): Promise<SweepState> {
    const item = ofThisVersion((await this.#table.get(sweepKey(place))) ?? {});
    return {
      firstSweepAt: text(item.firstSweepAt),
      lastSweepAt: text(item.lastSweepAt),
      coveredUntil: text(item.coveredUntil),
      historyUntil: text(item.historyUntil),
      runsUnknownAt: text(item.runsUnknownAt),
    };
  }

  /** Notes that a sweep listed all that it was to list. One that began earlier changes nothing. */
  async finish(
    place: Place,
    startedAt: Date,
    { coveredUntil, historyUntil }: SweepReach,
    runsUnknownAt?: string,
  ): Promise<void> {
    await this.#table.update({
      Key: sweepKey(place),
      UpdateExpression:
        'SET firstSweepAt = if_not_exists(firstSweepAt, :now), lastSweepAt = :now, coveredUntil = :coveredUntil, ' +
        `historyUntil = :historyUntil, schemaVersion = :schemaVersion${runsUnknownAt === undefined ? '' : ', runsUnknownAt = :runsUnknownAt'}`,
      ConditionExpression: 'attribute_not_exists(lastSweepAt) OR lastSweepAt < :now',
      ExpressionAttributeValues: {
        ':now': startedAt.toISOString(),
        ':coveredUntil': coveredUntil,
        ':historyUntil': historyUntil,
        ':schemaVersion': SCHEMA_VERSION,
        ':runsUnknownAt': runsUnknownAt,
      },
    });
  }

  /** Every watch with work left. What cannot be read goes to `onMalformed`: one such item must not hide all others. */
  async openWatches(place: Place, onMalformed: (error: MalformedItemError) => void): Promise<Watch[]> {
    const watches: Watch[] = [];
    const open = this.#table.query({
      IndexName: TABLE.openIndex.name,
      KeyConditionExpression: '#open = :open',
      ExpressionAttributeNames: { '#open': TABLE.openIndex.partitionKey },
      ExpressionAttributeValues: { ':open': placeKey(place) },
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

  /** By task id, the watches that these audits have, or had. */
  async watched(place: Place, taskIds: readonly string[]): Promise<Map<string, ListedWatch>> {
    const keys = [...new Set(taskIds)].map((taskId) => watchKey({ ...place, taskId }));
    const { partitionKey: open } = TABLE.openIndex;
    const items = await this.#table.getMany(keys, ['taskId', 'auditName', 'endedAt', 'watchedSince', open]);
    return new Map(
      items.map(({ taskId, auditName, endedAt, watchedSince, [open]: work }) => [
        String(taskId),
        {
          auditName: text(auditName),
          endedAt: text(endedAt),
          watchedSince: text(watchedSince),
          isOpen: work !== undefined,
        },
      ]),
    );
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
    return { records: toRecords(ofThisVersion(item)), runsUnknownAt: text(item.runsUnknownAt) };
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

  /** Lets the next sweep take the records at once. */
  async releaseSchedules(place: Place, sweep: string): Promise<void> {
    await this.#table.update({
      Key: sweepKey(place),
      UpdateExpression: 'REMOVE schedulesTakenBy, schedulesTakenUntil',
      ConditionExpression: 'schedulesTakenBy = :sweep',
      ExpressionAttributeValues: { ':sweep': sweep },
    });
  }
}

/** An item without a version has no state yet: only a claim on the schedules. @throws MalformedItemError */
function ofThisVersion(item: Item): Item {
  const { schemaVersion = SCHEMA_VERSION } = item;
  if (schemaVersion !== SCHEMA_VERSION) throw new MalformedItemError('sweep', item);
  return item;
}

function toRecords({ schedules }: Item): ScheduleRecords | undefined {
  return typeof schedules === 'object' && schedules !== null ? (schedules as ScheduleRecords) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
