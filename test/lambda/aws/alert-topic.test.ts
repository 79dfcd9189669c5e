import { Agent } from 'node:http';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AlertTopic, isRefusal, publishInput } from '../../../lambda/aws/alert-topic.ts';
import { namedError } from '../../../lambda/aws/named-errors.ts';

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:alerts';
const message = {
  key: 'task-1#TERMINAL',
  subject: 'Subject',
  machine: '{"kind":"RECOVERED"}',
  email: 'Text',
  chat: '{"version":"1.0"}',
  attributes: { kind: 'RECOVERED', checks: ['A', 'B'] },
};

test('A connection that is never made is a refusal, as the SDK words it', async () => {
  // A name that is never resolved: no request leaves.
  const httpAgent = new Agent({ lookup: () => undefined });
  const client = new SNSClient({
    endpoint: 'http://sns.test',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 20, httpAgent },
  });

  const error = await client.send(new PublishCommand({ TopicArn: topicArn, Message: 'x' })).catch((thrown) => thrown);

  expect(error).toMatchObject({ name: 'TimeoutError' });
  expect(isRefusal(error)).toBe(true);
  expect(isRefusal(namedError('Publish', error, undefined))).toBe(true);
  httpAgent.destroy();
  client.destroy();
});

test.each([
  [429, true],
  [503, true],
  [200, false],
  [undefined, false],
])('A named error of an answer with %p is a refusal: %p', (status, expected) => {
  expect(isRefusal(namedError('Publish', new Error('No.'), status))).toBe(expected);
});

describe('The alert topic', () => {
  test('gets one publish with a body for every protocol and attributes for filter policies', () => {
    expect(publishInput(topicArn, message)).toEqual({
      TopicArn: topicArn,
      Subject: 'Subject',
      MessageStructure: 'json',
      Message: JSON.stringify({ default: '{"kind":"RECOVERED"}', email: 'Text', https: '{"version":"1.0"}' }),
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'RECOVERED' },
        checks: { DataType: 'String.Array', StringValue: '["A","B"]' },
      },
    });
  });

  test('gets no chat form when chats have a topic of their own', () => {
    const { Message = '' } = publishInput(topicArn, message, false);

    expect(Object.keys(JSON.parse(Message))).toEqual(['default', 'email']);
  });

  test('gets the chat form alone when it is a topic of chats', async () => {
    const sns = mockClient(SNSClient);
    sns.on(PublishCommand).resolves({ MessageId: 'message-2' });

    expect(await new AlertTopic(topicArn).publishChat(message)).toBe('message-2');
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toEqual({
      TopicArn: topicArn,
      Message: '{"version":"1.0"}',
      MessageAttributes: publishInput(topicArn, message).MessageAttributes,
    });
  });

  test('gives the message id', async () => {
    const sns = mockClient(SNSClient);
    sns.on(PublishCommand).resolves({ MessageId: 'message-1' });

    expect(await new AlertTopic(topicArn).publish(message)).toBe('message-1');
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toEqual(publishInput(topicArn, message));
  });
});
