import { type AuditId, auditPartition, type Place, placeKey, TABLE } from '../../contract.ts';

/** Layout of the items. Items of another layout are refused by name, never guessed at. */
export const SCHEMA_VERSION = 1;

/** When DynamoDB may drop an item. Epoch seconds, as its time to live wants them. */
export function expiryAfter(from: Date, keptMs: number): number {
  return Math.floor((from.getTime() + keptMs) / 1000);
}

/** Begins the sort key of every snapshot. */
export const SNAPSHOT_PREFIX = 'SNAPSHOT#';
/** Begins the sort key of every chunk of findings. */
const FINDINGS_CHUNK_PREFIX = 'FINDINGS#';

/** Key of the one watch item of an audit. */
export function watchKey(audit: AuditId): Record<string, string> {
  return keyOf(audit, 'WATCH');
}

/** Key of one poll; zero-padded, so that the polls of an audit sort in their order. */
export function snapshotKey(audit: AuditId, poll: number): Record<string, string> {
  return keyOf(audit, `${SNAPSHOT_PREFIX}${String(poll).padStart(6, '0')}`);
}

/** Key of a chunk of the findings of an ended audit, as one attempt read them: attempts may overlap, and must not mix. */
export function findingsChunkKey(audit: AuditId, attempt: string, chunk: number): Record<string, string> {
  return keyOf(audit, `${FINDINGS_CHUNK_PREFIX}${attempt}#${String(chunk).padStart(6, '0')}`);
}

/** Key of what is known of all findings of an audit. */
export function findingsSummaryKey(audit: AuditId): Record<string, string> {
  return keyOf(audit, 'FINDINGS');
}

/** Key of what an ended audit changes in the ledger. */
export function comparisonKey(audit: AuditId): Record<string, string> {
  return keyOf(audit, 'COMPARISON');
}

/** The task id in the key of an item of an audit: its attribute may say anything. */
export function taskIdIn(item: Record<string, unknown>): string {
  return String(item[TABLE.partitionKey]).split('#').at(-1) ?? '';
}

/** Partition of the index `byAudit`: the audits of one name in their account and Region. */
export function auditKey(place: Place, auditName: string): string {
  return `${placeKey(place)}#${auditName}`;
}

/** Partition of the changes of a check of an account and Region. */
export function historyPartition(place: Place, checkName: string): string {
  return `HISTORY#${placeKey(place)}#${checkName}`;
}

/** True for the item that has this key, whatever else is in either. */
export function isItemOf(item: Record<string, unknown>, key: Record<string, unknown>): boolean {
  return [TABLE.partitionKey, TABLE.sortKey].every((name) => item[name] === key[name]);
}

function keyOf(audit: AuditId, sortKey: string): Record<string, string> {
  return { [TABLE.partitionKey]: auditPartition(audit), [TABLE.sortKey]: sortKey };
}
