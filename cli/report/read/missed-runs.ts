import { missedRun, type RunHistory } from '../../../lambda/audit/sweep/missed-run.ts';
import type { ScheduleRecords } from '../../../lambda/audit/sweep/schedule-records.ts';
import { LIMIT } from '../bounds.ts';
import type { ReportDocument } from '../schema.ts';
import { BoundedList } from './bounded-list.ts';

type MissedRun = ReportDocument['missedRuns']['listed'][number];

/**
 * The runs that are missing now, and those that were missing between two others, as the sweep judges them.
 *
 * @param now the latest of each schedule
 * @param starts of the audits of each name, newest first
 * @param runsUnknownAt until then a schedule may have run without anybody knowing
 */
export function missedRunsOf(
  now: readonly MissedRun[],
  schedules: ScheduleRecords,
  starts: ReadonlyMap<string, readonly string[]>,
  name: string | undefined,
  runsUnknownAt?: string,
): ReportDocument['missedRuns'] {
  const missed = new BoundedList<MissedRun>(LIMIT.missedRuns, (a, b) => (a.dueAt < b.dueAt ? 1 : -1));
  for (const run of now) {
    if (name !== undefined && run.auditName !== name) continue;
    missed.add(run);
    const record = schedules[run.auditName];
    if (record === undefined) continue;
    const history = { ...record, lastStartedAt: run.lastStartedAt, runsUnknownAt };
    for (const dueAt of runsMissedBy(run.dueAt, history)) missed.add({ ...run, dueAt });
  }
  for (const [auditName, record] of Object.entries(schedules)) {
    const runs = starts.get(auditName) ?? [];
    for (const [index, nextStartedAt] of runs.entries()) {
      const lastStartedAt = runs[index + 1];
      if (lastStartedAt === undefined) continue;
      for (const dueAt of runsMissedBy(nextStartedAt, { ...record, lastStartedAt })) {
        missed.add({ auditName, dueAt, lastStartedAt, nextStartedAt });
      }
    }
  }
  return missed.result();
}

/** When each run that is missing at a moment was due, the latest first. */
function* runsMissedBy(moment: string, history: RunHistory): Generator<string> {
  let missed = missedRun(history, new Date(moment));
  while (missed !== undefined) {
    yield missed.dueAt;
    // At that moment the run was not late yet, so the one before it is the latest that is missing.
    missed = missedRun(history, new Date(missed.dueAt));
  }
}
