import { type AlertFacts, type CheckFacts, isCount, standsNow } from './alert-facts.ts';
import type { TaskStatistics } from './snapshot.ts';

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
    gaveUp: facts.gaveUp,
  };
}

/** As AWS gave them. */
function statistics({ statistics: given }: AlertFacts): TaskStatistics | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(STATISTICS.map((name) => [name, countOrNothing(given[name])]));
}

/** RECOVERED tells how the check stands now; its severity stays that of the trouble which it had. */
function machineCheck(facts: AlertFacts, check: CheckFacts): object {
  const isRecovery = facts.kind === 'RECOVERED';
  const now = isRecovery ? standsNow(facts, check) : check;
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
    change: isRecovery ? (now?.outcome === 'COMPLIANT' ? 'RECOVERED' : 'UNKNOWN') : undefined,
  };
}

function countOrNothing(count: number | undefined): number | undefined {
  return isCount(count) ? count : undefined;
}
