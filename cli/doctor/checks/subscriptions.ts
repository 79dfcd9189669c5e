import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { plural } from '../../../lambda/audit/text/words.ts';
import { ask, everyItem } from '../../shared/aws/failed-call.ts';
import { type Check, resourcesOfType, type StackProbe } from '../probe.ts';
import { fail, listed, pass, skip, type Verdict, warn } from '../verdict.ts';
import { letsCriticalThrough } from './filter-policy.ts';

/** A subscriber of a topic, confirmed or not. */
export interface Subscriber {
  /** Protocol and endpoint, without what is secret in a URL. */
  readonly label: string;
  readonly isConfirmed: boolean;
  /** False when its filter policy holds back even CRITICAL alerts. Another account does not show it. */
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
  'An address confirms by the link in the mail from AWS, a queue of another account by the URL in the message that SNS put into it. Both expire after three days. To get another, take the subscriber out of the settings, deploy, put it back, and deploy. See docs/runbook.md#no-mail-comes';
const GONE =
  'Nobody confirmed in time, or somebody, perhaps a mail scanner, followed the unsubscribe link. Take it out of the settings, deploy, put it back, deploy, and confirm so that the link no longer works: see docs/runbook.md#no-mail-comes';
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
    async run(probe) {
      const { clients, outputs, command, account } = probe;
      const topicArn = outputs[rule.output];
      if (!topicArn) return skip(`The stack has no output ${rule.output}.`);
      const pages = paginateListSubscriptionsByTopic({ client: clients.sns }, { TopicArn: topicArn });
      const asked = everyItem(pages, ({ Subscriptions }) => Subscriptions);
      const subscriptions = await ask('sns:ListSubscriptionsByTopic', asked);
      const subscribers = await Promise.all(subscriptions.map((one) => subscriberOf(clients.sns, account, one)));
      const subscribe = command(
        ...['sns', 'subscribe', '--topic-arn', topicArn],
        ...['--protocol', 'email', '--notification-endpoint', EXAMPLE_ADDRESS],
      );
      const deployed = await resourcesOfType(probe, 'AWS::SNS::Subscription');
      const arns = deployed.flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []);
      return judgeSubscribers(
        subscribers,
        goneOf(
          arns.filter((arn) => arn.startsWith(`${topicArn}:`)),
          subscriptions,
        ),
        rule,
        rule.byMail ? subscribe : undefined,
      );
    },
  };
}

/**
 * How many subscriptions of the stack no longer exist. CloudFormation does not notice when SNS deletes one that nobody
 * confirmed, or when somebody unsubscribes. SNS does not tell the ARN of one that still waits.
 */
export function goneOf(deployed: readonly string[], subscriptions: readonly Subscription[]): number {
  const arns = subscriptions.map(({ SubscriptionArn }) => SubscriptionArn);
  const waiting = arns.filter((arn) => arn === 'PendingConfirmation').length;
  return Math.max(0, deployed.filter((arn) => !arns.includes(arn)).length - waiting);
}

export function judgeSubscribers(
  subscribers: readonly Subscriber[],
  gone: number,
  { worst, silence, remedy }: Pick<TopicRule, 'worst' | 'silence' | 'remedy'>,
  subscribe?: string,
): Verdict {
  const bad = worst === 'FAIL' ? fail : warn;
  const confirmed = subscribers.filter(({ isConfirmed }) => isConfirmed);
  const pending = subscribers.filter(({ isConfirmed }) => !isConfirmed).map(({ label }) => label);
  const deaf = confirmed.filter(({ getsCritical }) => !getsCritical).map(({ label }) => label);
  const goneText = `${plural(gone, 'subscription')} of the stack no longer ${gone === 1 ? 'exists' : 'exist'}`;
  if (confirmed.length === 0 && pending.length === 0) {
    if (gone > 0) return bad(`Nobody subscribes, ${silence}: ${goneText}.`, GONE);
    return bad(`Nobody subscribes, ${silence}.`, remedy, subscribe);
  }
  if (confirmed.length === 0) return bad(`Nobody has confirmed, ${silence}: ${listed(pending)}.`, CONFIRM);
  const found = `${plural(confirmed.length, 'subscription')}: ${listed(confirmed.map(({ label }) => label))}`;
  if (gone > 0) return warn(`${found}. ${goneText}.`, GONE);
  if (pending.length > 0) return warn(`${found}. Not confirmed: ${listed(pending)}.`, CONFIRM);
  if (deaf.length > 0) {
    return warn(
      `${found}. Filtered out even when CRITICAL: ${listed(deaf)}.`,
      'Give the filter policy of the subscription a list for severity that has CRITICAL in it.',
    );
  }
  return pass(found);
}

async function subscriberOf(client: SNSClient, account: string, subscription: Subscription): Promise<Subscriber> {
  const { SubscriptionArn = '' } = subscription;
  const owner = foreignOwner(account, subscription);
  const label = `${labelOf(subscription)}${owner === undefined ? '' : ` of account ${owner}`}`;
  // Instead of the ARN, SNS says PendingConfirmation or Deleted.
  if (!SubscriptionArn.startsWith('arn:')) return { label, isConfirmed: false, getsCritical: false };
  // AWS shows its attributes to the owner only.
  if (owner !== undefined) return { label, isConfirmed: true, getsCritical: true };
  const asked = client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  const { Attributes } = await ask('sns:GetSubscriptionAttributes', asked);
  return { label, isConfirmed: true, getsCritical: letsCriticalThrough(Attributes?.FilterPolicy) };
}

/** The other account that has made the subscription, or has its queue or function. */
function foreignOwner(account: string, { Owner, Endpoint = '' }: Subscription): string | undefined {
  const ofEndpoint = Endpoint.startsWith('arn:') ? Endpoint.split(':')[4] : undefined;
  return [Owner, ofEndpoint].find((one) => one !== undefined && one !== '' && one !== account);
}

/** Anyone who has the URL of a webhook can post to it, so only its host is shown. */
export function labelOf({ Protocol = 'unknown', Endpoint = '' }: Subscription): string {
  if (/^https?$/.test(Protocol)) {
    return `${Protocol} ${URL.canParse(Endpoint) ? new URL(Endpoint).host : 'endpoint'}`;
  }
  return `${Protocol} ${Endpoint.startsWith('arn:') ? Endpoint.split(':').at(-1) : Endpoint}`;
}
