import {
  type MessageAttributeValue,
  PublishCommand,
  type PublishCommandInput,
  SNSClient,
  type SNSClientConfig,
} from '@aws-sdk/client-sns';
import type { AlertMessage } from '../audit/alert/alert-input.ts';
import { AwsCallError, MalformedAnswerError } from '../errors.ts';
import { CLIENT_DEFAULTS } from './client-defaults.ts';
import { withNamedErrors } from './named-errors.ts';

/**
 * SNS may accept a message long before it answers, and each retry would be another copy: so the client waits for long, and
 * tries once. Attempts are spaced by the outbox.
 */
const CLIENT: SNSClientConfig = {
  requestHandler: { ...CLIENT_DEFAULTS.requestHandler, requestTimeout: 30_000 },
  maxAttempts: 1,
};

/** The connection was never made, so no request has left. */
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** The topic that people and systems subscribe to. */
export class AlertTopic {
  readonly #topicArn: string;
  readonly #client: SNSClient;

  constructor(topicArn: string, client = new SNSClient(CLIENT)) {
    this.#topicArn = topicArn;
    this.#client = withNamedErrors(client);
  }

  /** Publishes one alert for every protocol at once. Returns the message id. @throws MalformedAnswerError without one */
  async publish(message: AlertMessage, { withChat = true } = {}): Promise<string> {
    return this.#publish(publishInput(this.#topicArn, message, withChat));
  }

  /** Publishes the chat form alone, for a topic that has only chats for subscribers. @throws MalformedAnswerError */
  async publishChat(message: AlertMessage): Promise<string> {
    return this.#publish({
      TopicArn: this.#topicArn,
      Message: message.chat,
      MessageAttributes: attributesOf(message),
    });
  }

  /** Without an id, nobody knows whether SNS has the message. */
  async #publish(input: PublishCommandInput): Promise<string> {
    const { MessageId } = await this.#client.send(new PublishCommand(input));
    if (typeof MessageId === 'string' && MessageId !== '') return MessageId;
    throw new MalformedAnswerError('Publish', 'MessageId', MessageId, 'a text');
  }
}

/**
 * Whether an error says that nothing was published: SNS answered with an error, or was never reached. In doubt false: a timeout,
 * a connection that broke, and a 200 that cannot be read or has no message id may all follow an accepted message.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof AwsCallError) return Number(error.httpStatusCode) >= 400 || isRefusal(error.cause);
  const { $metadata, code, message } = Object(error);
  if (Number(Object($metadata).httpStatusCode) >= 400) return true;
  return NOT_CONNECTED.includes(code) || String(message).includes('did not establish a connection');
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
