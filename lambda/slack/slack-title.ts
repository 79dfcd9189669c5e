import { compareSeverity } from '../audit/answer/severity.ts';
import { clean, shorten } from '../audit/text/safe-text.ts';
import type { MachineAlert } from './machine-alert.ts';
import { overdueAfterName } from './slack-overdue.ts';
import { stuckAfterName } from './slack-stuck.ts';
import { countText, inWords, plural } from './slack-wording.ts';

/** `CRITICAL: IoT audit NightlyFleetAudit done: 2 non-compliant, 1 failed of 14 checks (eu-west-1)`; the name gives way first. */
export function titleText(alert: MachineAlert, max: number): string {
  const verb = alert.kind === 'WATCHER_GAVE_UP' ? 'Stopped watching ' : '';
  const before = `${statusWord(alert)}: ${verb}${auditWord(alert)}`;
  const after = `${afterName(alert)} (${clean(alert.region, 30) ?? 'Region unknown'})`;
  const room = max - before.length - after.length - 1;
  const name = auditName(alert);
  const named = name === undefined ? before : `${before} ${shorten(name, Math.max(8, room))}`;
  return shorten(`${named}${after}`, max);
}

/** First word everywhere. */
function statusWord({ kind, severity }: MachineAlert): string {
  return kind === 'RECOVERED' ? 'RECOVERED' : severity;
}

/** Slack's name of an emoji, with its colons. */
export function statusIcon({ kind, severity }: MachineAlert): string {
  switch (kind) {
    case 'RECOVERED':
    case 'COMPLETED_COMPLIANT':
      return ':white_check_mark:';
    case 'AUDIT_NOT_COMPLETED':
      return ':no_entry:';
    case 'AUDIT_STUCK':
    case 'WATCHER_GAVE_UP':
    case 'AUDIT_OVERDUE':
      return ':hourglass:';
    case 'NON_COMPLIANT_DETECTED':
    case 'COMPLETED_WITH_FINDINGS':
      return compareSeverity(severity, 'HIGH') < 0 ? ':warning:' : ':rotating_light:';
    default:
      return ':warning:';
  }
}

function auditWord({ taskType, scheduledAuditName }: MachineAlert): string {
  return taskType === 'ON_DEMAND_AUDIT_TASK' && scheduledAuditName === undefined ? 'IoT on-demand audit' : 'IoT audit';
}

function auditName(alert: MachineAlert): string | undefined {
  const { scheduledAuditName, taskType, taskId } = alert;
  return clean(scheduledAuditName, 128) ?? (taskType === 'ON_DEMAND_AUDIT_TASK' ? undefined : taskId);
}

function afterName(alert: MachineAlert): string {
  const { kind, statistics, taskStatus, gaveUp } = alert;
  const { totalChecks, compliantChecks, nonCompliantChecks, failedChecks } = statistics;
  switch (kind) {
    case 'NON_COMPLIANT_DETECTED':
      return `: ${plural(nonCompliantChecks, 'non-compliant check')} so far`;
    case 'CHECK_FAILED':
      return `: ${plural(failedChecks, 'check')} could not run`;
    case 'AUDIT_STUCK':
      return stuckAfterName(alert);
    case 'AUDIT_OVERDUE':
      return overdueAfterName(alert);
    case 'COMPLETED_WITH_FINDINGS':
      return ` done: ${countText(nonCompliantChecks)} non-compliant, ${countText(failedChecks)} failed of ${plural(totalChecks, 'check')}`;
    case 'RECOVERED':
    case 'COMPLETED_COMPLIANT':
      // Nothing is called compliant that AWS does not call so.
      return totalChecks !== undefined && totalChecks === compliantChecks
        ? `: ${plural(totalChecks, 'check')}, all compliant`
        : ': no check is non-compliant or failed';
    case 'AUDIT_NOT_COMPLETED':
      return ` ended as ${clean(taskStatus, 30) ?? 'a missing status'}`;
    case 'WATCHER_GAVE_UP':
      return gaveUp?.reason === undefined ? '' : `: ${inWords(gaveUp.reason)}`;
    default:
      return `: ${inWords(kind)}`;
  }
}
