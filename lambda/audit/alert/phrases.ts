import { compareSeverity } from '../answer/severity.ts';
import { shorten } from '../text/safe-text.ts';
import { countText, isCount, isSome, plural, timeText } from '../text/words.ts';
import type { AlertFacts, CheckFacts } from './facts.ts';

/** `3 of 120 resources non-compliant (1 more suppressed)`. */
export function resourcesText({ details }: CheckFacts): string {
  const { nonCompliantResourcesCount: found, totalResourcesCount: total } = details;
  const suppressed = details.suppressedNonCompliantResourcesCount;
  const more = isSome(suppressed) ? ` (${suppressed} more suppressed)` : '';
  return `${countText(found)} of ${plural(total, 'resource')} non-compliant${more}`;
}

/** `3 of 120`. */
export function briefResourcesText({ details }: CheckFacts): string {
  return `${countText(details.nonCompliantResourcesCount)} of ${countText(details.totalResourcesCount)}`;
}

/** `NightlyFleetAudit (scheduled)`. */
export function auditText({ auditName, taskType }: AlertFacts): string {
  switch (taskType) {
    case 'ON_DEMAND_AUDIT_TASK':
      return auditName === undefined ? 'on-demand audit' : `${auditName} (on demand)`;
    case 'SCHEDULED_AUDIT_TASK':
      return `${auditName ?? 'name unknown'} (scheduled)`;
    case undefined:
      return auditName ?? 'unknown';
    default:
      return `${auditName ?? 'name unknown'} (${taskType})`;
  }
}

/** The audit in one word or two, for people. */
export function auditLabel({ auditName, taskType, taskId }: AlertFacts): string {
  return auditName ?? (taskType === 'ON_DEMAND_AUDIT_TASK' ? 'on-demand audit' : taskId);
}

/** Of trouble that was found. */
export function severityIcon({ severity }: AlertFacts): string {
  return compareSeverity(severity, 'HIGH') < 0 ? ':warning:' : ':rotating_light:';
}

/** What follows an alert about a running audit. */
export const CLOSING_MESSAGE_FOLLOWS =
  'One closing message follows when the audit ends; single polls are not reported.';

/** The status of the audit as AWS gave it. */
export function statusText({ taskStatus }: AlertFacts): string {
  return taskStatus === undefined ? 'a missing status' : shorten(taskStatus, 30);
}

/** Number of checks that have a result; undefined if it cannot be derived. */
export function finishedChecks({ counts }: AlertFacts): number | undefined {
  const { compliant, nonCompliant, failed, total, inProgress, waitingForData, canceled } = counts;
  if (isCount(compliant) && isCount(nonCompliant) && isCount(failed)) return compliant + nonCompliant + failed;
  if (!isCount(total) || !isCount(inProgress) || !isCount(waitingForData) || !isCount(canceled)) return undefined;
  return total - inProgress - waitingForData - canceled;
}

/** How far a running audit is. */
export function finishedText(facts: AlertFacts): string {
  const finished = finishedChecks(facts);
  if (finished === undefined && facts.counts.total === undefined) return 'number of finished checks unknown';
  return `${countText(finished)} of ${plural(facts.counts.total, 'check')} finished (${tally(facts)})`;
}

/** How a completed audit stands, and when that was seen: AWS does not say when an audit ended. */
export function completedText(facts: AlertFacts): string {
  const { total, compliant } = facts.counts;
  return `completed, seen ${seenAt(facts)}; ${plural(total, 'check')}: ${countText(compliant)} compliant, ${tally(facts)}`;
}

/** A check is called compliant only if AWS says so: a canceled one is neither compliant nor in trouble. */
export function compliantText(facts: AlertFacts, of = ''): string {
  const { total } = facts.counts;
  if (!isAllCompliant(facts)) return `no check${of} is non-compliant or failed`;
  return total === 1 ? `the only check${of} is compliant` : `all ${total} checks${of} are compliant`;
}

/** True when every check of the audit, one at least, is compliant. */
export function isAllCompliant({ counts }: AlertFacts): boolean {
  return isSome(counts.total) && counts.total === counts.compliant;
}

/** Trouble always, the rest where there is some. */
function tally({ counts }: AlertFacts): string {
  const rest = [
    [counts.inProgress, 'still running'],
    [counts.waitingForData, 'waiting for data'],
    [counts.canceled, 'canceled'],
  ] as const;
  return [
    `${countText(counts.nonCompliant)} non-compliant`,
    `${countText(counts.failed)} failed`,
    ...rest.filter(([count]) => isSome(count)).map(([count, what]) => `${count} ${what}`),
  ].join(', ');
}

/** When the audit was polled: the time alone on the day of its start, otherwise with the date. */
export function seenAt({ startedAt, capturedAt }: AlertFacts): string {
  const time = timeText(capturedAt);
  const sameDay = capturedAt !== undefined && startedAt?.slice(0, 10) === capturedAt.slice(0, 10);
  return sameDay ? time.slice(11) : time;
}
