import { checkInfo, KNOWN_CHECKS } from '../../../lambda/audit/answer/check-catalogue.ts';
import { readAudit } from '../../../lambda/audit/answer/reading.ts';
import { entryAuditName } from '../../../lambda/audit/ledger/entry.ts';
import { isResult } from '../../../lambda/audit/ledger/move.ts';
import type { ScheduleRecords } from '../../../lambda/audit/sweep/schedule-records.ts';
import { secondsBetween } from '../../../lambda/audit/text/duration.ts';
import { isSome } from '../../../lambda/audit/text/words.ts';
import { watchedOutcome } from '../../../lambda/audit/watch/end.ts';
import type { Watch } from '../../../lambda/audit/watch/watch.ts';
import { ALERT_KIND } from '../../../lambda/contract.ts';
import { auditRow } from '../../audits/read.ts';
import type { AuditRow } from '../../audits/schema.ts';
import type { History } from '../../shared/history/history.ts';
import { UNKNOWN } from '../../shared/screen/words.ts';
import { LIMIT } from '../bounds.ts';
import type { ReportDocument } from '../schema.ts';
import { BoundedList } from './bounded-list.ts';

type Results = ReportDocument['results'][number];
type Coverage = ReportDocument['coverage'][number];
type Period = Pick<ReportDocument, 'since' | 'until' | 'name'>;

/** Audits whose last snapshots are read at a time. */
const BATCH = 16;

/** What the audits of a period come to. Whatever their number, only what the page shows of them is kept. */
export class PeriodOfAudits {
  readonly audits = new BoundedList<AuditRow>(LIMIT.audits);
  readonly alerts = new BoundedList<ReportDocument['alerts']['listed'][number]>(LIMIT.alerts, newestFirst);
  readonly detections = new BoundedList<ReportDocument['detections']['listed'][number]>(LIMIT.detections);
  readonly results: Results[] = [];
  /** Start of each audit by its name, newest first. */
  readonly starts = new Map<string, string[]>();
  /** Names of the series, see `seriesName`, that an audit of a day had. */
  readonly checksOfDay = new Map<string, Set<string>>();
  readonly auditsOfDay = new Map<string, number>();
  readonly #outcomes = new Map<string, ReportDocument['outcomes'][number]>();
  readonly #coverage = new Map<string, Coverage>();

  constructor() {
    for (const checkName of KNOWN_CHECKS) this.#covered(checkName);
  }

  /** @param checks those of its last snapshot */
  add(row: AuditRow, checks: Results['checks']): void {
    const { taskId, auditName = UNKNOWN, startedAt, endedAt, outcome } = row;
    this.audits.add(row);
    const reference = { taskId, auditName, startedAt };
    if (this.results.length < LIMIT.results) this.results.push({ ...reference, checks: [...checks] });
    const starts = this.starts.get(auditName) ?? [];
    starts.push(startedAt);
    this.starts.set(auditName, starts);
    const day = dayOf(startedAt);
    this.auditsOfDay.set(day, (this.auditsOfDay.get(day) ?? 0) + 1);
    this.#countOutcome(day, auditName, outcome);
    const ofDay = this.checksOfDay.get(day) ?? new Set();
    for (const { checkName, outcome: result } of checks) {
      // What an audit without an end has no result for stands as before.
      if (isResult(result) || endedAt !== undefined)
        ofDay.add(seriesName(checkName, entryAuditName(checkName, reference)));
      if (outcome !== 'RUNNING') this.#cover(checkName, startedAt, isResult(result));
    }
    this.checksOfDay.set(day, ofDay);
    this.#addAlerts(row);
  }

  /** The alerts about runs that were missed: the latest of each schedule, for no other is kept. */
  addMissedRuns(schedules: ScheduleRecords, { since, until, name }: Period): void {
    for (const [auditName, { missed }] of Object.entries(schedules)) {
      if (missed === undefined || missed.judgedAt < since || missed.judgedAt > until) continue;
      if (name !== undefined && name !== auditName) continue;
      this.alerts.add({ at: missed.judgedAt, kind: ALERT_KIND.auditOverdue, status: missed.status, auditName });
    }
  }

