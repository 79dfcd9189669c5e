import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { plural } from '../../../lambda/audit/text/words.ts';
import { ask, everyItem } from '../../shared/failed-call.ts';
import type { Check, StackProbe } from '../probe.ts';
import { fail, listed, pass, skip, type Verdict, warn } from '../verdict.ts';
import { letsCriticalThrough } from './filter-policy.ts';

/** A subscriber of a topic, confirmed or not. */
export interface Subscriber {
  /** Protocol and endpoint, without what is secret in a URL. */
  readonly label: string;
  /** Set for email subscriptions only. */
  readonly address?: string;
  readonly isConfirmed: boolean;
  /** False when its filter policy holds back even CRITICAL alerts. */
  readonly getsCritical: boolean;
}

/** A topic, and what follows when nobody subscribes. */
interface TopicRule {
  readonly output: 'AlertTopicArn' | 'ChatTopicArn' | 'OperationsTopicArn';
  readonly worst: 'WARN' | 'FAIL';
  readonly silence: string;
  readonly remedy: string;
  /** Whether the remedy is a subscription by mail. */
  readonly byMail: boolean;
}

const CONFIRM =
  'An address confirms by the link in the mail from AWS; once that has expired, subscribe it again. See docs/runbook.md#no-mail-comes';
const EXAMPLE_ADDRESS = 'you@example.com';

export const alertTopicCheck = topicCheck('Alert topic', {
  output: 'AlertTopicArn',
  worst: 'FAIL',
  silence: 'so alerts reach nobody',
  remedy: 'Put addresses into alertEmails and deploy again, or subscribe somebody:',
  byMail: true,
});

export const chatTopicCheck = topicCheck('Chat topic', {
  output: 'ChatTopicArn',
  worst: 'WARN',
  silence: 'so no chat shows alerts',
  remedy: 'Point a channel of Amazon Q Developer at the topic. See docs/runbook.md#slack-stays-silent',
  byMail: false,
});

export const operationsTopicCheck = topicCheck('Operations topic', {
  output: 'OperationsTopicArn',
  worst: 'WARN',
  silence: 'so alarms reach nobody',
  remedy: 'Put addresses into operationsEmails and deploy again, or subscribe somebody:',
  byMail: true,
});

function topicCheck(name: string, rule: TopicRule): Check<StackProbe> {
  return {
    name,
    worst: rule.worst,
    async run({ clients, outputs, command }) {
      const topicArn = outputs[rule.output];
      if (!topicArn) return skip(`The stack has no output ${rule.output}.`);
      const pages = paginateListSubscriptionsByTopic({ client: clients.sns }, { TopicArn: topicArn });
      const asked = everyItem(pages, ({ Subscriptions }) => Subscriptions);
      const subscriptions = await ask('sns:ListSubscriptionsByTopic', asked);
      const subscribers = await Promise.all(subscriptions.map((one) => subscriberOf(clients.sns, one)));
      const subscribe = (address: string) =>
        command(
          ...['sns', 'subscribe', '--topic-arn', topicArn],
          ...['--protocol', 'email', '--notification-endpoint', address],
        );
      return judgeSubscribers(subscribers, rule, rule.byMail ? subscribe : undefined);
    },
  };
}

export function judgeSubscribers(
  subscribers: readonly Subscriber[],
  { worst, silence, remedy }: Pick<TopicRule, 'worst' | 'silence' | 'remedy'>,
  subscribe?: (address: string) => string,
): Verdict {
  const bad = worst === 'FAIL' ? fail : warn;
  const confirmed = subscribers.filter(({ isConfirmed }) => isConfirmed);
  const unconfirmed = subscribers.filter(({ isConfirmed }) => !isConfirmed);
  const pending = unconfirmed.map(({ label }) => label);
  const again = subscribe?.(unconfirmed.find(({ address }) => address !== undefined)?.address ?? EXAMPLE_ADDRESS);
  const deaf = confirmed.filter(({ getsCritical }) => !getsCritical).map(({ label }) => label);
  if (subscribers.length === 0) return bad(`Nobody subscribes, ${silence}.`, remedy, again);
  if (confirmed.length === 0) return bad(`Nobody has confirmed, ${silence}: ${listed(pending)}.`, CONFIRM, again);
  const found = `${plural(confirmed.length, 'subscription')}: ${listed(confirmed.map(({ label }) => label))}`;
  if (pending.length > 0) return warn(`${found}. Not confirmed: ${listed(pending)}.`, CONFIRM, again);
  if (deaf.length > 0) {
    return warn(
      `${found}. Filtered out even when CRITICAL: ${listed(deaf)}.`,
      'Give the filter policy of the subscription a list for severity that has CRITICAL in it.',
    );
  }
  return pass(found);
}

async function subscriberOf(client: SNSClient, subscription: Subscription): Promise<Subscriber> {
  const { SubscriptionArn = '' } = subscription;
  const about = { label: labelOf(subscription), address: addressOf(subscription) };
  // Instead of the ARN, SNS says PendingConfirmation or Deleted.
  if (!SubscriptionArn.startsWith('arn:')) return { ...about, isConfirmed: false, getsCritical: false };
  const asked = client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  const { Attributes } = await ask('sns:GetSubscriptionAttributes', asked);
  return { ...about, isConfirmed: true, getsCritical: letsCriticalThrough(Attributes?.FilterPolicy) };
}

function addressOf({ Protocol = '', Endpoint }: Subscription): string | undefined {
  return Protocol.startsWith('email') ? Endpoint : undefined;
}

/** Anyone who has the URL of a webhook can post to it, so only its host is shown. */
export function labelOf({ Protocol = 'unknown', Endpoint = '' }: Subscription): string {
  if (/^https?$/.test(Protocol)) {
    return `${Protocol} ${URL.canParse(Endpoint) ? new URL(Endpoint).host : 'endpoint'}`;
  }
  return `${Protocol} ${Endpoint.startsWith('arn:') ? Endpoint.split(':').at(-1) : Endpoint}`;
}
