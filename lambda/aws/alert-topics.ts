import { randomUUID } from 'node:crypto';
import type { AlertMessage } from '../audit/alert/alert-input.ts';
import { nextAttempt, type PublishAttempt, type Publishable } from '../audit/watch/publish-attempt.ts';
import { ENV } from '../contract.ts';
import { AlertTopic, isRefusal } from './alert-topic.ts';
import { optionalTextSetting, textSetting } from './environment.ts';
import { logger } from './logger.ts';

/** Where an outbox keeps what becomes of one alert. */
export interface OutboxAlert extends Publishable {
  /** Notes an attempt. False, and nothing is noted, if another attempt has the alert by now. */
  readonly claim: (attempt: PublishAttempt) => Promise<boolean>;
  /** Forgets an attempt that SNS has refused. */
  readonly release: (attempt: PublishAttempt) => Promise<unknown>;
  /** Notes that the message is out on the alert topic, so that no attempt repeats it there. */
  readonly note: (messageId: string) => Promise<unknown>;
}

/** What an attempt to publish has come to: the message is out, or another attempt has the alert. */
export type Published = { readonly outcome: 'SENT'; readonly messageId: string } | { readonly outcome: 'TAKEN' };

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

  /**
   * Publishes one alert on both topics, in an attempt that the outbox notes first. If nobody knows what became of it, it
   * stays noted: the next one is due after a pause.
   */
  async publish(message: AlertMessage, alert: OutboxAlert): Promise<Published> {
    const attempt = nextAttempt(alert, randomUUID(), new Date());
    if (!(await alert.claim(attempt))) return { outcome: 'TAKEN' };
    const send = async (publish: () => Promise<string>) => {
      try {
        return await publish();
      } catch (error) {
        if (isRefusal(error)) await alert.release(attempt);
        throw error;
      }
    };
    if (this.#chatTopic === undefined) {
      // Published while the stack had a chat topic: everybody but the chats has it, and they cannot get it alone.
      if (alert.messageId !== undefined)
        logger.warn('The alert is out without its chat form', { alertKey: message.key });
      return { outcome: 'SENT', messageId: alert.messageId ?? (await send(() => this.#topic.publish(message))) };
    }
    const chatTopic = this.#chatTopic;
    const messageId = alert.messageId ?? (await send(() => this.#topic.publish(message, { withChat: false })));
    if (alert.messageId === undefined) await alert.note(messageId);
    await send(() => chatTopic.publishChat(message));
    return { outcome: 'SENT', messageId };
  }
}
