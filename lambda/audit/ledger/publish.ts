import { highestSeverity, type Severity } from '../answer/severity.ts';
import {
  type AuditReference,
  type CheckEntry,
  entryAuditName,
  isLater,
  type KnownResult,
  type PublishedTrouble,
  type TroubleOutcome,
  type UnknownResult,
} from './entry.ts';

/** A check in trouble, as an alert published it. */
export interface PublishedCheck {
  readonly checkName: string;
  readonly outcome: TroubleOutcome;
  readonly severity: Severity;
  /** Attributes of the message. */
  readonly sentAs: Severity;
  readonly auditNames: readonly string[];
  readonly resources?: number;
  readonly errorCode?: string;
}

/**
 * The entry of a check after an audit has published its trouble; undefined when nothing changes. Trouble is noted even if a
 * later audit has found the check compliant: its recipients are sent its end with the next compliant result.
 */
export function afterPublishing(
  before: CheckEntry | undefined,
  { checkName, severity, sentAs, auditNames, ...trouble }: PublishedCheck,
  audit: AuditReference,
): CheckEntry | undefined {
  const published = before?.published;
  const isLatest = published === undefined || !isLater(published.audit, audit);
  const after = {
    ...(isLatest ? trouble : published),
    severity: published === undefined ? severity : highestSeverity([severity, published.severity]),
    sentAs: published === undefined ? sentAs : highestSeverity([sentAs, published.sentAs]),
    auditNames: united(published?.auditNames, auditNames),
    audit: isLatest ? audit : published.audit,
  };
  if (published !== undefined && isSame(after, published)) return undefined;
  return { ...(before ?? { checkName, auditName: entryAuditName(checkName, audit) }), published: after };
}

/** The entry of a check after the closing message of an audit has said how it stands; undefined when nothing changes. */
export function afterPublishingState(before: CheckEntry | undefined, audit: AuditReference): CheckEntry | undefined {
  const { unknown, result } = before ?? {};
  if (before === undefined) return undefined;
  // What another audit has found since is not what this message says.
  if (unknown?.audit.taskId === audit.taskId) {
    const noted = withPublisher(unknown, audit);
    return noted && { ...before, unknown: noted };
  }
  const noted = result?.audit.taskId === audit.taskId ? withPublisher(result, audit) : undefined;
  return noted && { ...before, result: noted };
}

function withPublisher<Known extends KnownResult | UnknownResult>(
  known: Known,
  { auditName }: AuditReference,
): Known | undefined {
  if (known.publishedBy?.includes(auditName)) return undefined;
  return { ...known, publishedBy: united(known.publishedBy, [auditName]) };
}

/** Field by field: a stored map comes back with its keys in another order. */
function isSame(a: PublishedTrouble, b: PublishedTrouble): boolean {
  const fields = ({ outcome, resources, errorCode, severity, sentAs, auditNames, audit }: PublishedTrouble) =>
    JSON.stringify([outcome, resources, errorCode, severity, sentAs, auditNames, audit.taskId]);
  return fields(a) === fields(b);
}

function united(names: readonly string[] = [], more: readonly string[]): readonly string[] {
  return [...new Set([...names, ...more])];
}
