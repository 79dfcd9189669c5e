import { stuckTitle, usualText } from '../audit/alert/kinds/stuck.ts';
import { cancelAuditCommand } from '../audit/text/commands.ts';
import { secondsBetween } from '../audit/text/duration.ts';
import { chatCode } from '../audit/text/safe-text.ts';
import type { MachineAlert } from './machine-alert.ts';
import { isLinkable, plural, timeText } from './slack-wording.ts';

/** ` seems stuck: 9 of 14 checks in 6 h, usually 42 min`. */
export function stuckAfterName({ statistics, taskStartTime, capturedAt, stuck }: MachineAlert): string {
  const { totalChecks: total, compliantChecks, nonCompliantChecks, failedChecks } = statistics;
  const isKnown = compliantChecks !== undefined && nonCompliantChecks !== undefined && failedChecks !== undefined;
  return stuckTitle({
    finished: isKnown ? compliantChecks + nonCompliantChecks + failedChecks : undefined,
    total,
    runningSeconds: secondsBetween(taskStartTime, capturedAt),
    usualSeconds: stuck?.usualSeconds,
  });
}

/** Why an audit seems stuck. */
export function stuckText({ stuck }: MachineAlert): string | undefined {
  if (stuck === undefined) return undefined;
  const { unchangedSince, audits, usualSeconds } = stuck;
  return `*Why*: nothing has changed since ${timeText(unchangedSince)}. ${usualText(audits, usualSeconds)}`;
}

/** What to do about it. */
export function stuckAdvice({ region, taskId, checks }: MachineAlert): string {
  const isWaiting = checks.some(({ checkRunStatus }) => checkRunStatus === 'WAITING_FOR_DATA_COLLECTION');
  const patience = isWaiting ? ' Waiting for data is normal for a check that was enabled a short time ago.' : '';
  const command =
    taskId !== undefined && isLinkable(region) ? `: ${chatCode(cancelAuditCommand(region, taskId).join(' '))}` : '.';
  return `see whether anything moves; if not, cancel the audit and run it again${command}${patience}`;
}

/** What the reader may expect. */
export function stuckOutlook({ stuck }: MachineAlert): string {
  const limit = stuck?.watchLimitHours === undefined ? '' : ` of ${plural(stuck.watchLimitHours, 'hour')}`;
  return `The watcher looks on until the audit ends or the watch limit${limit} passes; then a closing message follows`;
}
