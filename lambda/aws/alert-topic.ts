import { type MessageAttributeValue, PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import type { AlertMessage } from '../audit/alert.ts';
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
  async publish(message: AlertMessage): Promise<string | undefined> {
    const output = await this.#client.send(new PublishCommand(publishInput(this.#topicArn, message)));
    return output.MessageId;
  }
}

/** One Publish: a body per protocol, attributes for filter policies. */
export function publishInput(topicArn: string, message: AlertMessage): PublishCommandInput {
  return {
    TopicArn: topicArn,
    Subject: message.subject,
    MessageStructure: 'json',
    Message: JSON.stringify({ default: message.machine, email: message.email, https: message.chat }),
    MessageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, attributeValue(value)]),
    ),
  };
}

function attributeValue(value: string | readonly string[]): MessageAttributeValue {
  return typeof value === 'string'
    ? { DataType: 'String', StringValue: value }
    : { DataType: 'String.Array', StringValue: JSON.stringify(value) };
}
