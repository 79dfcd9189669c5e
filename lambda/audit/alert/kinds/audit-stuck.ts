import { cancelAuditCommand, type NextStep, startAuditCommand } from '../../text/commands.ts';
import { durationText, secondsBetween } from '../../text/duration.ts';
import { plural, timeText } from '../../text/words.ts';
import type { AlertFacts } from '../facts.ts';
import { listStep, roleSteps } from '../next-steps.ts';
import { finishedChecks, finishedText, seenAt } from '../phrases.ts';
import { linesSection, openSection } from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** A running audit in which nothing changes any more. It may be stuck or only slow: nothing here is called certain. */
export const auditStuck: AuditKind = {
  outcomes: ['RUNNING', 'WAITING_FOR_DATA', 'UNKNOWN'],
  severity: 'HIGH',
  icon: () => ':hourglass:',
  titleAfter,
  headline: ({ stuck, capturedAt }) => {
    const silence = durationText(secondsBetween(stuck?.unchangedSince, capturedAt)) ?? 'far longer than usual';
    return `the AWS IoT audit seems stuck: nothing has changed for ${silence}. It is still running.`;
  },
  state: (facts) => `${finishedText(facts)}, seen ${seenAt(facts)}`,
  sections: (facts) => [
    linesSection('Why', why(facts)),
    openSection(facts, 'Still running', 'RUNNING'),
    openSection(facts, 'Waiting for data collection', 'WAITING_FOR_DATA'),
    openSection(facts, 'In an unknown state', 'UNKNOWN'),
  ],
  nextSteps,
  outlook: ({ stuck }) => {
    const limit = stuck === undefined ? '' : ` of ${plural(stuck.watchLimitHours, 'hour')}`;
    return `This alert is sent once. The watcher keeps polling until the audit ends or the watch limit${limit} passes, and sends a message then.`;
  },
};

/** ` seems stuck: 9 of 14 checks in 6 h, usually 42 min`: a subject of 99 characters has no room for more words. */
function titleAfter(facts: AlertFacts): string {
  const finished = finishedChecks(facts);
  const { total } = facts.counts;
  const running = durationText(secondsBetween(facts.startedAt, facts.capturedAt));
  const usual = durationText(facts.stuck?.usualSeconds);
  const soFar = [
    ...(finished === undefined || total === undefined ? [] : [`${finished} of ${plural(total, 'check')}`]),
    ...(running === undefined ? [] : [`in ${running}`]),
  ].join(' ');
  const parts = [soFar, usual === undefined ? '' : `usually ${usual}`].filter((part) => part !== '');
  return ` seems stuck${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

function why({ stuck }: AlertFacts): string[] {
  if (stuck === undefined) return ['It has run far longer than usual without a change.'];
  const { audits, usualSeconds, unchangedSince } = stuck;
  const usual = durationText(usualSeconds) ?? 'an unknown time';
  return [
    `Nothing has changed since ${timeText(unchangedSince)}.`,
    audits === 1
      ? `The one earlier audit whose duration is known took ${usual}.`
      : `The longest of ${plural(audits, 'earlier audit')} took ${usual}.`,
  ];
}

function nextSteps(facts: AlertFacts): NextStep[] {
  const { region, taskId, trouble } = facts;
  const isWaiting = trouble.some(({ outcome }) => outcome === 'WAITING_FOR_DATA');
  const names = trouble.map(({ name }) => name);
  const command = startAuditCommand(region, names);
  return [
    listStep(facts, 'Check whether the audit still makes progress.'),
    ...(isWaiting
      ? [
          {
            text: 'Waiting for data collection is normal for a check that was enabled recently, above all in an account with much data: give it time.',
          },
        ]
      : []),
    ...roleSteps(facts),
    { text: 'If it makes no progress, cancel it:', command: cancelAuditCommand(region, taskId) },
    command === undefined
      ? { text: 'Then run it again.' }
      : { text: 'Then run the checks without a result again:', command },
  ];
}
