import type { Finding } from './finding.ts';
import type { Severity } from './severity.ts';

/** How many findings a check has. */
export interface FindingTotals {
  readonly open: number;
  readonly suppressed: number;
  /** The highest that AWS gave to an open one. */
  readonly severity?: Severity;
}

/** What is left of all findings of an audit. */
export interface WorstFindings {
  /** Open ones: five per check, twenty in all, the worst check first. */
  readonly worst: readonly Finding[];
  /** By check name. */
  readonly totals: Readonly<Record<string, FindingTotals>>;
}
