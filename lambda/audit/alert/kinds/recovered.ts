import { plural } from '../../text/words.ts';
import { changeRows } from '../changes.ts';
import type { AlertFacts } from '../facts.ts';
import { cleanSteps } from '../next-steps.ts';
import { completedText, compliantText, isAllClear, stillOpenSentences, suppressedInRecovered } from '../phrases.ts';
import {
  droppedSection,
  elsewhereSection,
  linesSection,
  suppressedSection,
  withoutResultSection,
} from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** An audit that completed clean, and in which checks are compliant that were in trouble before. */
export const recovered: AuditKind = {
  outcomes: ['NON_COMPLIANT', 'FAILED'],
  ended: 'RECOVERED',
  word: 'RECOVERED',
  icon: () => ':white_check_mark:',
  titleAfter: (facts) => `: ${isAllClear(facts) ? compliantText(facts) : recoveredText(facts)}${alsoSuppressed(facts)}`,
  headline: (facts) =>
    isAllClear(facts)
      ? `${compliantText(facts, ' of this AWS IoT audit')}${againText(facts)}.`
      : [`${recoveredText(facts)} in this AWS IoT audit.`, ...stillOpenSentences(facts)].join(' '),
  state: completedText,
  sections: (facts) => [
    linesSection('Recovered', linesOf(facts)),
    droppedSection(facts),
    withoutResultSection(facts),
    elsewhereSection(facts),
    suppressedSection(facts),
  ],
  nextSteps: cleanSteps,
};

function recoveredText({ trouble, unlisted }: AlertFacts): string {
  return `${plural(trouble.length + unlisted, 'check')} recovered`;
}

/** Only a check that was in trouble is compliant again. */
function againText({ trouble, unlisted, counts }: AlertFacts): string {
  const recovered = trouble.length + unlisted;
  return recovered === counts.total ? ' again' : `, ${recovered} of them again`;
}

function alsoSuppressed(facts: AlertFacts): string {
  const count = suppressedInRecovered(facts);
  return count === 0 ? '' : `, ${plural(count, 'finding')} suppressed`;
}

function linesOf(facts: AlertFacts): string[] {
  return changeRows(facts)
    .filter(({ label, isShownInFull }) => label === 'Recovered' && isShownInFull)
    .map(({ text }) => text);
}
