import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/contract.ts';
import type { WatchFunction } from '../resources/watch-function.ts';

/** Props of the ChatTopic. */
export interface ChatTopicProps {
  /** Key that encrypts the messages. */
  readonly key: IKey;
}

/**
 * The alerts in chat form only. Amazon Q Developer subscribes over https; with a topic of its own, the https subscribers of
 * the alert topic get machine-readable JSON instead of its custom notifications.
 */
export class ChatTopic extends Topic {
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { key }: ChatTopicProps) {
    super(scope, id, { displayName: 'Device Defender audit alerts for chat', masterKey: key, enforceSSL: true });
    this.#key = key;
  }

  /** Lets a function publish chat messages, and passes it the topic's ARN. */
  grantChat(sender: WatchFunction): void {
    sender.allow(['sns:Publish'], [this.topicArn]);
    sender.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [this.#key.keyArn]);
    sender.addEnvironment(ENV.chatTopicArn, this.topicArn);
  }
}
