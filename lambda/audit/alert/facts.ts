import type { AuditAnswer, CheckDetails, TaskStatistics } from '../answer/aws-answers.ts';
import { checkInfo } from '../answer/check-catalogue.ts';
import {
  type AuditPhase,
  type CheckCounts,
  type CheckOutcome,
  type CheckReading,
  readAudit,
} from '../answer/reading.ts';
import {
  compareSeverity,
  highestSeverity,
  type Severity,
  severityWhenFailed,
  UNKNOWN_SEVERITY,
} from '../answer/severity.ts';
import { type CheckChange, type CheckStanding, type Comparison, isUnchanged } from '../ledger/comparison.ts';
import { clean, knownTime } from '../text/safe-text.ts';
import { isCount } from '../text/words.ts';
import type { AuditAlertKind, GaveUp, StuckFacts } from '../watch/alert-kinds.ts';
import type { AlertIdentity, AlertInput } from './alert-input.ts';
import { type CheckFindings, findingsOf } from './finding-facts.ts';

/** More troubled checks than AWS has (17): no list in an alert is longer, so that no alert grows without bound. */
export const MAX_LISTED_CHECKS = 25;

/** Which checks a kind of alert is about. */
export interface AlertScope {
  /** Their outcomes. */
  readonly outcomes: readonly CheckOutcome[];
  /** Of the alert; absent: the highest of these checks. */
  readonly severity?: Severity;
  /** The checks are those that were in trouble before: in the previous audit, or in an earlier poll of this one. */
  readonly isAboutBefore?: boolean;
  /** A section of the alert says what changed since the previous audit, so that it can be held back when nothing did. */
  readonly tellsChanges?: boolean;
}

/** One check, as an alert shows it. */
export interface CheckFacts {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly outcome: CheckOutcome;
  /** With which it counts in this alert. */
  readonly severity: Severity;
  /** That its findings have, or would have. */
  readonly findingSeverity: Severity;
  readonly documentation: string;
  readonly details: CheckDetails;
  /** Since the previous audit; absent when there is nothing to compare with. */
  readonly change?: CheckChange;
  /** RECOVERED only: the trouble is that of the previous audit, not of an earlier poll of this one. */
  readonly isFromPreviousAudit?: boolean;
  /** Absent when they were not asked for, or could not be read. */
  readonly findings?: CheckFindings;
}

/** The previous comparable audit. */
export interface ComparisonFacts {
  /** ISO 8601, UTC. */
  readonly previousStartedAt?: string;
  /** This audit says the same as that one. */
  readonly isUnchanged: boolean;
}

/** All that the formats write, gathered once. Every string is one clean line of bounded length. */
export interface AlertFacts extends AlertIdentity {
  readonly kind: AuditAlertKind;
  readonly scope: AlertScope;
  readonly taskId: string;
  readonly severity: Severity;
  /** Only a scheduled audit has one. */
  readonly auditName?: string;
  readonly taskType?: string;
  readonly taskStatus?: string;
  /** ISO 8601, UTC. */
  readonly startedAt?: string;
  /** Of the poll that this alert is about; absent if there was no poll. ISO 8601, UTC. */
  readonly capturedAt?: string;
  readonly phase: AuditPhase;
  readonly counts: CheckCounts;
  readonly statistics?: TaskStatistics;
  /** Every check of that poll, worst first. */
  readonly checks: readonly CheckFacts[];
  /** The checks that this alert is about, worst first, MAX_LISTED_CHECKS at most; as they were then if it is about trouble before. */
  readonly trouble: readonly CheckFacts[];
  /** Number of troubled checks beyond those listed. */
  readonly unlisted: number;
  /** Numbers of troubled checks that AWS counts but does not name. */
  readonly unnamed: { readonly nonCompliant: number; readonly failed: number };
  /** Absent if there is no previous audit, or it was not read. */
  readonly comparison?: ComparisonFacts;
  /** There is no previous audit. */
  readonly isFirst: boolean;
  /** Every check that takes part in the comparison, as it stands now, worst first; empty without a comparison. */
  readonly compared: readonly CheckFacts[];
  /** Name of the error for which the findings could not be read. */
  readonly findingsError?: string;
  /** RECOVERED only: when the trouble was seen. ISO 8601, UTC. */
  readonly troubleSeenAt?: string;
  /** WATCHER_GAVE_UP only. */
  readonly gaveUp?: GaveUp;
  /** AUDIT_STUCK only. */
  readonly stuck?: StuckFacts;
}

