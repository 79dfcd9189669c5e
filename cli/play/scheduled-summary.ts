import { durationText } from '../../lambda/audit/text/duration.ts';
import type { DayAuditReport, DayReport } from '../../local/runs/day-report.ts';
import { timeOfDay } from './scheduled-display.ts';

const HEADINGS = ['Audit', 'Started', 'Found after', 'Executions', 'Snapshots', 'Alerts'];

/** What happened during the day, for the end of the screen. */
export function scheduledSummaryText({ audits, alerts, sweeps, calls, missing }: DayReport): string {
  const earlier = audits.filter((audit) => audit.earlier);
  const today = audits.filter((audit) => !audit.earlier);
  const missedRuns = alerts.filter(({ kind }) => kind === 'AUDIT_OVERDUE');
  const rows = [
    HEADINGS,
    earlierRow(earlier),
    ...today.map(auditRow),
    ...missedRuns.map(({ kind, machine }) => [String(machine.scheduledAuditName), 'not at all', '', '', '', kind]),
  ];
  const every = durationText(sweeps.everySeconds);
  const counted = Object.entries(calls).map(([operation, count]) => `${operation} ${count}`);
  return [
    ...aligned(rows),
    '',
    `Sweeps     ${sweeps.count}, one every ${every}; ${sweeps.failed} failed`,
    `API calls  ${counted.join(', ')}`,
    ...(missing.length === 0
      ? ['Result     every audit was found and watched to its end, and no alert was lost or repeated']
      : ['Result     not all that should happen did:', ...missing.map((sentence) => `           ${sentence}`)]),
  ].join('\n');
}

/** The audits of the days before in one row: only their sums matter. */
function earlierRow(audits: readonly DayAuditReport[]): string[] {
  const slowest = Math.max(0, ...audits.map(({ foundAfterSeconds = Number.POSITIVE_INFINITY }) => foundAfterSeconds));
  const kinds = audits.flatMap(({ alerts }) => alerts.map(({ kind }) => kind));
  return [
    `${audits.length} of earlier days`,
    'before',
    foundText(slowest),
    executionsText(audits.flatMap(({ executions }) => executions)),
    String(audits.reduce((sum, { snapshots }) => sum + snapshots.length, 0)),
    [...new Set(kinds)].join(', ') || 'none',
  ];
}

function auditRow({
  auditName,
  startedAt,
  foundAfterSeconds,
  executions,
  snapshots,
  alerts,
}: DayAuditReport): string[] {
  return [
    auditName ?? 'unknown',
    timeOfDay(Date.parse(startedAt)),
    foundText(foundAfterSeconds ?? Number.POSITIVE_INFINITY),
    executionsText(executions),
    String(snapshots.length),
    alerts.map(({ kind }) => kind).join(', ') || 'none',
  ];
}

function foundText(seconds: number): string {
  return durationText(seconds) ?? 'never';
}

/** Such as `1 aborted, 1 succeeded`. */
function executionsText(executions: DayAuditReport['executions']): string {
  const statuses = [...new Set(executions.map(({ status }) => status))];
  const counted = statuses.map(
    (status) => `${executions.filter((other) => other.status === status).length} ${status.toLowerCase()}`,
  );
  return counted.join(', ') || 'none';
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
