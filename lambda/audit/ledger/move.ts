import type { CheckOutcome, CheckReading } from '../answer/reading.ts';
import { knownCount } from '../text/words.ts';
import {
  type AuditReference,
  type CheckEntry,
  entryAuditName,
  isLater,
  type KnownResult,
  type ResultOutcome,
  type UnknownResult,
} from './entry.ts';
import type { FindingChanges } from './finding-changes.ts';

/**
 * What an audit changes in what is known of a check.
 *
 * FIRST: no result was known. UNKNOWN: the audit has no result for the check; absence is not recovery. SUPPRESSED: all that
 * was open is suppressed now. SUPERSEDED: a later audit has given a result already, so that no result changes.
 */
export const CHANGES = [
  'FIRST',
  'NEW',
  'WORSE',
  'SAME',
  'BETTER',
  'RECOVERED',
  'SUPPRESSED',
  'UNKNOWN',
  'SUPERSEDED',
] as const;
export type Change = (typeof CHANGES)[number];

/** How a check stands in the audit that ends. */
export interface CheckStanding {
  readonly outcome: CheckOutcome;
  /** Non-compliant resources without the suppressed ones; absent is unknown. */
  readonly resources?: number;
  readonly suppressed?: number;
  readonly errorCode?: string;
}

/** One check of an audit next to what was known of it. */
export interface CheckChange {
  readonly checkName: string;
  readonly change: Change;
  /** What was known before; absent when the check had never been audited, only its name when that could not be read. */
  readonly before?: CheckEntry;
  readonly now: CheckStanding;
  /** Present when the findings of both are known. */
  readonly findings?: FindingChanges;
}

/** A check's change, and its entry afterwards; without an entry, nothing is to be written. */
export interface Move {
  readonly change: CheckChange;
  readonly entry?: CheckEntry;
}

/** More audits than can end between two attempts of one. */
const REMEMBERED_MOVES = 20;

/**
 * Moves what is known of a check forward by one ended audit. A result replaces only that of an earlier audit, and only what is
 * later than the last result makes it unknown: so two audits leave the same entry in whichever order they arrive.
 */
export function moveCheck(
  before: CheckEntry | undefined,
  check: CheckReading,
  audit: AuditReference,
  findings?: FindingChanges,
): Move {
  const { name: checkName } = check;
  const now = standingOf(check);
  const kept: CheckEntry = {
    ...(before ?? { checkName, auditName: entryAuditName(checkName, audit) }),
    movedBy: [audit.taskId, ...(before?.movedBy ?? [])].slice(0, REMEMBERED_MOVES),
  };
  const known = { checkName, before, now };
  if (before?.result !== undefined && !isLater(audit, before.result.audit)) {
    return isEndConfirmed(before, now, audit)
      ? { change: { ...known, change: 'RECOVERED' }, entry: { ...kept, published: undefined } }
      : { change: { ...known, change: 'SUPERSEDED' } };
  }
  const { outcome } = now;
  if (!isResult(outcome)) {
    const isOutdated = before?.unknown !== undefined && !isLater(audit, before.unknown.audit);
    return {
      change: { ...known, change: 'UNKNOWN' },
      entry: isOutdated ? undefined : { ...kept, unknown: unknownAfter(before?.unknown, now, outcome, audit) },
    };
  }
  const isStillUnknown = before?.unknown !== undefined && isLater(before.unknown.audit, audit);
  // A later audit, which still runs or failed, has published trouble since: this result says nothing of that.
  const isTroubleLater = before?.published !== undefined && isLater(before.published.audit, audit);
  const change = { ...known, change: isTroubleLater ? 'SUPERSEDED' : changeOf(before, now, findings), findings };
  return {
    change,
    entry: {
      ...kept,
      result: resultAfter(change, outcome, audit),
      unknown: isStillUnknown ? before.unknown : undefined,
      published: outcome === 'COMPLIANT' && !isTroubleLater ? undefined : kept.published,
    },
  };
}

/** How a check stands, with its counts where they can be used. */
export function standingOf({ outcome, details }: CheckReading): CheckStanding {
  const { nonCompliantResourcesCount, suppressedNonCompliantResourcesCount, errorCode } = details;
  return {
    outcome,
    resources: outcome === 'COMPLIANT' ? 0 : knownCount(nonCompliantResourcesCount),
    suppressed: knownCount(suppressedNonCompliantResourcesCount),
    errorCode,
  };
}

/** Number of findings that were open and are suppressed now: by the findings where both lists are known, else by the counts. */
export function newlySuppressed({ before, now, findings }: CheckChange): number {
  const open = openBefore(before);
  if (open === undefined) return 0;
  if (open.isResult && findings !== undefined) return findings.suppressedCount;
  return Math.max(0, (now.suppressed ?? 0) - (open.suppressed ?? 0));
}

