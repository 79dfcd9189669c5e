import type { DayAuditReport, DayReport } from '../../../local/runs/day-report.ts';
import type { DayStory } from '../../../local/runs/scheduled-day-story.ts';
import { buildAlertReport, buildAuditReport } from '../../cli/play/reports.ts';

/** What an audit came to, of the days before unless the overrides say otherwise. */
function buildDayAudit(story: DayStory, index: number, overrides: Partial<DayAuditReport> = {}): DayAuditReport {
  const audit = story.audits[index];
  if (audit === undefined) throw new Error(`The story has no audit ${index}.`);
  const { taskId, auditName, startedAt, earlier } = audit;
  return {
    ...buildAuditReport({ alerts: [] }),
    taskId,
    auditName,
    earlier,
    startedAt: new Date(startedAt).toISOString(),
    foundAfterSeconds: 0,
    executions: [{ status: 'SUCCEEDED' }],
    ...overrides,
  };
}

/** A day on which all went as it should. */
export function buildDay(story: DayStory, overrides: Partial<DayReport> = {}): DayReport {
  const earlier = story.audits.flatMap((audit, index) => (audit.earlier ? [buildDayAudit(story, index)] : []));
  const kinds = ['NON_COMPLIANT_DETECTED', 'CHECK_FAILED', 'COMPLETED_WITH_FINDINGS'];
  const alertsOf = (name: string, ...of: readonly string[]) =>
    of.map((kind) => buildAlertReport({ kind, key: `${name}#${kind}` }));
  const nightly = alertsOf('nightly', ...kinds);
  const certificates = alertsOf('certificates', 'COMPLETED_WITH_FINDINGS');
  const missedRun = buildAlertReport({
    kind: 'AUDIT_OVERDUE',
    key: 'gateways',
    machine: { kind: 'AUDIT_OVERDUE', scheduledAuditName: story.missedRun },
  });
  return {
    day: '2026-10-02',
    audits: [
      ...earlier,
      buildDayAudit(story, earlier.length, {
        foundAfterSeconds: 108,
        executions: [{ status: 'ABORTED' }, { status: 'SUCCEEDED' }],
        alerts: nightly,
      }),
      buildDayAudit(story, earlier.length + 1, { foundAfterSeconds: 200, alerts: certificates }),
    ],
    alerts: [...nightly, ...certificates, missedRun],
    sweeps: { count: 288, failed: 0, everySeconds: 300 },
    calls: { UpdateItem: 1286, ListAuditTasks: 314 },
    missing: [],
    ...overrides,
  };
}
