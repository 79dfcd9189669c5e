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

/** How far the audit is, or came, and when that was seen: AWS does not tell when an audit ended. */
export function progressText(facts: AlertFacts): string {
  const { counts, kind } = facts;
  switch (kind) {
    case 'NON_COMPLIANT_DETECTED':
    case 'CHECK_FAILED':
      return finishedOf(facts);
    case 'AUDIT_STUCK':
      return `${finishedOf(facts)}, seen ${seenAt(facts)}`;
    case 'COMPLETED_WITH_FINDINGS':
    case 'RECOVERED':
    case 'COMPLETED_COMPLIANT':
      return `completed, seen ${seenAt(facts)}; ${plural(counts.total, 'check')}: ${countText(counts.compliant)} compliant, ${tally(facts)}`;
    case 'AUDIT_NOT_COMPLETED':
      return `${statusText(facts)}, seen ${seenAt(facts)}; ${finishedOf(facts)}`;
    case 'WATCHER_GAVE_UP':
      if (facts.capturedAt === undefined) return 'never seen';
      return `last seen ${timeText(facts.capturedAt)} as ${statusText(facts)}: ${finishedOf(facts)}`;
  }
}

/** The status of the audit as AWS gave it. */
export function statusText({ taskStatus }: AlertFacts): string {
  return taskStatus === undefined ? 'a missing status' : shorten(taskStatus, 30);
}

/** Number of checks that have come to a result; undefined when that cannot be told. */
export function finishedChecks({ counts }: AlertFacts): number | undefined {
  const { compliant, nonCompliant, failed, total, inProgress, waitingForData, canceled } = counts;
  if (isCount(compliant) && isCount(nonCompliant) && isCount(failed)) return compliant + nonCompliant + failed;
  if (!isCount(total) || !isCount(inProgress) || !isCount(waitingForData) || !isCount(canceled)) return undefined;
  return total - inProgress - waitingForData - canceled;
}

function finishedOf(facts: AlertFacts): string {
  const finished = finishedChecks(facts);
  if (finished === undefined && facts.counts.total === undefined) return 'progress unknown';
  return `${countText(finished)} of ${plural(facts.counts.total, 'check')} finished (${tally(facts)})`;
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

/** The time alone on the day of the start, else with its date. */
function seenAt({ startedAt, capturedAt }: AlertFacts): string {
  const time = timeText(capturedAt);
  const sameDay = capturedAt !== undefined && startedAt?.slice(0, 10) === capturedAt.slice(0, 10);
  return sameDay ? time.slice(11) : time;
}
