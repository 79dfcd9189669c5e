import { plural } from '../../text/words.ts';
import { type AlertFacts, standsNow } from '../facts.ts';
import { cleanSteps } from '../next-steps.ts';
import { completedText, stillOpenSentences } from '../phrases.ts';
import {
  droppedSection,
  elsewhereSection,
  linesSection,
  suppressedSection,
  withoutResultSection,
} from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** An audit that completed clean only because what was open is suppressed now. */
export const suppressed: AuditKind = {
  outcomes: ['NON_COMPLIANT', 'FAILED'],
  ended: 'SUPPRESSED',
  word: 'SUPPRESSED',
  icon: () => ':mute:',
  titleAfter: (facts) => `: ${findingsText(facts)} suppressed, not fixed`,
  headline: (facts) =>
    [
      `${findingsText(facts)} of this AWS IoT audit ${countOf(facts) === 1 ? 'is' : 'are'} suppressed now, not fixed.`,
      ...stillOpenSentences(facts),
    ].join(' '),
  state: completedText,
  sections: (facts) => [
    linesSection('Suppressed', linesOf(facts)),
    droppedSection(facts),
    withoutResultSection(facts),
    elsewhereSection(facts),
    suppressedSection(facts, facts.trouble),
  ],
  nextSteps: cleanSteps,
};

function countOf(facts: AlertFacts): number | undefined {
  const counts = facts.trouble.map((check) => standsNow(facts, check)?.details.suppressedNonCompliantResourcesCount);
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}

function findingsText(facts: AlertFacts): string {
  return plural(countOf(facts), 'finding');
}

function linesOf(facts: AlertFacts): string[] {
  return facts.trouble.map((check) => {
    const now = standsNow(facts, check)?.details.suppressedNonCompliantResourcesCount;
    return `${check.title}: ${plural(check.details.nonCompliantResourcesCount, 'resource')} open before, ${plural(now, 'finding')} suppressed now`;
  });
}
