import type { CheckOutcome } from '../answer/reading.ts';
import type { Severity } from '../answer/severity.ts';
import { isResult } from '../ledger/move.ts';
import { checkResultsLink } from '../text/console-links.ts';
import { firstOf, isSome, plural } from '../text/words.ts';
import {
  beforeText,
  type ChangeRow,
  changeRows,
  changeSummary,
  dayText,
  knownText,
  unknownEntryText,
  unknownText,
  wasText,
} from './changes.ts';
import type { CheckFacts } from './facts/check-facts.ts';
import type { AlertFacts } from './facts.ts';
import { type FindingFacts, shownFindings } from './finding-facts.ts';
import { briefResourcesText, isUndecided, resourcesText } from './phrases.ts';

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
const MAX_NAMES = 10;
const MAX_ROWS = 25;

/** A section of plain sentences. */
export function linesSection(heading: string, lines: readonly string[]): StorySection {
  return { heading, checks: [], lines };
}

/** A section of rows of which it names the first ones, and of lines below them. */
export function rowsSection(
  heading: string,
  rows: readonly ChangeRow[],
  most: number,
  lines: readonly string[] = [],
): StorySection {
  const more = rows.length > most ? [`and ${rows.length - most} more`] : [];
  return { heading, rows: rows.slice(0, most), summary: changeSummary(rows), checks: [], lines: [...more, ...lines] };
}

/** What is different from what was known of each check, but for rows that another section has. */
export function changedSection(facts: AlertFacts, elsewhere: readonly ChangeRow['label'][] = []): StorySection {
  const { comparison } = facts;
  const hasResults = facts.checks.some(({ outcome }) => isResult(outcome));
  if (comparison === undefined || facts.checks.length + facts.dropped.length + facts.missing.length === 0) {
    return linesSection('What changed', []);
  }
  if (comparison.isFirst) {
    return linesSection('What changed', [
      'Nothing to compare with yet: no earlier audit of these checks is on record.',
    ]);
  }
  const all = changeRows(facts);
  const rows = all.filter(({ label }) => !elsewhere.includes(label));
  if (rows.length === 0 && (all.length > 0 || !hasResults)) return linesSection('What changed', []);
  const heading = comparison.isUnchanged ? 'Nothing changed' : 'What changed';
  return rowsSection(heading, rows, MAX_ROWS, rows.length === 0 ? [unchangedText(facts)] : []);
}

/** What recovered, or is suppressed now, in an alert about something else. */
export function endedSection(facts: AlertFacts): StorySection {
  const rows = changeRows(facts).filter(({ label }) => label === 'Recovered' || label === 'Suppressed');
  return {
    heading: 'What changed',
    rows: rows.slice(0, MAX_ROWS),
    summary: changeSummary(rows),
    checks: [],
    lines: [],
  };
}

function unchangedText({ checks }: AlertFacts): string {
  const which = checks.every(({ outcome }) => isResult(outcome)) ? 'check' : 'check that has a result';
  return `No ${which} is better or worse than before.`;
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
  const isShort = scope.showsChanges === true && !isFailed;
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

function moreText({ findings, isIncomplete }: CheckFacts): string | undefined {
  if (isIncomplete) return 'AWS has not listed all of its findings yet: see the results link';
  if (findings === undefined) return undefined;
  const more = findings.open - findings.worst.length;
  if (findings.worst.length > 0) return more > 0 ? `and ${more} more` : undefined;
  if (more > 0) return `${plural(more, 'finding')}: see the results link`;
  return findings.suppressed > 0 ? `${findings.suppressed} suppressed` : undefined;
}

/** Trouble that AWS counts but does not name: statistics may run ahead of the details. */
function unnamedLine(count: number, noun: string): string[] {
  return count === 0 ? [] : [`Not named by AWS yet: ${plural(count, noun)}.`];
}

/** Checks that are canceled, still running or waiting, or in a status that AWS added later, with their last results. */
export function withoutResultSection(facts: AlertFacts): StorySection {
  const open = facts.checks.filter(({ outcome }) => isUndecided(outcome));
  const lines = open.map((check) => `${check.title}: ${unknownText(facts, check, check.change?.before)}`);
  const missing = facts.missing.map(({ title, ...check }) => `${title}: not in AWS's answer; ${countsAsOpen(check)}`);
  const all = [...missing, ...lines];
  return linesSection(`Without a result (${all.length})`, firstOf(all, MAX_NAMES));
}

function countsAsOpen({ outcome, details }: Pick<CheckFacts, 'outcome' | 'details'>): string {
  return `counts as open${outcome === 'FAILED' ? '' : ` with ${plural(details.nonCompliantResourcesCount, 'resource')}`}`;
}

/** Open checks that the previous audit of the schedule had and this one did not have. */
export function droppedSection(facts: AlertFacts): StorySection {
  const lines = facts.dropped.map(({ title, outcome, details }) => {
    const known = outcome === 'FAILED' ? '' : ` with ${plural(details.nonCompliantResourcesCount, 'resource')}`;
    return `${title}: not part of this audit, still open${known}`;
  });
  return linesSection('Not audited', firstOf(lines, MAX_NAMES));
}

/** What other audits left open or unknown. */
export function elsewhereSection(facts: AlertFacts): StorySection {
  const lines = facts.elsewhere.map(({ title, auditName, isBad, entry }) => {
    const where = auditName === undefined ? title : `${title} (in ${auditName})`;
    const isKnown = isBad && entry.unknown === undefined;
    return `${where}: ${isKnown ? knownText(facts, entry) : unknownEntryText(facts, entry)}`;
  });
  return linesSection('Open or unknown in other audits', firstOf(lines, MAX_NAMES));
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
  return linesSection(
    'Not listed',
    unlisted === 0 ? [] : [`${plural(unlisted, 'more check')}: see the results in the AWS console.`],
  );
}

/** What is suppressed in compliant checks that no other section has; counted from the findings where AWS gave no count. */
export function suppressedSection({ checks }: AlertFacts, elsewhere: readonly CheckFacts[] = []): StorySection {
  const lines = checks
    .filter(({ name }) => !elsewhere.some((check) => check.name === name))
    .map(({ title, outcome, details, findings }) => ({
      title,
      outcome,
      count: details.suppressedNonCompliantResourcesCount ?? findings?.suppressed,
    }))
    .filter(({ outcome, count }) => outcome === 'COMPLIANT' && isSome(count))
    .map(({ title, count }) => `${title}: ${plural(count, 'resource')}`);
  return linesSection('Suppressed, not counted above', firstOf(lines, MAX_NAMES));
}
