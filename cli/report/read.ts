import type { CheckEntry } from '../../lambda/audit/ledger/entry.ts';
import { HOUR_MS } from '../../lambda/audit/text/duration.ts';
import { readSeries } from '../history/read.ts';
import type { DocumentOf } from '../shared/history/document.ts';
import type { History } from '../shared/history/history.ts';
import type { ReadingOptions } from '../shared/history/reading-command.ts';
import { readShow } from '../show/read.ts';
import { readKnown, readStatus } from '../status/read.ts';
import { LIMIT } from './bounds.ts';
import { readAudits } from './read/audits.ts';
import { type CheckSeries, daysOf } from './read/days.ts';
import { readFindings } from './read/findings.ts';
import { fixesOf } from './read/fixes.ts';
import { missedRunsOf } from './read/missed-runs.ts';
import { suppressionsOf } from './read/suppressions.ts';
import type { ReportDocument } from './schema.ts';

/** What to report on. */
export interface ReportQuery extends ReadingOptions {
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly until: string;
  /** Only the audits of this name. */
  readonly name?: string;
}

/** Everything that the page shows. Checks and findings are as they stand now; audits, changes and alerts are those of the period. */
export async function readReport(
  history: History,
  now: number,
  query: ReportQuery,
): Promise<DocumentOf<ReportDocument>> {
  const { since, until, name } = query;
  const known = await readKnown(history, now);
  const { entries, sweepState, schedules } = known;
  const status = await readStatus(history, known, now);
  const series = await allSeries(history, entries, since, now);
  const { findings, resources, suppressed } = await readFindings(history, entries, now);
  const period = await readAudits(history, query);
  const audits = period.audits.result();
  period.addMissedRuns(schedules, query);
  return {
    since,
    until,
    name,
    status,
    days: daysOf(series, period, query),
    audits,
    outcomes: period.outcomes(),
    results: period.results,
    coverage: period.coverage(),
    missedRuns: missedRunsOf(status.missedRuns, schedules, period.starts, name, sweepState.runsUnknownAt),
    detections: period.detections.result(),
    fixes: fixesOf(series, query),
    findings,
    resources,
    suppressions: await suppressionsOf(query, history.place.region, suppressed, now),
    timelines: await timelinesOf(history, audits.listed.slice(0, LIMIT.timelines)),
    alerts: period.alerts.result(),
    unswept: query.local === undefined && !(now - Date.parse(status.sweptAt ?? '') <= SWEPT_WITHIN_MS),
    unreadableItems: history.unreadableItems(),
  };
}

/** Twice the longest `sweepMinutes`. */
const SWEPT_WITHIN_MS = 2 * HOUR_MS;

async function allSeries(
  history: History,
  entries: readonly CheckEntry[],
  since: string,
  now: number,
): Promise<CheckSeries[]> {
  const all: CheckSeries[] = [];
  for (const checkName of new Set(entries.map((entry) => entry.checkName))) {
    const series = await readSeries(history, entries, checkName, { since, now });
    all.push(...series.map(({ auditName, periods }) => ({ checkName, auditName, periods })));
  }
  return all;
}

async function timelinesOf(history: History, audits: ReportDocument['audits']['listed']) {
  const timelines: ReportDocument['timelines'] = [];
  for (const { taskId } of audits) {
    const { audit, checks, snapshots, alerts } = await readShow(history, taskId);
    timelines.push({
      audit,
      checks: checks.map(({ change: _, findings: __, ...check }) => check),
      snapshots,
      alerts,
    });
  }
  return timelines;
}
