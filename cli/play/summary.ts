import type { AuditAnswer } from '../../lambda/audit/answer/aws-answers.ts';
import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { readAudit } from '../../lambda/audit/answer/reading.ts';
import { compareSeverity } from '../../lambda/audit/answer/severity.ts';
import { plural } from '../../lambda/audit/text/words.ts';
import type { AuditReport } from '../../local/runs/audit-report.ts';
import { nameText, numberText } from '../shared/screen/words.ts';
import { posixLine } from '../shared/shell-words.ts';

/** More are only counted. */
const WORST_CHECKS = 3;

/**
 * How the audits ended, for the end of the screen, and what to ask next.
 *
 * @param data the folder of the tables as the caller gave it
 */
export function summaryText(reports: readonly AuditReport[], data?: string): string {
  const [first] = reports;
  const withAlerts = reports.find(({ alerts }) => alerts.length > 0);
  const commands = [
    'status',
    ...(first === undefined ? [] : [`show ${first.taskId}`]),
    // While it ran, only their subjects were shown.
    ...(withAlerts === undefined ? [] : [`replay ${withAlerts.taskId} --full`]),
  ];
  return [...reports.map(summaryOf), nextText(commands, data)].join('\n\n');
}

/** Commands that ask the tables of this run. */
export function nextText(commands: readonly string[], data?: string): string {
  const local = data === undefined ? '--local' : posixLine(['--local', data]);
  return ['Try next:', ...commands.map((command) => `  npx audit-watcher ${command} ${local}`)].join('\n');
}

function summaryOf({ taskId, auditName, taskStatus, execution, snapshots, alerts }: AuditReport): string {
  const last = snapshots.at(-1);
  const { counts, checks } = readAudit({
    taskStatistics: last?.taskStatistics,
    auditDetails: last?.auditDetails as AuditAnswer['auditDetails'],
  });
  const failed = execution.status === 'SUCCEEDED' ? '' : `; the watch ${execution.status}: ${execution.error ?? ''}`;
  const rows: [string, string][] = [
    ['Audit', `${nameText(auditName ?? 'unknown')} (task ${taskId})`],
    ['Ended', `${taskStatus ?? 'unknown'}${failed}`],
    [
      'Checks',
      `${numberText(counts.compliant)} compliant, ${numberText(counts.nonCompliant)} non-compliant, ${numberText(counts.failed)} failed, of ${numberText(counts.total)}`,
    ],
    ...worstOf(checks).map((text, index): [string, string] => [index === 0 ? 'Worst' : '', text]),
    [
      'Alerts',
      alerts.length === 0
        ? 'none'
        : alerts.map(({ kind, atSeconds }) => `${kind} after ${round(atSeconds)} s`).join(', '),
    ],
  ];
  return rows.map(([label, text]) => `${label.padEnd(12)}${text}`).join('\n');
}

function worstOf(checks: ReturnType<typeof readAudit>['checks']): string[] {
  const bad = checks
    .filter(({ outcome }) => outcome === 'NON_COMPLIANT')
    .map(({ name, details }) => ({ ...checkInfo(name), resources: details.nonCompliantResourcesCount }))
    .sort((a, b) => compareSeverity(b.severity, a.severity));
  const shown = bad
    .slice(0, WORST_CHECKS)
    .map(({ severity, title, resources }) => `${severity} ${nameText(title)}: ${plural(resources, 'resource')}`);
  return bad.length > WORST_CHECKS ? [...shown, `and ${plural(bad.length - WORST_CHECKS, 'other check')}`] : shown;
}

function round(seconds: number): string {
  return seconds.toFixed(seconds < 10 ? 1 : 0);
}
