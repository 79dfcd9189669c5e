import type { AlertReport } from './audit-report.ts';
import type { DayAuditReport, DayReport } from './day-report.ts';
import type { DayStory } from './scheduled-day-story.ts';

/** When an audit becomes visible, a sweep that has just missed it may be running. */
const MARGIN_SECONDS = 5;

/** What the story promises and what did not happen, a sentence each. Judges what was stored and sent, not how. */
export function brokenPromises(report: Omit<DayReport, 'missing'>, story: DayStory): string[] {
  return [
    ...report.audits.flatMap((audit) => [...brokenByAny(audit), ...brokenByKind(audit, report, story)]),
    ...brokenByAlerts(report.alerts, story),
    ...(report.sweeps.count === 0 ? ['No sweep ran.'] : []),
    ...(report.sweeps.failed > 0 ? [`${report.sweeps.failed} sweeps failed.`] : []),
  ];
}

/** Every audit is watched to its end, and no poll is lost. */
function brokenByAny(audit: DayAuditReport): string[] {
  const { execution, taskStatus, snapshots } = audit;
  const name = nameOf(audit);
  if (audit.foundAfterSeconds === undefined) return [`${name} was never found.`];
  const inOrder = snapshots.every(({ poll }, index) => poll === index + 1) && snapshots.length === execution.polls;
  return [
    ...unless(execution.status === 'SUCCEEDED' && taskStatus === 'COMPLETED', `${name} was not watched to its end.`),
    ...unless(inOrder && snapshots.length > 0, `${name} has gaps in its snapshots.`),
  ];
}

function brokenByKind(audit: DayAuditReport, { sweeps }: Omit<DayReport, 'missing'>, story: DayStory): string[] {
  const { executions, foundAfterSeconds = 0, alerts, taskId } = audit;
  const name = nameOf(audit);
  if (audit.earlier) {
    return [
      ...unless(executions.length === 1, `${name} was watched by ${executions.length} executions, not by one.`),
      ...unless(alerts.length === 0, `${name} is history, but sent alerts.`),
    ];
  }
  const statuses = executions.map(({ status }) => status).join(', ');
  const expected = taskId === story.aborted.taskId ? 'ABORTED, SUCCEEDED' : 'SUCCEEDED';
  const kinds = alerts.map(({ kind }) => kind);
  const inTime = foundAfterSeconds <= sweeps.everySeconds + MARGIN_SECONDS;
  return [
    ...unless(inTime, `${name} was only found after ${foundAfterSeconds} s.`),
    ...unless(statuses === expected, `${name} has the executions ${statuses || 'none'}; expected ${expected}.`),
    ...unless(
      kinds.at(-1) === 'COMPLETED_WITH_FINDINGS' && new Set(kinds).size === kinds.length,
      `${name} should send one alert of each kind, COMPLETED_WITH_FINDINGS last; it sent ${kinds.join(', ') || 'none'}.`,
    ),
    ...unless(
      taskId !== story.aborted.taskId || kinds[0] === 'NON_COMPLIANT_DETECTED',
      `${name} should send an alert before its execution is aborted.`,
    ),
  ];
}

/** One alert says which audit did not run, and no alert names another. */
function brokenByAlerts(alerts: readonly AlertReport[], { missedRun }: DayStory): string[] {
  const named = alerts.filter(({ kind }) => kind === 'AUDIT_OVERDUE').map(({ machine }) => machine.scheduledAuditName);
  const others = named.filter((name) => name !== missedRun);
  const count = named.length - others.length;
  const keys = alerts.map(({ key }) => key);
  return [
    ...unless(
      count === 1,
      `${missedRun} did not run: AUDIT_OVERDUE should be sent for it once, and was sent ${count} times.`,
    ),
    ...unless(others.length === 0, `AUDIT_OVERDUE was sent for ${others.join(', ')} without reason.`),
    ...unless(new Set(keys).size === keys.length, 'An alert was sent twice.'),
  ];
}

function nameOf({ auditName, startedAt }: DayAuditReport): string {
  return `${auditName} of ${startedAt.slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ')}`;
}

function unless(holds: boolean, sentence: string): string[] {
  return holds ? [] : [sentence];
}
