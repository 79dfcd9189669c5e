import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { ArnFormat, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/contract.ts';
import { DeadLetterQueue } from '../resources/dead-letter-queue.ts';
import { WatchFunction } from '../resources/watch-function.ts';
import type { SeverityFloor } from './alert-subscription.ts';
import { filterByAttributes, subscriptionFilter } from './alert-subscriptions.ts';

/** Props of the SlackWebhook. */
export interface SlackWebhookProps {
  /** Topic of the alerts. */
  readonly topic: ITopic;
  /**
   * Name or ARN of a secret of this account and Region that holds the webhook's URL, as plain text and nothing else. It is
   * made by hand, so that the URL is in no template. Encrypted with a key of your own, the key must let the function's role
   * decrypt.
   */
  readonly secretName: string;
  /** The lowest severity that is posted to the channel. */
  readonly minSeverity: SeverityFloor;
  /** How long the function's logs are kept. */
  readonly logRetention: RetentionDays;
  /** What becomes of those logs when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Posts the alerts to an incoming webhook of Slack, for workspaces that do not admit the AWS app. The URL is read at run time
 * and never shown: anyone who has it can post to the channel.
 */
export class SlackWebhook extends Construct {
  /** Alerts that SNS could not hand to the function. */
  readonly notHandedOver: DeadLetterQueue;
  /** Alerts that the function could not post after three tries, each with the error. */
  readonly notPosted: DeadLetterQueue;
  /** Posts one alert. */
  readonly poster: WatchFunction;

  constructor(scope: Construct, id: string, props: SlackWebhookProps) {
    super(scope, id);
    const { topic, secretName, minSeverity, logRetention, removalPolicy } = props;
    this.notHandedOver = new DeadLetterQueue(this, 'NotHandedOver');
    this.notPosted = new DeadLetterQueue(this, 'NotPosted');
    this.poster = new WatchFunction(this, 'Post', {
      entry: 'slack-webhook',
      description: 'Posts alerts to the incoming webhook of a Slack channel.',
      // Room to wait when Slack asks for it: one message a second is what it takes.
      timeout: Duration.seconds(60),
      environment: {},
      logRetention,
      removalPolicy,
    });
    this.#grantUrl(this.poster, secretName);
    this.poster.configureAsyncInvoke({
      retryAttempts: 2,
      // Not the CDK's SqsDestination: it would allow more than Lambda asks for.
      onFailure: { bind: () => ({ destination: this.notPosted.queueArn }) },
    });
    this.poster.allow(['sqs:SendMessage'], [this.notPosted.queueArn]);
    const subscription = new LambdaSubscription(this.poster, {
      filterPolicy: subscriptionFilter({ minSeverity }),
      deadLetterQueue: this.notHandedOver,
    });
    filterByAttributes(topic.addSubscription(subscription));
  }

  /** Lets a function read the secret, and passes it the secret's ARN. */
  #grantUrl(poster: WatchFunction, secretName: string): void {
    poster.allow(['secretsmanager:GetSecretValue'], [this.#secretArn(secretName)]);
    poster.addEnvironment(ENV.slackWebhookSecret, secretName);
  }

  /** Secrets Manager adds a hyphen and six characters of its own choosing to a name. */
  #secretArn(secretName: string): string {
    if (secretName.startsWith('arn:')) return secretName;
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${secretName}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
