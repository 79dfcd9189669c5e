import type { AuditReading, CheckCounts, CheckOutcome, CheckReading } from '../answer/reading.ts';
import { compareFindings, type FindingChanges } from './finding-changes.ts';

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
  /** Every check that has a result in both audits or none now, and every failed one that came to a good result. */
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
  /** Present when both audits had a result for this check and the findings of both are known. */
  readonly findings?: FindingChanges;
}

/** How a check stood in one audit. */
export interface CheckStanding {
  readonly outcome: CheckOutcome;
  /** Non-compliant ones, suppressed ones not counted; absent is unknown. */
  readonly resources?: number;
  readonly errorCode?: string;
}

/** Compares two audits check by check, and finding by finding where those of both are known. */
export function compareAudits(previous: PreviousAudit, current: ComparedAudit): Comparison {
  const before = standings(previous.reading);
  const now = standings(current.reading);
  const names = [...new Set([...now.keys(), ...before.keys()])];
  const changes = compareFindings(
    previous.findings,
    current.findings,
    names.filter((name) => hasResult(before.get(name)) && hasResult(now.get(name))),
  );
  const isCompared = (name: string) => isComparable(before.get(name), now.get(name));
  return {
    previousStartedAt: previous.startedAt,
    checks: names.filter(isCompared).map((checkName) => {
      const then = before.get(checkName);
      const today = now.get(checkName);
      const findings = changes?.get(checkName);
      return { checkName, change: changeOf(then, today, findings), before: then, now: today, findings };
    }),
    notCompared: names.filter((name) => !isCompared(name)),
    hasUnnamedTrouble: hasUnnamedTrouble(previous.reading) || hasUnnamedTrouble(current.reading),
  };
}

/** True when an audit had trouble: a non-compliant or a failed check, named or only counted. */
export function hadTrouble({ counts, checks }: AuditReading): boolean {
  return isSome(counts.nonCompliant) || isSome(counts.failed) || checks.some(isTrouble);
}

/** True when something that had trouble in the audit before is compliant now. */
export function hasRecovered({ checks }: Comparison): boolean {
  return checks.some(({ change }) => change === 'RECOVERED');
}

/**
 * True when this audit says the same as the one before: every check with the same outcome and, where it is non-compliant,
 * as many resources and the same findings. In doubt false: what is unknown, such as findings unread, is not unchanged.
 */
export function isUnchanged({ checks, notCompared, hasUnnamedTrouble }: Comparison): boolean {
  return checks.length > 0 && notCompared.length === 0 && !hasUnnamedTrouble && checks.every(isCheckUnchanged);
}

function isCheckUnchanged({ change, before, now, findings }: CheckChange): boolean {
  if (before?.outcome !== now?.outcome || before?.errorCode !== now?.errorCode) return false;
  if (now?.outcome !== 'NON_COMPLIANT') return now?.outcome !== 'UNKNOWN';
  // Equal counts may hide another resource, and a list may lag behind its count: both must say the same.
  return change === 'SAME' && findings !== undefined && findings.newCount + findings.goneCount === 0;
}

function standings({ checks }: AuditReading): Map<string, CheckStanding> {
  return new Map(checks.map((check) => [check.name, standingOf(check)]));
}

function standingOf({ outcome, details }: CheckReading): CheckStanding {
  const { nonCompliantResourcesCount: found, errorCode } = details;
  const isKnown = found !== undefined && Number.isSafeInteger(found) && found >= 0;
  return { outcome, resources: outcome === 'COMPLIANT' ? 0 : isKnown ? found : undefined, errorCode };
}

/** Without a result before there is nothing to compare with, unless there is none now either, or a failure is over. */
function isComparable(before: CheckStanding | undefined, now: CheckStanding | undefined): boolean {
  if (hasResult(before) || !hasResult(now)) return true;
  return before?.outcome === 'FAILED' && now?.outcome === 'COMPLIANT';
}

function changeOf(
  before: CheckStanding | undefined,
  now: CheckStanding | undefined,
  findings: FindingChanges | undefined,
): Change {
  if (!hasResult(now)) return 'UNKNOWN';
  if (now?.outcome === 'COMPLIANT') return before?.outcome === 'COMPLIANT' ? 'SAME' : 'RECOVERED';
  if (before?.outcome === 'COMPLIANT') return 'NEW';
  // Both non-compliant: by what AWS counted, else by what came and went.
  if (before?.resources !== undefined && now?.resources !== undefined)
    return direction(now.resources - before.resources);
  return findings === undefined ? 'UNKNOWN' : direction(findings.newCount - findings.goneCount);
}

function direction(more: number): Change {
  if (more === 0) return 'SAME';
  return more > 0 ? 'WORSE' : 'BETTER';
}

function hasResult(standing: CheckStanding | undefined): boolean {
  return standing?.outcome === 'COMPLIANT' || standing?.outcome === 'NON_COMPLIANT';
}

function isTrouble({ outcome }: CheckReading): boolean {
  return outcome === 'NON_COMPLIANT' || outcome === 'FAILED';
}

/** Statistics may count what the details do not name. */
function hasUnnamedTrouble({ counts, checks }: AuditReading): boolean {
  const named = (outcome: CheckOutcome) => checks.filter((check) => check.outcome === outcome).length;
  const isUnnamed = (count: CheckCounts['failed'], outcome: CheckOutcome) => (count ?? 0) > named(outcome);
  return isUnnamed(counts.nonCompliant, 'NON_COMPLIANT') || isUnnamed(counts.failed, 'FAILED');
}

function isSome(count: number | undefined): boolean {
  return count !== undefined && count > 0;
}
