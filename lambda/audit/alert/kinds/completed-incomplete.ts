import type { NextStep } from '../../text/commands.ts';
import { isCount, plural } from '../../text/words.ts';
import type { AlertFacts } from '../facts.ts';
import { droppedSteps, listStep, roleSteps, withoutResultSteps } from '../next-steps.ts';
import { completedText, isAllCompliant, severityIcon, stillOpenSentences } from '../phrases.ts';
import {
  changedSection,
  droppedSection,
  elsewhereSection,
  suppressedSection,
  withoutResultSection,
} from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** An audit that completed without findings, but not with a result for everything that it should have checked. */
export const completedIncomplete: AuditKind = {
  outcomes: ['RUNNING', 'WAITING_FOR_DATA', 'CANCELED', 'UNKNOWN'],
  includesDropped: true,
  showsChanges: true,
  repeatable: 'AUDIT',
  icon: severityIcon,
  titleAfter: (facts) => ` incomplete: ${whatIsMissing(facts)}`,
  headline: (facts) =>
    [
      isOnlyDropped(facts)
        ? 'the AWS IoT audit found nothing.'
        : `the AWS IoT audit finished, but ${whatIsMissing(facts)}.`,
      ...stillOpenSentences(facts),
    ].join(' '),
  state: completedText,
  sections: (facts) => [
    changedSection(facts, ['Unknown', 'Not audited']),
    withoutResultSection(facts),
    droppedSection(facts),
    elsewhereSection(facts),
    suppressedSection(facts),
  ],
  nextSteps,
};

function nextSteps(facts: AlertFacts): NextStep[] {
  const steps = [...roleSteps(facts), ...withoutResultSteps(facts), ...droppedSteps(facts)];
  if (steps.length > 0) return [...steps, listStep(facts)];
  return facts.counts.total === 0
    ? [listStep(facts, 'Check which checks this audit is meant to have, then run it again.')]
    : [listStep(facts, 'If the AWS console does not show the results either, run the audit again.')];
}

/** `2 of 2 checks have no result`. */
function whatIsMissing({ checks, counts, dropped, missing }: AlertFacts): string {
  const { total, compliant } = counts;
  const uncounted = isCount(total) && isCount(compliant) ? total - compliant : 0;
  const without = Math.max(uncounted, checks.filter(({ outcome }) => outcome !== 'COMPLIANT').length);
  if (without > 0) {
    return `${without} of ${plural(total, 'check')} ${without === 1 ? 'has' : 'have'} no result`;
  }
  if (missing.length > 0) return `AWS does not name ${plural(missing.length, 'open check')}`;
  if (total === 0) return 'it had no check';
  if (dropped.length > 0) {
    return `${plural(dropped.length, 'open check')} ${dropped.length === 1 ? 'was' : 'were'} not part of it`;
  }
  return total === undefined ? 'AWS gives no result of it' : 'AWS does not give the result of every check';
}

function isOnlyDropped(facts: AlertFacts): boolean {
  return facts.dropped.length > 0 && facts.missing.length === 0 && isAllCompliant(facts);
}
