import { knownCount } from '../text/words.ts';
import { type CheckEntry, isUnreadable, openPublished, type ResultOutcome } from './entry.ts';
import type { Change } from './move.ts';
import { type CheckState, knownState } from './state.ts';

/** What a later report has to know of a check to say what changed since: small enough to keep beside it. */
export interface CheckMark {
  readonly checkName: string;
  readonly auditName?: string;
  readonly state: CheckState;
  /** Since when it has this state. ISO 8601, UTC. */
  readonly since?: string;
  /** Task id of the latest audit that had the check. */
  readonly taskId?: string;
  /** Of the last result, which stands while the check is unknown. */
  readonly outcome?: ResultOutcome;
  readonly outcomeSince?: string;
  readonly resources?: number;
  readonly suppressed?: number;
}

/**
 * What changed between two marks of a check; SAME also for a check that is compliant as before. KNOWN_AGAIN: the check had
 * no result, and nobody has seen it open, so nothing was fixed.
 */
export type MarkedChange = Exclude<Change, 'SUPERSEDED'> | 'KNOWN_AGAIN';

/** The entry of a check in short. */
export function markOf(entry: CheckEntry): CheckMark {
  const { checkName, auditName, result } = entry;
  const { state, since, audit } = knownState(entry);
  const published = openPublished(entry);
  // Of trouble that a running audit has published, the count of the alert is the latest.
  const isRunning = state === 'NON_COMPLIANT' && published !== undefined && published.audit.taskId === audit?.taskId;
  return {
    checkName,
    auditName,
    state,
    since,
    taskId: audit?.taskId,
    outcome: result?.outcome,
    outcomeSince: result?.since,
    resources: knownCount(isRunning ? published.resources : result?.resources),
    suppressed: knownCount(result?.suppressed),
  };
}

/** The marks to keep. An entry that cannot be read says nothing new: the mark from before stands. */
export function marksOf(entries: readonly CheckEntry[], before: readonly CheckMark[]): CheckMark[] {
  return entries.flatMap((entry) => (isUnreadable(entry) ? (markFor(entry, before) ?? []) : markOf(entry)));
}

/** The mark of the same check. */
export function markFor(
  { checkName, auditName }: Pick<CheckMark, 'checkName' | 'auditName'>,
  marks: readonly CheckMark[],
): CheckMark | undefined {
  return marks.find((mark) => mark.checkName === checkName && mark.auditName === auditName);
}

/** What changed in a check. FIRST: there was no result before, so nobody knows whether the trouble is new. */
export function changeSince(before: CheckMark | undefined, now: CheckMark): MarkedChange {
  switch (now.state) {
    case 'UNKNOWN':
      return 'UNKNOWN';
    case 'NON_COMPLIANT':
      if (before === undefined || (before.outcome === undefined && before.state === 'UNKNOWN')) return 'FIRST';
      return badSince(before) === now.since ? direction(before, now) : 'NEW';
    case 'COMPLIANT':
    case 'SUPPRESSED':
      if (before === undefined) return 'FIRST';
      if (wasOpen(before, now)) return endOf(before, now);
      return before.state === 'UNKNOWN' ? 'KNOWN_AGAIN' : 'SAME';
  }
}

/** Findings that are suppressed now and were not before; in doubt 0. */
export function newlySuppressedSince(before: CheckMark, now: CheckMark): number {
  return Math.max(0, (now.suppressed ?? 0) - (before.suppressed ?? 0));
}

/** Open at the mark, or after it: only trouble in between begins the time of a result of the same outcome again. */
function wasOpen(before: CheckMark, now: CheckMark): boolean {
  const hadResult = before.outcome !== undefined;
  return badSince(before) !== undefined || (hadResult && before.outcomeSince !== now.outcomeSince);
}

function endOf(before: CheckMark, now: CheckMark): 'RECOVERED' | 'SUPPRESSED' {
  const suppressed = newlySuppressedSince(before, now);
  return suppressed > 0 && suppressed >= (before.resources ?? 0) ? 'SUPPRESSED' : 'RECOVERED';
}

/** Since when a check is open; while it is unknown, its last result stands. */
function badSince({ state, since, outcome, outcomeSince }: CheckMark): string | undefined {
  if (state === 'NON_COMPLIANT') return since;
  return state === 'UNKNOWN' && outcome === 'NON_COMPLIANT' ? outcomeSince : undefined;
}

function direction({ resources: before }: CheckMark, { resources: now }: CheckMark): 'WORSE' | 'BETTER' | 'SAME' {
  if (before === undefined || now === undefined || before === now) return 'SAME';
  return now > before ? 'WORSE' : 'BETTER';
}
