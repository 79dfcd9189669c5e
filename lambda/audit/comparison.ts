import type { AuditReading, CheckOutcome } from './reading.ts';

/**
 * How a check stands, compared with the audit before. UNKNOWN: it has no result now (failed, canceled, not in the
 * answer, unreadable), or how many resources it found is unknown; absence is not recovery.
 */
export type Change = 'NEW' | 'WORSE' | 'SAME' | 'BETTER' | 'RECOVERED' | 'UNKNOWN';

/** One audit, as it takes part in a comparison. */
export interface ComparedAudit {
  readonly reading: AuditReading;
  /** When each open (not suppressed) finding was first seen, by its identity; absent when findings could not be read. */
  readonly findings?: ReadonlyMap<string, string>;
}

/** The audit before: of the same schedule, or on demand like the current one. */
export interface PreviousAudit extends ComparedAudit {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** What changed since the audit before. */
export interface Comparison {
  /** Start of the audit before. ISO 8601, UTC. */
  readonly previousStartedAt: string;
  /** Every check that has a result in both audits, or none now; in the order of the current answer. */
  readonly checks: readonly CheckChange[];
  /** Names of the checks that have a result now and had none then: there is nothing to compare them with. */
  readonly notCompared: readonly string[];
  /** True when either audit had trouble that AWS counted but did not name: it cannot be told apart. */
  readonly hasUnnamedTrouble: boolean;
}

/** One check in both audits. */
export interface CheckChange {
  readonly checkName: string;
  readonly change: Change;
  /** Absent: not in the answer. */
  readonly before?: CheckStanding;
  readonly now?: CheckStanding;
  /** Present when the findings of both audits could be read and both had a result for this check. */
  readonly findings?: FindingChanges;
}

/** How a check stood in one audit. */
export interface CheckStanding {
  readonly outcome: CheckOutcome;
  /** Non-compliant ones, suppressed ones not counted; absent is unknown. */
  readonly resources?: number;
  readonly errorCode?: string;
}

/** The findings of one check that came, went and stayed. */
export interface FindingChanges {
  readonly newCount: number;
  /** No longer open: fixed, or suppressed. */
  readonly goneCount: number;
  readonly openCount: number;
  /** Of those that stayed: the first audit that had the oldest of them. ISO 8601, UTC. */
  readonly openSince?: string;
  /** Identities of the first of those that came and of those that went, five at most, in order. */
  readonly firstNew: readonly string[];
  readonly firstGone: readonly string[];
}
