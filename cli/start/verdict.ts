import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { countResources, type Finding, identityOf, readFinding } from '../../lambda/audit/answer/finding.ts';
import { compareSeverity, highestSeverity, type Severity } from '../../lambda/audit/answer/severity.ts';
import type { KnownFindings } from '../../lambda/audit/ledger/finding-changes.ts';
import type { Audits } from '../../lambda/aws/audits.ts';
import { EXIT } from '../shared/command-error.ts';
import type { Followed } from '../watch/follow.ts';
import type { WatchedAudit } from '../watch/schema.ts';
import type { Verdict } from './schema.ts';

/** What counts as a finding. */
export interface Floor {
  readonly failOn: Severity;
  /** The findings that were known before the audit, by check; absent: all count. */
  readonly before?: ReadonlyMap<string, KnownFindings>;
}

type BadCheck = Verdict['checks'][number];

/** The checks with findings at or above the floor, worst first. Reads the findings only where some check has any. */
export async function badChecks(
  audits: Pick<Audits, 'findings'>,
  audit: WatchedAudit,
  floor: Floor,
): Promise<BadCheck[]> {
  const suspects = audit.checks.filter(({ outcome }) => outcome === 'NON_COMPLIANT');
  if (suspects.length === 0) return [];
  const listed = new Map<string, Finding[]>();
  for await (const page of audits.findings(audit.taskId)) {
    for (const finding of page.map(readFinding)) {
      if (!finding.suppressed) listed.set(finding.checkName, [...(listed.get(finding.checkName) ?? []), finding]);
    }
  }
  return suspects
    .flatMap((check) => badCheck(check, listed.get(check.checkName) ?? [], floor))
    .sort((a, b) => compareSeverity(b.severity, a.severity) || a.title.localeCompare(b.title, 'en'));
}

function badCheck(
  { checkName, title, nonCompliantResources: resources }: WatchedAudit['checks'][number],
  findings: readonly Finding[],
  { failOn, before }: Floor,
): BadCheck[] {
  const own = checkInfo(checkName).severity;
  const severityOf = (finding: Finding) => finding.severity ?? own;
  const known = before?.get(checkName);
  const counted = findings.filter(
    (finding) =>
      compareSeverity(severityOf(finding), failOn) >= 0 && known?.get(identityOf(finding))?.suppressed !== false,
  );
  if (counted.length > 0) {
    return [{ checkName, title, severity: highestSeverity(counted.map(severityOf)), findings: counted.length }];
  }
  // Whether a resource that AWS counts and has not listed is bad enough, or new, cannot be said: it counts.
  const missing = (resources ?? 1) - countResources(findings.map(identityOf));
  const isBad = missing > 0 && compareSeverity(own, failOn) >= 0;
  return isBad ? [{ checkName, title, severity: own, findings: missing }] : [];
}

/** Checks of the audit that have no result. */
export function unknownChecks({ checks }: WatchedAudit, targets: readonly string[]): string[] {
  const hasResult = (name: string) =>
    checks.some(({ checkName, outcome }) => checkName === name && ['COMPLIANT', 'NON_COMPLIANT'].includes(outcome));
  return [...new Set([...targets, ...checks.map(({ checkName }) => checkName)])].filter((name) => !hasResult(name));
}

/** Findings go before what is unknown; a time that was up goes before both, unless --fail-fast had seen enough. */
export function verdictOf({ why, audit }: Followed, bad: readonly BadCheck[], unknown: readonly string[]) {
  if (why === 'TIME_UP') return 'TIMED_OUT';
  if (bad.length > 0) return 'FINDINGS';
  return unknown.length > 0 || audit.phase !== 'COMPLETED' ? 'UNKNOWN' : 'CLEAN';
}

/** The exit code of a verdict. */
export const EXIT_OF: Readonly<Record<Verdict['verdict'], number>> = {
  CLEAN: EXIT.ok,
  FINDINGS: EXIT.findings,
  UNKNOWN: EXIT.unknown,
  TIMED_OUT: EXIT.timedOut,
};
