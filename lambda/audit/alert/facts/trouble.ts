import { type CheckOutcome, readAudit } from '../../answer/reading.ts';
import { highestSeverity, type Severity, UNKNOWN_SEVERITY } from '../../answer/severity.ts';
import type { Change } from '../../ledger/move.ts';
import { isCount } from '../../text/words.ts';
import type { AlertInput } from '../alert-input.ts';
import { type CheckFacts, checkFacts, publishedFacts, worstFirst } from './check-facts.ts';

/** Which checks a kind of alert is about. */
export interface AlertScope {
  /** Their outcomes. */
  readonly outcomes: readonly CheckOutcome[];
  /** Severity of the alert; absent: the highest of these checks. */
  readonly severity?: Severity;
  /** The alert is at least as severe as this, whatever its checks are. */
  readonly leastSeverity?: Severity;
  /** The checks are those whose published trouble ended in this way, as they were before. */
  readonly ended?: Extract<Change, 'RECOVERED' | 'SUPPRESSED'>;
  /** The alert is also about open checks that this audit does not name. */
  readonly includesDropped?: boolean;
  /** A section of the alert says what changed. */
  readonly showsChanges?: boolean;
}

/** The checks that an alert is about, worst first, and how many more AWS counts without naming them. */
export interface Trouble {
  readonly trouble: readonly CheckFacts[];
  readonly unnamed: { readonly nonCompliant: number; readonly failed: number };
}

/** Finds the trouble that an alert is about. */
export function findTrouble(
  input: AlertInput,
  { outcomes, ended, includesDropped }: AlertScope,
  unaudited: readonly CheckFacts[],
): Trouble {
  if (ended !== undefined) return { trouble: endedTrouble(input, ended), unnamed: { nonCompliant: 0, failed: 0 } };
  const { checks, counts } = readAudit(input.snapshot?.answer ?? {});
  const unnamed = (outcome: CheckOutcome, stated: number | undefined) => {
    const named = checks.filter((check) => check.outcome === outcome).length;
    return outcomes.includes(outcome) && isCount(stated) ? Math.max(0, stated - named) : 0;
  };
  return {
    trouble: [
      ...checks.filter((check) => outcomes.includes(check.outcome)).map((check) => checkFacts(check, input)),
      ...(includesDropped ? unaudited : []),
    ].sort(worstFirst),
    unnamed: { nonCompliant: unnamed('NON_COMPLIANT', counts.nonCompliant), failed: unnamed('FAILED', counts.failed) },
  };
}

/** The checks whose published trouble ended, as it was published. */
function endedTrouble(input: AlertInput, ended: Change): CheckFacts[] {
  return (input.comparison?.checks ?? [])
    .flatMap(({ checkName: name, change, before }) => {
      const published = before?.published;
      return change === ended && published !== undefined ? [publishedFacts(name, published, before, input)] : [];
    })
    .sort(worstFirst);
}

/** The highest of the checks. Trouble that AWS counts but does not name weighs as much as a check that nobody knows. */
export function severityOf({ severity, leastSeverity = 'INFO' }: AlertScope, { trouble, unnamed }: Trouble): Severity {
  const named = trouble.map((check) => check.severity);
  const isUnknown = unnamed.nonCompliant + unnamed.failed > 0 || named.length === 0;
  return severity ?? highestSeverity([leastSeverity, ...named, ...(isUnknown ? [UNKNOWN_SEVERITY] : [])]);
}