/** Gathers what is known, and makes it safe to write. */
export function gatherFacts(input: AlertInput, scope: AlertScope): AlertFacts {
  const { kind, slot, taskId, accountId, region, snapshot, comparison, findings } = input;
  const answer: AuditAnswer = snapshot?.answer ?? {};
  const reading = readAudit(answer);
  const { trouble, unnamed } = findTrouble(input, scope);
  const previous = comparison === undefined || 'first' in comparison ? undefined : comparison;
  return {
    kind,
    scope,
    key: `${accountId}#${region}#${taskId}#${slot}`,
    threadId: `iot-dd-audit-${accountId}-${region}-${taskId}`,
    taskId,
    accountId,
    region,
    severity: scope.severity ?? severityOf(trouble, unnamed.nonCompliant + unnamed.failed),
    auditName: clean(answer.scheduledAuditName, 128),
    taskType: clean(answer.taskType, 60),
    taskStatus: clean(answer.taskStatus, 60),
    startedAt: knownTime(answer.taskStartTime),
    capturedAt: knownTime(snapshot?.capturedAt),
    phase: reading.phase,
    counts: reading.counts,
    statistics: answer.taskStatistics,
    checks: reading.checks.map((check) => checkFacts(check, input)).sort(worstFirst),
    trouble: trouble.slice(0, MAX_LISTED_CHECKS),
    unlisted: Math.max(0, trouble.length - MAX_LISTED_CHECKS),
    unnamed,
    comparison: previous && {
      previousStartedAt: knownTime(previous.previousStartedAt),
      isUnchanged: isUnchanged(previous),
    },
    isFirst: comparison !== undefined && previous === undefined,
    compared: previous === undefined ? [] : comparedChecks(previous, reading.checks, input),
    findingsError: findings?.status === 'UNAVAILABLE' ? (clean(findings.errorName, 100) ?? 'unknown error') : undefined,
    troubleSeenAt: knownTime(input.earlier?.capturedAt),
    gaveUp: input.gaveUp && cleanGaveUp(input.gaveUp),
    stuck: input.stuck,
  };
}

/** How a check that was in trouble stands in the poll that the alert is about. */
export function standsNow({ checks }: AlertFacts, { name }: CheckFacts): CheckFacts | undefined {
  return checks.find((check) => check.name === name);
}

/** Trouble before: that of the previous audit, then what only an earlier poll of this audit saw. */
function findTrouble(
  input: AlertInput,
  { outcomes, isAboutBefore }: AlertScope,
): Pick<AlertFacts, 'trouble' | 'unnamed'> {
  const { checks, counts } = readAudit((isAboutBefore ? input.earlier : input.snapshot)?.answer ?? {});
  const before = isAboutBefore ? troubleBefore(input) : [];
  const unnamed = (outcome: CheckOutcome, stated: number | undefined) => {
    const named = checks.filter((check) => check.outcome === outcome).length;
    return outcomes.includes(outcome) && isCount(stated) ? Math.max(0, stated - named) : 0;
  };
  return {
    trouble: [
      ...before,
      ...checks
        .filter((check) => outcomes.includes(check.outcome))
        .map((check) => checkFacts(check, input))
        .filter(({ name }) => before.every((check) => check.name !== name)),
    ].sort(worstFirst),
    unnamed: { nonCompliant: unnamed('NON_COMPLIANT', counts.nonCompliant), failed: unnamed('FAILED', counts.failed) },
  };
}

