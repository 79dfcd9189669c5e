import { shortName } from '../answer/resource-name.ts';
import type { CheckStanding } from '../ledger/comparison.ts';
import type { FindingChanges } from '../ledger/finding-changes.ts';
import { knownTime } from '../text/safe-text.ts';
import { countText, plural, timeText } from '../text/words.ts';
import type { AlertFacts, CheckFacts } from './facts.ts';

/** In the order in which they are read. */
const LABELS = ['New', 'Worse', 'Changed', 'Still open', 'Better', 'Recovered', 'Unknown', 'Unknown then'] as const;

/** One line about what changed since the previous audit. */
export interface ChangeRow {
  readonly label: (typeof LABELS)[number];
  readonly text: string;
  /** The check is shown in full elsewhere in the alert. */
  readonly isShownInFull: boolean;
}

const MAX_NAMES = 3;

/** Every check that came, went, changed or stayed bad; the worst first under each label. */
export function changeRows(facts: AlertFacts): ChangeRow[] {
  const shown = new Set(facts.trouble.map(({ name }) => name));
  const rows = facts.compared.flatMap((check) => {
    const label = labelOf(check);
    if (label === undefined) return [];
    return [{ label, text: `${check.title} ${rowText(facts, check)}`, isShownInFull: shown.has(check.name) }];
  });
  return rows.sort((a, b) => LABELS.indexOf(a.label) - LABELS.indexOf(b.label));
}

/** `1 new, 1 worse, 1 recovered`. */
export function changeSummary(rows: readonly ChangeRow[]): string {
  return LABELS.map((label) => ({ label, count: rows.filter((row) => row.label === label).length }))
    .filter(({ count }) => count > 0)
    .map(({ label, count }) => `${count} ${label.toLowerCase()}`)
    .join(', ');
}

/** How a non-compliant check stood in the previous audit, in a few words: `new`, `was 12`, `still open since 2026-09-28`. */
export function wasText(facts: AlertFacts, { change }: CheckFacts): string | undefined {
  if (change?.change === 'NEW') return 'new';
  if (change?.before?.outcome !== 'NON_COMPLIANT') return undefined;
  const isSame = change.change === 'SAME' && !isMoved(change.findings);
  return isSame
    ? openText(facts, change.findings, 'still open since ') || 'as before'
    : `was ${countText(change.before.resources)}`;
}

/** The same in a sentence. */
export function beforeText(facts: AlertFacts, { change, outcome }: CheckFacts): string | undefined {
  const audit = previousAuditText(facts);
  const { before } = change ?? {};
  switch (before?.outcome) {
    case 'COMPLIANT':
      return outcome === 'FAILED' ? `Last result: compliant in ${audit}` : `New: this check was compliant in ${audit}`;
    case 'NON_COMPLIANT': {
      const found = `${plural(before.resources, 'resource')} non-compliant in ${audit}`;
      return outcome === 'FAILED' ? `Last result: ${found}` : `Not new: ${found}`;
    }
    case 'FAILED':
      // What failed then and has a result now is not compared.
      return `Failed in ${audit} too`;
    default:
      return undefined;
  }
}

/** `the audit of 2026-10-01`; with the time where that was the same day. */
export function previousAuditText({ comparison, startedAt }: AlertFacts): string {
  const time = comparison?.previousStartedAt;
  return time === undefined ? 'the previous audit' : `the audit of ${dayText(time, startedAt)}`;
}

/** `2026-10-01`; with the time where that is the day of the audit itself. */
export function dayText(time: string, startedAt: string | undefined): string {
  return time.slice(0, 10) === startedAt?.slice(0, 10) ? timeText(time) : time.slice(0, 10);
}

/** `; no longer open: policy TestBench v2 and 3 more`: fixed, or suppressed. */
export function goneText({ change }: CheckFacts): string {
  const { firstGone = [], goneCount = 0 } = change?.findings ?? {};
  const names = firstGone.slice(0, MAX_NAMES).map(shortName);
  if (names.length === 0) return '';
  const more = goneCount - names.length;
  return `; no longer open: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function labelOf({ change, outcome }: CheckFacts): ChangeRow['label'] | undefined {
  switch (change?.change) {
    case undefined:
      return outcome === 'NON_COMPLIANT' ? 'Unknown then' : undefined;
    case 'NEW':
      return 'New';
    case 'WORSE':
      return 'Worse';
    case 'BETTER':
      return 'Better';
    case 'RECOVERED':
      return 'Recovered';
    case 'SAME':
      if (outcome !== 'NON_COMPLIANT') return undefined;
      return isMoved(change.findings) ? 'Changed' : 'Still open';
    case 'UNKNOWN':
      // Unknown before as well is no change.
      return hasResult(change.before) ? 'Unknown' : undefined;
  }
}

function rowText(facts: AlertFacts, check: CheckFacts): string {
  const { before, now, findings } = check.change ?? {};
  switch (labelOf(check)) {
    case 'New':
      return `(${resourcesChange(before, now)})`;
    case 'Still open':
      return `(${plural(now?.resources, 'resource')}${openText(facts, findings, ', since ')})`;
    case 'Recovered':
      return `(${before?.outcome === 'FAILED' ? 'failed -> compliant' : resourcesChange(before, now)})${goneText(check)}`;
    case 'Unknown':
      return `(${standingText(now)}; then ${standingText(before)})`;
    case 'Unknown then':
      return `(${plural(check.details.nonCompliantResourcesCount, 'resource')} now, no result then)`;
    default:
      return `(${resourcesChange(before, now)}${movesText(facts, findings)})${goneText(check)}`;
  }
}

function resourcesChange(before: CheckStanding | undefined, now: CheckStanding | undefined): string {
  return `${countText(before?.resources)} -> ${plural(now?.resources, 'resource')}`;
}

/** `: 6 new, 1 gone, 11 open since 2026-09-28`. */
function movesText(facts: AlertFacts, findings: FindingChanges | undefined): string {
  if (findings === undefined) return '';
  const { newCount, goneCount, openCount } = findings;
  const parts = [
    ...(newCount === 0 ? [] : [`${newCount} new`]),
    ...(goneCount === 0 ? [] : [`${goneCount} gone`]),
    ...(openCount === 0 ? [] : [`${openCount} ${openText(facts, findings, 'still open since ') || 'still open'}`]),
  ];
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

function openText({ startedAt }: AlertFacts, findings: FindingChanges | undefined, before: string): string {
  const since = knownTime(findings?.openSince);
  return since === undefined ? '' : `${before}${dayText(since, startedAt)}`;
}

function standingText(standing: CheckStanding | undefined): string {
  switch (standing?.outcome) {
    case undefined:
      return 'not in the answer';
    case 'COMPLIANT':
      return 'compliant';
    case 'NON_COMPLIANT':
      return plural(standing.resources, 'resource');
    case 'FAILED':
      return standing.errorCode === undefined ? 'failed' : `failed: ${standing.errorCode}`;
    case 'CANCELED':
      return 'canceled';
    default:
      return 'no result';
  }
}

function isMoved(findings: FindingChanges | undefined): boolean {
  return findings !== undefined && findings.newCount + findings.goneCount > 0;
}

function hasResult(standing: CheckStanding | undefined): boolean {
  return standing?.outcome === 'COMPLIANT' || standing?.outcome === 'NON_COMPLIANT';
}
