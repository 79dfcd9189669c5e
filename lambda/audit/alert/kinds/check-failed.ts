import { plural } from '../../text/words.ts';
import { findingSteps } from '../next-steps.ts';
import { CLOSING_MESSAGE_FOLLOWS, finishedText } from '../phrases.ts';
import { failedSection } from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** The first check of a running audit that could not run. */
export const checkFailed: AuditKind = {
  outcomes: ['FAILED'],
  repeatable: 'FAILED',
  icon: () => ':warning:',
  titleAfter: ({ counts }) => `: ${plural(counts.failed, 'check')} could not run`,
  headline: ({ counts }) =>
    counts.failed === 1
      ? 'an AWS IoT audit check could not run, so its result is unknown.'
      : `${plural(counts.failed, 'AWS IoT audit check')} could not run, so their results are unknown.`,
  state: finishedText,
  sections: (facts) => [failedSection(facts, 'Could not run')],
  nextSteps: findingSteps,
  outlook: () => CLOSING_MESSAGE_FOLLOWS,
};
