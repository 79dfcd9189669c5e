import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/contract.ts';
import type { WatchFunction } from '../resources/watch-function.ts';
import { ALERT_TOPIC_NAME } from './alert-subscription.ts';
import type { ChatTopic } from './chat-topic.ts';

/** Props of the AlertTopic. */
export interface AlertTopicProps {
  /** Key that encrypts the messages. */
  readonly key: IKey;
  /**
   * Topic that gets the chat form of every alert.
   *
   * @default none: the chat form goes to the https subscribers of this topic
   */
  readonly chatTopic?: ChatTopic;
  /**
   * Other accounts that may subscribe queues and functions of their own.
   *
   * @default none
   */
  readonly subscriberAccounts?: readonly string[];
}

/**
 * The topic for alerts about audits. Only the function of *Send alerts* publishes to it. Subscribers need no
 * grant on the key: SNS decrypts before it delivers.
 */
export class AlertTopic extends Topic {
  readonly #key: IKey;
  readonly #chatTopic?: ChatTopic;

  constructor(scope: Construct, id: string, { key, chatTopic, subscriberAccounts = [] }: AlertTopicProps) {
    super(scope, id, { displayName: ALERT_TOPIC_NAME, masterKey: key, enforceSSL: true });
    this.#key = key;
    this.#chatTopic = chatTopic;
    for (const account of subscriberAccounts) this.#admit(account);
  }

  /** Lets a function publish alerts, and passes it the ARN of the topic and of the chat topic, if there is one. */
  grantAlert(sender: WatchFunction): void {
    // Not Topic.grantPublish: it would allow kms:GenerateDataKey*, more than SNS asks for.
    sender.allow(['sns:Publish'], [this.topicArn]);
    sender.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [this.#key.keyArn]);
    sender.addEnvironment(ENV.alertTopicArn, this.topicArn);
    this.#chatTopic?.grantChat(sender);
  }

  /** Only what is in that account itself: an address or a URL could be anybody's. */
  #admit(account: string): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AccountPrincipal(account)],
        actions: ['sns:Subscribe'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'sns:Protocol': ['lambda', 'sqs'] },
          StringLike: { 'sns:Endpoint': [`arn:*:lambda:*:${account}:function:*`, `arn:*:sqs:*:${account}:*`] },
        },
      }),
    );
  }
}
