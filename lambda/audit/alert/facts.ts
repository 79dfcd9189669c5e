import type { AuditAnswer, CheckDetails, TaskStatistics } from '../answer/aws-answers.ts';
import { checkInfo } from '../answer/check-catalogue.ts';
import {
  type AuditPhase,
  auditNameOf,
  type CheckCounts,
  type CheckOutcome,
  type CheckReading,
  ON_DEMAND,
  readAudit,
} from '../answer/reading.ts';
import {
  compareSeverity,
  highestSeverity,
  type Severity,
  severityWhenFailed,
  UNKNOWN_SEVERITY,
} from '../answer/severity.ts';
import { isUnchanged } from '../ledger/comparison.ts';
import type { CheckEntry, PublishedTrouble } from '../ledger/entry.ts';
import type { Change, CheckChange } from '../ledger/move.ts';
import { clean, knownTime } from '../text/safe-text.ts';
import { isCount } from '../text/words.ts';
import type { AuditAlertKind, GaveUp, StuckFacts } from '../watch/alert-kinds.ts';
import type { AlertIdentity, AlertInput } from './alert-input.ts';
import { type CheckFindings, findingsOf } from './finding-facts.ts';

/** More troubled checks than AWS has (17): no list in an alert is longer, so that no alert grows without bound. */
export const MAX_LISTED_CHECKS = 25;

/** Far more schedules than an account can have: five. */
const MAX_AUDIT_NAMES = 50;

const UNNAMED_CHECK = 'UNNAMED_CHECK';

/** Which checks a kind of alert is about. */
export interface AlertScope {
  /** Their outcomes. */
  readonly outcomes: readonly CheckOutcome[];
  /** Severity of the alert; absent: the highest of these checks. */
  readonly severity?: Severity;
  /** The checks are those whose published trouble ended in this way, as they were before. */
  readonly ended?: Extract<Change, 'RECOVERED' | 'SUPPRESSED'>;
  /** The alert is also about open checks that were not part of this audit. */
  readonly includesDropped?: boolean;
  /** A section of the alert says what changed. */
  readonly showsChanges?: boolean;
}

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
  /** AWS lists fewer findings of this check than it counts: its resources are not named. */
  readonly isIncomplete: boolean;
  /** Absent when they were not asked for, or could not be read. */
  readonly findings?: CheckFindings;
}

/** How the audit compares with what is known of its checks. */
export interface ComparisonFacts {
  /** Nothing was known of any of its checks. */
  readonly isFirst: boolean;
  /** The audit says what was known already. */
  readonly isUnchanged: boolean;
}

/** What subscribers filter by. An alert that ends trouble reaches everybody who was sent that trouble. */
export interface Reach {
  /** The highest of the alert itself and of the messages that published the trouble or announced the alert. */
  readonly severity: Severity;
  /** Name of this audit, and the names that the trouble was published to. Empty if that is not known: then it is for all. */
  readonly auditNames: readonly string[];
  /** The checks that the alert is about, and those whose trouble it ends. */
  readonly checks: readonly string[];
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
  /** When the poll was made that this alert is about; absent if there was no poll. ISO 8601, UTC. */
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
  /** Absent if what is known of the checks was not read. */
  readonly comparison?: ComparisonFacts;
  /** Open checks that the previous audit of this schedule had and this one did not have, worst first. */
  readonly dropped: readonly CheckFacts[];
  readonly reach: Reach;
  /** Name of the error for which the findings could not be read. */
  readonly findingsError?: string;
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
  const dropped = (comparison?.dropped ?? []).map((entry) => droppedFacts(entry, input)).sort(worstFirst);
  const { trouble, unnamed } = findTrouble(input, scope, dropped);
  const severity = scope.severity ?? severityOf(trouble, unnamed.nonCompliant + unnamed.failed);
  return {
    kind,
    scope,
    key: `${accountId}#${region}#${taskId}#${slot}`,
    threadId: `iot-dd-audit-${accountId}-${region}-${taskId}`,
    taskId,
    accountId,
    region,
    severity,
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
    comparison: comparison && {
      isFirst: comparison.dropped.length === 0 && comparison.checks.every(({ before }) => before === undefined),
      isUnchanged: isUnchanged(comparison),
    },
    dropped,
    reach: reachOf(input, scope, severity, trouble),
    findingsError: findings?.status === 'UNAVAILABLE' ? (clean(findings.errorName, 100) ?? 'unknown error') : undefined,
    gaveUp: input.gaveUp && cleanGaveUp(input.gaveUp),
    stuck: input.stuck,
  };
}

/** How a check that was in trouble stands in the poll that the alert is about. */
export function standsNow({ checks }: AlertFacts, { name }: CheckFacts): CheckFacts | undefined {
  return checks.find((check) => check.name === name);
}

