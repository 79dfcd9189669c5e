import type { EndingSuppression } from '../../answer/aws-answers.ts';
import { checkInfo } from '../../answer/check-catalogue.ts';
import { isUnreadable } from '../../ledger/entry.ts';
import { type NextStep, startAuditCommand } from '../../text/commands.ts';
import { DAY_MS } from '../../text/duration.ts';
import { knownTime } from '../../text/safe-text.ts';
import { countText, firstOf, plural, sentenceList, timeText } from '../../text/words.ts';
import { type ChangeRow, changeSummary, unknownEntryText } from '../changes.ts';
import {
  type DigestCheck,
  type DigestFacts,
  type GivenUpAudit,
  incompleteAudits,
  oldestFirst,
} from '../digest-facts.ts';
import { listStep } from '../next-steps.ts';
import { severityIcon } from '../phrases.ts';
import { linesSection, type StorySection } from '../sections.ts';
import type { DigestKind } from './kind.ts';

/** Lines of one section; the counts are of all. */
const MAX_LINES = 10;

/** What a day or a week has brought. Sent also when all is well: a silent watcher looks like a dead one. */
export const digest: DigestKind = {
  icon: (facts) =>
    isWell(facts) ? ':white_check_mark:' : facts.severity === 'INFO' ? ':grey_question:' : severityIcon(facts),
  titleAfter: (facts) => ` ${facts.to.slice(0, 10)}: ${titleText(facts)}`,
  headline,
  state: (facts) => [`${timeText(facts.from)} to ${timeText(facts.to)}.`, ...auditSentences(facts)].join(' '),
  sections: (facts) =>
    isWell(facts)
      ? []
      : [
          openSection(facts),
          overSection(facts),
          linesSection(`With a result again (${knownAgainChecks(facts).length})`, knownAgainLines(facts)),
          linesSection(`Without a result (${unknownChecks(facts).length})`, unknownLines(facts)),
          linesSection('Missed runs', firstOf(facts.missedRuns.map(missedText), MAX_LINES)),
          linesSection('Given up', firstOf(facts.audits.givenUp.map(givenUpText), MAX_LINES)),
          linesSection('Suppressions that end soon', suppressionLines(facts)),
        ].filter(({ rows = [], lines }) => rows.length + lines.length > 0),
  nextSteps: (facts) => (isWell(facts) ? [] : nextSteps(facts)),
};

const openChecks = ({ checks }: DigestFacts) => checks.filter(({ now }) => now.state === 'NON_COMPLIANT');
const unknownChecks = ({ checks }: DigestFacts) => checks.filter(({ now }) => now.state === 'UNKNOWN');
const overChecks = ({ checks }: DigestFacts) =>
  checks.filter(({ change }) => change === 'RECOVERED' || change === 'SUPPRESSED');
const knownAgainChecks = ({ checks }: DigestFacts) => checks.filter(({ change }) => change === 'KNOWN_AGAIN');
const missedCount = ({ missedRuns }: DigestFacts) => missedRuns.reduce((sum, { days }) => sum + days.length, 0);

/** Nothing to do, and nothing that changed: two lines say it. */
function isWell(facts: DigestFacts): boolean {
  const { checks, audits, endingSoon, suppressionsError } = facts;
  return (
    checks.length > 0 &&
    endedCount(facts) > 0 &&
    incompleteAudits(audits).length === 0 &&
    !isUnaudited(facts) &&
    openChecks(facts).length + unknownChecks(facts).length === 0 &&
    overChecks(facts).length + knownAgainChecks(facts).length === 0 &&
    missedCount(facts) + audits.givenUp.length + endingSoon.length === 0 &&
    suppressionsError === undefined
  );
}

/** Whatever audits ended, none of them had any of the known checks. */
function isUnaudited({ checks, notAudited }: DigestFacts): boolean {
  return notAudited === checks.length;
}

function endedCount({ audits }: DigestFacts): number {
  return Object.values(audits.ended).reduce((sum, count) => sum + count, 0);
}

