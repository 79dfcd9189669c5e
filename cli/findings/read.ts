import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { certificateIdOf, type Finding } from '../../lambda/audit/answer/finding.ts';
import { compareSeverity, type Severity } from '../../lambda/audit/answer/severity.ts';
import { type AuditReference, type CheckEntry, isLater } from '../../lambda/audit/ledger/entry.ts';
import type { FindingsSummary } from '../../lambda/aws/table/findings-table.ts';
import type { Place } from '../../lambda/contract.ts';
import type { History } from '../shared/history/history.ts';
import { findingId } from './finding-id.ts';
import type { FindingRow, FindingsDocument } from './schema.ts';

/** Which findings to read; what is absent narrows nothing down. */
export interface FindingsQuery {
  readonly state?: FindingRow['state'];
  readonly checkName?: string;
  /** This one and worse. */
  readonly minSeverity?: Severity;
  /** First seen before this. ISO 8601, UTC. */
  readonly seenBefore?: string;
  /** Part of the resource, or of the name of a thing, in any case. */
  readonly resource?: string;
}

type IncompleteCheck = FindingsDocument['incompleteChecks'][number];

/** The known findings of an account and Region, and what is not known of them. */
export interface KnownFindings {
  /** Read chunk by chunk as they are asked for: those of one audit after the other, the latest first. */
  readonly rows: AsyncGenerator<FindingRow>;
  /** Complete when the last row has been read. */
  readonly incompleteChecks: readonly IncompleteCheck[];
}

/** The findings that stand: of each check those of the audit that gave its last result. */
export function knownFindings(
  { place, findings }: Pick<History, 'place' | 'findings'>,
  entries: readonly CheckEntry[],
  query: FindingsQuery = {},
): KnownFindings {
  const incompleteChecks: IncompleteCheck[] = [];
  async function* rows(): AsyncGenerator<FindingRow> {
    for (const [audit, checks] of byAudit(entries.filter((entry) => mayHaveFindings(entry, query)))) {
      const id = { ...place, taskId: audit.taskId };
      const summary = await findings.getSummary(id);
      incompleteChecks.push(...checks.flatMap((check) => incompleteCheck(check, summary)));
      if (summary === undefined) continue;
      const chunks = findings.chunksOf(id, summary);
      let next = await chunks.next();
      for (; !next.done; next = await chunks.next()) {
        for (const finding of next.value) {
          const check = checks.find(({ checkName }) => checkName === finding.checkName);
          if (check === undefined) continue;
          const row = rowOf(place, finding, check, audit, summary);
          if (matches(row, query)) yield row;
        }
      }
      if (!next.value) incompleteChecks.push(...checks.map((check) => incomplete(check, 'UNREADABLE')));
    }
  }
  return { rows: rows(), incompleteChecks };
}

/** A stored finding of an audit, as documents show it. */
export function rowOf(
  place: Place,
  finding: Finding,
  { unknown }: Pick<CheckEntry, 'unknown'>,
  audit: AuditReference,
  summary: FindingsSummary,
): FindingRow {
  const { checkName, suppressed, since, resource, resourceType, identifier, reasonCode, reason } = finding;
  const info = checkInfo(checkName);
  const certificateId = certificateIdOf(finding);
  const { principals } = summary.facts;
  const things =
    certificateId !== undefined && Object.hasOwn(principals, certificateId) ? principals[certificateId] : undefined;
  return {
    id: findingId(place, finding),
    state: suppressed ? 'SUPPRESSED' : 'OPEN',
    unconfirmedSince: unknown?.since,
    checkName,
    title: info.title,
    severity: finding.severity ?? info.severity,
    resource,
    resourceType,
    resourceIdentifier: { ...identifier },
    reasonCode,
    reason,
    firstSeenAt: since,
    lastSeenAt: audit.startedAt,
    audit: { taskId: audit.taskId, auditName: audit.auditName, startedAt: audit.startedAt },
    things: things === undefined ? undefined : [...things.names],
    moreThings: things?.more,
  };
}

/** Whether a row is one of those that are asked for. */
export function matches(
  row: FindingRow,
  { state, checkName, minSeverity, seenBefore, resource }: FindingsQuery,
): boolean {
  const { firstSeenAt, things = [] } = row;
  return (
    (state === undefined || row.state === state) &&
    (checkName === undefined || row.checkName === checkName) &&
    (minSeverity === undefined || compareSeverity(row.severity, minSeverity) >= 0) &&
    // In doubt it is not old.
    (seenBefore === undefined || (firstSeenAt !== undefined && firstSeenAt < seenBefore)) &&
    (resource === undefined || [row.resource, ...things].some((name) => contains(name, resource)))
  );
}

/** A compliant check without suppressed resources has no findings, so none are stored. */
function mayHaveFindings({ checkName, result }: CheckEntry, query: FindingsQuery): boolean {
  if (result === undefined || (query.checkName !== undefined && query.checkName !== checkName)) return false;
  return result.outcome === 'NON_COMPLIANT' || (result.suppressed ?? 0) > 0;
}

function byAudit(entries: readonly CheckEntry[]): (readonly [AuditReference, CheckEntry[]])[] {
  const audits = new Map<string, readonly [AuditReference, CheckEntry[]]>();
  for (const entry of entries) {
    if (entry.result === undefined) continue;
    const { audit } = entry.result;
    const known = audits.get(audit.taskId) ?? ([audit, []] as const);
    known[1].push(entry);
    audits.set(audit.taskId, known);
  }
  return [...audits.values()].sort(([a], [b]) => (isLater(a, b) ? -1 : 1));
}

function incompleteCheck(check: CheckEntry, summary?: FindingsSummary): IncompleteCheck[] {
  if (summary === undefined) return [incomplete(check, 'NOT_STORED')];
  return summary.facts.incomplete.includes(check.checkName) ? [incomplete(check, 'PARTIAL')] : [];
}

function incomplete({ checkName, auditName, result }: CheckEntry, why: IncompleteCheck['why']): IncompleteCheck {
  return { checkName, auditName, nonCompliantResources: result?.resources, why };
}

function contains(name: string, part: string): boolean {
  return name.toLowerCase().includes(part.toLowerCase());
}
