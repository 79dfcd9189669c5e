import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Snapshot } from '../../audit/answer/aws-answers.ts';
import type { AuditReference, KnownResult } from '../../audit/ledger/entry.ts';
import type { CheckChange } from '../../audit/ledger/move.ts';
import type { Watch } from '../../audit/watch/watch.ts';
import { type AuditId, auditPartition, type Place, placeKey, TABLE, uncertainPartition } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { type OnUnreadable, readable, skipUnreadable } from '../unreadable-item.ts';
import { isResult, isStanding } from './items/ledger-shapes.ts';
import { isMoment, isText, objectOf, optional } from './items/shapes.ts';
import { toSnapshot } from './items/snapshot-item.ts';
import { toWatch } from './items/watch-item.ts';
import { historyPartition, isItemOf, SCHEMA_VERSION, SNAPSHOT_PREFIX, watchKey } from './keys.ts';
import { type Item, Table } from './table.ts';

/** Watches that are read in one call. */
const BATCH = 100;
/** Sorts behind whatever a key may hold. */
const LAST = '~';

/** A span of time, by when audits started. ISO 8601, UTC. */
export interface Period {
  readonly since: string;
  /** Exclusive. @default no end */
  readonly until?: string;
}

/** A change of a check, as the history keeps it. */
export interface StoredChange extends AuditReference, Pick<CheckChange, 'change' | 'now'> {
  /** The last result before it. */
  readonly before?: KnownResult;
}

/** An alert of which nobody knows whether it was published. */
export interface UncertainAlert {
  /** Alert key. */
  readonly key: string;
  readonly kind: string;
  /** ISO 8601, UTC. */
  readonly uncertainSince: string;
}

/** The history of an account and Region, for those who ask: read page by page, and never with a scan. */
export class HistoryTable {
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  constructor(tableName: string, client?: DynamoDBClient, onUnreadable: OnUnreadable = skipUnreadable) {
    this.#table = new Table(tableName, client);
    this.#onUnreadable = onUnreadable;
  }

  /** The watch of an audit; undefined if it never existed or has expired. @throws MalformedItemError */
  async watch(audit: AuditId): Promise<Watch | undefined> {
    const item = await this.#table.get(watchKey(audit));
    return item && toWatch(item);
  }

  /** The audits that started in a period, newest first. */
  async *audits(place: Place, { since, until = LAST }: Period): AsyncGenerator<Watch> {
    const { name, partitionKey, sortKey } = TABLE.byStartIndex;
    const keys = this.#table.query(
      {
        IndexName: name,
        KeyConditionExpression: '#place = :place AND #start BETWEEN :since AND :until',
        ExpressionAttributeNames: { '#place': partitionKey, '#start': sortKey },
        ExpressionAttributeValues: { ':place': placeKey(place), ':since': since, ':until': until },
        ScanIndexForward: false,
      },
      BATCH,
    );
    for await (const batch of inBatches(keys)) yield* await this.#watches(batch);
  }

  /** The changes of a check in a period, oldest first. */
  async *changes(place: Place, checkName: string, { since, until = LAST }: Period): AsyncGenerator<StoredChange> {
    const items = this.#table.query({
      KeyConditionExpression: `${TABLE.partitionKey} = :check AND ${TABLE.sortKey} BETWEEN :since AND :until`,
      ExpressionAttributeValues: { ':check': historyPartition(place, checkName), ':since': since, ':until': until },
    });
    for await (const item of items) {
      if (item.schemaVersion === SCHEMA_VERSION && isChange(item)) yield item;
      else this.#onUnreadable(new MalformedItemError('history', item));
    }
  }

  /** The snapshots of an audit, in the order of its polls. */
  async *snapshots(audit: AuditId): AsyncGenerator<Snapshot> {
    const items = this.#table.query({
      KeyConditionExpression: `${TABLE.partitionKey} = :audit AND begins_with(${TABLE.sortKey}, :snapshot)`,
      ExpressionAttributeValues: { ':audit': auditPartition(audit), ':snapshot': SNAPSHOT_PREFIX },
    });
    for await (const item of items) {
      const snapshot = readable(toSnapshot, item, this.#onUnreadable);
      if (snapshot !== undefined) yield snapshot;
    }
  }

  /** What the latest poll of an audit saw; undefined without one that can be read. */
  async latestSnapshot(audit: AuditId): Promise<Snapshot | undefined> {
    const items = this.#table.query(
      {
        KeyConditionExpression: `${TABLE.partitionKey} = :audit AND begins_with(${TABLE.sortKey}, :snapshot)`,
        ExpressionAttributeValues: { ':audit': auditPartition(audit), ':snapshot': SNAPSHOT_PREFIX },
        ScanIndexForward: false,
      },
      1,
    );
    for await (const item of items) return readable(toSnapshot, item, this.#onUnreadable);
    return undefined;
  }

  /** The alerts that nobody knows to be published, until somebody deletes their entries. */
  async *uncertainAlerts(place: Place): AsyncGenerator<UncertainAlert> {
    const items = this.#table.query({
      KeyConditionExpression: `${TABLE.partitionKey} = :uncertain`,
      ExpressionAttributeValues: { ':uncertain': uncertainPartition(place) },
    });
    for await (const item of items) {
      const { [TABLE.sortKey]: key, kind, uncertainSince } = item;
      if (isText(key) && isText(kind) && isMoment(uncertainSince)) {
        yield { key: String(key), kind: String(kind), uncertainSince: String(uncertainSince) };
      } else {
        this.#onUnreadable(new MalformedItemError('uncertain alert', item));
      }
    }
  }

  /** In the order of their keys in the index; an item that has expired in the meantime is left out. */
  async #watches(keys: readonly Item[]): Promise<Watch[]> {
    const items = await this.#table.getMany(
      keys.map(({ [TABLE.partitionKey]: pk, [TABLE.sortKey]: sk }) => ({
        [TABLE.partitionKey]: pk,
        [TABLE.sortKey]: sk,
      })),
    );
    return keys.flatMap((key) => {
      const item = items.find((one) => isItemOf(one, key));
      const watch = item && readable(toWatch, item, this.#onUnreadable);
      return watch === undefined ? [] : [watch];
    });
  }
}

async function* inBatches(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const isChange = objectOf<StoredChange>({
  taskId: isText,
  auditName: isText,
  startedAt: isText,
  change: isText,
  before: optional(isResult),
  now: isStanding,
});
