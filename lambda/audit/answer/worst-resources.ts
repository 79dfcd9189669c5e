import { compareText } from '../text/words.ts';
import { checkInfo } from './check-catalogue.ts';
import { type Finding, identityOf } from './finding.ts';
import { compareSeverity, highestSeverity, type Severity } from './severity.ts';

/** How many findings a check has. */
export interface FindingTotals {
  readonly open: number;
  readonly suppressed: number;
  /** The highest that AWS gave to an open one. */
  readonly severity?: Severity;
}

/** What is left of all findings of an audit. */
export interface WorstFindings {
  /** Open ones: five per check, twenty in all; the worst check first, in each the worst first, then the newest. */
  readonly worst: readonly Finding[];
  /** By check name. */
  readonly totals: Readonly<Record<string, FindingTotals>>;
}

const PER_CHECK = 5;
const IN_ALL = 20;
/** AWS has 17 checks; of more than this, findings are left out, so that memory has a bound. */
const MAX_CHECKS = 100;

/** Collects the worst of any number of findings while they stream by, in memory that does not grow with them. */
export class WorstResources {
  readonly #checks = new Map<string, CollectedCheck>();

  add(finding: Finding): void {
    const check = this.#checkOf(finding.checkName);
    if (check === undefined) return;
    if (finding.suppressed) {
      check.suppressed += 1;
      return;
    }
    check.open += 1;
    const severities = [check.severity, finding.severity].filter((severity) => severity !== undefined);
    check.severity = severities.length === 0 ? undefined : highestSeverity(severities);
    const least = check.worst[PER_CHECK - 1];
    if (least !== undefined && worstFirst(finding, least) >= 0) return;
    check.worst = [...check.worst, finding].sort(worstFirst).slice(0, PER_CHECK);
  }

  result(): WorstFindings {
    const checks = [...this.#checks].sort(
      ([nameA, a], [nameB, b]) =>
        compareSeverity(severityOf(nameB, b.severity), severityOf(nameA, a.severity)) ||
        b.open - a.open ||
        (nameA < nameB ? -1 : 1),
    );
    return {
      worst: checks.flatMap(([, { worst }]) => worst).slice(0, IN_ALL),
      totals: Object.fromEntries(
        checks.map(([name, { open, suppressed, severity }]) => [name, { open, suppressed, severity }]),
      ),
    };
  }

  #checkOf(name: string): CollectedCheck | undefined {
    const known = this.#checks.get(name);
    if (known !== undefined || this.#checks.size === MAX_CHECKS) return known;
    const check: CollectedCheck = { open: 0, suppressed: 0, worst: [] };
    this.#checks.set(name, check);
    return check;
  }
}

interface CollectedCheck {
  open: number;
  suppressed: number;
  severity?: Severity;
  worst: readonly Finding[];
}

/** Real severities win over the catalogue's. */
function severityOf(checkName: string, given: Severity | undefined): Severity {
  return given ?? checkInfo(checkName).severity;
}

/** By severity, then the newest, then by resource and reason. A finding that nothing is known about the age of counts as new. */
function worstFirst(a: Finding, b: Finding): number {
  return (
    compareSeverity(severityOf(b.checkName, b.severity), severityOf(a.checkName, a.severity)) ||
    compareText(b.since ?? '~', a.since ?? '~') ||
    compareText(a.resource, b.resource) ||
    compareText(identityOf(a), identityOf(b))
  );
}
