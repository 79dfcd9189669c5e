import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PrincipalThings, ReadFindings } from '../../audit/alert/alert-input.ts';
import type { Finding } from '../../audit/answer/finding.ts';
import type { FindingTotals } from '../../audit/answer/worst-resources.ts';
import { type AuditId, auditPartition, TABLE } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { type OnUnreadable, skipUnreadable } from '../unreadable-item.ts';
import { findingsChunkKey, findingsSummaryKey, SCHEMA_VERSION } from './keys.ts';
import { isFlag, isNumber, isText, listOf, mapOf, objectOf, oneOf, optional } from './shapes.ts';
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
  readonly #onUnreadable: OnUnreadable;

  constructor(tableName: string, client?: DynamoDBClient, onUnreadable: OnUnreadable = skipUnreadable) {
    this.#table = new Table(tableName, client);
    this.#onUnreadable = onUnreadable;
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
    if (item === undefined) return undefined;
    if (item.schemaVersion === SCHEMA_VERSION && isSummary(item)) return item;
    this.#onUnreadable(new MalformedItemError('findings summary', item));
    return undefined;
  }

  /**
   * All findings of an audit, chunk by chunk. Ends with false when some are missing or cannot be read: then what was read is
   * not all of them.
   */
  async *chunksOf(audit: AuditId, { chunks, count }: FindingsSummary): AsyncGenerator<Finding[], boolean> {
    let read = 0;
    for await (const chunk of this.#chunks(audit, chunks)) {
      const findings = unzipJson(chunk.findings, LARGEST_CHUNK);
      if (chunk.schemaVersion !== SCHEMA_VERSION || !areFindings(findings)) {
        this.#onUnreadable(new MalformedItemError('findings', chunk));
        return false;
      }
      yield findings;
      read += findings.length;
    }
    return read === count;
  }

  /** Reads all findings of an audit. Returns false when what was read is not all of them. */
  async readAll(audit: AuditId, summary: FindingsSummary, onFinding: (finding: Finding) => void): Promise<boolean> {
    const chunks = this.chunksOf(audit, summary);
    for (;;) {
      const { value, done } = await chunks.next();
      if (done) return value;
      for (const finding of value) onFinding(finding);
    }
  }

  async *#chunks(audit: AuditId, count: number): AsyncGenerator<Item> {
    if (count === 0) return;
    const stored = this.#table.query({
      KeyConditionExpression: `${TABLE.partitionKey} = :audit AND ${TABLE.sortKey} BETWEEN :first AND :last`,
      ExpressionAttributeValues: {
        ':audit': auditPartition(audit),
        ':first': findingsChunkKey(audit, 1)[TABLE.sortKey],
        ':last': findingsChunkKey(audit, count)[TABLE.sortKey],
      },
    });
    yield* stored;
  }

  async #put(item: Record<string, unknown>): Promise<void> {
    await this.#table.put({ Item: { ...item, schemaVersion: SCHEMA_VERSION } });
  }
}

const isFinding = objectOf<Finding>({
  checkName: isText,
  severity: optional(isText),
  resourceType: optional(isText),
  resource: isText,
  identifier: mapOf((value) => typeof value === 'string' || mapOf(isText)(value)),
  reasonCode: optional(isText),
  reason: optional(isText),
  suppressed: isFlag,
  since: optional(isText),
});

const findingsShape = listOf(isFinding);

function areFindings(value: unknown): value is Finding[] {
  return findingsShape(value);
}

const isSummary = objectOf<FindingsSummary>({
  count: isNumber,
  chunks: isNumber,
  facts: objectOf<ReadFindings>({
    status: oneOf(['READ']),
    worst: findingsShape,
    totals: mapOf(objectOf<FindingTotals>({ open: isNumber, suppressed: isNumber, severity: optional(isText) })),
    principals: mapOf(objectOf<PrincipalThings>({ names: listOf(isText), more: isNumber })),
    incomplete: listOf(isText),
  }),
});
