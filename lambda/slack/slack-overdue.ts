import { dueText } from '../audit/alert/overdue/schedule-text.ts';
import { describeScheduleCommand } from '../audit/text/commands.ts';
import { auditReportLink } from '../audit/text/console-links.ts';
import { chatCode, chatText, clean } from '../audit/text/safe-text.ts';
import type { MachineAlert } from './machine-alert.ts';
import { isLinkable, isTime, timeText } from './slack-wording.ts';

/** ` did not run on 2026-11-22`. */
export function overdueAfterName({ overdue }: MachineAlert): string {
  return ` did not run on ${clean(overdue?.day, 10) ?? 'the day it was due'}`;
}

/** When it was due, and when it ran last. */
export function overdueText({ overdue, region }: MachineAlert): string | undefined {
  if (overdue === undefined) return undefined;
  const { isLearned, dueAt, day, frequency, dayOfWeek, dayOfMonth, lastStartedAt, lastTaskId } = overdue;
  const schedule = {
    frequency: clean(frequency, 30),
    dayOfWeek: clean(dayOfWeek, 10),
    dayOfMonth: clean(dayOfMonth, 10),
  };
  const due = dueText(schedule, { day: clean(day, 10), dueAt: isTime(dueAt) ? dueAt : undefined, isLearned });
  const last = lastStartedAt === undefined ? 'no earlier run is known' : timeText(lastStartedAt);
  const isLinked = lastTaskId !== undefined && isLinkable(region);
  const report = isLinked ? ` <${auditReportLink(region, lastTaskId)}|report>` : '';
  return `*Due*: ${chatText(due)}\n*Last run*: ${last}${report}`;
}

/** What to do about it. */
export function overdueAdvice({ region, scheduledAuditName }: MachineAlert): string {
  const command = isLinkable(region) ? describeScheduleCommand(region, scheduledAuditName ?? '') : undefined;
  const look = command === undefined ? '.' : `: ${chatCode(command.join(' '))}`;
  return `look at the schedule${look} If it was changed or deleted on purpose, there is nothing to do; else run its checks by hand.`;
}
