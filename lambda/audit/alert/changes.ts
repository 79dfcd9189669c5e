import type { CheckOutcome } from '../answer/reading.ts';
import { shortName } from '../answer/resource-name.ts';
import { type CheckEntry, isUnreadable, type KnownResult, openPublished } from '../ledger/entry.ts';
import type { FindingChanges } from '../ledger/finding-changes.ts';
import { type CheckChange, type CheckStanding, newlySuppressed } from '../ledger/move.ts';
import { clean, knownTime } from '../text/safe-text.ts';
import { countText, plural, timeText } from '../text/words.ts';
import type { CheckFacts } from './facts/check-facts.ts';
import type { AlertFacts } from './facts.ts';

/** In the order in which they are read. */
const LABELS = [
  'New',
  'Worse',
  'Changed',
  'Still open',
  'Better',
  'Recovered',
  'Suppressed',
  'Unknown',
  'Not audited',
  'First result',
  'Not compared',
  'Outdated',
] as const;
type Label = (typeof LABELS)[number];

/** One line about what changed. */
export interface ChangeRow {
  readonly label: Label;
  readonly text: string;
  /** The check is described in full elsewhere in the alert. */
  readonly isShownInFull: boolean;
}

const MAX_NAMES = 3;

/** Every check that came, went, changed, stayed bad, or has no result; the worst first under each label. */
export function changeRows(facts: AlertFacts): ChangeRow[] {
  const shown = new Set(facts.trouble.map(({ name }) => name));
  const rows = facts.checks.flatMap((check) => {
    const { change, outcome, title, name } = check;
    if (change === undefined) return [];
    const label = labelOf(change, outcome);
    if (label === undefined) return [];
    return [{ label, text: `${title} ${rowText(facts, check, change, label)}`, isShownInFull: shown.has(name) }];
  });
  return [...rows, ...facts.missing.map(missingRow), ...facts.dropped.map(droppedRow)].sort(
    (a, b) => LABELS.indexOf(a.label) - LABELS.indexOf(b.label),
  );
}

/** `1 new, 1 worse, 1 recovered`. */
export function changeSummary(rows: readonly ChangeRow[]): string {
  return LABELS.map((label) => ({ label, count: rows.filter((row) => row.label === label).length }))
    .filter(({ count }) => count > 0)
    .map(({ label, count }) =>
      label === 'First result' ? plural(count, 'first result') : `${count} ${label.toLowerCase()}`,
    )
    .join(', ');
}

/** How a non-compliant check stood before, in a few words: `new`, `was 12`, `still open since 2026-09-28`. */
export function wasText(facts: AlertFacts, { change }: CheckFacts): string | undefined {
  if (change?.change === 'NEW') return 'new';
  if (change?.change === 'SUPERSEDED') return 'outdated';
  const last = change?.before?.result;
  if (last?.outcome !== 'NON_COMPLIANT') return undefined;
  const isSame = change?.change === 'SAME' && !isMoved(change.findings);
  return isSame
    ? `${change.findings === undefined ? 'non-compliant' : 'still open'} since ${dayText(openSince(last, change.findings), facts.startedAt)}`
    : `was ${countText(last.resources)}`;
}

/** The same in a sentence. */
export function beforeText(facts: AlertFacts, { change, outcome }: CheckFacts): string | undefined {
  const { result: last, unknown } = change?.before ?? {};
  if (last === undefined) {
    return unknown?.outcome === 'FAILED' && outcome === 'FAILED'
      ? `Has failed since ${dayText(unknown.since, facts.startedAt)}`
      : undefined;
  }
  const audit = auditOf(last, facts);
  if (change?.change === 'SUPERSEDED') {
    const found = last.outcome === 'COMPLIANT' ? 'it compliant' : `${plural(last.resources, 'resource')} non-compliant`;
    return `Outdated: a later audit, that of ${dayText(last.audit.startedAt, facts.startedAt)}, found ${found}`;
  }
  if (last.outcome === 'COMPLIANT') {
    return outcome === 'FAILED' ? `Previously compliant in ${audit}` : `New: this check was compliant in ${audit}`;
  }
  const found = `${plural(last.resources, 'resource')} non-compliant in ${audit}`;
  return outcome === 'FAILED' ? `Previously ${found}` : `Not new: ${found}`;
}