/** What is not zero, in short and in full. */
function counts(facts: DigestFacts): { readonly short: string; readonly full: string }[] {
  const open = openChecks(facts);
  const over = overChecks(facts);
  const newCount = open.filter(({ change }) => change === 'NEW').length;
  const fixed = over.filter(({ change }) => change === 'RECOVERED').length;
  const unknown = unknownChecks(facts).length;
  const again = knownAgainChecks(facts).length;
  const againText = `${again} ${again === 1 ? 'has' : 'have'} a result again`;
  const missed = missedCount(facts);
  const givenUp = facts.audits.givenUp.length;
  const isNew = newCount === 0 ? '' : ` (${newCount} new)`;
  const parts = [
    { count: open.length, short: `${open.length} open${isNew}`, full: `${plural(open.length, 'open check')}${isNew}` },
    { count: fixed, short: `${fixed} fixed`, full: `${fixed} fixed` },
    {
      count: over.length - fixed,
      short: `${over.length - fixed} suppressed`,
      full: `${over.length - fixed} suppressed`,
    },
    { count: unknown, short: `${unknown} unknown`, full: `${unknown} without a result` },
    { count: again, short: againText, full: againText },
    { count: missed, short: `${missed} missed`, full: plural(missed, 'missed run') },
    ...incompleteAudits(facts.audits).map(({ how, count }) => ({
      count,
      short: `${count} ${how}`,
      full: `${plural(count, 'audit')} ${how}`,
    })),
    { count: givenUp, short: `${givenUp} given up`, full: `${plural(givenUp, 'audit')} given up` },
  ];
  return parts.filter(({ count }) => count > 0);
}

/** With nothing to count, what is known of all checks. */
function titleText(facts: DigestFacts): string {
  const parts = counts(facts).map(({ short }) => short);
  if (parts.length > 0) return parts.join(', ');
  if (facts.checks.length === 0) return 'nothing known yet';
  if (endedCount(facts) === 0) return 'no audit ended';
  return isUnaudited(facts) ? 'no check audited' : `${plural(facts.checks.length, 'check')} compliant`;
}

function headline(facts: DigestFacts): string {
  const parts = counts(facts).map(({ full }) => full);
  const known = parts.length > 0 ? sentenceList(parts) : knownText(facts);
  return [`${known}.`, ...(endedCount(facts) === 0 ? [NO_AUDIT_ENDED] : [])].join(' ');
}

const NO_AUDIT_ENDED = 'No audit ended in this time.';

/** Of checks that are neither open nor without a result. What no audit has said again, nobody knows to be so still. */
function knownText(facts: DigestFacts): string {
  const { checks } = facts;
  if (checks.length === 0) return 'nothing is known of any check yet';
  const suppressed = checks.filter(({ now }) => now.state === 'SUPPRESSED').length;
  const which =
    checks.length === 1
      ? 'the only known check'
      : checks.length === 2
        ? 'both known checks'
        : `all ${checks.length} known checks`;
  const stand = checks.length === 1 ? 'is' : 'are';
  const but = suppressed === 0 ? '' : `, ${suppressed} of them with suppressed findings`;
  if (isUnaudited(facts)) return `${which} ${checks.length === 1 ? 'was' : 'were'} compliant when last audited${but}`;
  return `${which} ${stand} compliant${but}`;
}

/** How many audits ended, and how; what still runs; which checks no audit had. */
function auditSentences(facts: DigestFacts): string[] {
  const { audits, notAudited, checks, watchingSince } = facts;
  const ended = endedCount(facts);
  const incomplete = incompleteAudits(audits).map(({ how, count }) => `${count} ${how}`);
  const one = notAudited === 1;
  return [
    ended === 0
      ? NO_AUDIT_ENDED
      : `${plural(ended, 'audit')} ended${incomplete.length === 0 ? '' : `: ${incomplete.join(', ')}`}.`,
    ...(audits.running === 0
      ? []
      : [`${plural(audits.running, 'audit')} ${audits.running === 1 ? 'is' : 'are'} still running.`]),
    ...(ended > 0 && checks.length > 0 && isUnaudited(facts) ? ['No check was audited; the last results stand.'] : []),
    ...(notAudited === 0 || isUnaudited(facts)
      ? []
      : [`${plural(notAudited, 'check')} ${one ? 'was' : 'were'} not audited; the last result stands.`]),
    ...(watchingSince === undefined ? [] : [`Audits have been watched since ${timeText(watchingSince)}.`]),
  ];
}

