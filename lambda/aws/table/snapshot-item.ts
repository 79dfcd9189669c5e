import type { AuditAnswer, Snapshot } from '../../audit/answer/aws-answers.ts';
import type { AuditId } from '../../contract.ts';
import { MalformedItemError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { SCHEMA_VERSION, snapshotKey } from './keys.ts';
import { unzipJson, zipJson } from './zipped-json.ts';

/** Bytes of JSON. DynamoDB refuses an item above 400 KB, so larger details are not compressed. */
const LARGEST_DETAILS = 400 * 1024;

/**
 * A poll as an item. The checks are nine tenths of an answer and repeat themselves, so they are compressed: an item of up to
 * 17 checks then takes one or two write units instead of four. The rest stays readable for people and queries.
 */
export function fromSnapshot(audit: AuditId, { poll, capturedAt, answer }: Snapshot): Record<string, unknown> {
  const item = { ...snapshotKey(audit, poll), schemaVersion: SCHEMA_VERSION, poll, capturedAt };
  const { auditDetails, ...rest } = answer;
  if (auditDetails === undefined || Buffer.byteLength(JSON.stringify(auditDetails)) > LARGEST_DETAILS) {
    return { ...item, answer };
  }
  return { ...item, answer: rest, auditDetails: zipJson(auditDetails) };
}

/**
 * Reads a snapshot back: complete, and from this item alone.
 *
 * @throws MalformedItemError when the item is not one that the watch table writes
 */
export function toSnapshot(item: Record<string, unknown>): Snapshot {
  if (!isSnapshot(item)) throw new MalformedItemError('snapshot', item);
  const { poll, capturedAt, answer } = item;
  return { poll, capturedAt, answer: item.auditDetails === undefined ? answer : unpacked(item, answer) };
}

function unpacked(item: Record<string, unknown>, answer: AuditAnswer): AuditAnswer {
  const auditDetails = unzipJson(item.auditDetails, LARGEST_DETAILS);
  if (!isObject(auditDetails)) throw new MalformedItemError('snapshot', item);
  return { ...answer, auditDetails: auditDetails as AuditAnswer['auditDetails'] };
}

function isSnapshot(item: Record<string, unknown>): item is Record<string, unknown> & Snapshot {
  const { schemaVersion, poll, capturedAt, answer } = item;
  const isTyped = typeof capturedAt === 'string' && typeof poll === 'number' && isObject(answer);
  return schemaVersion === SCHEMA_VERSION && isTyped;
}
