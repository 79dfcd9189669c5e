import type { NextStep } from '../../text/commands.ts';
import { executionLink } from '../../text/console-links.ts';
import { countText, timeText } from '../../text/words.ts';
import { GAVE_UP_REASON } from '../../watch/alert-kinds.ts';
import type { AlertFacts } from '../facts.ts';
import { listStep, roleSteps } from '../next-steps.ts';
import { finishedText, statusText } from '../phrases.ts';
import { failedSection, linesSection, nonCompliantSection } from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** A watch that saw no end of its audit, and is tried again from time to time. */
export const watcherGaveUp: AuditKind = {
  outcomes: ['NON_COMPLIANT', 'FAILED'],
  leastSeverity: 'HIGH',
  keyword: 'WATCHER',
  icon: () => ':hourglass:',
  titleBefore: 'IoT audit watcher stopped watching',
  titleAfter: (facts) => reasonOf(facts).after,
  headline: (facts) => reasonOf(facts).headline,
  state: (facts) =>
    facts.capturedAt === undefined
      ? 'never seen'
      : `last seen ${timeText(facts.capturedAt)} as ${statusText(facts)}: ${finishedText(facts)}`,
  sections: (facts) => [
    linesSection('Why', [reasonOf(facts).why, ...lastError(facts)]),
    nonCompliantSection(facts, 'Non-compliant when last seen'),
    failedSection(facts, 'Failed when last seen'),
  ],
  nextSteps: (facts) => [...inspectSteps(facts), { text: reasonOf(facts).remedy }, ...roleSteps(facts)],
};

const MAY_STILL_RUN = 'the watcher stopped before this AWS IoT audit ended. The audit may still be running.';

/** Each reason has its own cause and its own remedy. */
interface Reason {
  readonly after: string;
  readonly headline: string;
  readonly why: string;
  readonly remedy: string;
}

/** A reason from a later version is called unknown. */
function reasonOf({ gaveUp }: AlertFacts): Reason {
  const hours = countText(gaveUp?.watchLimitHours);
  switch (gaveUp?.reason) {
    case GAVE_UP_REASON.watchLimit:
      return {
        after: ` after ${hours} h`,
        headline: MAY_STILL_RUN,
        why: `The watch limit of ${hours} hours passed.`,
        remedy: 'If audits really take this long, raise watchLimitHours in the configuration and deploy again.',
      };
    case GAVE_UP_REASON.auditNotFound:
      return {
        after: ': audit not found',
        headline: 'the watcher stopped because AWS IoT has no audit with this task ID.',
        why: 'AWS keeps the results of an audit for 90 days. If this audit is more recent, the task ID is wrong or belongs to another Region or account.',
        remedy: 'Compare the task ID and the Region with the event that started this watch.',
      };
    case GAVE_UP_REASON.accessDenied:
      return {
        after: ': access denied',
        headline: 'AWS denied the watcher access, so this AWS IoT audit is no longer watched.',
        why: 'AWS denied a call of the watcher.',
        remedy:
          'Deploy the watcher again to restore its permissions, then look for a service control policy or key policy that denies them.',
      };
    case GAVE_UP_REASON.malformedAnswer:
      return {
        after: ': malformed answers',
        headline: MAY_STILL_RUN,
        why: 'The answers of DescribeAuditTask lack what every answer must have.',
        remedy:
          'Call describe-audit-task yourself. If its answers lack the status of the audit, report it to AWS Support.',
      };
    case GAVE_UP_REASON.persistentError:
      return {
        after: ': persistent errors',
        headline: MAY_STILL_RUN,
        why: 'Throttling or AWS errors persisted through every retry.',
        remedy: 'Open the execution to see which calls failed; check the AWS Health Dashboard and the API quotas.',
      };
    default:
      return {
        after: ' for an unknown reason',
        headline: MAY_STILL_RUN,
        why: 'The reason is unknown.',
        remedy: 'Open the execution to see why it ended.',
      };
  }
}

/** The watch limit is its own explanation: its error says the same again. */
function lastError({ gaveUp }: AlertFacts): string[] {
  if (gaveUp === undefined || gaveUp.reason === GAVE_UP_REASON.watchLimit) return [];
  return [`Last error: ${[gaveUp.errorName, gaveUp.errorMessage].filter((part) => part !== undefined).join(': ')}`];
}

function inspectSteps(facts: AlertFacts): NextStep[] {
  const { region, gaveUp } = facts;
  const until = gaveUp === undefined ? '' : ` until ${timeText(gaveUp.retriedUntil)}`;
  const text = `Check the audit yourself. The watcher tries again at least once a day${until}, and publishes the result once it has it.`;
  const audit = listStep(facts, text);
  if (gaveUp === undefined) return [audit];
  const execution = { label: 'Open the execution of the watcher', url: executionLink(region, gaveUp.execution) };
  return [audit, { text: 'See what the watcher did.', link: execution }];
}