/** The worst first, and which of them has been open for the longest. */
function openSection(facts: DigestFacts): StorySection {
  const open = openChecks(facts);
  const rows = open.map(
    (check): ChangeRow => ({ label: openLabel(check), text: openText(facts, check), isShownInFull: false }),
  );
  const oldest = open.toSorted(oldestFirst)[0];
  return {
    heading: `Open (${open.length})`,
    rows: rows.slice(0, MAX_LINES),
    summary: changeSummary(rows),
    checks: [],
    lines: [
      ...(rows.length > MAX_LINES ? [`and ${rows.length - MAX_LINES} more`] : []),
      ...(oldest === undefined || open.length === 1
        ? []
        : [`Open for the longest: ${oldest.title}${sinceText(facts, oldest)}.`]),
    ],
  };
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
function overSection(facts: DigestFacts): StorySection {
  const over = overChecks(facts);
  const rows = over.map(
    (check): ChangeRow => ({
      label: check.change === 'SUPPRESSED' ? 'Suppressed' : 'Recovered',
      text: `${check.title} (${overText(check)})`,
      isShownInFull: false,
    }),
  );
  return {
    heading: `No longer open (${over.length})`,
    rows: rows.slice(0, MAX_LINES),
    summary: changeSummary(rows),
    checks: [],
    lines: rows.length > MAX_LINES ? [`and ${rows.length - MAX_LINES} more`] : [],
  };
}

function overText({ before, change, newlySuppressed }: DigestCheck): string {
  if (change === 'SUPPRESSED') return `${plural(newlySuppressed, 'finding')} suppressed, not fixed`;
  const also = newlySuppressed === 0 ? '' : `, ${plural(newlySuppressed, 'finding')} suppressed, not fixed`;
  // While a check is unknown its last result stands.
  if (before?.state === 'NON_COMPLIANT' || before?.outcome === 'NON_COMPLIANT')
    return `${plural(before.resources, 'resource')} -> compliant${also}`;
  return `open for a while, compliant again${also}`;
}

/** Checks that became compliant after a time without a result, and that nobody has seen open. */
function knownAgainLines(facts: DigestFacts): string[] {
  const lines = knownAgainChecks(facts).map(({ title, newlySuppressed: count }) => {
    const but = count === 0 ? '' : `, ${plural(count, 'finding')} suppressed, not fixed`;
    return `${title}: no result -> compliant${but}`;
  });
  return firstOf(lines, MAX_LINES);
}

function unknownLines(facts: DigestFacts): string[] {
  const lines = unknownChecks(facts).map(({ title, entry, now }) => {
    if (isUnreadable(entry)) return `${title}: what was known of it cannot be read`;
    return `${title}: ${unknownEntryText({ startedAt: undefined }, entry, now.since)}`;
  });
  return firstOf(lines, MAX_LINES);
}

function missedText({ auditName, days }: DigestFacts['missedRuns'][number]): string {
  return `${auditName}: ${plural(days.length, 'missed run')} (${firstOf(days, MAX_LINES).join(', ')})`;
}

function givenUpText({ taskId, auditName, gaveUpAt, errorName, hasEnded }: GivenUpAudit): string {
  const why = errorName === undefined ? '' : `: ${errorName}`;
  const since = hasEnded ? '; it was seen to end later' : '; how it ended is unknown';
  return `${auditName ?? 'audit'} (task ${taskId}), ${timeText(gaveUpAt)}${why}${since}`;
}

function suppressionLines({ endingSoon, suppressionsError }: DigestFacts): string[] {
  if (suppressionsError !== undefined) return [`They could not be read (${suppressionsError}), so none is named here.`];
  return firstOf(endingSoon.map(suppressionText), MAX_LINES);
}

function suppressionText({ checkName, resource, endsAt }: EndingSuppression): string {
  return `${checkInfo(checkName).title}: ${resource}, until ${timeText(endsAt)}`;
}

function nextSteps(facts: DigestFacts): NextStep[] {
  const { region, missedRuns, audits, endingSoon } = facts;
  const [worst] = openChecks(facts);
  const unknown = unknownChecks(facts).filter(({ auditName }) => auditName === undefined);
  const run = startAuditCommand(
    region,
    unknown.map(({ name }) => name),
  );
  return [
    ...(worst === undefined
      ? []
      : [{ text: `Start with "${worst.title}".`, link: { label: 'How to fix', url: worst.documentation } }]),
    ...(run === undefined ? [] : [{ text: 'Run the checks without a result again:', command: run }]),
    ...(missedRuns.length + audits.givenUp.length + incompleteAudits(audits).length === 0
      ? []
      : [
          {
            text: 'Each missed run and each failed, canceled or given-up audit was reported in its own alert: follow its steps.',
          },
        ]),
    ...(endingSoon.length === 0
      ? []
      : [{ text: 'Extend the suppressions that are still wanted: when one ends, its findings are open again.' }]),
    listStep(facts),
  ];
}
