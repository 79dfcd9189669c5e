import type { NextStep } from '../../text/commands.ts';
import {
  type Command,
  describeConfigurationCommand,
  describeScheduleCommand,
  startScheduledChecksCommand,
} from '../../text/commands.ts';
import { auditReportLink } from '../../text/console-links.ts';
import { timeText } from '../../text/words.ts';
import type { AlertStory } from '../story.ts';
import type { OverdueFacts } from './facts.ts';
import { dueText } from './schedule-text.ts';

/** Tells of an audit that did not run, in the order in which it is read. */
export function overdueStory(facts: OverdueFacts): AlertStory {
  const { auditName, day, schedule, severity } = facts;
  return {
    word: severity,
    icon: ':hourglass:',
    title: { before: 'IoT audit', name: auditName, after: ` did not run on ${day}` },
    headline: 'a scheduled AWS IoT audit did not run when it was due, so nothing was checked.',
    audit: `${auditName} (scheduled)`,
    particulars: [],
    state: { label: 'Due', text: dueText(schedule, facts) },
    sections: [{ heading: 'What is known', checks: [], lines: knownText(facts) }],
    nextSteps: nextSteps(facts),
    outlook: 'This is told once for each missed run.',
  };
}

function knownText({ isLearned, judgedAt, lastStartedAt }: OverdueFacts): string[] {
  return [
    `By ${timeText(judgedAt)} it had not started.`,
    lastStartedAt === undefined ? 'No earlier run is known.' : `The last run started ${timeText(lastStartedAt)}.`,
    isLearned
      ? 'AWS tells the day of a run only: its time of day was learned from earlier runs.'
      : 'AWS tells the day of a run only, and too few runs are known to learn its time of day from.',
  ];
}

/** Whether it is still meant to run comes first; a name that cannot be pasted leaves the words without the command. */
function nextSteps({ auditName, region, lastTaskId }: OverdueFacts): NextStep[] {
  return [
    pastable('See whether the schedule is still what it should be', describeScheduleCommand(region, auditName)),
    pastable(
      'Check that the audit settings still have a role, and the checks of this audit enabled',
      describeConfigurationCommand(region),
    ),
    pastable('Run its checks by hand', startScheduledChecksCommand(region, auditName)),
    ...(lastTaskId === undefined
      ? []
      : [{ link: { label: 'Open the report of the last run', url: auditReportLink(region, lastTaskId) } }]),
    { text: 'If the schedule was changed or deleted on purpose, there is nothing to do.' },
  ];
}

function pastable(text: string, command: Command | undefined): NextStep {
  return command === undefined ? { text: `${text}.` } : { text: `${text}:`, command };
}
