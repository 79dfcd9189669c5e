import type { CheckDetails } from '../../answer/aws-answers.ts';
import { checkInfo } from '../../answer/check-catalogue.ts';
import type { CheckOutcome, CheckReading } from '../../answer/reading.ts';
import { compareSeverity, type Severity, severityWhenFailed } from '../../answer/severity.ts';
import { type CheckEntry, isLater, type PublishedTrouble } from '../../ledger/entry.ts';
import type { CheckChange } from '../../ledger/move.ts';
import { clean, knownTime } from '../../text/safe-text.ts';
import { compareText, isCount } from '../../text/words.ts';
import type { AlertInput } from '../alert-input.ts';
import { type CheckFindings, findingsOf } from '../finding-facts.ts';

/** More troubled checks than AWS has (17): no list in an alert is longer, so that no alert grows without bound. */
export const MAX_LISTED_CHECKS = 25;

const UNNAMED_CHECK = 'UNNAMED_CHECK';

/** One check, as an alert shows it. */
export interface CheckFacts {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly outcome: CheckOutcome;
  /** The severity with which the check counts in this alert. */
  readonly severity: Severity;
  /** The severity that its findings have, or would have. */
  readonly findingSeverity: Severity;
  readonly documentation: string;
  readonly details: CheckDetails;
  /** Against what is known of the check; absent when that could not be read. */
  readonly change?: CheckChange;
  /** A later audit, which ended before this one, got no result for the check. */
  readonly isUnknownLater: boolean;
  /** AWS lists fewer findings of this check than it counts: its resources are not named. */
  readonly isIncomplete: boolean;
  /** Absent when they were not asked for, or could not be read. */
  readonly findings?: CheckFindings;
}

/** A check of the audit, as its answer has it. */
export function checkFacts(
  { name, outcome, details }: CheckReading,
  { findings: found, comparison, snapshot }: AlertInput,
): CheckFacts {
  const cleanName = nameOf(name);
  const { title, severity: usual, documentation } = checkInfo(cleanName);
  const findings = findingsOf(found, name, knownTime(snapshot?.answer.taskStartTime));
  const change = comparison?.checks.find(({ checkName }) => checkName === name);
  const unknown = change?.before?.unknown;
  // What AWS gave to the findings themselves wins over what such findings usually have.
  const severity = findings?.severity ?? usual;
  return {
    name: cleanName,
    title,
    outcome,
    // Unknown is not worse than known to be bad.
    severity: outcome === 'NON_COMPLIANT' || outcome === 'COMPLIANT' ? severity : severityWhenFailed(severity),
    findingSeverity: severity,
    documentation,
    details: {
      ...details,
      checkRunStatus: clean(details.checkRunStatus, 60),
      errorCode: clean(details.errorCode, 80),
      message: clean(details.message, 300),
    },
    change,
    isUnknownLater: comparison !== undefined && unknown !== undefined && isLater(unknown.audit, comparison.audit),
    isIncomplete: found?.status === 'READ' && found.incomplete.includes(name),
    findings,
  };
}

/** An open check that this audit does not name, as it is known. */
export function openFacts(entry: CheckEntry, input: AlertInput): CheckFacts {
  const { checkName: name, result, published } = entry;
  if (published !== undefined) return publishedFacts(name, published, entry, input);
  return checkFacts(
    { name, outcome: 'NON_COMPLIANT', details: { nonCompliantResourcesCount: result?.resources } },
    input,
  );
}

/** A check in trouble, as it was published. */
export function publishedFacts(
  name: string,
  { outcome, resources, errorCode, severity, audit }: PublishedTrouble,
  known: CheckEntry | undefined,
  input: AlertInput,
): CheckFacts {
  const last = known?.result;
  const isNewer = outcome === 'NON_COMPLIANT' && last !== undefined && isLater(audit, last.audit);
  const found = last?.outcome === 'NON_COMPLIANT' && !isNewer ? last.resources : resources;
  const check = checkFacts({ name, outcome, details: { nonCompliantResourcesCount: found, errorCode } }, input);
  return { ...check, severity };
}

/** The name of a check, safe to write. */
export function nameOf(checkName: string): string {
  return clean(checkName, 100) ?? UNNAMED_CHECK;
}

/** By severity, then known-bad before unknown, then by what it would be, the most resources, and the name. */
export function worstFirst(a: CheckFacts, b: CheckFacts): number {
  return (
    compareSeverity(b.severity, a.severity) ||
    rankOf(b.outcome) - rankOf(a.outcome) ||
    compareSeverity(b.findingSeverity, a.findingSeverity) ||
    resourcesOf(b) - resourcesOf(a) ||
    compareText(a.name, b.name)
  );
}

function rankOf(outcome: CheckOutcome): number {
  return outcome === 'NON_COMPLIANT' ? 2 : outcome === 'FAILED' ? 1 : 0;
}

function resourcesOf({ details }: CheckFacts): number {
  return isCount(details.nonCompliantResourcesCount) ? details.nonCompliantResourcesCount : 0;
}
