import type { AuditReport } from '../../local/runs/audit-report.ts';

/** What the run did, for the end of the screen. */
export function summaryText(reports: readonly AuditReport[]): string {
  return reports.map(summaryOf).join('\n\n');
}

function summaryOf(report: AuditReport): string {
  const { taskId, auditName, taskStatus, execution, snapshots, alerts, calls, transitions } = report;
  const rows: [string, string][] = [
    ['Audit', `${auditName ?? 'unknown'} (task ${taskId})`],
    [
      'Ended',
      `${taskStatus ?? 'unknown'}; execution ${execution.status}${execution.error ? `: ${execution.error}` : ''}`,
    ],
    ['Snapshots', `${snapshots.length} stored in ${execution.polls} polls`],
    [
      'Alerts',
      alerts.length === 0
        ? 'none'
        : alerts.map(({ kind, atSeconds }) => `${kind} after ${round(atSeconds)} s`).join(', '),
    ],
    [
      'API calls',
      Object.entries(calls)
        .map(([operation, count]) => `${operation} ${count}`)
        .join(', '),
    ],
    ['Transitions', `${transitions} of the state machine`],
  ];
  return rows.map(([label, text]) => `${label.padEnd(12)}${text}`).join('\n');
}

function round(seconds: number): string {
  return seconds.toFixed(seconds < 10 ? 1 : 0);
}
