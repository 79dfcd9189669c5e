import { checkInfo } from '../audit/answer/check-catalogue.ts';
import { chatText, clean } from '../audit/text/safe-text.ts';
import type { MachineAlert, MachineChanges } from './machine-alert.ts';
import { dayText } from './slack-wording.ts';

const MAX_NAMES = 8;

/** In the order in which they are read. */
const LABELS: Readonly<Record<string, string>> = {
  NEW: 'new',
  WORSE: 'worse',
  SAME: 'still open',
  BETTER: 'better',
  RECOVERED: 'recovered',
  UNKNOWN: 'unknown now',
};

/** What changed since the audit before; of checks that the message does not list, with their names. */
export function changesText({ changes, checks }: MachineAlert): string | undefined {
  if (changes === undefined) return undefined;
  if (changes.firstAudit) return '_The first audit of its kind here: nothing to compare with yet._';
  const { previousAuditStartTime: before } = changes;
  const since = `Since the audit ${before === undefined ? 'before' : `of ${dayText(before)}`}`;
  if (changes.unchanged) return `*${since}*: nothing changed`;
  const counts = Object.entries(LABELS).map(([change, label]) => ({ label, count: namesOf(changes, change).length }));
  const summary = counts.filter(({ count }) => count > 0).map(({ label, count }) => `${count} ${label}`);
  if (summary.length === 0) return undefined;
  const listed = new Set(checks.map(({ checkName }) => checkName));
  const unlisted = (change: string) => namesOf(changes, change).filter((name) => !listed.has(name));
  return [
    `*${since}*: ${summary.join(', ')}`,
    ...namesLine(':white_check_mark: Recovered', unlisted('RECOVERED')),
    ...namesLine(':grey_question: Unknown now', unlisted('UNKNOWN')),
  ].join('\n');
}

function namesOf({ checks }: MachineChanges, change: string): string[] {
  return checks.filter((check) => check.change === change).map(({ checkName }) => checkName);
}

function namesLine(label: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const titles = names.slice(0, MAX_NAMES).map((name) => chatText(clean(checkInfo(name).title, 80) ?? 'unnamed', 100));
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return [`${label}: ${titles.join(', ')}${more}`];
}