/** True when a check stands as it was known to stand. In doubt false: findings that are not known may be others. */
export function isCheckUnchanged({ change, before, now, findings }: CheckChange): boolean {
  if (change === 'UNKNOWN') {
    return before?.unknown?.outcome === now.outcome && before.unknown.errorCode === now.errorCode;
  }
  if (change !== 'SAME' || before?.unknown !== undefined) return false;
  if (now.outcome === 'COMPLIANT') return true;
  // Equal counts may hide another resource, and a list may lag behind its count: both must say the same.
  return (
    now.resources === before?.result?.resources &&
    findings !== undefined &&
    findings.newCount + findings.goneCount + findings.suppressedCount === 0
  );
}

/** True for an outcome that says whether the check is compliant. */
export function isResult(outcome: CheckOutcome | undefined): outcome is ResultOutcome {
  return outcome === 'COMPLIANT' || outcome === 'NON_COMPLIANT';
}

function resultAfter(change: CheckChange, outcome: ResultOutcome, audit: AuditReference): KnownResult {
  const { resources, suppressed } = change.now;
  const last = change.before?.result;
  const since = last?.outcome === outcome ? last.since : audit.startedAt;
  // What was published of a result does not speak for one with other resources.
  return {
    outcome,
    resources,
    suppressed,
    since,
    audit,
    publishedBy: isCheckUnchanged(change) ? last?.publishedBy : undefined,
  };
}

function unknownAfter(
  before: UnknownResult | undefined,
  { errorCode }: CheckStanding,
  outcome: UnknownResult['outcome'],
  audit: AuditReference,
): UnknownResult {
  // What was published of a failure does not speak for a later one of another kind.
  const isSame = before?.outcome === outcome && before.errorCode === errorCode;
  return {
    outcome,
    errorCode,
    since: before?.since ?? audit.startedAt,
    audit,
    publishedBy: isSame ? before.publishedBy : undefined,
  };
}

function changeOf(before: CheckEntry | undefined, now: CheckStanding, findings: FindingChanges | undefined): Change {
  const last = before?.result;
  if (now.outcome === 'COMPLIANT') {
    const open = openBefore(before);
    if (open !== undefined) return isAllSuppressed(open, now, findings) ? 'SUPPRESSED' : 'RECOVERED';
    // A failure is over.
    if (before?.unknown?.outcome === 'FAILED' || before?.published !== undefined) return 'RECOVERED';
    return last === undefined ? 'FIRST' : 'SAME';
  }
  if (last === undefined) return 'FIRST';
  if (last.outcome === 'COMPLIANT') return 'NEW';
  if (last.resources !== undefined && now.resources !== undefined) return direction(now.resources - last.resources);
  return findings === undefined ? 'SAME' : direction(findings.newCount - findings.goneCount);
}

/**
 * True when trouble that this or an earlier audit published is over, although a later audit has already given a result: both
 * audits found the check compliant.
 */
function isEndConfirmed({ result, published }: CheckEntry, now: CheckStanding, audit: AuditReference): boolean {
  return (
    published !== undefined &&
    now.outcome === 'COMPLIANT' &&
    result?.outcome === 'COMPLIANT' &&
    !isLater(published.audit, audit)
  );
}

/** What was non-compliant in a check before: by its last result, or by what was published of an audit after that. */
interface OpenBefore {
  readonly resources?: number;
  readonly suppressed?: number;
  /** True when it is the last result, whose findings may be known. */
  readonly isResult: boolean;
}

function openBefore({ result, published }: Partial<CheckEntry> = {}): OpenBefore | undefined {
  const last = result?.outcome === 'NON_COMPLIANT' ? result : undefined;
  const isPublishedBad = published?.outcome === 'NON_COMPLIANT';
  if (isPublishedBad && (last === undefined || isLater(published.audit, last.audit))) {
    return { resources: published.resources, suppressed: result?.suppressed, isResult: false };
  }
  return last && { ...last, isResult: true };
}

/** By the findings where both lists are known, else by the counts; in doubt false. */
function isAllSuppressed(open: OpenBefore, now: CheckStanding, findings: FindingChanges | undefined): boolean {
  if (open.isResult && findings !== undefined) return findings.suppressedCount > 0 && findings.goneCount === 0;
  if (open.resources === undefined || now.suppressed === undefined) return false;
  return now.suppressed > 0 && now.suppressed - (open.suppressed ?? 0) >= open.resources;
}

function direction(more: number): Change {
  if (more === 0) return 'SAME';
  return more > 0 ? 'WORSE' : 'BETTER';
}
