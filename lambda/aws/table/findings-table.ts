import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ReadFindings } from '../../audit/alert/alert-input.ts';
import type { Finding } from '../../audit/answer/finding.ts';
import { type AuditId, auditPartition, TABLE } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { findingsChunkKey, findingsSummaryKey, SCHEMA_VERSION } from './keys.ts';
import { type Item, Table } from './table.ts';
import { unzipJson, zipJson } from './zipped-json.ts';

/** Bytes of JSON: what 250 findings with the longest texts of the API need. */
const LARGEST_CHUNK = 16 * 1024 * 1024;

/** What is known of all findings of an audit, once those that AWS lists are stored. */
export interface FindingsSummary {
  /** Suppressed ones included. */
  readonly count: number;
  /** Number of the chunks that hold them: an attempt that was given up may have left more. */
  readonly chunks: number;
  readonly facts: ReadFindings;
}

/**
 * The findings of ended audits, in the same table: chunks, compressed (a finding takes some 30 bytes instead of 300), then
 * one summary, which says that all chunks are there. A second attempt overwrites.
 */
export class FindingsTable {
  readonly #table: Table;

  constructor(tableName: string, client?: DynamoDBClient) {
    this.#table = new Table(tableName, client);
  }

  /** Stores one chunk; the first has number 1. */
  async putChunk(audit: AuditId, chunk: number, findings: readonly Finding[], expiresAt: number): Promise<void> {
    await this.#put({
      ...findingsChunkKey(audit, chunk),
      count: findings.length,
      findings: zipJson(findings),
      [TABLE.timeToLive]: expiresAt,
    });
  }

  async putSummary(audit: AuditId, summary: FindingsSummary, expiresAt: number): Promise<void> {
    await this.#put({ ...findingsSummaryKey(audit), ...summary, [TABLE.timeToLive]: expiresAt });
  }

  /** Undefined until all findings of the audit are stored: a summary that cannot be read is written again. */
  async getSummary(audit: AuditId): Promise<FindingsSummary | undefined> {
    const item = await this.#table.get(findingsSummaryKey(audit));
    return isSummary(item) ? item : undefined;
  }

  /** The findings of the first chunks of an audit, chunk by chunk. @throws MalformedItemError for a chunk that cannot be read */
  async *chunks(audit: AuditId, count: number): AsyncGenerator<Finding[]> {
    if (count === 0) return;
    const stored = this.#table.query({
      KeyConditionExpression: `${TABLE.partitionKey} = :audit AND ${TABLE.sortKey} BETWEEN :first AND :last`,
      ExpressionAttributeValues: {
        ':audit': auditPartition(audit),
        ':first': findingsChunkKey(audit, 1)[TABLE.sortKey],
        ':last': findingsChunkKey(audit, count)[TABLE.sortKey],
      },
    });
    for await (const chunk of stored) yield findingsIn(chunk);
  }

  async #put(item: Record<string, unknown>): Promise<void> {
    await this.#table.put({ Item: { ...item, schemaVersion: SCHEMA_VERSION } });
  }
}

function findingsIn(chunk: Item): Finding[] {
  const findings = unzipJson(chunk.findings, LARGEST_CHUNK);
  if (chunk.schemaVersion !== SCHEMA_VERSION || !Array.isArray(findings))
    throw new MalformedItemError('findings', chunk);
  return findings;
}

function isSummary(item: Record<string, unknown> | undefined): item is Record<string, unknown> & FindingsSummary {
  if (typeof item?.count !== 'number' || typeof item.chunks !== 'number') return false;
  const { facts } = item;
  return typeof facts === 'object' && facts !== null && 'incomplete' in facts && Array.isArray(facts.incomplete);
}
