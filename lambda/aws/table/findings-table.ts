import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PrincipalThings, ReadFindings } from '../../audit/alert/alert-input.ts';
import type { Finding } from '../../audit/answer/finding.ts';
import type { FindingTotals } from '../../audit/answer/worst-resources.ts';
import { type AuditId, auditPartition, TABLE } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { type OnUnreadable, skipUnreadable } from '../unreadable-item.ts';
import { isFlag, isNumber, isText, listOf, mapOf, objectOf, oneOf, optional } from './items/shapes.ts';
import { unzipJson, zipJson } from './items/zipped-json.ts';
import { findingsChunkKey, findingsSummaryKey, SCHEMA_VERSION } from './keys.ts';
import { type Item, Table } from './table.ts';

/** Bytes of JSON: what 250 findings with the longest texts of the API need. */
const LARGEST_CHUNK = 16 * 1024 * 1024;
/** Chunks that are read in one call: some thousands of findings, so that a reader has the first ones at once. */
const CHUNKS_PER_CALL = 25;

/** What is known of all findings of an audit, once those that AWS lists are stored. */
export interface FindingsSummary {
  /** Suppressed ones included. */
  readonly count: number;
  /** Which attempt to read them counts: only its chunks are read. */
  readonly attempt: string;
  /** Number of its chunks. */
  readonly chunks: number;
  readonly facts: ReadFindings;
}

/**
 * The findings of ended audits, in the same table: chunks, compressed (a finding takes some 30 bytes instead of 300), then
 * one summary, which says that all chunks are there. Each attempt has chunks of its own.
 */
export class FindingsTable {
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  constructor(tableName: string, client?: DynamoDBClient, onUnreadable: OnUnreadable = skipUnreadable) {
    this.#table = new Table(tableName, client);
    this.#onUnreadable = onUnreadable;
  }

  /** Stores the latest of the chunks of an attempt; the first has number 1. */
  async putChunk(
    audit: AuditId,
    { attempt, chunks }: Pick<FindingsSummary, 'attempt' | 'chunks'>,
    findings: readonly Finding[],
    expiresAt: number,
  ): Promise<void> {
    await this.#put({
      ...findingsChunkKey(audit, attempt, chunks),
      count: findings.length,
      findings: zipJson(findings),
      [TABLE.timeToLive]: expiresAt,
    });
  }

  /**
   * Stores the summary of an attempt, unless another attempt has stored that of a complete list. Returns the one that counts.
   */
  async putSummary(audit: AuditId, summary: FindingsSummary, expiresAt: number): Promise<FindingsSummary> {
    const item = { ...findingsSummaryKey(audit), ...summary, [TABLE.timeToLive]: expiresAt };
    const isIncomplete = `attribute_not_exists(${TABLE.partitionKey}) OR size(facts.incomplete) > :none`;
    if (await this.#put(item, { ConditionExpression: isIncomplete, ExpressionAttributeValues: { ':none': 0 } })) {
      return summary;
    }
    const stored = await this.getSummary(audit);
    if (stored !== undefined && stored.facts.incomplete.length === 0) return stored;
    // What is there cannot be read.
    await this.#put(item);
    return summary;
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
  async *chunksOf(audit: AuditId, summary: FindingsSummary): AsyncGenerator<Finding[], boolean> {
    let read = 0;
    for await (const chunk of this.#chunks(audit, summary)) {
      const findings = unzipJson(chunk.findings, LARGEST_CHUNK);
      if (chunk.schemaVersion !== SCHEMA_VERSION || !areFindings(findings)) {
        this.#onUnreadable(new MalformedItemError('findings', chunk));
        return false;
      }
      yield findings;
      read += findings.length;
    }
    return read === summary.count;
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

  async *#chunks(audit: AuditId, { attempt, chunks }: FindingsSummary): AsyncGenerator<Item> {
    if (chunks === 0) return;
    const query = {
      KeyConditionExpression: `${TABLE.partitionKey} = :audit AND ${TABLE.sortKey} BETWEEN :first AND :last`,
      ExpressionAttributeValues: {
        ':audit': auditPartition(audit),
        ':first': findingsChunkKey(audit, attempt, 1)[TABLE.sortKey],
        ':last': findingsChunkKey(audit, attempt, chunks)[TABLE.sortKey],
      },
    };
    yield* this.#table.query(query, CHUNKS_PER_CALL);
  }

  async #put(item: Item, condition: Omit<Parameters<Table['put']>[0], 'Item'> = {}): Promise<boolean> {
    return this.#table.put({ Item: { ...item, schemaVersion: SCHEMA_VERSION }, ...condition });
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
  attempt: isText,
  chunks: isNumber,
  facts: objectOf<ReadFindings>({
    status: oneOf(['READ']),
    worst: findingsShape,
    totals: mapOf(objectOf<FindingTotals>({ open: isNumber, suppressed: isNumber, severity: optional(isText) })),
    principals: mapOf(objectOf<PrincipalThings>({ names: listOf(isText), more: isNumber })),
    incomplete: listOf(isText),
  }),
});
