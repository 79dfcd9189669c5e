import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AlertTopic } from '../../../lambda/aws/alert-topic.ts';
import { AlertTopics, type OutboxAlert } from '../../../lambda/aws/alert-topics.ts';

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
const both = new AlertTopics(new AlertTopic(MAILS), new AlertTopic(CHATS));
const one = new AlertTopics(new AlertTopic(MAILS));
/** What the outbox was told, with the number of publications at that moment. */
let noted: string[] = [];

beforeEach(() => {
  sns.reset();
  noted = [];
  sns.on(PublishCommand).resolves({ MessageId: 'message-1' });
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** An alert in an outbox that takes down what it is told. */
function outbox(overrides: Partial<OutboxAlert> = {}): OutboxAlert {
  const note = (what: string) => noted.push(`${what} after ${publishedTo().length}`);
  return {
    claim: async ({ copies }) => note(`claim ${copies}`) > 0,
    release: async ({ copies }) => note(`release ${copies}`),
    note: async (messageId) => note(messageId),
    ...overrides,
  };
}

function publishedTo(): unknown[] {
  return sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.TopicArn);
}

function bodies(call: number): string[] {
  return Object.keys(JSON.parse(sns.commandCalls(PublishCommand)[call]?.args[0].input.Message ?? '{}'));
}

describe('An alert', () => {
  test('goes to the alert topic alone if there is no other, with its chat form', async () => {
    expect(await one.publish(message, outbox())).toEqual({ outcome: 'SENT', messageId: 'message-1' });

    expect(publishedTo()).toEqual([MAILS]);
    expect(bodies(0)).toEqual(['default', 'email', 'https']);
    expect(noted).toEqual(['claim 1 after 0']);
  });

  test('goes to both topics, and its id is noted before the second', async () => {
    expect(await both.publish(message, outbox())).toEqual({ outcome: 'SENT', messageId: 'message-1' });

    expect(publishedTo()).toEqual([MAILS, CHATS]);
    expect(bodies(0)).toEqual(['default', 'email']);
    expect(noted).toEqual(['claim 1 after 0', 'message-1 after 1']);
  });

  test('that is out on the alert topic goes to the chat topic only', async () => {
    const published = await both.publish(message, outbox({ messageId: 'earlier' }));

    expect(published).toEqual({ outcome: 'SENT', messageId: 'earlier' });
    expect(publishedTo()).toEqual([CHATS]);
    expect(noted).toEqual(['claim 1 after 0']);
  });

  test('that is out without its chat form is not published again where the chat topic is gone', async () => {
    const published = await one.publish(message, outbox({ messageId: 'earlier' }));

    expect(published).toEqual({ outcome: 'SENT', messageId: 'earlier' });
    expect(publishedTo()).toEqual([]);
  });

  test.each([
    ['no id', {}],
    ['an empty id', { MessageId: '' }],
    ['an id that is no text', { MessageId: { a: '1' } as never }],
  ])('for which SNS returns %s counts as published perhaps: the answer is no receipt', async (_, output) => {
    sns.on(PublishCommand).resolves(output);

    await expect(both.publish(message, outbox())).rejects.toMatchObject({ name: 'MalformedAnswerError' });

    expect(publishedTo()).toEqual([MAILS]);
    expect(noted).toEqual(['claim 1 after 0']);
  });

  test('that another attempt has is not published', async () => {
    expect(await both.publish(message, outbox({ claim: async () => false }))).toEqual({ outcome: 'TAKEN' });

    expect(publishedTo()).toEqual([]);
  });

  test.each([
    ['throttled', { $metadata: { httpStatusCode: 429 } }],
    ['answered with a server error', { $metadata: { httpStatusCode: 503 } }],
    ['refused by the network', { code: 'ECONNREFUSED' }],
    ['unknown to the network', { code: 'ENOTFOUND' }],
  ])('%s counts as not published', async (_, details) => {
    sns.on(PublishCommand).rejects(Object.assign(new Error('refused'), details));

    await expect(one.publish(message, outbox())).rejects.toThrow('refused');

    expect(noted).toEqual(['claim 1 after 0', 'release 1 after 1']);
  });

  test.each([
    ['never answered', { name: 'TimeoutError', code: 'ETIMEDOUT' }],
    ['cut off', { code: 'ECONNRESET' }],
    ['answered with what cannot be read', { $metadata: { httpStatusCode: 200 } }],
  ])('%s counts as published perhaps', async (_, details) => {
    const attempt = { id: 'before', copies: 2, at: '2026-10-02T02:00:00.000Z' };
    sns.on(PublishCommand).rejects(Object.assign(new Error('unclear'), details));

    await expect(both.publish(message, outbox({ attempt }))).rejects.toThrow('unclear');

    expect(noted).toEqual(['claim 3 after 0']);
  });

  test('that is out on one topic and refused by the other stays noted as out', async () => {
    sns
      .on(PublishCommand, { TopicArn: CHATS })
      .rejects(Object.assign(new Error(), { $metadata: { httpStatusCode: 500 } }));

    await expect(both.publish(message, outbox())).rejects.toThrow();

    expect(noted).toEqual(['claim 1 after 0', 'message-1 after 1', 'release 1 after 2']);
  });
});
