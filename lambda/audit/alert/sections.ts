import type { CheckOutcome } from '../answer/reading.ts';
import type { Severity } from '../answer/severity.ts';
import { checkResultsLink } from '../text/console-links.ts';
import { countText, firstOf, isSome, plural, timeText } from '../text/words.ts';
import {
  beforeText,
  type ChangeRow,
  changeRows,
  changeSummary,
  dayText,
  goneText,
  previousAuditText,
  wasText,
} from './changes.ts';
import { type AlertFacts, type CheckFacts, standsNow } from './facts.ts';
import { type FindingFacts, shownFindings } from './finding-facts.ts';
import { gaveUpWording } from './kinds/gave-up.ts';
import { stuckWording } from './kinds/stuck.ts';
import { briefResourcesText, resourcesText } from './phrases.ts';

/** One part of an alert: what changed, checks told in full, then plain sentences. */
export interface StorySection {
  readonly heading: string;
  readonly rows?: readonly ChangeRow[];
  /** The rows in short. */
  readonly summary?: string;
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
  /** How it stood in the previous audit, in a word or two. */
  readonly was?: string;
  /** More about it, in sentences. */
  readonly notes: readonly string[];
  /** The worst of what it found. */
  readonly resources: readonly ResourceStory[];
  /** `and 15 more`. */
  readonly moreResources?: string;
  readonly results: string;
  /** The guide's page; absent for a check that failed, whose page says nothing about why. */
  readonly fix?: string;
}

/** One offending resource. */
export interface ResourceStory {
  /** `cert 3f9c...e21`. */
  readonly name: string;
  /** `thing pump-0142`. */
  readonly things?: string;
  /** The code of AWS, or else its words. */
  readonly reason?: string;
  /** `new`, `open since 2026-09-30`. */
  readonly age?: string;
}

const MAX_NAMES = 10;
const MAX_ROWS = 25;

/** What each kind tells, the worst first; parts with nothing to say are left out. */
export function storySections(facts: AlertFacts): StorySection[] {
  return [...sectionsOf(facts), unlistedSection(facts)].filter(
    ({ rows = [], checks, lines }) => rows.length + checks.length + lines.length > 0,
  );
}

