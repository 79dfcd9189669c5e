import type { AuditAnswer, CheckDetails, Snapshot, TaskStatistics } from '../../../audit/answer/aws-answers.ts';
import type { AuditId } from '../../../contract.ts';
import { MalformedItemError } from '../../../errors.ts';
import { isObject } from '../../../json.ts';
import { SCHEMA_VERSION, snapshotKey } from '../keys.ts';
import { isFlag, isMoment, isNumber, isText, mapOf, objectOf, optional } from './shapes.ts';
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
  const { schemaVersion, poll, capturedAt, answer, auditDetails } = item;
  const whole = auditDetails === undefined ? item : { poll, capturedAt, answer: unpacked(answer, auditDetails) };
  if (schemaVersion !== SCHEMA_VERSION || !isSnapshot(whole)) throw new MalformedItemError('snapshot', item);
  return { poll: whole.poll, capturedAt: whole.capturedAt, answer: whole.answer };
}

function unpacked(answer: unknown, auditDetails: unknown): unknown {
  return isObject(answer) ? { ...answer, auditDetails: unzipJson(auditDetails, LARGEST_DETAILS) ?? null } : undefined;
}

const isDetails = objectOf<CheckDetails>({
  checkRunStatus: optional(isText),
  checkCompliant: optional(isFlag),
  totalResourcesCount: optional(isNumber),
  nonCompliantResourcesCount: optional(isNumber),
  suppressedNonCompliantResourcesCount: optional(isNumber),
  errorCode: optional(isText),
  message: optional(isText),
});

const isStatistics = objectOf<TaskStatistics>({
  totalChecks: optional(isNumber),
  inProgressChecks: optional(isNumber),
  waitingForDataCollectionChecks: optional(isNumber),
  compliantChecks: optional(isNumber),
  nonCompliantChecks: optional(isNumber),
  failedChecks: optional(isNumber),
  canceledChecks: optional(isNumber),
});

const isSnapshot = objectOf<Snapshot>({
  poll: isNumber,
  capturedAt: isMoment,
  answer: objectOf<AuditAnswer>({
    taskStatus: optional(isText),
    taskType: optional(isText),
    taskStartTime: optional(isText),
    scheduledAuditName: optional(isText),
    taskStatistics: optional(isStatistics),
    auditDetails: optional(mapOf(isDetails)),
  }),
});
