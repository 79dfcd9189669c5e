import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ENV } from '../lambda/contract.ts';
import type { WatchFunction } from './watch-function.ts';

/** Props of the AlertTopic. */
export interface AlertTopicProps {
  /** Key that encrypts the messages. */
  readonly key: IKey;
  /**
   * Addresses that get every alert.
   *
   * @default none: subscribe to the topic by other means
   */
  readonly emails?: readonly string[];
}

/**
 * The topic that tells people about audits. Only the function of *Send alerts* publishes to it. Subscribers need no
 * grant on the key: SNS decrypts before it delivers.
 */
export class AlertTopic extends Topic {
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { key, emails = [] }: AlertTopicProps) {
    super(scope, id, { displayName: 'Device Defender audit alerts', masterKey: key, enforceSSL: true });
    this.#key = key;
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
  }

  /** Lets a function publish alerts, and tells it the topic's ARN. */
  grantAlert(sender: WatchFunction): void {
    // Not Topic.grantPublish: it would allow kms:GenerateDataKey*, more than SNS asks for.
    sender.allow(['sns:Publish'], [this.topicArn]);
    sender.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [this.#key.keyArn]);
    sender.addEnvironment(ENV.alertTopicArn, this.topicArn);
  }
}
