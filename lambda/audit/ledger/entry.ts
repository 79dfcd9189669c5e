import type { CheckOutcome } from '../answer/reading.ts';
import type { Severity } from '../answer/severity.ts';

/** An audit, as the ledger refers to it. */
export interface AuditReference {
  readonly taskId: string;
  /** The scheduled audit's name, or `ON_DEMAND`. */
  readonly auditName: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** What is known of one check of an account and Region. */
export interface CheckEntry {
  readonly checkName: string;
  /** Only for a check that counts events in a window of time, which is known per audit name. */
  readonly auditName?: string;
  /** The last result; absent until the check has given one. */
  readonly result?: KnownResult;
  /** Present while audits later than `result` gave no result for the check. */
  readonly unknown?: UnknownResult;
  /** Trouble that was published, until a compliant result replaces it. */
  readonly published?: PublishedTrouble;
  /** Task ids of the latest audits that moved the entry, so that a repeated attempt knows its own write. */
  readonly movedBy?: readonly string[];
}

/** The last result of a check. */
export interface KnownResult {
  readonly outcome: ResultOutcome;
  /** Non-compliant resources without the suppressed ones; absent is unknown. */
  readonly resources?: number;
  /** Suppressed non-compliant resources; absent is unknown. */
  readonly suppressed?: number;
  /** Start of the first audit of the unbroken row that gave this outcome. ISO 8601, UTC. */
  readonly since: string;
  /** The latest audit of that row. Its stored findings are the ones known of the check. */
  readonly audit: AuditReference;
  /** Names of the audits that published this result, with the same resources and findings. */
  readonly publishedBy?: readonly string[];
}

/** A check ends with a result only if it is one of these. */
export type ResultOutcome = Extract<CheckOutcome, 'COMPLIANT' | 'NON_COMPLIANT'>;

/** What people are notified of. */
export type TroubleOutcome = Extract<CheckOutcome, 'NON_COMPLIANT' | 'FAILED'>;

/** A check failed, was canceled, or never ran to its end. */
export interface UnknownResult {
  /** How the check ended, or stood, in `audit`. */
  readonly outcome: Exclude<CheckOutcome, ResultOutcome>;
  readonly errorCode?: string;
  /** Start of the first audit without a result since the last result. ISO 8601, UTC. */
  readonly since: string;
  /** The latest such audit. */
  readonly audit: AuditReference;
  /** Names of the audits that published that the result is unknown. */
  readonly publishedBy?: readonly string[];
}

/** Trouble that people were notified of. */
export interface PublishedTrouble {
  readonly outcome: TroubleOutcome;
  /** As in the latest of the audits that published it. */
  readonly resources?: number;
  readonly errorCode?: string;
  /** Highest severity that the check was published with. */
  readonly severity: Severity;
  /** Highest attribute `severity`, by which subscribers filter, of the messages that published it. */
  readonly sentAs: Severity;
  /** All names in the attribute `auditNames` of these messages, by which subscribers filter. */
  readonly auditNames: readonly string[];
  /** The latest of these audits. */
  readonly audit: AuditReference;
}

/**
 * Checks that count what happened in a window of time: up to 31 days in an on-demand audit, since the last run in a
 * scheduled one. What one audit says of them does not hold for another with another window.
 * Source: AWS IoT Device Defender guide, "Audit checks".
 */
const WINDOWED_CHECKS: readonly string[] = ['CONFLICTING_CLIENT_IDS_CHECK', 'DEVICE_CERTIFICATE_SHARED_CHECK'];

/** The audit name under which a check is known; undefined for most checks, which are known for the whole account. */
export function entryAuditName(checkName: string, { auditName }: AuditReference): string | undefined {
  return WINDOWED_CHECKS.includes(checkName) ? auditName : undefined;
}

/** True when audit `a` comes after audit `b`: by start, and by task id between two of one moment. */
export function isLater(a: AuditReference, b: AuditReference): boolean {
  return a.startedAt === b.startedAt ? a.taskId > b.taskId : a.startedAt > b.startedAt;
}

/** True for an entry of which only the check is known, because what was stored of it could not be read. */
export function isUnreadable({ result, unknown, published }: CheckEntry): boolean {
  return result === undefined && unknown === undefined && published === undefined;
}

/** True for open trouble: the last result is non-compliant, or trouble was published and no result has come since. */
export function isOpen(entry: CheckEntry): boolean {
  return entry.result?.outcome === 'NON_COMPLIANT' || openPublished(entry) !== undefined;
}

/** True for open trouble that is known to be non-compliant, rather than a failure. */
export function isKnownBad(entry: CheckEntry): boolean {
  return entry.result?.outcome === 'NON_COMPLIANT' || openPublished(entry)?.outcome === 'NON_COMPLIANT';
}

/**
 * The published trouble that still stands. An audit may publish trouble after a later audit has found the check compliant: the
 * recipients are owed its end, but nothing may say that it is open.
 */
export function openPublished({ result, published }: CheckEntry): PublishedTrouble | undefined {
  const isOutdated =
    published !== undefined && result?.outcome === 'COMPLIANT' && isLater(result.audit, published.audit);
  return isOutdated ? undefined : published;
}
