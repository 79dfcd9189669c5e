import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AuditMove, VersionedEntry } from '../../audit/ledger/comparison.ts';
import type { AuditReference, CheckEntry } from '../../audit/ledger/entry.ts';
import type { CheckChange } from '../../audit/ledger/move.ts';
import { type AuditId, type Place, placeKey, TABLE } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { type OnUnreadable, skipUnreadable } from '../unreadable-item.ts';
import { isEntry, isMove } from './items/ledger-shapes.ts';
import { unzipJson, zipJson } from './items/zipped-json.ts';
import { comparisonKey, historyPartition, SCHEMA_VERSION } from './keys.ts';
import { type Item, Table } from './table.ts';
import { onVersion, versionOf } from './versions.ts';

/** Bytes of JSON: far more than 25 checks with their entries need. */
const LARGEST_COMPARISON = 1024 * 1024;

/** What one audit changes in the ledger, as it is stored with the audit before the ledger moves. */
export interface StoredMove {
  /** Rises by one each time that the comparison is computed again. */
  readonly revision: number;
  /** Absent when it cannot be read: then it is computed again. */
  readonly move?: AuditMove;
}

/**
 * The ledger: one item per account, Region and check with what is known of it, and one item per change of a check. Entries
 * never expire; changes are kept as long as snapshots.
 */
export class LedgerTable {
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  constructor(tableName: string, client?: DynamoDBClient, onUnreadable: OnUnreadable = skipUnreadable) {
    this.#table = new Table(tableName, client);
    this.#onUnreadable = onUnreadable;
  }

  /** All entries of an account and Region. If one cannot be read, only its check is known, until it is written again. */
  async entries(place: Place): Promise<VersionedEntry[]> {
    const entries: VersionedEntry[] = [];
    const items = this.#table.query({
      ConsistentRead: true,
      KeyConditionExpression: `${TABLE.partitionKey} = :checks`,
      ExpressionAttributeValues: { ':checks': ledgerPartition(place) },
    });
    for await (const item of items) {
      if (isReadable(item, place)) {
        entries.push(item.entry);
      } else {
        this.#onUnreadable(new MalformedItemError('ledger', item));
        entries.push(unreadableEntry(item));
      }
    }
    return entries;
  }

  /** The comparison of an audit as it was last computed; undefined before the first. */
  async storedMove(audit: AuditId): Promise<StoredMove | undefined> {
    const item = await this.#table.get(comparisonKey(audit));
    if (item === undefined) return undefined;
    const revision = versionOf(item.revision);
    const move = unzipJson(item.move, LARGEST_COMPARISON);
    if (item.schemaVersion === SCHEMA_VERSION && revision > 0 && isMove(move)) return { revision, move };
    this.#onUnreadable(new MalformedItemError('comparison', item));
    return { revision };
  }

  /** Stores a comparison in place of the one of the revision before. Returns false when another attempt was quicker. */
  async storeMove(audit: AuditId, move: AuditMove, revision: number, expiresAt: number): Promise<boolean> {
    return this.#table.put({
      Item: {
        ...comparisonKey(audit),
        schemaVersion: SCHEMA_VERSION,
        revision,
        move: zipJson(move),
        [TABLE.timeToLive]: expiresAt,
      },
      ...onVersion('#revision', { '#revision': 'revision' }, revision - 1),
    });
  }

  /** Writes an entry in place of the version that it was computed from. Returns false when that has changed. */
  async putEntry(place: Place, entry: VersionedEntry): Promise<boolean> {
    const { version } = entry;
    return this.#table.put({
      Item: { ...entryKey(place, entry), schemaVersion: SCHEMA_VERSION, entry: { ...entry, version: version + 1 } },
      ...onVersion('#entry.#version', { '#entry': 'entry', '#version': 'version' }, version),
    });
  }

  /** Keeps one change of a check for the history. Safe to repeat. */
  async putChange(place: Place, audit: AuditReference, change: CheckChange, expiresAt: number): Promise<void> {
    await this.#table.put({
      Item: {
        [TABLE.partitionKey]: historyPartition(place, change.checkName),
        [TABLE.sortKey]: `${audit.startedAt}#${audit.taskId}`,
        schemaVersion: SCHEMA_VERSION,
        ...audit,
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

/** An entry is that of the check in its key. */
function isReadable(item: Item, place: Place): item is Item & { readonly entry: VersionedEntry } {
  const { schemaVersion, entry } = item;
  if (schemaVersion !== SCHEMA_VERSION || !isEntry(entry) || versionOf(entry.version) === 0) return false;
  return entryKey(place, entry)[TABLE.sortKey] === item[TABLE.sortKey];
}

/** With the version that the next write replaces, and nothing known but the check. */
function unreadableEntry(item: Item): VersionedEntry {
  const [checkName = '', ...auditName] = String(item[TABLE.sortKey]).split('#');
  const version = isObject(item.entry) ? versionOf(item.entry.version) : 0;
  return { checkName, auditName: auditName.length === 0 ? undefined : auditName.join('#'), version };
}
