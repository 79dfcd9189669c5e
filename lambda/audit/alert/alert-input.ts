import type { AlertKind } from '../../contract.ts';
import type { Snapshot } from '../answer/aws-answers.ts';
import type { Severity } from '../answer/severity.ts';
import type { WorstFindings } from '../answer/worst-resources.ts';
import type { Comparison } from '../ledger/comparison.ts';
import type { AlertSlot, AuditAlertKind, GaveUp, StuckFacts } from '../watch/alert-kinds.ts';

/** What is known about the findings of an audit. Reading them must never delay an alert, or lose one. */
export type FindingsFacts = ReadFindings | UnavailableFindings;

export interface ReadFindings extends WorstFindings {
  readonly status: 'READ';
  /** By certificate id (`certificateIdOf`), as far as they could be read. */
  readonly principals: Readonly<Record<string, PrincipalThings>>;
  /** Names of the checks of which AWS lists fewer resources than it counts: nothing is known of their findings yet. */
  readonly incomplete: readonly string[];
}

/** The things that a certificate belongs to. */
export interface PrincipalThings {
  /** The first of them. */
  readonly names: readonly string[];
  /** Number of those beyond the names. */
  readonly more: number;
}

interface UnavailableFindings {
  readonly status: 'UNAVAILABLE';
  /** Name of the error that outlasted the attempts: `ThrottlingException`. */
  readonly errorName: string;
}

/** What subscribers may have filtered an alert by that announced another. */
export interface Announcement {
  readonly severity: Severity;
  readonly checks: readonly string[];
}

/** All that is known when an alert about an audit is written. */
export interface AlertInput {
  readonly kind: AuditAlertKind;
  readonly slot: AlertSlot;
  readonly taskId: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  /** The poll that decided it; absent if the audit could never be described. */
  readonly snapshot?: Snapshot;
  /** WATCHER_GAVE_UP only. */
  readonly gaveUp?: GaveUp;
  /** AUDIT_STUCK only. */
  readonly stuck?: StuckFacts;
  /** Closing message only; absent if they were not read. */
  readonly findings?: FindingsFacts;
  /** Last message about an audit only: what the alerts that announced it were sent with. */
  readonly announcedAs?: readonly Announcement[];
  /** With what the ledger knows of each check; absent when it could not be read. */
  readonly comparison?: Comparison;
}

/** What identifies an alert, whatever it is about. */
export interface AlertIdentity {
  readonly kind: AlertKind;
  readonly key: string;
  /** Chat keeps alerts with the same id together: those about one audit or one schedule, and each digest. */
  readonly threadId: string;
  readonly accountId: string;
  readonly region: string;
}

/** One alert, written for every protocol; what `sns:Publish` needs. */
export interface AlertMessage {
  /** `<account>#<region>#`, then `<taskId>#<slot>`, `<schedule>#AUDIT_OVERDUE#<day>` or `DIGEST#<period>`; the same for every repeat. */
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