function sectionsOf(facts: AlertFacts): StorySection[] {
  switch (facts.kind) {
    case 'NON_COMPLIANT_DETECTED':
      return [nonCompliantSection(facts, 'Found so far')];
    case 'CHECK_FAILED':
      return [failedSection(facts, 'Could not run')];
    case 'AUDIT_STUCK':
      return [
        section('Why', stuckWording(facts).why),
        openSection(facts, 'Still running', 'RUNNING'),
        openSection(facts, 'Waiting for data collection', 'WAITING_FOR_DATA'),
        openSection(facts, 'In an unknown state', 'UNKNOWN'),
      ];
    case 'COMPLETED_WITH_FINDINGS':
      return [
        changedSection(facts),
        nonCompliantSection(facts, 'Non-compliant'),
        failedSection(facts, 'Failed, result unknown'),
        withoutResultSection(facts),
        suppressedSection(facts),
      ];
    case 'RECOVERED':
      return [...recoveredSections(facts), lostSection(facts), withoutResultSection(facts), suppressedSection(facts)];
    case 'COMPLETED_COMPLIANT':
      return [changedSection(facts), withoutResultSection(facts), suppressedSection(facts)];
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

function changedSection(facts: AlertFacts): StorySection {
  const { comparison, isFirst, taskType } = facts;
  if (comparison === undefined) {
    const what = taskType === 'ON_DEMAND_AUDIT_TASK' ? 'first on-demand audit' : 'first audit of this schedule';
    return section(
      'What changed',
      isFirst ? [`There is nothing to compare with yet: this is the ${what} on record.`] : [],
    );
  }
  const rows = changeRows(facts);
  const since = `since ${previousAuditText(facts)}`;
  return {
    heading: comparison.isUnchanged ? `Nothing changed ${since}` : `Changed ${since}`,
    rows: rows.slice(0, MAX_ROWS),
    summary: changeSummary(rows),
    checks: [],
    lines: [
      ...(rows.length === 0 ? ['No check is better or worse than it was then.'] : []),
      ...(rows.length > MAX_ROWS ? [`and ${rows.length - MAX_ROWS} more`] : []),
    ],
  };
}

/** What had a result in the previous audit, though not a bad one, and has none now. */
function lostSection(facts: AlertFacts): StorySection {
  const rows = changeRows(facts).filter(({ label, isToldInFull }) => label === 'Unknown' && !isToldInFull);
  return section(
    `Unknown since ${previousAuditText(facts)}`,
    firstOf(
      rows.map(({ text }) => text),
      MAX_NAMES,
    ),
  );
}

function nonCompliantSection(facts: AlertFacts, heading: string): StorySection {
  return {
    heading,
    checks: checkStories(facts, 'NON_COMPLIANT'),
    lines: [
      ...unnamedLine(facts.unnamed.nonCompliant, 'non-compliant check'),
      ...(facts.findingsError === undefined
        ? []
        : [`Resources could not be read (${facts.findingsError}): see the results links.`]),
    ],
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

function checkStory(facts: AlertFacts, check: CheckFacts): CheckStory {
  const { kind, region, taskId } = facts;
  const isFailed = check.outcome === 'FAILED';
  return {
    severity: check.severity,
    isFailed,
    title: check.title,
    finding: isFailed ? `Result unknown; it would be ${check.findingSeverity} if non-compliant` : resourcesText(check),
    brief: isFailed ? 'failed' : briefResourcesText(check),
    errorCode: check.details.errorCode,
    message: check.details.message,
    was: kind === 'COMPLETED_WITH_FINDINGS' && !isFailed ? wasText(facts, check) : undefined,
    // The closing message has a part of its own about what changed.
    notes: [kind === 'COMPLETED_WITH_FINDINGS' && !isFailed ? undefined : beforeText(facts, check)].filter(
      (note) => note !== undefined,
    ),
    resources: shownFindings(check).map((finding) => resourceStory(facts, check, finding)),
    moreResources: isFailed ? undefined : moreText(check),
    results: checkResultsLink(region, taskId, check.name),
    fix: isFailed ? undefined : check.documentation,
  };
}

function resourceStory({ startedAt }: AlertFacts, { change }: CheckFacts, finding: FindingFacts): ResourceStory {
  const { name, things, moreThings, reasonCode, reason, since, isOld } = finding;
  const more = moreThings > 0 ? ` and ${moreThings} more` : '';
  // In a check that was compliant before everything is new.
  const isNew = isOld === false && change?.findings !== undefined && change.change !== 'NEW';
  return {
    name,
    things:
      things.length === 0
        ? undefined
        : `${things.length === 1 && more === '' ? 'thing' : 'things'} ${things.join(', ')}${more}`,
    reason: reasonCode ?? reason,
    age: isOld && since !== undefined ? `open since ${dayText(since, startedAt)}` : isNew ? 'new' : undefined,
  };
}

function moreText({ findings }: CheckFacts): string | undefined {
  if (findings === undefined) return undefined;
  const more = findings.open - findings.worst.length;
  if (findings.worst.length > 0) return more > 0 ? `and ${more} more` : undefined;
  return more > 0 ? `${plural(more, 'finding')}: see the results link` : 'AWS lists no finding for this check (yet)';
}

/** Statistics may run ahead of the details. */
function unnamedLine(count: number, noun: string): string[] {
  return count === 0 ? [] : [`Not named by AWS (yet): ${plural(count, noun)}.`];
}

/** What had trouble in the previous audit or the earlier look: recovered only if it is compliant now, else no longer known. */
function recoveredSections(facts: AlertFacts): StorySection[] {
  const lines = facts.trouble.map((before) => {
    const now = standsNow(facts, before);
    const isRecovered = now?.outcome === 'COMPLIANT';
    const text = isRecovered
      ? `${before.title}: ${recoveryText(before, now)}`
      : `${before.title}: ${troubleText(before)} -> ${now?.details.checkRunStatus ?? 'not in the answer'}`;
    return { text, isRecovered, isFromPreviousAudit: before.isFromPreviousAudit === true };
  });
  const textsOf = (isRecovered: boolean, isFromPreviousAudit?: boolean) =>
    lines
      .filter((line) => line.isRecovered === isRecovered)
      .filter((line) => isFromPreviousAudit === undefined || line.isFromPreviousAudit === isFromPreviousAudit)
      .map(({ text }) => text);
  const { nonCompliant, failed } = facts.unnamed;
  const unnamed = [...unnamedLine(nonCompliant, 'non-compliant check'), ...unnamedLine(failed, 'failed check')];
  const since = facts.troubleSeenAt === undefined ? 'during this audit' : `since ${timeText(facts.troubleSeenAt)}`;
  return [
    section(`Recovered since ${previousAuditText(facts)}`, textsOf(true, true)),
    section(`Recovered ${since}`, [...textsOf(true, false), ...unnamed]),
    section('Trouble before, unknown now', textsOf(false)),
  ];
}

function recoveryText(before: CheckFacts, now: CheckFacts): string {
  const found = before.details.nonCompliantResourcesCount;
  const left = now.details.nonCompliantResourcesCount;
  if (before.outcome === 'FAILED' || !isSome(found) || left === undefined) return `${troubleText(before)} -> compliant`;
  return `${found} -> ${countText(left)} resources${goneText(before)}`;
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

/** The checks that an audit waits for. */
function openSection({ trouble }: AlertFacts, heading: string, outcome: CheckOutcome): StorySection {
  const open = trouble.filter((check) => check.outcome === outcome);
  const names = open.map(({ title, details }) =>
    outcome === 'UNKNOWN' ? `${title} (${details.checkRunStatus ?? 'no status'})` : title,
  );
  return section(heading, open.length === 0 ? [] : [firstOf(names, MAX_NAMES).join(', ')]);
}

function unlistedSection({ unlisted }: AlertFacts): StorySection {
  return section('Not listed', unlisted === 0 ? [] : [`${plural(unlisted, 'more check')}: see the audit report.`]);
}

/** The findings tell where AWS gave no count. */
function suppressedSection({ checks }: AlertFacts): StorySection {
  const lines = checks
    .map(({ title, outcome, details, findings }) => ({
      title,
      outcome,
      count: details.suppressedNonCompliantResourcesCount ?? findings?.suppressed,
    }))
    .filter(({ outcome, count }) => outcome === 'COMPLIANT' && isSome(count))
    .map(({ title, count }) => `${title}: ${plural(count, 'resource')}`);
  return section('Suppressed, not counted above', firstOf(lines, MAX_NAMES));
}
