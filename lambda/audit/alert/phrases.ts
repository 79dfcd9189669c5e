import type { CheckOutcome } from '../answer/reading.ts';
import { compareSeverity } from '../answer/severity.ts';
import { isKnownBad, isOpen } from '../ledger/entry.ts';
import { newlySuppressed } from '../ledger/move.ts';
import { shorten } from '../text/safe-text.ts';
import { countText, isCount, isSome, plural, timeText } from '../text/words.ts';
import type { CheckFacts } from './facts/check-facts.ts';
import type { AlertFacts } from './facts.ts';

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

/** The icon for trouble that was found. */
export function severityIcon({ severity }: Pick<AlertFacts, 'severity'>): string {
  return compareSeverity(severity, 'HIGH') < 0 ? ':warning:' : ':rotating_light:';
}

/** What follows an alert about a running audit. */
export const CLOSING_MESSAGE_FOLLOWS =
  'A closing message follows when the audit ends, or a message that the watcher gave up. Single polls are not reported.';

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
  if (!isAllCompliant(facts)) return `no check${of} is non-compliant or failed`;
  switch (facts.counts.total) {
    case 1:
      return `the only check${of} is compliant`;
    case 2:
      return `both checks${of} are compliant`;
    default:
      return `all ${facts.counts.total} checks${of} are compliant`;
  }
}

/** True when every check of the audit, one at least, is compliant, by the counts and by the details. */
export function isAllCompliant({ counts, checks }: AlertFacts): boolean {
  return (
    isSome(counts.total) && counts.total === counts.compliant && checks.every(({ outcome }) => outcome === 'COMPLIANT')
  );
}

/** True when every check of the audit is compliant, and nothing is known to be open or only suppressed. */
export function isAllClear(facts: AlertFacts): boolean {
  return isAllCompliant(facts) && stillOpenSentences(facts).length === 0;
}

/** True for a check that neither failed nor has a result. */
export function isUndecided(outcome: CheckOutcome): boolean {
  return outcome !== 'COMPLIANT' && outcome !== 'NON_COMPLIANT' && outcome !== 'FAILED';
}

/** `2 non-compliant checks`, `1 failed check`, `3 checks without a result`; known zeros are left out. */
export function openCounts({ counts, checks }: AlertFacts): string[] {
  const { total, compliant, nonCompliant, failed } = counts;
  const rest =
    isCount(total) && isCount(compliant) && isCount(nonCompliant) && isCount(failed)
      ? total - compliant - nonCompliant - failed
      : 0;
  const undecided = Math.max(rest, checks.filter(({ outcome }) => isUndecided(outcome)).length);
  return [
    ...(nonCompliant === 0 ? [] : [plural(nonCompliant, 'non-compliant check')]),
    ...(failed === 0 ? [] : [plural(failed, 'failed check')]),
    ...(undecided === 0 ? [] : [`${plural(undecided, 'check')} without a result`]),
  ];
}

/** What the audit by itself does not say, in sentences: what is open, what a later audit found compliant, what is only suppressed. */
export function stillOpenSentences(facts: AlertFacts): string[] {
  const shown = facts.scope.ended === 'SUPPRESSED' ? facts.trouble.map(({ name }) => name) : [];
  const hidden = facts.checks.filter(({ name, change }) => change?.change === 'SUPPRESSED' && !shown.includes(name));
  return [
    ...openElsewhereSentences(facts),
    ...sentences(facts.checks.filter(isOutdated), 'was compliant in a later audit', 'were compliant in later audits'),
    ...sentences(hidden, 'is suppressed, not fixed', 'are suppressed, not fixed'),
    ...recoveredInPartSentences(facts),
  ];
}

/** True for a check that is non-compliant in this audit, and that a later audit has found compliant. */
export function isOutdated({ outcome, change }: CheckFacts): boolean {
  if (outcome !== 'NON_COMPLIANT' || change?.change !== 'SUPERSEDED') return false;
  return change.before !== undefined && !isOpen(change.before);
}

/** Number of findings that are suppressed, not fixed, in checks that recovered. */
export function suppressedInRecovered({ checks }: Pick<AlertFacts, 'checks'>): number {
  return checks.reduce((sum, { change }) => sum + (change?.change === 'RECOVERED' ? newlySuppressed(change) : 0), 0);
}

function recoveredInPartSentences({ checks }: AlertFacts): string[] {
  const inPart = checks.filter((check) => suppressedInRecovered({ checks: [check] }) > 0);
  const count = suppressedInRecovered({ checks: inPart });
  const what = `recovered in part: ${plural(count, 'finding')} ${count === 1 ? 'is' : 'are'} suppressed, not fixed`;
  return sentences(inPart, what, what);
}

/**
 * Checks without a result whose last result was non-compliant, open checks that were not part of the audit, and trouble that
 * a later audit found, in sentences.
 */
function openElsewhereSentences({ checks, dropped, missing, elsewhere }: AlertFacts): string[] {
  const unseen = checks.filter(
    ({ outcome, change }) =>
      (isUndecided(outcome) || outcome === 'FAILED' || change?.change === 'UNKNOWN') &&
      change?.before !== undefined &&
      isKnownBad(change.before),
  );
  const later = checks.filter(
    ({ change }) => change?.change === 'SUPERSEDED' && change.before !== undefined && isOpen(change.before),
  );
  return [
    ...sentences(
      unseen,
      'was non-compliant when last seen, so it counts as open',
      'were non-compliant when last seen, so they count as open',
    ),
    ...sentences(
      missing,
      "is not in AWS's answer, so it counts as open",
      "are not in AWS's answer, so they count as open",
    ),
    ...sentences(
      dropped,
      'was not part of this audit and is still open',
      'were not part of this audit and are still open',
    ),
    ...sentences(later, 'is open: a later audit found it', 'are open: later audits found them'),
    ...sentences(
      checks.filter((check) => check.outcome === 'COMPLIANT' && check.isUnknownLater && !later.includes(check)),
      'is unknown: a later audit got no result for it',
      'are unknown: later audits got no results for them',
    ),
    ...sentences(
      elsewhere.filter(({ isBad }) => isBad),
      'is still open: another audit found it',
      'are still open: other audits found them',
    ),
    ...sentences(
      elsewhere.filter(({ isBad }) => !isBad),
      'is still unknown: another audit got no result for it',
      'are still unknown: other audits got no results for them',
    ),
  ];
}

/** One sentence about one check by its title, or about several by their number; nothing about nothing. */
function sentences(checks: readonly { readonly title: string }[], one: string, many: string): string[] {
  // A check that is known per audit name may be there several times.
  const [first, ...others] = new Set(checks.map(({ title }) => title));
  if (first === undefined) return [];
  return [others.length === 0 ? `${first} ${one}.` : `${plural(others.length + 1, 'check')} ${many}.`];
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
