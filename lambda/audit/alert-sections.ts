import { type AlertFacts, type CheckFacts, standsNow } from './alert-facts.ts';
import { gaveUpWording } from './alert-gave-up.ts';
import { briefResourcesText, countText, firstOf, isSome, plural, resourcesText, timeText } from './alert-wording.ts';
import { checkResultsLink } from './console-links.ts';
import type { CheckOutcome } from './reading.ts';
import type { Severity } from './severity.ts';

/** One part of an alert: checks told in full, then plain sentences. */
export interface StorySection {
  readonly heading: string;
  readonly checks: readonly CheckStory[];
  readonly lines: readonly string[];
}

/** One troubled check. */
export interface CheckStory {
  readonly severity: Severity;
  readonly isFailed: boolean;
  readonly title: string;
  /** What is known about its resources. */
  readonly finding: string;
  /** The same in a word or two. */
  readonly brief: string;
  readonly errorCode?: string;
  readonly message?: string;
  readonly results: string;
  /** The guide's page; absent for a check that failed, whose page says nothing about why. */
  readonly fix?: string;
}

const MAX_NAMES = 10;

/** What each kind tells, the worst first; parts with nothing to say are left out. */
export function storySections(facts: AlertFacts): StorySection[] {
  return [...sectionsOf(facts), unlistedSection(facts)].filter(({ checks, lines }) => checks.length + lines.length > 0);
}

function sectionsOf(facts: AlertFacts): StorySection[] {
  switch (facts.kind) {
    case 'NON_COMPLIANT_DETECTED':
      return [nonCompliantSection(facts, 'Found so far')];
    case 'CHECK_FAILED':
      return [failedSection(facts, 'Could not run')];
    case 'COMPLETED_WITH_FINDINGS':
      return [
        nonCompliantSection(facts, 'Non-compliant'),
        failedSection(facts, 'Failed, result unknown'),
        withoutResultSection(facts),
        suppressedSection(facts),
      ];
    case 'RECOVERED':
      return [...recoveredSections(facts), withoutResultSection(facts), suppressedSection(facts)];
    case 'COMPLETED_COMPLIANT':
      return [withoutResultSection(facts), suppressedSection(facts)];
    case 'AUDIT_NOT_COMPLETED':
      return [
        nonCompliantSection(facts, 'Non-compliant before it ended'),
        failedSection(facts, 'Failed before it ended'),
        withoutResultSection(facts),
      ];
    case 'WATCHER_GAVE_UP':
      return [
        section('Why', gaveUpWording(facts).why),
        nonCompliantSection(facts, 'Non-compliant when last seen'),
        failedSection(facts, 'Failed when last seen'),
      ];
  }
}

function section(heading: string, lines: readonly string[]): StorySection {
  return { heading, checks: [], lines };
}

function nonCompliantSection(facts: AlertFacts, heading: string): StorySection {
  return {
    heading,
    checks: checkStories(facts, 'NON_COMPLIANT'),
    lines: unnamedLine(facts.unnamed.nonCompliant, 'non-compliant check'),
  };
}

function failedSection(facts: AlertFacts, heading: string): StorySection {
  const checks = checkStories(facts, 'FAILED');
  const unnamed = unnamedLine(facts.unnamed.failed, 'failed check');
  const isEmpty = checks.length + unnamed.length === 0;
  const note = isEmpty ? [] : ['A failed check is not a pass: nothing is known about its resources.'];
  return { heading, checks, lines: [...unnamed, ...note] };
}

function checkStories(facts: AlertFacts, outcome: CheckOutcome): CheckStory[] {
  return facts.trouble.filter((check) => check.outcome === outcome).map((check) => checkStory(facts, check));
}

function checkStory({ region, taskId }: AlertFacts, check: CheckFacts): CheckStory {
  const isFailed = check.outcome === 'FAILED';
  return {
    severity: check.severity,
    isFailed,
    title: check.title,
    finding: isFailed ? `Result unknown; it would be ${check.findingSeverity} if non-compliant` : resourcesText(check),
    brief: isFailed ? 'failed' : briefResourcesText(check),
    errorCode: check.details.errorCode,
    message: check.details.message,
    results: checkResultsLink(region, taskId, check.name),
    fix: isFailed ? undefined : check.documentation,
  };
}

/** Statistics may run ahead of the details. */
function unnamedLine(count: number, noun: string): string[] {
  return count === 0 ? [] : [`Not named by AWS (yet): ${plural(count, noun)}.`];
}

/** What had trouble in the earlier look: recovered only if it is compliant now, else no longer known. */
function recoveredSections(facts: AlertFacts): StorySection[] {
  const recovered: string[] = [];
  const unknown: string[] = [];
  for (const before of facts.trouble) {
    const now = standsNow(facts, before);
    if (now?.outcome === 'COMPLIANT') recovered.push(`${before.title}: ${recoveryText(before, now)}`);
    else
      unknown.push(`${before.title}: ${troubleText(before)} -> ${now?.details.checkRunStatus ?? 'not in the answer'}`);
  }
  const { nonCompliant, failed } = facts.unnamed;
  const unnamed = [...unnamedLine(nonCompliant, 'non-compliant check'), ...unnamedLine(failed, 'failed check')];
  const since = facts.troubleSeenAt === undefined ? 'during this audit' : `since ${timeText(facts.troubleSeenAt)}`;
  return [section(`Recovered ${since}`, [...recovered, ...unnamed]), section('Trouble before, unknown now', unknown)];
}

function recoveryText(before: CheckFacts, now: CheckFacts): string {
  const found = before.details.nonCompliantResourcesCount;
  const left = now.details.nonCompliantResourcesCount;
  if (before.outcome === 'FAILED' || !isSome(found) || left === undefined) return `${troubleText(before)} -> compliant`;
  return `${found} -> ${countText(left)} resources`;
}

function troubleText(check: CheckFacts): string {
  return check.outcome === 'FAILED' ? 'failed' : 'non-compliant';
}

/** Canceled, still running or waiting, or in a status that nobody knows yet. */
function withoutResultSection({ checks }: AlertFacts): StorySection {
  const open = checks.filter(({ outcome }) => !['COMPLIANT', 'NON_COMPLIANT', 'FAILED'].includes(outcome));
  const names = open.map(({ title, outcome, details }) =>
    outcome === 'CANCELED' ? title : `${title} (${details.checkRunStatus ?? 'no status'})`,
  );
  return section(`Without a result (${open.length})`, open.length === 0 ? [] : [firstOf(names, MAX_NAMES).join(', ')]);
}

function unlistedSection({ unlisted }: AlertFacts): StorySection {
  return section('Not listed', unlisted === 0 ? [] : [`${plural(unlisted, 'more check')}: see the audit report.`]);
}

function suppressedSection({ checks }: AlertFacts): StorySection {
  const lines = checks
    .filter(({ outcome, details }) => outcome === 'COMPLIANT' && isSome(details.suppressedNonCompliantResourcesCount))
    .map(({ title, details }) => `${title}: ${plural(details.suppressedNonCompliantResourcesCount, 'resource')}`);
  return section('Suppressed, not counted above', firstOf(lines, MAX_NAMES));
}
