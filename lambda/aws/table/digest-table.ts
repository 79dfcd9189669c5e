import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { digestKey, type Place } from '../../contract.ts';
import type { DigestRecord } from '../../digest/record.ts';
import { MalformedItemError } from '../../errors.ts';
import { type OnUnreadable, skipUnreadable } from '../unreadable-item.ts';
import { isDigestRecord } from './items/digest-item.ts';
import { SCHEMA_VERSION } from './keys.ts';
import { Table } from './table.ts';
import { listUncertain } from './uncertain-alerts.ts';
import { onVersion, versionOf } from './versions.ts';

/** The record of the digests as it was read. */
export interface StoredDigest {
  /** What the next write replaces; 0 if there is nothing. */
  readonly version: number;
  /** Absent before the first, and when it cannot be read. */
  readonly record?: DigestRecord;
  readonly isUnreadable: boolean;
}

/** The record of the digests of an account and Region: one item, every write on condition of the version read. */
export class DigestTable {
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  constructor(tableName: string, client?: DynamoDBClient, onUnreadable: OnUnreadable = skipUnreadable) {
    this.#table = new Table(tableName, client);
    this.#onUnreadable = onUnreadable;
  }

  async read(place: Place): Promise<StoredDigest> {
    const item = await this.#table.get(digestKey(place));
    if (item === undefined) return { version: 0, isUnreadable: false };
    const version = versionOf(item.version);
    if (item.schemaVersion === SCHEMA_VERSION && version > 0 && isDigestRecord(item.record)) {
      return { version, record: item.record, isUnreadable: false };
    }
    this.#onUnreadable(new MalformedItemError('digest', item));
    return { version, isUnreadable: true };
  }

  /** Writes the record in place of a version. False, and nothing is written, when another sweep was quicker. */
  async write(place: Place, record: DigestRecord, version: number): Promise<boolean> {
    const id = randomUUID();
    const condition = onVersion('version', {}, version);
    const written = await this.#table.update({
      Key: digestKey(place),
      UpdateExpression: 'SET #record = :record, version = :next, schemaVersion = :schemaVersion, writeId = :id',
      ConditionExpression: condition.ConditionExpression,
      ExpressionAttributeNames: { '#record': 'record' },
      ExpressionAttributeValues: {
        ...condition.ExpressionAttributeValues,
        ':record': record,
        ':next': version + 1,
        ':schemaVersion': SCHEMA_VERSION,
        ':id': id,
      },
    });
    // The SDK repeats a write whose answer was lost, and then finds its own.
    return written !== undefined || (await this.#table.get(digestKey(place)))?.writeId === id;
  }

  /** Lists a digest that nobody knows to be published, for the doctor. Safe to repeat. */
  async listUncertain(place: Place, key: string, now: Date): Promise<void> {
    await listUncertain(this.#table, place, { key, kind: 'DIGEST' }, now);
  }
}
