import type { AuditAnswer, TaskStatistics } from '../answer/aws-answers.ts';
import { type AuditPhase, type CheckCounts, readAudit } from '../answer/reading.ts';
import type { Severity } from '../answer/severity.ts';
import { isUnchanged } from '../ledger/comparison.ts';
import type { CheckEntry } from '../ledger/entry.ts';
import { clean, knownTime } from '../text/safe-text.ts';
import type { AuditAlertKind, GaveUp, StuckFacts } from '../watch/alert-kinds.ts';
import { alertKeyOf } from '../watch/watch.ts';
import type { AlertIdentity, AlertInput } from './alert-input.ts';
import { type CheckFacts, checkFacts, MAX_LISTED_CHECKS, openFacts, worstFirst } from './facts/check-facts.ts';
import { type ElsewhereFacts, elsewhereFacts } from './facts/elsewhere.ts';
import { type Reach, reachOf } from './facts/reach.ts';
import { type AlertScope, findTrouble, severityOf } from './facts/trouble.ts';

/** How the audit compares with what is known of its checks. */
interface ComparisonFacts {
  /** Nothing was known of any of its checks. */
  readonly isFirst: boolean;
  /** The audit says what was known already. */
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
  /** Open checks that the answer does not name although they are, or may be, part of this audit, worst first. */
  readonly missing: readonly CheckFacts[];
  /** What other audits left open or unknown, worst first. */
  readonly elsewhere: readonly ElsewhereFacts[];
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
  const known = (entries: readonly CheckEntry[] = []) =>
    entries.map((entry) => openFacts(entry, input)).sort(worstFirst);
  const dropped = known(comparison?.dropped);
  const missing = known(comparison?.missing);
  const found = findTrouble(input, scope, [...dropped, ...missing]);
  const { trouble, unnamed } = found;
  const severity = severityOf(scope, found);
  return {
    kind,
    scope,
    key: alertKeyOf({ account: accountId, region, taskId }, slot),
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
      isFirst: dropped.length + missing.length === 0 && comparison.checks.every(({ before }) => before === undefined),
      isUnchanged: isUnchanged(comparison),
    },
    dropped,
    missing,
    elsewhere: elsewhereFacts(comparison?.elsewhere),
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

function cleanGaveUp(gaveUp: GaveUp): GaveUp {
  return {
    ...gaveUp,
    errorName: clean(gaveUp.errorName, 100) ?? 'unknown',
    errorMessage: clean(gaveUp.errorMessage, 500),
    execution: clean(gaveUp.execution, 500) ?? 'unknown',
  };
}
