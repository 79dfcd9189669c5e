import { type AuditReading, hasUnnamedTrouble, isContradictory } from '../answer/reading.ts';
import { type AuditReference, type CheckEntry, entryAuditName, isOpen } from './entry.ts';
import type { FindingChanges } from './finding-changes.ts';
import { type CheckChange, isCheckUnchanged, isResult, moveCheck } from './move.ts';
import { isOutlived } from './state.ts';

/** An entry as it was read: what the next write of it is conditional on. */
export interface VersionedEntry extends CheckEntry {
  /** Rises by one with each write. */
  readonly version: number;
}

/** What an ended audit changed, check by check, next to what was known before it. */
export interface Comparison {
  readonly audit: AuditReference;
  /** Every check of the audit, in the order of its answer. */
  readonly checks: readonly CheckChange[];
  /**
   * Checks with open trouble that the previous audit of the same schedule had and that this one did not have. Empty for an
   * on-demand audit, which drops nothing.
   */
  readonly dropped: readonly CheckEntry[];
  /**
   * Open checks that the answer does not name although the audit had them while it ran, or may have them: it did not complete,
   * or AWS counts more checks than it names. What is known of them stands.
   */
  readonly missing: readonly CheckEntry[];
  /**
   * Checks that are open or unknown by what other audits found, and of which this one neither has nor lacks a result. Alerts
   * name them; they are no reason to send one.
   */
  readonly elsewhere: readonly CheckEntry[];
  /** True when AWS counts trouble in this audit that it does not name: it cannot be compared. */
  readonly hasUnnamedTrouble: boolean;
  /** True when AWS counts checks without a result that it does not name. */
  readonly hasUnnamedChecks: boolean;
}

/** A comparison, and the entries to write. */
export interface AuditMove {
  readonly comparison: Comparison;
  /** With the version that each was computed from; 0 where there was no entry. */
  readonly entries: readonly VersionedEntry[];
}

/** What `moveLedger` needs to know besides the audit. */
export interface KnownBefore {
  /** Entries of the account and Region, as read. */
  readonly entries: readonly VersionedEntry[];
  /** Names of the checks that the previous audit of the same schedule had. */
  readonly previousChecks?: readonly string[];
  /** Names of checks that alerts about the run would have been about, had they not been held back. */
  readonly heldChecks?: readonly string[];
  /** Changes of the findings by check name; a check whose findings are not known on both sides is absent. */
  readonly findings?: ReadonlyMap<string, FindingChanges>;
}

/** Computes what one ended audit changes in the ledger. */
export function moveLedger(reading: AuditReading, audit: AuditReference, known: KnownBefore): AuditMove {
  const moves = reading.checks.map((check) => {
    const entry = entryOf(known.entries, check.name, audit);
    const before = entry && withoutVersion(entry);
    const move = moveCheck(before, check, audit, known.findings?.get(check.name));
    // The trouble that AWS counts but does not name may be that of this check.
    const isDoubtful = isContradictory(reading) && ['RECOVERED', 'SUPPRESSED'].includes(move.change.change);
    const doubted = isDoubtful ? moveCheck(before, { ...check, outcome: 'UNKNOWN' }, audit) : move;
    return { ...doubted, version: entry?.version ?? 0 };
  });
  const seen = new Set([
    ...known.entries
      .filter(({ published }) => published?.audit.taskId === audit.taskId)
      .map(({ checkName }) => checkName),
    ...(known.heldChecks ?? []),
  ]);
  const named = new Set(reading.checks.map(({ name }) => name));
  const unnamed = [...new Set([...seen, ...(known.previousChecks ?? [])])]
    .filter((name) => !named.has(name))
    .map((name) => entryOf(known.entries, name, audit))
    .filter((entry) => entry !== undefined)
    .filter(isOpen)
    .map(withoutVersion);
  const isMissing = ({ checkName }: CheckEntry) => seen.has(checkName) || !isEveryCheckNamed(reading);
  const concerned = new Set([...named, ...unnamed.map(({ checkName }) => checkName)]);
  const isElsewhere = (entry: CheckEntry) =>
    (!concerned.has(entry.checkName) || entry.auditName !== entryAuditName(entry.checkName, audit)) &&
    !isOutlived(entry, audit);
  return {
    comparison: {
      audit,
      checks: moves.map(({ change }) => change),
      dropped: unnamed.filter((entry) => !isMissing(entry)),
      missing: unnamed.filter(isMissing),
      elsewhere: known.entries
        .filter((entry) => isElsewhere(entry) && (isOpen(entry) || entry.unknown !== undefined))
        .map(withoutVersion),
      hasUnnamedTrouble: hasUnnamedTrouble(reading),
      hasUnnamedChecks: !isEveryResultNamed(reading),
    },
    entries: moves.flatMap(({ entry, version }) => (entry === undefined ? [] : [{ ...entry, version }])),
  };
}

