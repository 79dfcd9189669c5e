import type { TaskStatistics } from '../../answer/aws-answers.ts';
import { shortName } from '../../answer/resource-name.ts';
import type { Severity } from '../../answer/severity.ts';
import type { CheckEntry } from '../../ledger/entry.ts';
import type { CheckStanding } from '../../ledger/move.ts';
import { clean, knownTime } from '../../text/safe-text.ts';
import { isSome, knownCount } from '../../text/words.ts';
import type { AlertIdentity } from '../alert-input.ts';
import { type CheckFacts, MAX_LISTED_CHECKS } from '../facts/check-facts.ts';
import type { ElsewhereFacts } from '../facts/elsewhere.ts';
import { type AlertFacts, standsNow } from '../facts.ts';
import { type FindingFacts, shownFindings } from '../finding-facts.ts';
import type { MissedRunFacts } from '../missed-run-facts.ts';

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
    ...machineIdentity(facts),
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

/** The same for a scheduled audit that did not start: it has neither a task nor checks. */
export function missedRunMachineAlert(facts: MissedRunFacts): object {
  return {
    ...machineIdentity(facts),
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

/** What the JSON of every alert begins with. */
export function machineIdentity(alert: AlertIdentity & { readonly severity: Severity }): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: alert.kind,
    severity: alert.severity,
    alertKey: alert.key,
    accountId: alert.accountId,
    region: alert.region,
  };
}

/** While the audit runs, most checks have no result yet: only those that the alert is about are compared, in `checks`. */
function changes(facts: AlertFacts): object | undefined {
  if (facts.comparison === undefined || facts.phase !== 'COMPLETED') return undefined;
  const { isFirst, isUnchanged } = facts.comparison;
  // What was compliant and still is says nothing.
  const checks = facts.checks.filter(
    ({ change, outcome }) => change !== undefined && (change.change !== 'SAME' || outcome !== 'COMPLIANT'),
  );
  return {
    firstAudit: isFirst ? true : undefined,
    unchanged: isUnchanged,
    checks: checks.slice(0, MAX_LISTED_CHECKS).map(machineChange),
    omittedChecks: checks.length <= MAX_LISTED_CHECKS ? undefined : checks.length - MAX_LISTED_CHECKS,
    notAudited: namesOf(facts.dropped),
    notNamed: namesOf(facts.missing),
    elsewhere: facts.elsewhere.length === 0 ? undefined : facts.elsewhere.slice(0, MAX_LISTED_CHECKS).map(elsewhere),
  };
}

function elsewhere({ name, auditName, isBad, entry }: ElsewhereFacts): object {
  return { checkName: name, auditName, state: isBad ? 'NON_COMPLIANT' : 'UNKNOWN', ...known(entry) };
}

function namesOf(checks: readonly CheckFacts[]): string[] | undefined {
  return checks.length === 0 ? undefined : checks.slice(0, MAX_LISTED_CHECKS).map(({ name }) => name);
}

function machineChange({ name, change }: CheckFacts): object {
  const came = change?.findings;
  return {
    checkName: name,
    change: change?.change,
    before: known(change?.before),
    now: change && standing(change.now),
    findings: came && {
      new: came.newCount,
      gone: came.goneCount,
      suppressed: came.suppressedCount,
      stillOpen: came.openCount,
      stillOpenSince: knownTime(came.openSince),
      newResources: came.firstNew.map(shortName),
      goneResources: came.firstGone.map(shortName),
    },
  };
}

/** What was known of a check: its last result, since when, and since when it is unknown. */
function known(entry: CheckEntry | undefined): object | undefined {
  if (entry === undefined) return undefined;
  const { result, unknown } = entry;
  return {
    outcome: result?.outcome,
    nonCompliantResourcesCount: result?.resources,
    since: knownTime(result?.since),
    taskId: result?.audit.taskId,
    unknownSince: knownTime(unknown?.since),
  };
}

function standing({ outcome, resources, suppressed, errorCode }: CheckStanding): object {
  return {
    outcome,
    nonCompliantResourcesCount: resources,
    suppressedNonCompliantResourcesCount: suppressed,
    errorCode: clean(errorCode, 80),
  };
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
  return Object.fromEntries(STATISTICS.map((name) => [name, knownCount(given[name])]));
}

/** After trouble before, how the check stands now; its severity remains that of the trouble. */
function machineCheck(facts: AlertFacts, check: CheckFacts): object {
  const { ended } = facts.scope;
  const now = ended === undefined ? check : standsNow(facts, check);
  return {
    checkName: check.name,
    title: check.title,
    severity: check.severity,
    checkRunStatus: now?.details.checkRunStatus,
    totalResourcesCount: knownCount(now?.details.totalResourcesCount),
    nonCompliantResourcesCount: knownCount(now?.details.nonCompliantResourcesCount),
    suppressedNonCompliantResourcesCount: knownCount(now?.details.suppressedNonCompliantResourcesCount),
    errorCode: now?.details.errorCode,
    message: now?.details.message,
    change: check.change?.change,
    previousNonCompliantResourcesCount: check.change?.before?.result?.resources,
  };
}
