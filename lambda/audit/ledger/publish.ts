import { highestSeverity, type Severity } from '../answer/severity.ts';
import {
  type AuditReference,
  type CheckEntry,
  entryAuditName,
  isLater,
  type PublishedTrouble,
  type TroubleOutcome,
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

/** The entry of a check after an audit has published that it has no result; undefined when nothing changes. */
export function afterPublishingUnknown(before: CheckEntry | undefined, audit: AuditReference): CheckEntry | undefined {
  const { unknown } = before ?? {};
  if (before === undefined || unknown === undefined || unknown.publishedBy?.includes(audit.auditName)) return undefined;
  return { ...before, unknown: { ...unknown, publishedBy: united(unknown.publishedBy, [audit.auditName]) } };
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