/** The checks that an alert is about, worst first, and the numbers of those that AWS counts without naming them. */
function findTrouble(
  input: AlertInput,
  { outcomes, ended, includesDropped }: AlertScope,
  dropped: readonly CheckFacts[],
): Pick<AlertFacts, 'trouble' | 'unnamed'> {
  if (ended !== undefined) return { trouble: endedTrouble(input, ended), unnamed: { nonCompliant: 0, failed: 0 } };
  const { checks, counts } = readAudit(input.snapshot?.answer ?? {});
  const unnamed = (outcome: CheckOutcome, stated: number | undefined) => {
    const named = checks.filter((check) => check.outcome === outcome).length;
    return outcomes.includes(outcome) && isCount(stated) ? Math.max(0, stated - named) : 0;
  };
  return {
    trouble: [
      ...checks.filter((check) => outcomes.includes(check.outcome)).map((check) => checkFacts(check, input)),
      ...(includesDropped ? dropped : []),
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

/** An open check that was not part of this audit, as it is known. */
function droppedFacts(entry: CheckEntry, input: AlertInput): CheckFacts {
  const { checkName: name, result, published } = entry;
  if (published !== undefined) return publishedFacts(name, published, entry, input);
  return checkFacts(
    { name, outcome: 'NON_COMPLIANT', details: { nonCompliantResourcesCount: result?.resources } },
    input,
  );
}

function publishedFacts(
  name: string,
  { outcome, resources, errorCode, severity }: PublishedTrouble,
  known: CheckEntry | undefined,
  input: AlertInput,
): CheckFacts {
  const found = known?.result?.outcome === 'NON_COMPLIANT' ? known.result.resources : resources;
  const check = checkFacts({ name, outcome, details: { nonCompliantResourcesCount: found, errorCode } }, input);
  return { ...check, severity };
}

/** An alert that ends trouble goes to everybody who was sent that trouble, whatever they filter by. */
function reachOf(input: AlertInput, scope: AlertScope, severity: Severity, trouble: readonly CheckFacts[]): Reach {
  const { snapshot, comparison, announcedAs = [] } = input;
  // If it cannot be read who was sent the trouble, its end is sent to everybody.
  const isForAll = snapshot === undefined || (scope.ended !== undefined && comparison === undefined);
  const own = isForAll ? [] : [clean(auditNameOf(snapshot.answer), 128) ?? ON_DEMAND];
  const ended = endedEntries(input, scope).flatMap(({ checkName, published }) =>
    published === undefined ? [] : [{ checkName, ...published }],
  );
  return {
    severity: highestSeverity([
      severity,
      ...(scope.ended !== undefined && isForAll ? (['CRITICAL'] as const) : []),
      ...ended.map(({ sentAs }) => sentAs),
      ...announcedAs,
    ]),
    auditNames: [...new Set([...own, ...ended.flatMap(({ auditNames }) => auditNames)])].slice(0, MAX_AUDIT_NAMES),
    checks: [
      ...new Set([...trouble.map(({ name }) => name), ...ended.map(({ checkName }) => nameOf(checkName))]),
    ].slice(0, MAX_LISTED_CHECKS),
  };
}

/** What was known of the checks whose trouble a closing message ends, or says to be neither seen nor gone. */
function endedEntries({ slot, comparison }: AlertInput, { includesDropped = false }: AlertScope): CheckEntry[] {
  if (slot !== 'TERMINAL' || comparison === undefined) return [];
  const isConcerned = (change: Change) =>
    change === 'RECOVERED' || change === 'SUPPRESSED' || (includesDropped && change === 'UNKNOWN');
  return [
    ...comparison.checks.flatMap(({ change, before }) => (before !== undefined && isConcerned(change) ? [before] : [])),
    ...(includesDropped ? comparison.dropped : []),
  ];
}

/** The highest of the checks. Trouble that AWS counts but does not name weighs as much as a check that nobody knows. */
function severityOf(trouble: readonly CheckFacts[], unnamed: number): Severity {
  const named = trouble.map((check) => check.severity);
  return highestSeverity(unnamed > 0 || named.length === 0 ? [...named, UNKNOWN_SEVERITY] : named);
}

/** One check, as an alert shows it. */
export function checkFacts(
  { name, outcome, details }: CheckReading,
  { findings: found, comparison, snapshot }: AlertInput,
): CheckFacts {
  const cleanName = nameOf(name);
  const { title, severity: usual, documentation } = checkInfo(cleanName);
  const findings = findingsOf(found, name, knownTime(snapshot?.answer.taskStartTime));
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
    change: comparison?.checks.find(({ checkName }) => checkName === name),
    isIncomplete: found?.status === 'READ' && found.incomplete.includes(name),
    findings,
  };
}

function nameOf(checkName: string): string {
  return clean(checkName, 100) ?? UNNAMED_CHECK;
}

/** By severity, then known-bad before unknown, then by what it would be, the most resources, and the name. */
function worstFirst(a: CheckFacts, b: CheckFacts): number {
  return (
    compareSeverity(b.severity, a.severity) ||
    rankOf(b.outcome) - rankOf(a.outcome) ||
    compareSeverity(b.findingSeverity, a.findingSeverity) ||
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
