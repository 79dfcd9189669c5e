import type { AlertReport } from './audit-report.ts';
import type { DayAuditReport, DayReport } from './day-report.ts';
import type { DayStory } from './scheduled-day-story.ts';

/** From the moment at which an audit can be seen, a sweep may be under way that has just missed it. */
const MARGIN_SECONDS = 5;

/** What the story promises and did not happen, a sentence each. Looks at what was stored and sent, not at how. */
export function brokenPromises(report: Omit<DayReport, 'missing'>, story: DayStory): string[] {
  return [
    ...report.audits.flatMap((audit) => [...brokenByAny(audit), ...brokenByKind(audit, report, story)]),
    ...brokenByAlerts(report.alerts, story),
    ...(report.sweeps.count === 0 ? ['No sweep ran.'] : []),
    ...(report.sweeps.failed > 0 ? [`${report.sweeps.failed} sweeps failed.`] : []),
  ];
}

/** Every audit is watched to its end, and no look is lost. */
function brokenByAny(audit: DayAuditReport): string[] {
  const { execution, taskStatus, snapshots } = audit;
  const name = nameOf(audit);
  if (audit.foundAfterSeconds === undefined) return [`${name} was never found.`];
  const inOrder = snapshots.every(({ turn }, index) => turn === index + 1) && snapshots.length === execution.turns;
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
      ...unless(alerts.length === 0, `${name} is history and alerted all the same.`),
    ];
  }
  const statuses = executions.map(({ status }) => status).join(', ');
  const expected = taskId === story.aborted.taskId ? 'ABORTED, SUCCEEDED' : 'SUCCEEDED';
  const kinds = alerts.map(({ kind }) => kind);
  const inTime = foundAfterSeconds <= sweeps.everySeconds + MARGIN_SECONDS;
  return [
    ...unless(inTime, `${name} was found after ${foundAfterSeconds} s only.`),
    ...unless(statuses === expected, `${name} has the executions ${statuses || 'none'}; expected ${expected}.`),
    ...unless(
      kinds.at(-1) === 'COMPLETED_WITH_FINDINGS' && new Set(kinds).size === kinds.length,
      `${name} should alert once for each kind, and close with COMPLETED_WITH_FINDINGS; found ${kinds.join(', ') || 'none'}.`,
    ),
    ...unless(
      taskId !== story.aborted.taskId || kinds[0] === 'NON_COMPLIANT_DETECTED',
      `${name} should alert before its execution is aborted.`,
    ),
  ];
}

/** One alert says which audit did not run, and no alert names another. */
function brokenByAlerts(alerts: readonly AlertReport[], { overdue }: DayStory): string[] {
  const told = alerts.filter(({ kind }) => kind === 'AUDIT_OVERDUE').map(({ machine }) => machine.scheduledAuditName);
  const others = told.filter((name) => name !== overdue);
  const count = told.length - others.length;
  const keys = alerts.map(({ key }) => key);
  return [
    ...unless(count === 1, `${overdue} did not run: it should be told once as AUDIT_OVERDUE, and was ${count} times.`),
    ...unless(others.length === 0, `AUDIT_OVERDUE was told of ${others.join(', ')} without reason.`),
    ...unless(new Set(keys).size === keys.length, 'An alert was sent twice.'),
  ];
}

function nameOf({ auditName, startedAt }: DayAuditReport): string {
  return `${auditName} of ${startedAt.slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ')}`;
}

function unless(holds: boolean, sentence: string): string[] {
  return holds ? [] : [sentence];
}
