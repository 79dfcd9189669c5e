import { plural } from '../../text/words.ts';
import type { AlertFacts } from '../facts.ts';
import { reportStep } from '../next-steps.ts';
import { finishedChecks, finishedText, seenAt, statusText } from '../phrases.ts';
import { failedSection, nonCompliantSection, withoutResultSection } from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** An audit that failed or was canceled. */
export const auditNotCompleted: AuditKind = {
  outcomes: ['NON_COMPLIANT', 'FAILED'],
  severity: 'HIGH',
  icon: () => ':no_entry:',
  titleAfter: (facts) => `${howItEnded(facts)}${afterChecks(facts)}`,
  headline: (facts) => `the AWS IoT audit${howItEnded(facts)}. Its result is incomplete.`,
  state: (facts) => `${statusText(facts)}, seen ${seenAt(facts)}; ${finishedText(facts)}`,
  sections: (facts) => [
    nonCompliantSection(facts, 'Non-compliant before it ended'),
    failedSection(facts, 'Failed before it ended'),
    withoutResultSection(facts),
  ],
  nextSteps: (facts) => [reportStep(facts, advice(facts))],
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
    : `Look for the reason in the audit report, then ${again}.`;
}
