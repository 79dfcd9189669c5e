import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AuditMove, VersionedEntry } from '../../audit/ledger/comparison.ts';
import type { CheckEntry } from '../../audit/ledger/entry.ts';
import type { CheckChange } from '../../audit/ledger/move.ts';
import { type AuditId, type Place, placeKey, TABLE } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { comparisonKey, SCHEMA_VERSION } from './keys.ts';
import { type Item, Table } from './table.ts';
import { unzipJson, zipJson } from './zipped-json.ts';

/** Of JSON: far more than 25 checks with their entries come to. */
const LARGEST_COMPARISON = 1024 * 1024;

/** What one audit changes in the ledger, as it is stored with the audit before the ledger moves. */
export interface StoredMove extends AuditMove {
  /** Rises by one each time that the comparison is computed again. */
  readonly revision: number;
}

/**
 * The ledger: one item per account, Region and check with what is known of it, and one item per change of a check. Entries
 * never expire; changes are kept as long as snapshots.
 */
export class LedgerTable {
  readonly #table: Table;

  constructor(tableName: string, client?: DynamoDBClient) {
    this.#table = new Table(tableName, client);
  }

  /** All entries of an account and Region. What cannot be read goes to `onMalformed`, and is not known. */
  async entries(place: Place, onMalformed: (error: MalformedItemError) => void): Promise<VersionedEntry[]> {
    const entries: VersionedEntry[] = [];
    const items = this.#table.query({
      ConsistentRead: true,
      KeyConditionExpression: `${TABLE.partitionKey} = :checks`,
      ExpressionAttributeValues: { ':checks': ledgerPartition(place) },
    });
    for await (const item of items) {
      if (isEntry(item)) entries.push(item.entry);
      else onMalformed(new MalformedItemError('ledger', item));
    }
    return entries;
  }

  /** The comparison of an audit as it was last computed; undefined before the first. */
  async storedMove(audit: AuditId): Promise<StoredMove | undefined> {
    const item = await this.#table.get(comparisonKey(audit));
    if (item === undefined) return undefined;
    const move = unzipJson(item.move, LARGEST_COMPARISON);
    if (item.schemaVersion !== SCHEMA_VERSION || typeof item.revision !== 'number' || !isMove(move)) {
      throw new MalformedItemError('comparison', item);
    }
    return { ...move, revision: item.revision };
  }

  /** Stores a comparison in place of the one of the revision before. Returns false when another attempt was quicker. */
  async storeMove(audit: AuditId, { revision, ...move }: StoredMove, expiresAt: number): Promise<boolean> {
    return this.#table.put({
      Item: {
        ...comparisonKey(audit),
        schemaVersion: SCHEMA_VERSION,
        revision,
        move: zipJson(move),
        [TABLE.timeToLive]: expiresAt,
      },
      ConditionExpression: `attribute_not_exists(${TABLE.partitionKey}) OR revision = :before`,
      ExpressionAttributeValues: { ':before': revision - 1 },
    });
  }

  /** Writes an entry in place of the version that it was computed from. Returns false when that has changed. */
  async putEntry(place: Place, entry: VersionedEntry): Promise<boolean> {
    const { version } = entry;
    return this.#table.put({
      Item: { ...entryKey(place, entry), schemaVersion: SCHEMA_VERSION, entry: { ...entry, version: version + 1 } },
      ConditionExpression: version === 0 ? `attribute_not_exists(${TABLE.partitionKey})` : 'entry.#version = :version',
      ...(version === 0
        ? {}
        : {
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': version },
          }),
    });
  }

  /** Keeps one change of a check for the history. Safe to repeat. */
  async putChange(audit: AuditId, startedAt: string, change: CheckChange, expiresAt: number): Promise<void> {
    await this.#table.put({
      Item: {
        [TABLE.partitionKey]: `HISTORY#${placeKey(audit)}#${change.checkName}`,
        [TABLE.sortKey]: `${startedAt}#${audit.taskId}`,
        schemaVersion: SCHEMA_VERSION,
        taskId: audit.taskId,
        startedAt,
        change: change.change,
        before: change.before?.result,
        now: change.now,
        [TABLE.timeToLive]: expiresAt,
      },
    });
  }
}

function ledgerPartition(place: Place): string {
  return `CHECKS#${placeKey(place)}`;
}

function entryKey(place: Place, { checkName, auditName }: CheckEntry): Record<string, string> {
  return {
    [TABLE.partitionKey]: ledgerPartition(place),
    [TABLE.sortKey]: auditName === undefined ? checkName : `${checkName}#${auditName}`,
  };
}

function isEntry(item: Item): item is Item & { readonly entry: VersionedEntry } {
  const { schemaVersion, entry } = item;
  if (schemaVersion !== SCHEMA_VERSION || typeof entry !== 'object' || entry === null) return false;
  return (
    'checkName' in entry &&
    typeof entry.checkName === 'string' &&
    'version' in entry &&
    typeof entry.version === 'number'
  );
}

function isMove(value: unknown): value is AuditMove {
  return typeof value === 'object' && value !== null && 'comparison' in value && 'entries' in value;
}
