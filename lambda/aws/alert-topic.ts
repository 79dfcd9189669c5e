import { type MessageAttributeValue, PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import type { AlertMessage } from '../audit/alert/alert-input.ts';
import { CLIENT_DEFAULTS } from './client-defaults.ts';

/** The topic that people and systems subscribe to. */
export class AlertTopic {
  readonly #topicArn: string;
  readonly #client: SNSClient;

  constructor(topicArn: string, client = new SNSClient(CLIENT_DEFAULTS)) {
    this.#topicArn = topicArn;
    this.#client = client;
  }

  /** Publishes one alert for every protocol at once. Returns the message id. Errors keep the SDK's names. */
  async publish(message: AlertMessage, { withChat = true } = {}): Promise<string | undefined> {
    const output = await this.#client.send(new PublishCommand(publishInput(this.#topicArn, message, withChat)));
    return output.MessageId;
  }

  /** Publishes the chat form alone, for a topic that has only chats for subscribers. */
  async publishChat(message: AlertMessage): Promise<string | undefined> {
    const input = { TopicArn: this.#topicArn, Message: message.chat, MessageAttributes: attributesOf(message) };
    return (await this.#client.send(new PublishCommand(input))).MessageId;
  }
}

/** One Publish: a body per protocol, attributes for filter policies. Without the chat form, HTTPS gets the default. */
export function publishInput(topicArn: string, message: AlertMessage, withChat = true): PublishCommandInput {
  const { machine, email, chat } = message;
  return {
    TopicArn: topicArn,
    Subject: message.subject,
    MessageStructure: 'json',
    Message: JSON.stringify({ default: machine, email, ...(withChat ? { https: chat } : {}) }),
    MessageAttributes: attributesOf(message),
  };
}

function attributesOf({ attributes }: AlertMessage): Record<string, MessageAttributeValue> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeValue(value)]));
}

function attributeValue(value: string | readonly string[]): MessageAttributeValue {
  return typeof value === 'string'
    ? { DataType: 'String', StringValue: value }
    : { DataType: 'String.Array', StringValue: JSON.stringify(value) };
}
