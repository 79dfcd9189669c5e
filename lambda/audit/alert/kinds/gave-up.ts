import type { NextStep } from '../../text/commands.ts';
import { auditListLink, auditReportLink, executionLink } from '../../text/console-links.ts';
import { countText } from '../../text/words.ts';
import { GAVE_UP_REASON } from '../../watch/alert-kinds.ts';
import type { AlertFacts } from '../facts.ts';

/** How a watch that ended before its audit is told. */
export interface GaveUpWording {
  /** Ends the title. */
  readonly after: string;
  /** The sentence after the severity. */
  readonly headline: string;
  readonly why: readonly string[];
  readonly nextSteps: NextStep[];
}

const MAY_STILL_RUN = 'the watcher stopped before this AWS IoT audit ended. The audit may still be running.';

/** Each reason has its own cause and its own remedy; a reason from a later version is told as it is. */
export function gaveUpWording(facts: AlertFacts): GaveUpWording {
  const { after, headline, why, remedy } = reasonWording(facts);
  return { after, headline, why: [why, ...lastError(facts)], nextSteps: [...inspect(facts), { text: remedy }] };
}

interface ReasonWording {
  readonly after: string;
  readonly headline: string;
  readonly why: string;
  readonly remedy: string;
}

function reasonWording({ gaveUp }: AlertFacts): ReasonWording {
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
        headline: 'the watcher stopped, because AWS knows no audit with this task ID.',
        why: 'AWS keeps the results of an audit for 90 days. Otherwise the task ID is wrong, or belongs to another Region or account.',
        remedy: 'Compare the task ID and the Region with the event that started this watch.',
      };
    case GAVE_UP_REASON.resultsMissing:
      return {
        after: ': results missing',
        headline: 'the AWS IoT audit completed, but AWS gave no results for it. They are unknown, not good.',
        why: 'DescribeAuditTask answered COMPLETED without counts, and without check details that tell the result, again and again.',
        remedy: 'If the audit report is empty too, run the audit again.',
      };
    case GAVE_UP_REASON.accessDenied:
      return {
        after: ': access denied',
        headline: 'the watcher was refused access, so nobody watches this AWS IoT audit.',
        why: 'A call of the watcher to AWS was denied.',
        remedy:
          'Deploy the watcher again to restore its permissions, then look for a service control policy or key policy that denies them.',
      };
    case GAVE_UP_REASON.persistentError:
      return {
        after: ': persistent errors',
        headline: MAY_STILL_RUN,
        why: 'Throttling or errors of AWS outlasted every retry.',
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

function inspect({ region, taskId, gaveUp }: AlertFacts): NextStep[] {
  const audit =
    gaveUp?.reason === GAVE_UP_REASON.auditNotFound
      ? { label: 'Open the list of audits', url: auditListLink(region) }
      : { label: 'Open the audit report', url: auditReportLink(region, taskId) };
  const look = { text: 'Look at the audit yourself; no further message will come for it.', link: audit };
  if (gaveUp === undefined) return [look];
  const execution = { label: 'Open the execution of the watcher', url: executionLink(region, gaveUp.execution) };
  return [look, { text: 'See what the watcher did.', link: execution }];
}
