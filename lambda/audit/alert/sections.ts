import type { CheckOutcome } from '../answer/reading.ts';
import type { Severity } from '../answer/severity.ts';
import { checkResultsLink } from '../text/console-links.ts';
import { firstOf, isSome, plural } from '../text/words.ts';
import {
  beforeText,
  type ChangeRow,
  changeRows,
  changeSummary,
  dayText,
  previousAuditText,
  wasText,
} from './changes.ts';
import type { AlertFacts, CheckFacts } from './facts.ts';
import { type FindingFacts, shownFindings } from './finding-facts.ts';
import { briefResourcesText, resourcesText } from './phrases.ts';

/** One section of an alert: what changed, checks in full, then plain sentences. */
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

/** Longest list of names in a section. */
export const MAX_NAMES = 10;
const MAX_ROWS = 25;

/** A section of plain sentences. */
export function linesSection(heading: string, lines: readonly string[]): StorySection {
  return { heading, checks: [], lines };
}

/** What is different from the previous audit, check by check. */
export function changedSection(facts: AlertFacts): StorySection {
  const { comparison, isFirst, taskType } = facts;
  if (comparison === undefined) {
    const what = taskType === 'ON_DEMAND_AUDIT_TASK' ? 'first on-demand audit' : 'first audit of this schedule';
    return linesSection('What changed', isFirst ? [`Nothing to compare with yet: this is the ${what} on record.`] : []);
  }
  const rows = changeRows(facts);
  const since = `since ${previousAuditText(facts)}`;
  return {
    heading: comparison.isUnchanged ? `Nothing changed ${since}` : `Changed ${since}`,
    rows: rows.slice(0, MAX_ROWS),
    summary: changeSummary(rows),
    checks: [],
    lines: [
      ...(rows.length === 0 ? ['No check is better or worse than before.'] : []),
      ...(rows.length > MAX_ROWS ? [`and ${rows.length - MAX_ROWS} more`] : []),
    ],
  };
}

/** The non-compliant checks, with the worst resources of each. */
export function nonCompliantSection(facts: AlertFacts, heading: string): StorySection {
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

/** The checks that could not run. */
export function failedSection(facts: AlertFacts, heading: string): StorySection {
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
  const { region, taskId, scope } = facts;
  const isFailed = check.outcome === 'FAILED';
  // An alert with a section about what changed needs no sentence about it here.
  const isShort = scope.tellsChanges === true && !isFailed;
  return {
    severity: check.severity,
    isFailed,
    title: check.title,
    finding: isFailed ? `Result unknown; it would be ${check.findingSeverity} if non-compliant` : resourcesText(check),
    brief: isFailed ? 'failed' : briefResourcesText(check),
    errorCode: check.details.errorCode,
    message: check.details.message,
    was: isShort ? wasText(facts, check) : undefined,
    notes: [isShort ? undefined : beforeText(facts, check)].filter((note) => note !== undefined),
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
  return more > 0 ? `${plural(more, 'finding')}: see the results link` : 'AWS lists no finding for this check yet';
}

/** Trouble that AWS counts but does not name: statistics may run ahead of the details. */
export function unnamedLines({ unnamed }: AlertFacts): string[] {
  return [...unnamedLine(unnamed.nonCompliant, 'non-compliant check'), ...unnamedLine(unnamed.failed, 'failed check')];
}

function unnamedLine(count: number, noun: string): string[] {
  return count === 0 ? [] : [`Not named by AWS yet: ${plural(count, noun)}.`];
}

/** Checks that are canceled, still running or waiting, or in a status that AWS added later. */
export function withoutResultSection({ checks }: AlertFacts): StorySection {
  const open = checks.filter(({ outcome }) => !['COMPLIANT', 'NON_COMPLIANT', 'FAILED'].includes(outcome));
  const names = open.map(({ title, outcome, details }) =>
    outcome === 'CANCELED' ? title : `${title} (${details.checkRunStatus ?? 'no status'})`,
  );
  return linesSection(
    `Without a result (${open.length})`,
    open.length === 0 ? [] : [firstOf(names, MAX_NAMES).join(', ')],
  );
}

/** The checks that an audit waits for. */
export function openSection({ trouble }: AlertFacts, heading: string, outcome: CheckOutcome): StorySection {
  const open = trouble.filter((check) => check.outcome === outcome);
  const names = open.map(({ title, details }) =>
    outcome === 'UNKNOWN' ? `${title} (${details.checkRunStatus ?? 'no status'})` : title,
  );
  return linesSection(heading, open.length === 0 ? [] : [firstOf(names, MAX_NAMES).join(', ')]);
}

/** The checks beyond those that an alert lists. */
export function unlistedSection({ unlisted }: AlertFacts): StorySection {
  return linesSection('Not listed', unlisted === 0 ? [] : [`${plural(unlisted, 'more check')}: see the audit report.`]);
}

/** What is suppressed in compliant checks; counted from the findings where AWS gave no count. */
export function suppressedSection({ checks }: AlertFacts): StorySection {
  const lines = checks
    .map(({ title, outcome, details, findings }) => ({
      title,
      outcome,
      count: details.suppressedNonCompliantResourcesCount ?? findings?.suppressed,
    }))
    .filter(({ outcome, count }) => outcome === 'COMPLIANT' && isSome(count))
    .map(({ title, count }) => `${title}: ${plural(count, 'resource')}`);
  return linesSection('Suppressed, not counted above', firstOf(lines, MAX_NAMES));
}
