import type { EndingSuppression } from '../../answer/aws-answers.ts';
import { checkInfo } from '../../answer/check-catalogue.ts';
import { isUnreadable } from '../../ledger/entry.ts';
import { DAY_MS } from '../../text/duration.ts';
import { knownTime } from '../../text/safe-text.ts';
import { countText, firstOf, plural, timeText } from '../../text/words.ts';
import { alsoSuppressedText, type ChangeRow, unknownEntryText } from '../changes.ts';
import { linesSection, rowsSection, type StorySection } from '../sections.ts';
import { type DigestCheck, type DigestFacts, type GivenUpAudit, oldestFirst } from './facts.ts';

/** Lines of one section; the counts are of all. */
const MAX_LINES = 10;

/** What is open, what is no longer, and what nobody knows. */
export function digestSections(facts: DigestFacts): StorySection[] {
  const { knownAgain, unknown, missedRuns, audits } = facts;
  return [
    openSection(facts),
    overSection(facts),
    listSection(`With a result again (${knownAgain.length})`, knownAgain.map(knownAgainText)),
    listSection(`Without a result (${unknown.length})`, unknown.map(unknownText)),
    listSection('Missed runs', missedRuns.map(missedText)),
    listSection('Given up', audits.givenUp.map(givenUpText)),
    suppressionsSection(facts),
  ];
}

function listSection(heading: string, lines: readonly string[]): StorySection {
  return linesSection(heading, firstOf(lines, MAX_LINES));
}

/** The worst first, and which of them has been open for the longest. */
function openSection(facts: DigestFacts): StorySection {
  const { open } = facts;
  const rows = open.map(
    (check): ChangeRow => ({ label: openLabel(check), text: openText(facts, check), isShownInFull: false }),
  );
  const [oldest] = open.length === 1 ? [] : open.toSorted(oldestFirst);
  const lines = oldest && [`Open for the longest: ${oldest.title}${sinceText(facts, oldest)}.`];
  return rowsSection(`Open (${open.length})`, rows, MAX_LINES, lines);
}

function openLabel({ change }: DigestCheck): ChangeRow['label'] {
  switch (change) {
    case 'NEW':
      return 'New';
    case 'WORSE':
      return 'Worse';
    case 'BETTER':
      return 'Better';
    case 'FIRST':
      return 'First result';
    default:
      return 'Still open';
  }
}

function openText(facts: DigestFacts, check: DigestCheck): string {
  const { title, severity, change, now, before } = check;
  const was = change === 'WORSE' || change === 'BETTER' ? `${countText(before?.resources)} -> ` : '';
  return `${severity}: ${title} (${was}${plural(now.resources, 'resource')}${sinceText(facts, check)})`;
}

/** `, since 2026-09-28, 56 days`: of the check, of whose findings some may be newer. */
function sinceText({ to }: DigestFacts, { now }: DigestCheck): string {
  const since = knownTime(now.since);
  if (since === undefined) return '';
  const days = Math.floor((Date.parse(to) - Date.parse(since)) / DAY_MS);
  return `, since ${since.slice(0, 10)}${days < 1 ? '' : `, ${plural(days, 'day')}`}`;
}

/** Trouble that is over. */
function overSection({ over }: DigestFacts): StorySection {
  const rows = over.map(
    (check): ChangeRow => ({
      label: check.change === 'SUPPRESSED' ? 'Suppressed' : 'Recovered',
      text: `${check.title} (${overText(check)})`,
      isShownInFull: false,
    }),
  );
  return rowsSection(`No longer open (${over.length})`, rows, MAX_LINES);
}

function overText({ before, change, newlySuppressed }: DigestCheck): string {
  if (change === 'SUPPRESSED') return `${plural(newlySuppressed, 'finding')} suppressed, not fixed`;
  const also = alsoSuppressedText(newlySuppressed);
  // While a check is unknown its last result stands.
  if (before?.state === 'NON_COMPLIANT' || before?.outcome === 'NON_COMPLIANT') {
    return `${plural(before.resources, 'resource')} -> compliant${also}`;
  }
  return `open for a while, compliant again${also}`;
}

/** Checks that became compliant after a time without a result, and that nobody has seen open. */
function knownAgainText({ title, newlySuppressed }: DigestCheck): string {
  return `${title}: no result -> compliant${alsoSuppressedText(newlySuppressed)}`;
}

function unknownText({ title, entry, now }: DigestCheck): string {
  if (isUnreadable(entry)) return `${title}: what was known of it cannot be read`;
  return `${title}: ${unknownEntryText({ startedAt: undefined }, entry, now.since)}`;
}

function missedText({ auditName, days }: DigestFacts['missedRuns'][number]): string {
  return `${auditName}: ${plural(days.length, 'missed run')} (${firstOf(days, MAX_LINES).join(', ')})`;
}

function givenUpText({ taskId, auditName, gaveUpAt, errorName, hasEnded }: GivenUpAudit): string {
  const why = errorName === undefined ? '' : `: ${errorName}`;
  const since = hasEnded ? '; it was seen to end later' : '; how it ended is unknown';
  return `${auditName ?? 'audit'} (task ${taskId}), ${timeText(gaveUpAt)}${why}${since}`;
}

function suppressionsSection({ endingSoon, suppressionsError }: DigestFacts): StorySection {
  const heading = 'Suppressions that end soon';
  return suppressionsError === undefined
    ? listSection(heading, endingSoon.map(suppressionText))
    : linesSection(heading, [`They could not be read (${suppressionsError}), so none is named here.`]);
}

function suppressionText({ checkName, resource, endsAt }: EndingSuppression): string {
  return `${checkInfo(checkName).title}: ${resource}, until ${timeText(endsAt)}`;
}
