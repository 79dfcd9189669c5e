import { cleanSteps } from '../next-steps.ts';
import { completedText, compliantText, stillOpenSentences } from '../phrases.ts';
import { changedSection, elsewhereSection, suppressedSection, withoutResultSection } from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** An audit that completed clean, as before. */
export const completedCompliant: AuditKind = {
  outcomes: [],
  repeatable: 'AUDIT',
  severity: 'INFO',
  icon: () => ':white_check_mark:',
  titleAfter: (facts) => `: ${compliantText(facts)}`,
  headline: (facts) => [`${compliantText(facts, ' of this AWS IoT audit')}.`, ...stillOpenSentences(facts)].join(' '),
  state: completedText,
  sections: (facts) => [
    changedSection(facts),
    withoutResultSection(facts),
    elsewhereSection(facts),
    suppressedSection(facts),
  ],
  nextSteps: cleanSteps,
};
