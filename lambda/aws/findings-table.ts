import { gunzipSync, gzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { FindingsFacts } from '../audit/alert.ts';
import type { Comparison } from '../audit/comparison.ts';
import type { Finding } from '../audit/finding.ts';
import { TABLE } from '../contract.ts';
import { CLIENT_DEFAULTS } from './client-defaults.ts';
import { FINDINGS_CHUNK_PREFIX, findingsChunkKey, findingsSummaryKey, SCHEMA_VERSION } from './watch-items.ts';

/** What is known of all findings of an audit, once they are all stored. */
export interface FindingsSummary {
  readonly taskId: string;
  /** Suppressed ones included. */
  readonly count: number;
  readonly facts: FindingsFacts;
  /** Absent for the first audit of its kind. */
  readonly comparison?: Comparison;
}

/**
 * The findings of ended audits, in the same table: chunks, compressed (a finding takes some 30 bytes instead of 300), then
 * one summary, which says that all chunks are there. Whoever stores again overwrites.
 */
export class FindingsTable {
  readonly #tableName: string;
  readonly #client: DynamoDBDocumentClient;

  constructor(tableName: string, client = new DynamoDBClient(CLIENT_DEFAULTS)) {
    this.#tableName = tableName;
    this.#client = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
    });
  }

  /** Stores one chunk; the first has number 1. */
  async putChunk(taskId: string, chunk: number, findings: readonly Finding[], expiresAt: number): Promise<void> {
    await this.#put({
      ...findingsChunkKey(taskId, chunk),
      count: findings.length,
      findings: gzipSync(JSON.stringify(findings)),
      [TABLE.timeToLive]: expiresAt,
    });
  }

  async putSummary(summary: FindingsSummary, expiresAt: number): Promise<void> {
    await this.#put({ ...findingsSummaryKey(summary.taskId), ...summary, [TABLE.timeToLive]: expiresAt });
  }

  /** Undefined until all findings of the audit are stored. */
  async getSummary(taskId: string): Promise<FindingsSummary | undefined> {
    const Key = findingsSummaryKey(taskId);
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#tableName, Key, ConsistentRead: true }));
    return isSummary(Item) ? Item : undefined;
  }

  /** All stored findings of an audit, chunk by chunk. */
  async *chunks(taskId: string): AsyncGenerator<Finding[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#tableName,
        KeyConditionExpression: `${TABLE.partitionKey} = :audit AND begins_with(${TABLE.sortKey}, :chunks)`,
        ExpressionAttributeValues: {
          ':audit': findingsSummaryKey(taskId)[TABLE.partitionKey],
          ':chunks': FINDINGS_CHUNK_PREFIX,
        },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const { findings } of Items) yield JSON.parse(gunzipSync(findings).toString('utf8'));
    }
  }

  async #put(item: Record<string, unknown>): Promise<void> {
    const Item = { ...item, schemaVersion: SCHEMA_VERSION };
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item }));
  }
}

function isSummary(item: Record<string, unknown> | undefined): item is Record<string, unknown> & FindingsSummary {
  return item !== undefined && typeof item.count === 'number' && typeof item.facts === 'object' && item.facts !== null;
}