  outcomes(): ReportDocument['outcomes'] {
    return [...this.#outcomes.values()];
  }

  coverage(): Coverage[] {
    return [...this.#coverage.values()].sort((a, b) => a.audits - b.audits || a.title.localeCompare(b.title, 'en'));
  }

  #addAlerts({ taskId, auditName, startedAt, alerts }: AuditRow): void {
    for (const { kind, status, at } of alerts) this.alerts.add({ at, kind, status, auditName, taskId });
    const sent = alerts.filter(({ status }) => status === 'SENT').sort((a, b) => (a.at < b.at ? -1 : 1));
    const [first] = sent;
    const seconds = secondsBetween(startedAt, first?.at);
    if (first === undefined || seconds === undefined) return;
    const { kind, at } = first;
    this.detections.add({ taskId, auditName: auditName ?? UNKNOWN, startedAt, kind, at, seconds });
  }

  #countOutcome(day: string, auditName: string, outcome: AuditRow['outcome']): void {
    const key = JSON.stringify([day, auditName, outcome]);
    const audits = (this.#outcomes.get(key)?.audits ?? 0) + 1;
    this.#outcomes.set(key, { day, auditName, outcome, audits });
  }

  /** Audits come newest first. */
  #cover(checkName: string, startedAt: string, hasResult: boolean): void {
    const covered = this.#covered(checkName);
    covered.audits += 1;
    covered.lastAuditedAt ??= startedAt;
    if (!hasResult) return;
    covered.withResult += 1;
    covered.lastResultAt ??= startedAt;
  }

  #covered(checkName: string): Coverage {
    const known = this.#coverage.get(checkName);
    if (known !== undefined) return known;
    const { title, severity } = checkInfo(checkName);
    const covered: Coverage = { checkName, title, severity, audits: 0, withResult: 0 };
    this.#coverage.set(checkName, covered);
    return covered;
  }
}

/** Reads the audits of a period, newest first, each with how its checks came out. */
export async function readAudits(history: History, { since, until, name }: Period): Promise<PeriodOfAudits> {
  const period = new PeriodOfAudits();
  let batch: Watch[] = [];
  const flush = async () => {
    const checks = await Promise.all(batch.map((watch) => checksOf(history, watch)));
    for (const [index, watch] of batch.entries()) period.add(auditRow(watch), checks[index] ?? []);
    batch = [];
  };
  for await (const watch of history.audits.audits(history.place, { since, until })) {
    if (name !== undefined && watch.auditName !== name) continue;
    batch.push(watch);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return period;
}

/** A check, or a check of one audit name where it is known per name. */
export function seriesName(checkName: string, auditName: string | undefined): string {
  return JSON.stringify([checkName, auditName]);
}

/** `2026-10-02`, in UTC. */
export function dayOf(time: string): string {
  return time.slice(0, 'YYYY-MM-DD'.length);
}

async function checksOf({ audits }: History, watch: Watch): Promise<Results['checks']> {
  const snapshot = await audits.latestSnapshot(watch);
  const isRunning = watchedOutcome(watch) === 'RUNNING';
  return readAudit(snapshot?.answer ?? {}).checks.map(({ name, outcome, details }) => ({
    checkName: name,
    // Nobody polls it any more: how the check came out is not known, and it does not run for ever.
    outcome: !isRunning && (outcome === 'RUNNING' || outcome === 'WAITING_FOR_DATA') ? 'UNKNOWN' : outcome,
    suppressed: outcome === 'COMPLIANT' && isSome(details.suppressedNonCompliantResourcesCount),
  }));
}

function newestFirst(a: { readonly at: string }, b: { readonly at: string }): number {
  if (a.at === b.at) return 0;
  return a.at < b.at ? 1 : -1;
}
