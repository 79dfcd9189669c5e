import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AlertTopic } from '../../../lambda/aws/alert-topic.ts';
import { AlertTopics } from '../../../lambda/aws/alert-topics.ts';

const MAILS = 'arn:aws:sns:eu-west-1:123456789012:Alerts';
const CHATS = 'arn:aws:sns:eu-west-1:123456789012:Chats';
const message = {
  key: 'task-1#TERMINAL',
  subject: 'Subject',
  machine: '{"kind":"RECOVERED"}',
  email: 'Text',
  chat: '{"version":"1.0"}',
  attributes: {},
};

const sns = mockClient(SNSClient);
let noted: string[] = [];
const note = async (messageId: string) => noted.push(`${messageId} after ${publishedTo().length}`);

beforeEach(() => {
  sns.reset();
  noted = [];
  sns.on(PublishCommand).resolves({ MessageId: 'message-1' });
});

function publishedTo(): unknown[] {
  return sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.TopicArn);
}

function bodies(call: number): string[] {
  return Object.keys(JSON.parse(sns.commandCalls(PublishCommand)[call]?.args[0].input.Message ?? '{}'));
}

describe('An alert', () => {
  test('goes to the alert topic alone if there is no other, with its chat form', async () => {
    const messageId = await new AlertTopics(new AlertTopic(MAILS)).publish(message, { note });

    expect(messageId).toBe('message-1');
    expect(publishedTo()).toEqual([MAILS]);
    expect(bodies(0)).toEqual(['default', 'email', 'https']);
    expect(noted).toEqual([]);
  });

  test('goes to both topics, and its id is noted before the second', async () => {
    const topics = new AlertTopics(new AlertTopic(MAILS), new AlertTopic(CHATS));

    const messageId = await topics.publish(message, { note });

    expect(messageId).toBe('message-1');
    expect(publishedTo()).toEqual([MAILS, CHATS]);
    expect(bodies(0)).toEqual(['default', 'email']);
    expect(noted).toEqual(['message-1 after 1']);
  });

  test('that is out on the alert topic goes to the chat topic only', async () => {
    const topics = new AlertTopics(new AlertTopic(MAILS), new AlertTopic(CHATS));

    const messageId = await topics.publish(message, { published: 'earlier', note });

    expect(messageId).toBe('earlier');
    expect(publishedTo()).toEqual([CHATS]);
    expect(noted).toEqual([]);
  });

  test('that is out without its chat form is published again where the chat topic is gone', async () => {
    await new AlertTopics(new AlertTopic(MAILS)).publish(message, { published: 'earlier', note });

    expect(publishedTo()).toEqual([MAILS]);
    expect(bodies(0)).toContain('https');
  });

  test('for which SNS returns no id is noted as published all the same', async () => {
    sns.on(PublishCommand).resolves({});

    await new AlertTopics(new AlertTopic(MAILS), new AlertTopic(CHATS)).publish(message, { note });

    expect(noted).toEqual(['unknown after 1']);
  });
});
