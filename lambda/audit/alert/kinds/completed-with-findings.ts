import { countText, plural, sentenceList } from '../../text/words.ts';
import type { AlertFacts } from '../facts.ts';
import { findingSteps, withoutResultSteps } from '../next-steps.ts';
import { completedText, openCounts, severityIcon, stillOpenSentences } from '../phrases.ts';
import {
  changedSection,
  elsewhereSection,
  failedSection,
  nonCompliantSection,
  suppressedSection,
  withoutResultSection,
} from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** An audit that completed with non-compliant or failed checks. */
export const completedWithFindings: AuditKind = {
  outcomes: ['NON_COMPLIANT', 'FAILED'],
  showsChanges: true,
  repeatable: 'AUDIT',
  icon: severityIcon,
  titleAfter: (facts) => ` done: ${troubleCounts(facts).join(', ')} of ${plural(facts.counts.total, 'check')}`,
  headline: (facts) =>
    [`the AWS IoT audit finished with ${sentenceList(openCounts(facts))}.`, ...stillOpenSentences(facts)].join(' '),
  state: completedText,
  sections: (facts) => [
    changedSection(facts),
    nonCompliantSection(facts, 'Non-compliant'),
    failedSection(facts, 'Failed, result unknown'),
    withoutResultSection(facts),
    elsewhereSection(facts),
    suppressedSection(facts),
  ],
  nextSteps: (facts) => [...findingSteps(facts), ...withoutResultSteps(facts)],
};

/** Known zeros are left out: they are not what happened. */
function troubleCounts({ counts }: AlertFacts): string[] {
  const parts = [
    { count: counts.nonCompliant, what: 'non-compliant' },
    { count: counts.failed, what: 'failed' },
  ];
  return parts.filter(({ count }) => count !== 0).map(({ count, what }) => `${countText(count)} ${what}`);
}
