import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import type { Severity } from '../../lambda/audit/answer/severity.ts';
import { type AuditReference, type CheckEntry, entryAuditName } from '../../lambda/audit/ledger/entry.ts';
import { knownState } from '../../lambda/audit/ledger/state.ts';
import { auditStartOf } from '../../lambda/audit/watch/previous-audit.ts';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import { knownFindings, rowOf } from '../findings/read.ts';
import type { FindingRow } from '../findings/schema.ts';
import type { History } from '../shared/history/history.ts';

/** That a check has no result now, or that it has one again. */
export interface CheckWithoutResult {
  readonly checkName: string;
  readonly auditName?: string;
  readonly title: string;
  readonly severity: Severity;
  /** False: a later audit has given a result. */
  readonly isUnknown: boolean;
  readonly since?: string;
  readonly errorCode?: string;
  readonly audit?: AuditReference;
}

/** What to export. */
export interface ExportQuery {
  /** Also what was found since then and is closed now. ISO 8601, UTC. */
  readonly since?: string;
  readonly openOnly: boolean;
}

/** The findings that stand, then those of the time before that are closed now. */
export async function* exportedFindings(
  history: History,
  entries: readonly CheckEntry[],
  { since, openOnly }: ExportQuery,
  onIncomplete: (checkNames: readonly string[]) => void,
): AsyncGenerator<FindingRow> {
  const known = knownFindings(history, entries, openOnly ? { state: 'OPEN' } : {});
  const seen = new Set<string>();
  for await (const row of known.rows) {
    seen.add(row.id);
    yield row;
  }
  onIncomplete(known.incompleteChecks.map(({ checkName }) => checkName));
  if (openOnly || since === undefined) return;
  // Of these nobody can say what is closed.
  const unsure = new Set(known.incompleteChecks.map(({ checkName, auditName }) => nameOf(checkName, auditName)));
  const certain = entries.filter(
    ({ checkName, auditName, result }) => result !== undefined && !unsure.has(nameOf(checkName, auditName)),
  );
  for await (const watch of history.audits.audits(history.place, { since })) {
    for await (const row of findingsOf(history, watch)) {
      const entry = certain.find(
        ({ checkName, auditName }) => checkName === row.checkName && auditName === entryAuditName(checkName, row.audit),
      );
      // A result of the same or an earlier audit closes nothing.
      const isOver = entry?.result !== undefined && entry.result.audit.startedAt > row.lastSeenAt;
      if (!isOver || seen.has(row.id)) continue;
      seen.add(row.id);
      yield { ...row, state: 'CLOSED' };
    }
  }
}

/** The checks that are unknown now, and those that were unknown since a moment and have a result again. */
export async function checksWithoutResult(
  history: History,
  entries: readonly CheckEntry[],
  since: string | undefined,
): Promise<CheckWithoutResult[]> {
  const checks: CheckWithoutResult[] = [];
  for (const entry of entries) {
    const { checkName, auditName, unknown } = entry;
    const known = knownState(entry);
    const isUnknown = known.state === 'UNKNOWN';
    if (!isUnknown && !(await wasUnknown(history, entry, since))) continue;
    const { title, severity } = checkInfo(checkName);
    const { since: from, audit } = known;
    checks.push({
      checkName,
      auditName,
      title,
      severity,
      isUnknown,
      since: from,
      errorCode: unknown?.errorCode,
      audit,
    });
  }
  return checks;
}

async function wasUnknown({ place, audits }: History, { checkName, auditName }: CheckEntry, since: string | undefined) {
  if (since === undefined) return false;
  for await (const { change, auditName: by } of audits.changes(place, checkName, { since })) {
    if (change === 'UNKNOWN' && (auditName === undefined || auditName === by)) return true;
  }
  return false;
}

async function* findingsOf({ place, findings }: History, watch: Watch): AsyncGenerator<FindingRow> {
  const summary = await findings.getSummary(watch);
  if (summary === undefined) return;
  const audit = { taskId: watch.taskId, auditName: watch.auditName ?? 'UNKNOWN', startedAt: auditStartOf(watch) };
  const chunks = findings.chunksOf(watch, summary);
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    for (const finding of next.value) yield rowOf(place, finding, {}, audit, summary);
  }
}

function nameOf(checkName: string, auditName: string | undefined): string {
  return JSON.stringify([checkName, auditName]);
}
