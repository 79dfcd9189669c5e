import type { AlertMessage } from '../audit/alert/alert-input.ts';
import { ENV } from '../contract.ts';
import { AlertTopic } from './alert-topic.ts';
import { optionalTextSetting, textSetting } from './environment.ts';

/** What is known of a message that an earlier attempt may have published already. */
interface Publishing {
  /** The id that the earlier attempt noted: the message is out on the alert topic. */
  readonly published?: string;
  /** Stores the id before the chat topic gets the message, so that a retry does not repeat it on the alert topic. */
  readonly note: (messageId: string) => Promise<unknown>;
}

/** Where alerts go: the alert topic and, if the stack has one, the chat topic. */
export class AlertTopics {
  readonly #topic: AlertTopic;
  readonly #chatTopic: AlertTopic | undefined;

  constructor(topic: AlertTopic, chatTopic?: AlertTopic) {
    this.#topic = topic;
    this.#chatTopic = chatTopic;
  }

  /** @throws MissingSettingError */
  static fromEnvironment(): AlertTopics {
    const chatTopicArn = optionalTextSetting(ENV.chatTopicArn);
    return new AlertTopics(
      new AlertTopic(textSetting(ENV.alertTopicArn)),
      chatTopicArn === undefined ? undefined : new AlertTopic(chatTopicArn),
    );
  }

  /** Publishes one alert on both topics. Returns its id on the alert topic. Errors keep the SDK's names. */
  async publish(message: AlertMessage, { published, note }: Publishing): Promise<string | undefined> {
    // Without a chat topic the alert topic carries the chat form, even if a message without it is out there already.
    if (this.#chatTopic === undefined) return this.#topic.publish(message);
    const messageId = published ?? (await this.#topic.publish(message, { withChat: false })) ?? 'unknown';
    if (published === undefined) await note(messageId);
    await this.#chatTopic.publishChat(message);
    return messageId;
  }
}
