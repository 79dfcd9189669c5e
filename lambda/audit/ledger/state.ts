import { DAY_MS } from '../text/duration.ts';
import { type AuditReference, type CheckEntry, isLater, openPublished } from './entry.ts';

/** How a check stands now. UNKNOWN: no audit since the last result gave one, or there never was one. */
export type CheckState = 'NON_COMPLIANT' | 'UNKNOWN' | 'SUPPRESSED' | 'COMPLIANT';

/** What is known of a check now. */
export interface KnownState {
  readonly state: CheckState;
  /** Start of the first audit of the unbroken row that gave this state. ISO 8601, UTC. */
  readonly since?: string;
  /** The latest audit that had the check. */
  readonly audit?: AuditReference;
}

/**
 * Reads an entry. Unknown is never good: a check without a result stays unknown until a result comes. Trouble that was
 * published while an audit runs counts before that audit has ended.
 */
export function knownState(entry: CheckEntry): KnownState {
  const { result, unknown } = entry;
  const published = openPublished(entry);
  const audit = later(result?.audit, unknown?.audit);
  if (published !== undefined && (audit === undefined || isLater(published.audit, audit))) {
    const isBad = published.outcome === 'NON_COMPLIANT';
    const since = isBad && result?.outcome === 'NON_COMPLIANT' ? result.since : published.audit.startedAt;
    return { state: isBad ? 'NON_COMPLIANT' : 'UNKNOWN', since, audit: published.audit };
  }
  if (result === undefined || unknown !== undefined) return { state: 'UNKNOWN', since: unknown?.since, audit };
  if (result.outcome === 'NON_COMPLIANT') return { state: 'NON_COMPLIANT', since: result.since, audit };
  const { suppressed = 0, since } = result;
  return { state: suppressed > 0 ? 'SUPPRESSED' : 'COMPLIANT', since, audit };
}

/** Between two runs of a schedule lie 31 days at most; some more, because a run may be late. */
const LONGEST_PERIOD_MS = 35 * DAY_MS;

/**
 * True for a check that is known per audit name, and that no audit of that name has had for longer than any schedule lets pass:
 * the schedule is deleted or renamed, and what such a check found in its window of time is over.
 */
export function isOutlived(entry: CheckEntry, { startedAt }: AuditReference): boolean {
  const { audit } = knownState(entry);
  if (entry.auditName === undefined || audit === undefined) return false;
  return Date.parse(startedAt) - Date.parse(audit.startedAt) > LONGEST_PERIOD_MS;
}

function later(a: AuditReference | undefined, b: AuditReference | undefined): AuditReference | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return isLater(b, a) ? b : a;
}
