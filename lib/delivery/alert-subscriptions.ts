import {
  CfnSubscription,
  Subscription,
  SubscriptionFilter,
  SubscriptionProtocol,
  type Topic,
} from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { DeadLetterQueue } from '../resources/dead-letter-queue.ts';
import { type AlertFilter, type AlertSubscription, filterPolicy } from './alert-subscription.ts';

/** Props of the AlertSubscriptions. */
export interface AlertSubscriptionsProps {
  /** Topic of the alerts. */
  readonly topic: Topic;
  /** The subscribers, and which alerts each wants. */
  readonly subscriptions: readonly AlertSubscription[];
}

const PROTOCOLS = {
  sqs: SubscriptionProtocol.SQS,
  lambda: SubscriptionProtocol.LAMBDA,
  https: SubscriptionProtocol.HTTPS,
} as const;

/**
 * Subscribes each endpoint to the alerts that it wants. Each gets the body of its protocol (email: the text; https: the custom notification of Amazon Q;
 * sqs and lambda: the machine-readable JSON), inside the envelope of SNS and with all attributes: not raw.
 *
 * A queue or a function is another's, perhaps in another Region or account, so nothing here changes its policy: **its
 * owner must let the topic in** (`Principal: sns.amazonaws.com`, condition `aws:SourceArn` = ARN of the topic), for
 * `sqs:SendMessage` on a queue and `lambda:InvokeFunction` on a function. A queue encrypted with a key of its owner's must let
 * sns.amazonaws.com use the key too. Until then alerts end in the dead-letter queue. The owner of a queue in another account must
 * confirm the subscription as well; a function of another account cannot be subscribed from here. Addresses and URLs confirm by a
 * link that AWS sends to them.
 */
export class AlertSubscriptions extends Construct {
  /**
   * Alerts that SNS could not deliver, each with the ARN of its subscription in `UnsubscribeURL`. Absent when there are
   * only email subscriptions, for which SNS has no such queue.
   */
  readonly deadLetterQueue?: DeadLetterQueue;

  constructor(scope: Construct, id: string, { topic, subscriptions }: AlertSubscriptionsProps) {
    super(scope, id);
    for (const [index, subscription] of subscriptions.entries()) {
      const { protocol, endpoint } = subscription;
      if (protocol === 'email') {
        const byEmail = new EmailSubscription(endpoint, { filterPolicy: subscriptionFilter(subscription) });
        filterByAttributes(topic.addSubscription(byEmail));
        continue;
      }
      this.deadLetterQueue ??= new DeadLetterQueue(this, 'DeadLetterQueue');
      // Named after the endpoint if it is known: a changed list must not make one subscription out of another.
      const name = Token.isUnresolved(endpoint) ? index : endpoint;
      filterByAttributes(
        new Subscription(this, `${protocol}:${name}`, {
          topic,
          protocol: PROTOCOLS[protocol],
          endpoint,
          filterPolicy: subscriptionFilter(subscription),
          deadLetterQueue: this.deadLetterQueue,
        }),
      );
    }
  }
}

/**
 * Says that the filter policy, if there is one now or later, is about message attributes. That is the default, but an update
 * in which CloudFormation finds no scope sends a null, which SNS refuses. Without a policy SNS ignores the scope.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1840
 */
export function filterByAttributes({ node: { defaultChild } }: Subscription): void {
  if (defaultChild instanceof CfnSubscription) defaultChild.filterPolicyScope = 'MessageAttributes';
}

/** The filter policy as the CDK wants it. */
export function subscriptionFilter(filter: AlertFilter): Record<string, SubscriptionFilter> | undefined {
  const policy = filterPolicy(filter);
  if (policy === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(policy).map(([attribute, values]) => [attribute, new SubscriptionFilter([...values])]),
  );
}