/** `the audit of 2026-10-01`; with the time where that was the same day. */
function auditOf({ audit }: Pick<KnownResult, 'audit'>, { startedAt }: Pick<AlertFacts, 'startedAt'>): string {
  return `the audit of ${dayText(audit.startedAt, startedAt)}`;
}

/** `2026-10-01`; with the time where that is the day of the audit itself. */
export function dayText(time: string | undefined, startedAt: string | undefined): string {
  // The ledger keeps what AWS gave as a start, whatever it is.
  const known = knownTime(time);
  if (known === undefined) return 'an unknown day';
  return known.slice(0, 10) === startedAt?.slice(0, 10) ? timeText(known) : known.slice(0, 10);
}

/** `; no longer open: policy TestBench v2 and 3 more`. */
function goneText({ change }: CheckFacts): string {
  const { firstGone = [], goneCount = 0 } = change?.findings ?? {};
  const names = firstGone.slice(0, MAX_NAMES).map(shortName);
  if (names.length === 0) return '';
  const more = goneCount - names.length;
  return `; no longer open: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `compliant`, `4 resources non-compliant since 2026-10-01`: what is known of a check that has no result now. */
export function knownText(
  { startedAt }: Pick<AlertFacts, 'startedAt'>,
  entry: CheckEntry | undefined,
): string | undefined {
  const last = entry?.result;
  const published = entry && openPublished(entry);
  if (published?.outcome === 'NON_COMPLIANT' && last?.outcome !== 'NON_COMPLIANT') {
    return `${plural(published.resources, 'resource')} non-compliant in ${auditOf(published, { startedAt })}`;
  }
  if (last === undefined) return undefined;
  const since = dayText(last.since, startedAt);
  return last.outcome === 'COMPLIANT'
    ? `compliant since ${since}`
    : `${plural(last.resources, 'resource')} non-compliant since ${since}`;
}

/** `failed: ACCESS_DENIED, unknown since 2026-10-02; previously compliant since 2026-09-28`: a check that has no result now. */
export function unknownText(
  facts: Pick<AlertFacts, 'startedAt'>,
  check: Pick<CheckFacts, 'outcome' | 'details'>,
  entry: CheckEntry | undefined,
  since = entry?.unknown?.since,
): string {
  const unknown = since === undefined ? '' : `, unknown since ${dayText(since, facts.startedAt)}`;
  const known = knownText(facts, entry);
  return `${standingText(check)}${unknown}${known === undefined ? '' : `; previously ${known}`}`;
}

/** The same from the entry alone. One without `unknown` is here because a failure was published while an audit ran. */
export function unknownEntryText(facts: Pick<AlertFacts, 'startedAt'>, entry: CheckEntry, since?: string): string {
  const { outcome = 'FAILED', errorCode } = entry.unknown ?? {};
  return unknownText(facts, { outcome, details: { errorCode } }, entry, since);
}

function labelOf(change: CheckChange, outcome: CheckOutcome): Label | undefined {
  if (change.before !== undefined && isUnreadable(change.before)) return 'Not compared';
  switch (change.change) {
    case 'FIRST':
      return outcome === 'NON_COMPLIANT' ? 'First result' : undefined;
    case 'NEW':
      return 'New';
    case 'WORSE':
      return 'Worse';
    case 'BETTER':
      return 'Better';
    case 'RECOVERED':
      return 'Recovered';
    case 'SUPPRESSED':
      return 'Suppressed';
    case 'SUPERSEDED':
      return 'Outdated';
    case 'SAME':
      if (outcome !== 'NON_COMPLIANT') return undefined;
      return isMoved(change.findings) ? 'Changed' : 'Still open';
    case 'UNKNOWN':
      // A check that never had a result has nothing that became unknown.
      return change.before?.result === undefined ? undefined : 'Unknown';
  }
}

function rowText(facts: AlertFacts, check: CheckFacts, change: CheckChange, label: Label): string {
  const { before, now, findings } = change;
  const last = before?.result;
  switch (label) {
    case 'New':
      return `(${resourcesChange(before, now)})`;
    case 'Still open':
      return `(${plural(now.resources, 'resource')}${sinceText(facts, last, findings)})`;
    case 'Recovered':
      return `(${recoveredText(facts, change)})${goneText(check)}`;
    case 'Suppressed':
      return `(${plural(now.suppressed, 'finding')} suppressed, not fixed)`;
    case 'Unknown':
      return `(${unknownText(facts, check, before)})`;
    case 'Not compared':
      return '(what was known of it cannot be read)';
    case 'First result':
      return `(${plural(now.resources, 'resource')})`;
    case 'Outdated':
      return '(a later audit has given a result already)';
    default:
      return `(${resourcesChange(before, now)}${movesText(facts, findings)})${goneText(check)}`;
  }
}

/** Equal counts may hide other resources: without their findings only the check is known to be open for so long. */
function sinceText(
  { startedAt }: AlertFacts,
  last: KnownResult | undefined,
  findings: FindingChanges | undefined,
): string {
  if (last === undefined) return '';
  return `${findings === undefined ? '; check non-compliant' : ','} since ${dayText(openSince(last, findings), startedAt)}`;
}

function missingRow({ title, outcome, details }: CheckFacts): ChangeRow {
  const known = outcome === 'FAILED' ? '' : `: ${plural(details.nonCompliantResourcesCount, 'resource')}`;
  return { label: 'Unknown', text: `${title} (not in AWS's answer; counts as open${known})`, isShownInFull: false };
}

function droppedRow(check: CheckFacts): ChangeRow {
  const known = plural(check.details.nonCompliantResourcesCount, 'resource');
  return {
    label: 'Not audited',
    text: `${check.title} (not part of this audit; still open${check.outcome === 'FAILED' ? '' : `: ${known}`})`,
    isShownInFull: false,
  };
}

/** What a check recovered from; suppressed findings are not fixed. */
function recoveredText({ startedAt }: AlertFacts, change: CheckChange): string {
  const { before, now } = change;
  const last = before?.result;
  const suppressed = alsoSuppressedText(newlySuppressed(change));
  if (last?.outcome === 'NON_COMPLIANT') {
    const open = `open since ${dayText(last.since, startedAt)}`;
    return `${resourcesChange(before, now)}${suppressed}${suppressed === '' ? ',' : ';'} ${open}`;
  }
  const { outcome, resources } = before?.published ?? {};
  return outcome === 'NON_COMPLIANT' && before?.unknown?.outcome !== 'FAILED'
    ? `${plural(resources, 'resource')} -> compliant${suppressed}`
    : 'failed -> compliant';
}

/** `, 2 findings suppressed, not fixed`; empty without any. */
export function alsoSuppressedText(count: number): string {
  return count === 0 ? '' : `, ${plural(count, 'finding')} suppressed, not fixed`;
}

function resourcesChange(before: CheckEntry | undefined, now: CheckStanding): string {
  return `${countText(before?.result?.resources)} -> ${plural(now.resources, 'resource')}`;
}

/** `: 6 new, 1 gone, 11 open since 2026-09-28`. */
function movesText({ startedAt }: AlertFacts, findings: FindingChanges | undefined): string {
  if (findings === undefined) return '';
  const { newCount, goneCount, suppressedCount, openCount } = findings;
  const since = knownTime(findings.openSince);
  const parts = [
    ...(newCount === 0 ? [] : [`${newCount} new`]),
    ...(goneCount === 0 ? [] : [`${goneCount} gone`]),
    ...(suppressedCount === 0 ? [] : [`${suppressedCount} suppressed`]),
    ...(openCount === 0
      ? []
      : [`${openCount} still open${since === undefined ? '' : ` since ${dayText(since, startedAt)}`}`]),
  ];
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

/** The first sight of what is open: of the oldest finding where they are known, else of the check's trouble. */
function openSince(last: KnownResult, findings: FindingChanges | undefined): string {
  return knownTime(findings?.openSince) ?? last.since;
}

/** How a check without a result stands. */
function standingText({ outcome, details }: Pick<CheckFacts, 'outcome' | 'details'>): string {
  switch (outcome) {
    case 'COMPLIANT':
      return 'named as compliant, but AWS counts more trouble than it names';
    case 'FAILED':
      return details.errorCode === undefined ? 'failed' : `failed: ${clean(details.errorCode, 80)}`;
    case 'CANCELED':
      return 'canceled';
    case 'WAITING_FOR_DATA':
      return 'still waiting for data';
    case 'RUNNING':
      return 'not finished';
    default:
      return details.checkRunStatus === undefined ? 'no status' : `status ${details.checkRunStatus}`;
  }
}

function isMoved(findings: FindingChanges | undefined): boolean {
  return findings !== undefined && findings.newCount + findings.goneCount + findings.suppressedCount > 0;
}
