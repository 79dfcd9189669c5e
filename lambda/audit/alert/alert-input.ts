import type { Snapshot } from '../answer/aws-answers.ts';
import type { WorstFindings } from '../answer/worst-resources.ts';
import type { Comparison } from '../ledger/comparison.ts';

/** What an alert says. */
export const ALERT_KIND = {
  nonCompliantDetected: 'NON_COMPLIANT_DETECTED',
  checkFailed: 'CHECK_FAILED',
  auditStuck: 'AUDIT_STUCK',
  completedWithFindings: 'COMPLETED_WITH_FINDINGS',
  recovered: 'RECOVERED',
  completedCompliant: 'COMPLETED_COMPLIANT',
  auditNotCompleted: 'AUDIT_NOT_COMPLETED',
  watcherGaveUp: 'WATCHER_GAVE_UP',
  auditOverdue: 'AUDIT_OVERDUE',
} as const;
export type AlertKind = (typeof ALERT_KIND)[keyof typeof ALERT_KIND];
/** Those that tell about an audit; AUDIT_OVERDUE tells that there is none. */
export type AuditAlertKind = Exclude<AlertKind, typeof ALERT_KIND.auditOverdue>;

/** Each slot is used at most once per audit; the closing message has one slot whatever its kind. In the order of sending. */
export const ALERT_SLOTS = [
  'NON_COMPLIANT_DETECTED',
  'CHECK_FAILED',
  'AUDIT_STUCK',
  'TERMINAL',
  'WATCHER_GAVE_UP',
] as const;
export type AlertSlot = (typeof ALERT_SLOTS)[number];

/** Why a watch ended before the audit did. */
export const GAVE_UP_REASON = {
  /** The watch limit passed. */
  watchLimit: 'MAX_WATCH_TIME',
  /** DescribeAuditTask knows no such audit. */
  auditNotFound: 'AUDIT_NOT_FOUND',
  /** The audit completed, but neither counts nor readable check details came. */
  resultsMissing: 'RESULTS_MISSING',
  /** The function's role may not call AWS IoT or the table. */
  accessDenied: 'ACCESS_DENIED',
  /** Throttling, 5xx or any other error outlasted every retry. */
  persistentError: 'PERSISTENT_ERROR',
} as const;
export type GaveUpReason = (typeof GAVE_UP_REASON)[keyof typeof GAVE_UP_REASON];

/** Facts of a WATCHER_GAVE_UP alert. */
export interface GaveUp {
  readonly reason: GaveUpReason;
  /** Name of the error that ended the watch. */
  readonly errorName: string;
  /** Its message, at most 500 characters. */
  readonly errorMessage?: string;
  /** ARN of the execution that gave up. */
  readonly execution: string;
  readonly watchLimitHours: number;
  /** ISO 8601, UTC. */
  readonly gaveUpAt: string;
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

/** What was found out about the findings of an audit: nothing of it may delay or lose an alert. */
export type FindingsFacts = ReadFindings | UnavailableFindings;

export interface ReadFindings extends WorstFindings {
  readonly status: 'READ';
  /** By certificate id (`certificateIdOf`), as far as they could be read. */
  readonly principals: Readonly<Record<string, PrincipalThings>>;
}

/** The things that a certificate belongs to. */
export interface PrincipalThings {
  /** The first of them. */
  readonly names: readonly string[];
  /** Number of those beyond the names. */
  readonly more: number;
}

export interface UnavailableFindings {
  readonly status: 'UNAVAILABLE';
  /** Of the error that outlasted the attempts: `ThrottlingException`. */
  readonly errorName: string;
}

/** The schedule, or the account's on-demand audits, had no audit before this one. */
export interface FirstAudit {
  readonly first: true;
}

/** All that is known when an alert about an audit is written. */
export interface AlertInput {
  readonly kind: AuditAlertKind;
  readonly slot: AlertSlot;
  readonly taskId: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  /** The look that decided it; absent when the audit could never be described. */
  readonly snapshot?: Snapshot;
  /** RECOVERED only: the earlier look of the same audit that had trouble. */
  readonly earlier?: Snapshot;
  /** WATCHER_GAVE_UP only. */
  readonly gaveUp?: GaveUp;
  /** AUDIT_STUCK only. */
  readonly stuck?: StuckFacts;
  /** Of the closing message; absent when nobody asked for them. */
  readonly findings?: FindingsFacts;
  /** With the previous comparable audit; absent when it was not looked for, or could not be read. */
  readonly comparison?: Comparison | FirstAudit;
}

/** What every alert is known by, whatever it tells about. */
export interface AlertIdentity {
  readonly kind: AlertKind;
  readonly key: string;
  /** Under which chat keeps the alerts about one audit, or one schedule, together. */
  readonly threadId: string;
  readonly accountId: string;
  readonly region: string;
}

/** One alert, written for every protocol; what `sns:Publish` needs. */
export interface AlertMessage {
  /** `<taskId>#<slot>`, or `<schedule>#AUDIT_OVERDUE#<day>`; the same for every repeat of this alert. */
  readonly key: string;
  /** Printable ASCII, at most 99 characters. */
  readonly subject: string;
  /** Versioned machine-readable JSON. */
  readonly machine: string;
  /** Plain text. */
  readonly email: string;
  /** Amazon Q Developer custom notification, as JSON. */
  readonly chat: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}
