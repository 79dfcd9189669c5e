import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import type { CheckEntry } from '../../lambda/audit/ledger/entry.ts';
import type { StoredChange } from '../../lambda/aws/table/history-table.ts';
import { requireKnown } from '../shared/history/check-name.ts';
import type { DocumentOf } from '../shared/history/document.ts';
import type { History } from '../shared/history/history.ts';
import { periodsOf } from './periods.ts';
import type { HistoryDocument } from './schema.ts';

type CheckHistory = DocumentOf<HistoryDocument>;

/** When a check was in which state. @throws CommandError for a check that no audit has had */
export async function readHistory(
  history: History,
  checkName: string,
  since: string,
  now: number,
): Promise<CheckHistory> {
  const { place, ledger } = history;
  const entries = await ledger.entries(place);
  requireKnown(
    checkName,
    entries.map((entry) => entry.checkName),
  );
  return {
    since,
    checkName,
    title: checkInfo(checkName).title,
    series: await readSeries(history, entries, checkName, { since, now }),
    unreadableItems: history.unreadableItems(),
  };
}

/** When a check was in which state since a moment: a series for each of its entries in the ledger. */
export async function readSeries(
  { place, audits }: History,
  entries: readonly CheckEntry[],
  checkName: string,
  { since, now }: { readonly since: string; readonly now: number },
): Promise<CheckHistory['series']> {
  const changes: StoredChange[] = [];
  for await (const change of audits.changes(place, checkName, { since })) changes.push(change);
  return entries
    .filter((entry) => entry.checkName === checkName)
    .map((entry) =>
      seriesOf(
        entry,
        changes.filter((change) => isOf(entry, change)),
        now,
      ),
    );
}

function isOf({ auditName }: CheckEntry, change: StoredChange): boolean {
  return auditName === undefined || auditName === change.auditName;
}

function seriesOf(entry: CheckEntry, changes: readonly StoredChange[], now: number): CheckHistory['series'][number] {
  return {
    auditName: entry.auditName,
    periods: periodsOf(changes, entry).map(({ state, from, until }) => {
      const end = until === undefined ? now : Date.parse(until);
      return { state, from, until, seconds: Math.max(0, (end - Date.parse(from)) / 1000) };
    }),
    changes: changes.map(({ startedAt, taskId, auditName, change, now: standing }) => ({
      at: startedAt,
      taskId,
      auditName,
      change,
      outcome: standing.outcome,
      nonCompliantResources: standing.resources,
      suppressedResources: standing.suppressed,
      errorCode: standing.errorCode,
    })),
  };
}
