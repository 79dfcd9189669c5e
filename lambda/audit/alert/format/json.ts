import type { TaskStatistics } from '../../answer/aws-answers.ts';
import { shortName } from '../../answer/resource-name.ts';
import type { CheckStanding } from '../../ledger/comparison.ts';
import { knownTime } from '../../text/safe-text.ts';
import { isCount, isSome } from '../../text/words.ts';
import { type AlertFacts, type CheckFacts, MAX_LISTED_CHECKS, standsNow } from '../facts.ts';
import { type FindingFacts, shownFindings } from '../finding-facts.ts';
import type { OverdueFacts } from '../overdue-facts.ts';

/** Rises only when a field changes its meaning or goes away; new fields may come at any time. */
const SCHEMA_VERSION = '1';

const STATISTICS = [
  'totalChecks',
  'inProgressChecks',
  'waitingForDataCollectionChecks',
  'compliantChecks',
  'nonCompliantChecks',
  'failedChecks',
  'canceledChecks',
] as const satisfies ReadonlyArray<keyof TaskStatistics>;

/** For programs: docs/alert-schema.json describes it. What is unknown is left out (undefined disappears in JSON). */
export function machineAlert(facts: AlertFacts): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: facts.kind,
    severity: facts.severity,
    alertKey: facts.key,
    accountId: facts.accountId,
    region: facts.region,
    taskId: facts.taskId,
    taskType: facts.taskType,
    scheduledAuditName: facts.auditName,
    taskStatus: facts.taskStatus,
    taskStartTime: facts.startedAt,
    capturedAt: facts.capturedAt,
    statistics: statistics(facts),
    checks: facts.trouble.map((check) => machineCheck(facts, check)),
    omittedChecks: facts.unlisted === 0 ? undefined : facts.unlisted,
    changes: changes(facts),
    findings: findings(facts),
    gaveUp: facts.gaveUp,
    stuck: facts.stuck,
  };
}

/** Of a scheduled audit that did not start: there is neither a task nor checks. */
export function missedRunMachineAlert(facts: OverdueFacts): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: facts.kind,
    severity: facts.severity,
    alertKey: facts.key,
    accountId: facts.accountId,
    region: facts.region,
    taskType: facts.taskType,
    scheduledAuditName: facts.auditName,
    checks: [],
    overdue: {
      day: facts.day,
      dueAt: facts.dueAt,
      ...facts.schedule,
      lastStartedAt: facts.lastStartedAt,
      lastTaskId: facts.lastTaskId,
      judgedAt: facts.judgedAt,
    },
  };
}

/** While the audit runs, most checks have no result yet: only those that the alert is about are compared, in `checks`. */
function changes(facts: AlertFacts): object | undefined {
  if (facts.isFirst) return { firstAudit: true };
  if (facts.comparison === undefined || facts.phase !== 'COMPLETED') return undefined;
  const { previousStartedAt, isUnchanged } = facts.comparison;
  // What was compliant and still is says nothing.
  const checks = facts.compared.filter(({ change, outcome }) => change?.change !== 'SAME' || outcome !== 'COMPLIANT');
  return {
    previousAuditStartTime: previousStartedAt,
    unchanged: isUnchanged,
    checks: checks.slice(0, MAX_LISTED_CHECKS).map(machineChange),
    omittedChecks: checks.length <= MAX_LISTED_CHECKS ? undefined : checks.length - MAX_LISTED_CHECKS,
  };
}

function machineChange({ name, change }: CheckFacts): object {
  const came = change?.findings;
  return {
    checkName: name,
    change: change?.change ?? 'NOT_COMPARED',
    before: change && standing(change.before),
    now: change && standing(change.now),
    findings: came && {
      new: came.newCount,
      gone: came.goneCount,
      stillOpen: came.openCount,
      stillOpenSince: knownTime(came.openSince),
      newResources: came.firstNew.map(shortName),
      goneResources: came.firstGone.map(shortName),
    },
  };
}

function standing(given: CheckStanding | undefined): object {
  const { outcome = 'ABSENT', resources, errorCode } = given ?? {};
  return { outcome, nonCompliantResourcesCount: resources, errorCode };
}

function findings({ trouble, checks, findingsError }: AlertFacts): object | undefined {
  if (findingsError !== undefined) return { status: 'UNAVAILABLE', errorName: findingsError };
  const read = checks.flatMap(({ name, findings: found }) => (found === undefined ? [] : [{ name, ...found }]));
  if (read.length === 0) return undefined;
  return {
    status: 'READ',
    resources: trouble.flatMap((check) => shownFindings(check).map((found) => machineFinding(check, found))),
    checks: read
      .filter(({ open, suppressed }) => isSome(open + suppressed))
      .slice(0, MAX_LISTED_CHECKS)
      .map(({ name, open, suppressed }) => ({ checkName: name, open, suppressed })),
  };
}

function machineFinding({ name }: CheckFacts, finding: FindingFacts): object {
  return {
    checkName: name,
    resource: finding.resource,
    resourceType: finding.resourceType,
    resourceIdentifier: finding.identifier,
    severity: finding.severity,
    reasonCode: finding.reasonCode,
    since: finding.since,
    things: finding.things.length === 0 ? undefined : finding.things,
    moreThings: finding.moreThings === 0 ? undefined : finding.moreThings,
  };
}

/** As AWS gave them. */
function statistics({ statistics: given }: AlertFacts): TaskStatistics | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(STATISTICS.map((name) => [name, countOrNothing(given[name])]));
}

/** After trouble before, how the check stands now; its severity remains that of the trouble. */
function machineCheck(facts: AlertFacts, check: CheckFacts): object {
  const { isAboutBefore } = facts.scope;
  const now = isAboutBefore ? standsNow(facts, check) : check;
  return {
    checkName: check.name,
    title: check.title,
    severity: check.severity,
    checkRunStatus: now?.details.checkRunStatus,
    totalResourcesCount: countOrNothing(now?.details.totalResourcesCount),
    nonCompliantResourcesCount: countOrNothing(now?.details.nonCompliantResourcesCount),
    suppressedNonCompliantResourcesCount: countOrNothing(now?.details.suppressedNonCompliantResourcesCount),
    errorCode: now?.details.errorCode,
    message: now?.details.message,
    change: isAboutBefore ? (now?.outcome === 'COMPLIANT' ? 'RECOVERED' : 'UNKNOWN') : check.change?.change,
    previousNonCompliantResourcesCount: check.change?.before?.resources,
  };
}

function countOrNothing(count: number | undefined): number | undefined {
  return isCount(count) ? count : undefined;
}