/** The entry of a check for an audit: that of its own name where the check is known per audit name. */
export function entryOf<Entry extends CheckEntry>(
  entries: readonly Entry[],
  checkName: string,
  audit: AuditReference,
): Entry | undefined {
  const auditName = entryAuditName(checkName, audit);
  return entries.find((entry) => entry.checkName === checkName && entry.auditName === auditName);
}

/**
 * True when this audit says what the ledger said already: every check with the same outcome and, where it is non-compliant,
 * as many resources and the same findings. In doubt false: what is unknown, such as unread findings, is not unchanged.
 */
export function isUnchanged(comparison: Comparison): boolean {
  const { checks, dropped, missing, hasUnnamedTrouble, hasUnnamedChecks } = comparison;
  const isAllNamed = dropped.length + missing.length === 0 && !hasUnnamedTrouble && !hasUnnamedChecks;
  return checks.length > 0 && isAllNamed && checks.every(isCheckUnchanged);
}

/** True when every subscriber to this audit's name was sent how each of its checks stands, the compliant ones aside. */
export function wasPublished({ audit, checks }: Comparison): boolean {
  return checks.every((check) => check.now.outcome === 'COMPLIANT' || wasPublishedTo(check, audit.auditName));
}

/** True when a closing message of an audit of this name said of a check what was known of it before. */
export function wasPublishedTo({ before, now }: CheckChange, auditName: string): boolean {
  const known = isResult(now.outcome) ? before?.result : before?.unknown;
  return known?.publishedBy?.includes(auditName) === true;
}

/** True when a check that the answer does not name was not part of the audit. */
function isEveryCheckNamed({ phase, counts, checks }: AuditReading): boolean {
  return phase === 'COMPLETED' && counts.total === checks.length;
}

/** True unless AWS counts more checks than it names, or fewer compliant ones: then one that is not named has no result. */
function isEveryResultNamed({ counts, checks }: AuditReading): boolean {
  const compliant = checks.filter(({ outcome }) => outcome === 'COMPLIANT').length;
  return counts.total === checks.length && (counts.compliant ?? compliant) >= compliant;
}

function withoutVersion({ version: _, ...entry }: VersionedEntry): CheckEntry {
  return entry;
}

/** True when the audit has a result for every check, and has a check at all. */
export function isComplete({ counts, checks }: AuditReading): boolean {
  if (checks.some(({ outcome }) => !isResult(outcome))) return false;
  const { total = checks.length, compliant = 0, nonCompliant = 0 } = counts;
  return total > 0 && compliant + nonCompliant >= total;
}

/**
 * The move of an audit at a repeated attempt: what was stored, but computed again for each check whose entry has changed
 * since, unless it was this audit that changed it. Returns `stored` itself when all of it still holds.
 */
export function mergeMoves(stored: AuditMove, fresh: AuditMove, entries: readonly VersionedEntry[]): AuditMove {
  const { audit } = stored.comparison;
  const isOutdated = (checkName: string) => {
    const current = entryOf(entries, checkName, audit);
    if (current?.movedBy?.includes(audit.taskId)) return false;
    const written = entryOf(stored.entries, checkName, audit);
    return written !== undefined && written.version !== (current?.version ?? 0);
  };
  const outdated = new Set(
    stored.comparison.checks.map(({ checkName }) => checkName).filter((checkName) => isOutdated(checkName)),
  );
  if (outdated.size === 0) return stored;
  const isFresh = ({ checkName }: { readonly checkName: string }) => outdated.has(checkName);
  return {
    comparison: {
      ...stored.comparison,
      checks: stored.comparison.checks.map((check) => {
        const again = fresh.comparison.checks.find(({ checkName }) => checkName === check.checkName);
        return isFresh(check) && again !== undefined ? again : check;
      }),
    },
    entries: [...stored.entries.filter((entry) => !isFresh(entry)), ...fresh.entries.filter(isFresh)],
  };
}
