import { plural } from '../../text/words.ts';
import type { AlertFacts } from '../facts.ts';
import { findingSteps } from '../next-steps.ts';
import { CLOSING_MESSAGE_FOLLOWS, finishedText, severityIcon, statusText } from '../phrases.ts';
import { nonCompliantSection } from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** The first non-compliant check of a running audit. */
export const nonCompliantDetected: AuditKind = {
  outcomes: ['NON_COMPLIANT'],
  repeatable: 'NON_COMPLIANT',
  icon: severityIcon,
  titleAfter: ({ counts }) => `: ${plural(counts.nonCompliant, 'non-compliant check')} so far`,
  headline,
  state: finishedText,
  sections: (facts) => [nonCompliantSection(facts, 'Found so far')],
  nextSteps: findingSteps,
  outlook: () => CLOSING_MESSAGE_FOLLOWS,
};

function headline(facts: AlertFacts): string {
  const { nonCompliant } = facts.counts;
  const found = nonCompliant === 1 ? 'an AWS IoT audit check is' : `${plural(nonCompliant, 'AWS IoT audit check')} are`;
  const stands = facts.phase === 'RUNNING' ? 'is still running' : `reports ${statusText(facts)}`;
  return `${found} non-compliant. The audit ${stands}.`;
}
