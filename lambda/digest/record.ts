import type { AlertMessage } from '../audit/alert/alert-input.ts';
import type { CheckMark } from '../audit/ledger/check-mark.ts';
import type { Publishable } from '../audit/watch/publish-attempt.ts';

/** What is remembered between two digests. All times ISO 8601, UTC. */
export interface DigestRecord {
  /** The next digest covers the time from here: when the last one that is known to be out was written, or digests were switched on. */
  readonly since: string;
  /** No period that ended up to here gets a digest any more. */
  readonly doneUntil: string;
  /** What was known of the checks at `since`. */
  readonly marks: readonly CheckMark[];
  /** The outbox: one digest, until it is sent. */
  readonly pending?: PendingDigest;
}

/** A digest in the outbox. It is kept as it was written: what it says was so then, and a repeat reads the same. */
export interface PendingDigest extends Publishable {
  readonly periodEnd: string;
  readonly writtenAt: string;
  /** What was known of the checks when it was written. */
  readonly marks: readonly CheckMark[];
  readonly message: AlertMessage;
}

/** Digests begin now: the period that has just ended was not watched for one. */
export function firstRecord(marks: readonly CheckMark[], now: Date): DigestRecord {
  return { since: now.toISOString(), doneUntil: now.toISOString(), marks };
}

/** Whether a digest has to be written for the period that ended last. It takes the place of one that never got out. */
export function isDigestDue({ doneUntil, pending }: DigestRecord, periodEnd: string): boolean {
  return periodEnd > doneUntil && periodEnd > (pending?.periodEnd ?? '');
}

/** The record when the pending digest is out. */
export function afterSending({ periodEnd, writtenAt, marks }: PendingDigest): DigestRecord {
  return { since: writtenAt, doneUntil: periodEnd, marks };
}

/** The record when nobody knows whether the pending digest is out: the next one covers its time too. */
export function afterUncertain(record: DigestRecord, { periodEnd }: PendingDigest): DigestRecord {
  return { ...record, doneUntil: periodEnd, pending: undefined };
}