/** The checks that had trouble in the previous audit, as they were. */
function troubleBefore(input: AlertInput): CheckFacts[] {
  const { comparison } = input;
  if (comparison === undefined || 'first' in comparison) return [];
  return comparison.checks.flatMap(({ checkName: name, before }) => {
    if (before?.outcome !== 'NON_COMPLIANT' && before?.outcome !== 'FAILED') return [];
    const { outcome, resources, errorCode } = before;
    const check = checkFacts({ name, outcome, details: { nonCompliantResourcesCount: resources, errorCode } }, input);
    return [{ ...check, isFromPreviousAudit: true }];
  });
}

function comparedChecks(
  { checks, notCompared }: Comparison,
  current: readonly CheckReading[],
  input: AlertInput,
): CheckFacts[] {
  const names = new Set([...checks.map(({ checkName }) => checkName), ...notCompared]);
  const gone = [...names].filter((name) => current.every((check) => check.name !== name));
  const absent = gone.map((name): CheckReading => ({ name, outcome: 'UNKNOWN', details: {} }));
  return [...current, ...absent].map((check) => checkFacts(check, input)).sort(worstFirst);
}

/** The highest of the checks. Trouble that AWS counts but does not name weighs as much as a check that nobody knows. */
function severityOf(trouble: readonly CheckFacts[], unnamed: number): Severity {
  const named = trouble.map((check) => check.severity);
  return highestSeverity(unnamed > 0 || named.length === 0 ? [...named, UNKNOWN_SEVERITY] : named);
}

function checkFacts(
  { name, outcome, details }: CheckReading,
  { findings: found, comparison, snapshot }: AlertInput,
): CheckFacts {
  const cleanName = clean(name, 100) ?? 'UNNAMED_CHECK';
  const { title, severity: usual, documentation } = checkInfo(cleanName);
  const findings = findingsOf(found, name, knownTime(snapshot?.answer.taskStartTime));
  // What AWS gave to the findings themselves wins over what such findings usually have.
  const severity = findings?.severity ?? usual;
  return {
    name: cleanName,
    title,
    outcome,
    severity: outcome === 'FAILED' ? severityWhenFailed(severity) : severity,
    findingSeverity: severity,
    documentation,
    details: {
      ...details,
      checkRunStatus: clean(details.checkRunStatus, 60),
      errorCode: clean(details.errorCode, 80),
      message: clean(details.message, 300),
    },
    change: comparison === undefined || 'first' in comparison ? undefined : changeOf(comparison, name),
    findings,
  };
}

function changeOf({ checks }: Comparison, checkName: string): CheckChange | undefined {
  const change = checks.find((check) => check.checkName === checkName);
  return change && { ...change, before: cleanStanding(change.before), now: cleanStanding(change.now) };
}

function cleanStanding(standing: CheckStanding | undefined): CheckStanding | undefined {
  return standing && { ...standing, errorCode: clean(standing.errorCode, 80) };
}

/** By severity, then known-bad before unknown, then the most resources, then by name. */
function worstFirst(a: CheckFacts, b: CheckFacts): number {
  return (
    compareSeverity(b.severity, a.severity) ||
    rankOf(b.outcome) - rankOf(a.outcome) ||
    resourcesOf(b) - resourcesOf(a) ||
    // Not localeCompare: loading the rules of a language takes longer than all the rest of an alert.
    (a.name < b.name ? -1 : 1)
  );
}

function rankOf(outcome: CheckOutcome): number {
  return outcome === 'NON_COMPLIANT' ? 2 : outcome === 'FAILED' ? 1 : 0;
}

function resourcesOf({ details }: CheckFacts): number {
  return isCount(details.nonCompliantResourcesCount) ? details.nonCompliantResourcesCount : 0;
}

function cleanGaveUp(gaveUp: GaveUp): GaveUp {
  return {
    ...gaveUp,
    errorName: clean(gaveUp.errorName, 100) ?? 'unknown',
    errorMessage: clean(gaveUp.errorMessage, 500),
    execution: clean(gaveUp.execution, 500) ?? 'unknown',
  };
}
