import { checkInfo, KNOWN_CHECKS } from '../../lambda/audit/answer/check-catalogue.ts';
import { compareSeverity } from '../../lambda/audit/answer/severity.ts';
import type { CheckEntry } from '../../lambda/audit/ledger/entry.ts';
import { type CheckState, knownState } from '../../lambda/audit/ledger/state.ts';
import { missedRun } from '../../lambda/audit/sweep/missed-run.ts';
import type { ScheduleRecords } from '../../lambda/audit/sweep/schedule-records.ts';
import { DAY_MS } from '../../lambda/audit/text/duration.ts';
import { retriedUntil } from '../../lambda/audit/watch/due.ts';
import { watchedOutcome } from '../../lambda/audit/watch/end.ts';
import { auditStartOf } from '../../lambda/audit/watch/previous-audit.ts';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import { ALERT_KIND } from '../../lambda/contract.ts';
import type { DigestRecord } from '../../lambda/digest/record.ts';
import type { DocumentOf } from '../shared/history/document.ts';
import type { History } from '../shared/history/history.ts';
import type { StatusDocument } from './schema.ts';

type Status = DocumentOf<StatusDocument>;
type CheckRow = Status['checks'][number];

/** The rarest schedule is monthly: a check that no audit had for longer than this is not watched over. */
const OUTDATED_MS = 32 * DAY_MS;
const WORST_FIRST: readonly CheckState[] = ['NON_COMPLIANT', 'UNKNOWN', 'SUPPRESSED', 'COMPLIANT'];

/** What the tables know now: the ledger, the open watches and the sweep's item. */
export type Known = Awaited<ReturnType<typeof readKnown>>;

export async function readKnown({ place, ledger, sweep }: History, now: number) {
  const [entries, { watches }, sweepState, schedules] = await Promise.all([
    ledger.entries(place),
    sweep.openWatches(place),
    sweep.state(place, new Date(now)),
    sweep.schedules(place),
  ]);
  return { entries, watches, sweepState, schedules };
}

/** How every check stands, what runs, and what is missing. */
export async function readStatus(history: History, known: Known, now: number): Promise<Status> {
  const { entries, watches, sweepState, schedules } = known;
  const audited = new Set(entries.map(({ checkName }) => checkName));
  return {
    sweptAt: sweepState.lastSweepAt,
    checks: entries.map((entry) => rowOf(entry, now)).sort(worstFirst),
    neverAudited: KNOWN_CHECKS.filter((name) => !audited.has(name)).map((checkName) => {
      const { title, severity } = checkInfo(checkName);
      return { checkName, title, severity };
    }),
    running: watches.filter((watch) => watchedOutcome(watch) === 'RUNNING').map(runningOf),
    gaveUp: watches.flatMap(gaveUpOf),
    missedRuns: await missedRuns(history, schedules, sweepState.runsUnknownAt, now),
    unsentAlerts: await unsentAlerts(history, watches, schedules),
    unreadableItems: history.unreadableItems(),
  };
}

function rowOf(entry: CheckEntry, now: number): CheckRow {
  const { checkName, auditName, result, unknown, published } = entry;
  const { state, since, audit } = knownState(entry);
  const { title, severity } = checkInfo(checkName);
  return {
    checkName,
    title,
    auditName,
    state,
    since,
    severity: state === 'COMPLIANT' ? severity : (published?.severity ?? severity),
    lastResult: result?.outcome,
    nonCompliantResources: state === 'NON_COMPLIANT' ? (result?.resources ?? published?.resources) : result?.resources,
    suppressedResources: result?.suppressed,
    errorCode: unknown?.errorCode,
    audit,
    outdated: audit === undefined || now - Date.parse(audit.startedAt) > OUTDATED_MS,
  };
}

function worstFirst(a: CheckRow, b: CheckRow): number {
  return (
    WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) ||
    compareSeverity(b.severity, a.severity) ||
    a.title.localeCompare(b.title, 'en')
  );
}

function runningOf(watch: Watch): Status['running'][number] {
  const { taskId, auditName, lastPolledAt, counts = {} } = watch;
  const { total, compliant, nonCompliant, failed } = counts;
  const ended = [compliant, nonCompliant, failed].filter((count) => count !== undefined);
  return {
    taskId,
    auditName,
    startedAt: auditStartOf(watch),
    lastPolledAt,
    checks: total,
    finishedChecks: ended.length === 0 ? undefined : ended.reduce((sum, count) => sum + count, 0),
    nonCompliantChecks: nonCompliant,
    failedChecks: failed,
  };
}

function gaveUpOf(watch: Watch): Status['gaveUp'] {
  const { taskId, auditName, gaveUpAt, alerts } = watch;
  if (gaveUpAt === undefined) return [];
  return [
    {
      taskId,
      auditName,
      startedAt: auditStartOf(watch),
      gaveUpAt,
      reason: alerts.WATCHER_GAVE_UP?.gaveUp?.reason,
      retriedUntil: retriedUntil(watch).toISOString(),
    },
  ];
}

/** Schedules that should have started an audit by now, as the sweep judges them. */
async function missedRuns(
  { place, sweep }: History,
  schedules: ScheduleRecords,
  runsUnknownAt: string | undefined,
  now: number,
): Promise<Status['missedRuns']> {
  const judged = Object.entries(schedules).map(async ([auditName, record]) => {
    const last = await sweep.history.latestStart(place, auditName, new Date(now));
    const missed = missedRun({ ...record, lastStartedAt: last?.startedAt, runsUnknownAt }, new Date(now));
    return missed === undefined ? [] : [{ auditName, dueAt: missed.dueAt, lastStartedAt: last?.startedAt }];
  });
  return (await Promise.all(judged)).flat();
}

/** What is listed as uncertain is not repeated from its watch, which may be closed and then is in no index. */
async function unsentAlerts(
  { place, audits, digests }: History,
  watches: readonly Watch[],
  schedules: ScheduleRecords,
): Promise<Status['unsentAlerts']> {
  const { record } = await digests.read(place);
  const unsent = [...watches.flatMap(pendingOf), ...pendingMissedRuns(schedules), ...pendingDigest(record)];
  for await (const { key, kind, uncertainSince } of audits.uncertainAlerts(place)) {
    unsent.push({ kind, status: 'UNCERTAIN', registeredAt: uncertainSince, alertKey: key });
  }
  return unsent;
}

function pendingOf({ taskId, auditName, alerts }: Watch): Status['unsentAlerts'] {
  return Object.values(alerts).flatMap(({ kind, status, registeredAt }) =>
    status === 'PENDING' ? [{ auditName, taskId, kind, status, registeredAt }] : [],
  );
}

function pendingMissedRuns(schedules: ScheduleRecords): Status['unsentAlerts'] {
  return Object.entries(schedules).flatMap(([auditName, { missed }]) =>
    missed?.status === 'PENDING'
      ? [{ auditName, kind: ALERT_KIND.auditOverdue, status: missed.status, registeredAt: missed.judgedAt }]
      : [],
  );
}

function pendingDigest(record: DigestRecord | undefined): Status['unsentAlerts'] {
  if (record?.pending === undefined) return [];
  const { writtenAt, message } = record.pending;
  return [{ kind: ALERT_KIND.digest, status: 'PENDING', registeredAt: writtenAt, alertKey: message.key }];
}
