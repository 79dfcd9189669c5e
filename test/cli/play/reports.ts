import { composeAlert } from '../../../lambda/audit/alert/message.ts';
import type { AlertReport, AuditReport } from '../../../local/runs/audit-report.ts';
import type { Poll } from '../../../local/runs/watch-run.ts';
import { buildAlertInput, TASK_ID } from '../../builders.ts';

/** The message about a clean audit, as it was published 24.5 s after the start. */
export function buildAlertReport(overrides: Partial<AlertReport> = {}): AlertReport {
  const { key, subject, email, chat, machine, attributes } = composeAlert(buildAlertInput());
  return {
    kind: 'COMPLETED_COMPLIANT',
    severity: 'INFO',
    key,
    subject,
    email,
    chat: JSON.parse(chat),
    machine: JSON.parse(machine),
    attributes,
    atSeconds: 24.5,
    ...overrides,
  };
}

/** A run that sent one alert. */
export function buildAuditReport(overrides: Partial<AuditReport> = {}): AuditReport {
  return {
    taskId: TASK_ID,
    auditName: 'NightlyFleetAudit',
    taskStatus: 'COMPLETED',
    execution: { status: 'SUCCEEDED', polls: 2 },
    snapshots: [
      { poll: 1, capturedAt: '2026-10-02T02:00:05.000Z', taskStatus: 'IN_PROGRESS' },
      { poll: 2, capturedAt: '2026-10-02T02:00:10.000Z', taskStatus: 'COMPLETED' },
    ],
    alerts: [buildAlertReport()],
    calls: { UpdateItem: 5, DescribeAuditTask: 2, PutItem: 2, Publish: 1 },
    transitions: 9,
    ...overrides,
  };
}

/** The third poll of an audit of 14 checks, half of them done. */
export function buildPoll(overrides: Partial<Poll> = {}): Poll {
  return {
    taskId: TASK_ID,
    poll: 3,
    taskStatus: 'IN_PROGRESS',
    counts: {
      total: 14,
      compliant: 5,
      nonCompliant: 1,
      failed: 1,
      canceled: 0,
      inProgress: 6,
      waitingForData: 1,
    },
    waitSeconds: 5,
    ...overrides,
  };
}
