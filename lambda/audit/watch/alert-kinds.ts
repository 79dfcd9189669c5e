import type { ALERT_KIND, AlertKind } from '../../contract.ts';

/** The kinds that are about an audit. AUDIT_OVERDUE is about an audit that never started, DIGEST about all of them. */
export type AuditAlertKind = Exclude<AlertKind, typeof ALERT_KIND.auditOverdue | typeof ALERT_KIND.digest>;

/** Each slot is used at most once per audit; the closing message has one slot whatever its kind. In the order of sending. */
export const ALERT_SLOTS = [
  'NON_COMPLIANT_DETECTED',
  'CHECK_FAILED',
  'AUDIT_STUCK',
  'TERMINAL',
  'WATCHER_GAVE_UP',
] as const;
export type AlertSlot = (typeof ALERT_SLOTS)[number];

/** Why a watch gave up before it saw the end of the audit. */
export const GAVE_UP_REASON = {
  /** The watch limit passed. */
  watchLimit: 'MAX_WATCH_TIME',
  /** DescribeAuditTask knows no such audit. */
  auditNotFound: 'AUDIT_NOT_FOUND',
  /** The function's role may not call AWS IoT or the table. */
  accessDenied: 'ACCESS_DENIED',
  /** The answers of DescribeAuditTask lack what they must have. */
  malformedAnswer: 'MALFORMED_ANSWER',
  /** Throttling, 5xx or any other error outlasted every retry. */
  persistentError: 'PERSISTENT_ERROR',
} as const;
export type GaveUpReason = (typeof GAVE_UP_REASON)[keyof typeof GAVE_UP_REASON];

/** Facts of a WATCHER_GAVE_UP alert. */
export interface GaveUp {
  readonly reason: GaveUpReason;
  /** Name of the error that outlasted the retries. */
  readonly errorName: string;
  /** Its message, at most 500 characters. */
  readonly errorMessage?: string;
  /** ARN of the execution that gave up. */
  readonly execution: string;
  readonly watchLimitHours: number;
  /** ISO 8601, UTC. */
  readonly gaveUpAt: string;
  /** The sweep tries again until then. ISO 8601, UTC. */
  readonly retriedUntil: string;
}

/** Facts of an AUDIT_STUCK alert. */
export interface StuckFacts {
  /** The longest of the known durations. */
  readonly usualSeconds: number;
  /** From how many audits that is known. */
  readonly audits: number;
  /** When the answer last differed from the one before. ISO 8601, UTC. */
  readonly unchangedSince: string;
  readonly watchLimitHours: number;
}

/** A run that should have started and has not. */
export interface MissedRun {
  /** Day of `dueAt`, YYYY-MM-DD. */
  readonly day: string;
  /** When it should have started at the latest: whole periods after the last start. ISO 8601, UTC. */
  readonly dueAt: string;
}

/** A schedule, and the days on which it did not run. */
export interface MissedDays {
  readonly auditName: string;
  /** YYYY-MM-DD, the first one first. */
  readonly days: readonly string[];
}
