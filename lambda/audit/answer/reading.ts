import type { AuditAnswer, CheckDetails, TaskStatistics } from './aws-answers.ts';

/** Where an audit stands. UNKNOWN: no status, or one that AWS added after this was written. */
export type AuditPhase = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELED' | 'UNKNOWN';

/** Where a check stands. UNKNOWN: the answer does not say. */
export type CheckOutcome =
  | 'RUNNING'
  | 'WAITING_FOR_DATA'
  | 'COMPLIANT'
  | 'NON_COMPLIANT'
  | 'FAILED'
  | 'CANCELED'
  | 'UNKNOWN';

/** One check, read. */
export interface CheckReading {
  readonly name: string;
  readonly outcome: CheckOutcome;
  /** As AWS gave it. */
  readonly details: CheckDetails;
}

/** Numbers of checks; undefined is unknown. */
export interface CheckCounts {
  readonly total?: number;
  readonly inProgress?: number;
  readonly waitingForData?: number;
  readonly compliant?: number;
  readonly nonCompliant?: number;
  readonly failed?: number;
  readonly canceled?: number;
}

/** What a DescribeAuditTask answer says. */
export interface AuditReading {
  readonly phase: AuditPhase;
  readonly counts: CheckCounts;
  /** In the order of the answer; empty when it held no details. */
  readonly checks: readonly CheckReading[];
}

/** The audit name of all on-demand audits, which have no name of their own. */
export const ON_DEMAND = 'ON_DEMAND';

const PHASES: Readonly<Record<string, AuditPhase>> = {
  IN_PROGRESS: 'RUNNING',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELED: 'CANCELED',
};

const OUTCOMES: Readonly<Record<string, CheckOutcome>> = {
  IN_PROGRESS: 'RUNNING',
  WAITING_FOR_DATA_COLLECTION: 'WAITING_FOR_DATA',
  COMPLETED_COMPLIANT: 'COMPLIANT',
  COMPLETED_NON_COMPLIANT: 'NON_COMPLIANT',
  FAILED: 'FAILED',
  CANCELED: 'CANCELED',
};

/** Reads an answer. Missing is unknown, never zero; unknown statuses are kept as UNKNOWN. */
export function readAudit(answer: AuditAnswer): AuditReading {
  const checks = Object.entries(answer.auditDetails ?? {}).map(([name, details]) => ({
    name,
    outcome: outcomeOf(details),
    details,
  }));
  return { phase: lookUp(PHASES, answer.taskStatus) ?? 'UNKNOWN', counts: countChecks(answer, checks), checks };
}

/** Name of the audit for people, metrics and history: the schedule's, or `ON_DEMAND`. */
export function auditNameOf(answer: AuditAnswer): string {
  return answer.scheduledAuditName ?? ON_DEMAND;
}

/** True when the statistics count trouble that the details do not name. */
export function hasUnnamedTrouble(reading: AuditReading): boolean {
  return unnamedTrouble(reading) > 0;
}

/** True when the statistics count more trouble than the checks can have that are not named. */
export function isContradictory(reading: AuditReading): boolean {
  const { counts, checks } = reading;
  const unnamed = unnamedTrouble(reading);
  return unnamed > 0 && counts.total !== undefined && unnamed > counts.total - checks.length;
}

function unnamedTrouble({ counts, checks }: AuditReading): number {
  const unnamed = (outcome: CheckOutcome, counted = 0) =>
    Math.max(0, counted - checks.filter((check) => check.outcome === outcome).length);
  return unnamed('NON_COMPLIANT', counts.nonCompliant) + unnamed('FAILED', counts.failed);
}

/** True when AWS may hold findings of the audit, suppressed ones included. */
export function mayHaveFindings({ counts, checks }: AuditReading): boolean {
  if (counts.nonCompliant === undefined || counts.nonCompliant > 0) return true;
  return checks.some(
    ({ details: { suppressedNonCompliantResourcesCount: hidden } }) => hidden !== undefined && hidden > 0,
  );
}

/** Changes whenever an audit gets on: a check changes its state, or more resources are counted. */
export function progressMark({ counts, checks }: AuditReading): string {
  const resources = checks.map(({ details }) => [
    details.totalResourcesCount,
    details.nonCompliantResourcesCount,
    details.suppressedNonCompliantResourcesCount,
  ]);
  const { total, inProgress, waitingForData, compliant, nonCompliant, failed, canceled } = counts;
  const states = [total, inProgress, waitingForData, compliant, nonCompliant, failed, canceled];
  return `${states.map((count) => count ?? '?').join('/')}:${resources.flat().reduce<number>((sum, count) => sum + (count ?? 0), 0)}`;
}

function outcomeOf({ checkRunStatus, checkCompliant, nonCompliantResourcesCount }: CheckDetails): CheckOutcome {
  const known = lookUp(OUTCOMES, checkRunStatus);
  if (known !== undefined) return known;
  // No status that we can read: resources found are evidence of trouble whatever the status is called. The flag
  // alone is evidence only of the good case, because a check that still runs is reported as not compliant too.
  if (nonCompliantResourcesCount !== undefined && nonCompliantResourcesCount > 0) return 'NON_COMPLIANT';
  return checkRunStatus === undefined && checkCompliant === true ? 'COMPLIANT' : 'UNKNOWN';
}

/**
 * The statistics where AWS gives them, else counted from the details. Where the two contradict each other the worse one
 * counts, and the good count gives way: so trouble is never hidden, and the counts never exceed their total.
 */
function countChecks(answer: AuditAnswer, checks: readonly CheckReading[]): CheckCounts {
  const stated: TaskStatistics = answer.taskStatistics ?? {};
  const unreadable = checks.some((check) => check.outcome === 'UNKNOWN');
  const seen = (outcome: CheckOutcome) => {
    const count = checks.filter((check) => check.outcome === outcome).length;
    // Without details, or when a check that cannot be read might be one of these, zero would be a guess.
    return count === 0 && (checks.length === 0 || unreadable) ? undefined : count;
  };
  const others = {
    inProgress: stated.inProgressChecks ?? seen('RUNNING'),
    waitingForData: stated.waitingForDataCollectionChecks ?? seen('WAITING_FOR_DATA'),
    nonCompliant: larger(stated.nonCompliantChecks, seen('NON_COMPLIANT')),
    failed: larger(stated.failedChecks, seen('FAILED')),
    canceled: stated.canceledChecks ?? seen('CANCELED'),
  };
  const described = larger(stated.totalChecks, checks.length === 0 ? undefined : checks.length);
  const total = described && Math.max(described, (others.nonCompliant ?? 0) + (others.failed ?? 0));
  // More details than checks: AWS counted before it wrote them.
  const isTotalTooSmall = stated.totalChecks !== undefined && stated.totalChecks < checks.length;
  const compliant = isTotalTooSmall ? seen('COMPLIANT') : (stated.compliantChecks ?? seen('COMPLIANT'));
  return { total, ...others, compliant: atMostTheRest(compliant, total, Object.values(others)) };
}

function atMostTheRest(
  count: number | undefined,
  total: number | undefined,
  others: readonly (number | undefined)[],
): number | undefined {
  if (count === undefined || total === undefined) return count;
  const rest = others.reduce<number>((left, other) => left - (other ?? 0), total);
  return Math.max(0, Math.min(count, rest));
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.max(a, b);
}

/** Own properties only: a status named `constructor` is unknown too. */
function lookUp<T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
