import { missedRun } from '../../../lambda/audit/sweep/missed-run.ts';
import type { ScheduleRecords } from '../../../lambda/audit/sweep/schedule-records.ts';
import { LIMIT, type ReportDocument } from '../schema.ts';
import { BoundedList } from './bounded-list.ts';

type MissedRun = ReportDocument['missedRuns']['listed'][number];

/**
 * The runs that are missing now, and those that were missing between two others, as the sweep judges them.
 *
 * @param starts of the audits of each name, newest first
 */
export function missedRunsOf(
  now: readonly MissedRun[],
  schedules: ScheduleRecords,
  starts: ReadonlyMap<string, readonly string[]>,
  name: string | undefined,
): ReportDocument['missedRuns'] {
  const missed = new BoundedList<MissedRun>(LIMIT.missedRuns, (a, b) => (a.dueAt < b.dueAt ? 1 : -1));
  for (const run of now) if (name === undefined || run.auditName === name) missed.add(run);
  for (const [auditName, record] of Object.entries(schedules)) {
    const runs = starts.get(auditName) ?? [];
    for (const [index, nextStartedAt] of runs.entries()) {
      const lastStartedAt = runs[index + 1];
      if (lastStartedAt === undefined) continue;
      const gap = missedRun({ ...record, lastStartedAt }, new Date(nextStartedAt));
      if (gap !== undefined) missed.add({ auditName, dueAt: gap.dueAt, lastStartedAt, nextStartedAt });
    }
  }
  return missed.result();
}
