import type { ScheduleTerms } from '../../answer/aws-answers.ts';
import {
  type Command,
  describeConfigurationCommand,
  describeScheduleCommand,
  type NextStep,
  startScheduledChecksCommand,
} from '../../text/commands.ts';
import { timeText } from '../../text/words.ts';
import type { MissedRunFacts } from '../missed-run-facts.ts';
import { listStep } from '../next-steps.ts';
import { linesSection } from '../sections.ts';
import type { MissedRunKind } from './kind.ts';

/** A scheduled audit that did not start when it was due. */
export const auditOverdue: MissedRunKind = {
  icon: () => ':hourglass:',
  titleAfter: ({ day }) => ` did not run on ${day}`,
  headline: () => 'a scheduled AWS IoT audit did not run when it was due, so nothing was checked.',
  state: ({ dueAt, schedule }) => `by ${timeText(dueAt)} (${scheduleText(schedule)})`,
  sections: (facts) => [linesSection('What is known', knownText(facts))],
  nextSteps,
  outlook: () => 'This alert is sent once for each missed run.',
};

function knownText({ judgedAt, lastStartedAt, lastTaskId }: MissedRunFacts): string[] {
  return [
    `By ${timeText(judgedAt)} it had not started.`,
    lastStartedAt === undefined
      ? 'No earlier run is known.'
      : `The last run started ${timeText(lastStartedAt)}${lastTaskId === undefined ? '' : ` (task ${lastTaskId})`}.`,
    'AWS does not say at which time of day a schedule starts. A run counts as missed five hours after the longest time that may pass between two runs.',
  ];
}

/** Whether it is still meant to run comes first; a name that cannot be pasted leaves the words without the command. */
function nextSteps(facts: MissedRunFacts): NextStep[] {
  const { auditName, region } = facts;
  return [
    pastable('Check that the schedule is still as intended', describeScheduleCommand(region, auditName)),
    pastable(
      'Check that the audit settings still have a role and enable the checks of this audit',
      describeConfigurationCommand(region),
    ),
    pastable('Run its checks yourself', startScheduledChecksCommand(region, auditName)),
    listStep(facts),
    { text: 'If the schedule was changed or deleted on purpose, there is nothing to do.' },
  ];
}

function pastable(text: string, command: Command | undefined): NextStep {
  return command === undefined ? { text: `${text}.` } : { text: `${text}:`, command };
}

/** `daily`, `every two weeks on MON`, `monthly on day 15`. */
export function scheduleText({ frequency, dayOfWeek, dayOfMonth }: ScheduleTerms): string {
  switch (frequency) {
    case 'DAILY':
      return 'daily';
    case 'WEEKLY':
      return `weekly${onDay(dayOfWeek)}`;
    case 'BIWEEKLY':
      return `every two weeks${onDay(dayOfWeek)}`;
    case 'MONTHLY':
      return `monthly${onDay(dayOfMonthText(dayOfMonth))}`;
    default:
      return frequency ?? 'frequency unknown';
  }
}

/** In a month that is too short AWS takes its last day. Source: API Reference, CreateScheduledAudit. */
function dayOfMonthText(day: string | undefined): string | undefined {
  if (day === undefined) return undefined;
  if (day === 'LAST') return 'the last day';
  return Number(day) > 28 ? `day ${day}, or the last day of a shorter month` : `day ${day}`;
}

function onDay(day: string | undefined): string {
  return day === undefined ? '' : ` on ${day}`;
}
