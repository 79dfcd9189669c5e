import { plural, sentenceList } from '../../text/words.ts';
import type { AlertFacts } from '../facts.ts';
import { listStep, roleSteps } from '../next-steps.ts';
import { finishedChecks, finishedText, openCounts, seenAt, statusText, stillOpenSentences } from '../phrases.ts';
import {
  elsewhereSection,
  endedSection,
  failedSection,
  nonCompliantSection,
  withoutResultSection,
} from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** An audit that failed or was canceled. */
export const auditNotCompleted: AuditKind = {
  outcomes: ['NON_COMPLIANT', 'FAILED'],
  leastSeverity: 'HIGH',
  icon: () => ':no_entry:',
  titleAfter: (facts) => `${howItEnded(facts)}${afterChecks(facts)}`,
  headline: (facts) => {
    const { nonCompliant, failed } = facts.counts;
    const isKnown = nonCompliant !== undefined || failed !== undefined;
    const what = isKnown ? sentenceList(openCounts(facts)) : '';
    const result = what === '' ? ', and its result is not known' : ` with ${what}`;
    return [`the AWS IoT audit${howItEnded(facts)}${result}.`, ...stillOpenSentences(facts)].join(' ');
  },
  state: (facts) => `${statusText(facts)}, seen ${seenAt(facts)}; ${finishedText(facts)}`,
  sections: (facts) => [
    endedSection(facts),
    nonCompliantSection(facts, 'Non-compliant before it ended'),
    failedSection(facts, 'Failed before it ended'),
    withoutResultSection(facts),
    elsewhereSection(facts),
  ],
  nextSteps: (facts) => [...roleSteps(facts), listStep(facts, advice(facts))],
};

function howItEnded(facts: AlertFacts): string {
  return facts.taskStatus === 'CANCELED' ? ' was CANCELED' : ` ended as ${statusText(facts)}`;
}

function afterChecks(facts: AlertFacts): string {
  const finished = finishedChecks(facts);
  const { total } = facts.counts;
  return finished === undefined || total === undefined ? '' : ` after ${finished} of ${plural(total, 'check')}`;
}

function advice({ taskStatus, taskType }: AlertFacts): string {
  const again =
    taskType === 'ON_DEMAND_AUDIT_TASK' ? 'run it again' : 'run it again or wait for the next scheduled run';
  return taskStatus === 'CANCELED'
    ? `Find out who canceled it (CloudTrail event CancelAuditTask), then ${again}.`
    : `Look for the reason in the AWS console, then ${again}.`;
}
