import { ListTopicsCommand, PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../../local/services/endpoint.ts';
import type { Call } from '../../../local/services/service.ts';
import { type SnsOptions, startSns } from '../../../local/services/sns.ts';
import type { Publication } from '../../../local/services/sns-publish.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alerts';

const open: (Endpoint | SNSClient)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await ('close' in one ? one.close() : one.destroy());
});

async function start(options: Partial<SnsOptions> = {}) {
  const publications: Publication[] = [];
  const calls: Call[] = [];
  const endpoint = await startSns({
    topicArns: [TOPIC],
    now: () => 1_700_000_000_000,
    onPublish: (publication) => publications.push(publication),
    onCall: (call) => {
      calls.push(call);
      return undefined;
    },
    ...options,
  });
  const client = new SNSClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  open.push(client, endpoint);
  const publish = (input: Partial<PublishCommandInput>) =>
    client.send(new PublishCommand({ TopicArn: TOPIC, Message: 'Hello', ...input }));
  return { endpoint, client, publications, calls, publish };
}

function structured(bodies: unknown): Partial<PublishCommandInput> {
  return { MessageStructure: 'json', Message: typeof bodies === 'string' ? bodies : JSON.stringify(bodies) };
}

function attribute(name: string, DataType: string, StringValue?: string) {
  return { MessageAttributes: { [name]: { DataType, StringValue } } };
}

describe('Publish', () => {
  test('takes a plain message', async () => {
    const { publish, publications } = await start();

    const { MessageId } = await publish({ Message: 'Grüße & <b> + 100%\n' });

    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(publications).toEqual([
      {
        topicArn: TOPIC,
        subject: undefined,
        bodies: { default: 'Grüße & <b> + 100%\n' },
        attributes: {},
        messageId: MessageId,
        publishedAt: 1_700_000_000_000,
      },
    ]);
  });

  test('takes one body per protocol and ignores what AWS ignores', async () => {
    const { publish, publications, calls } = await start();

    await publish({
      Subject: '[HIGH] a & b',
      ...structured({ default: '{"taskId":"abc"}', email: 'text', https: '{}', sqs: { lost: true }, pigeon: 'coo' }),
    });

    expect(publications).toMatchObject([{ subject: '[HIGH] a & b' }]);
    expect(publications[0]?.bodies).toEqual({ default: '{"taskId":"abc"}', email: 'text', https: '{}' });
    expect(calls).toMatchObject([{ service: 'sns', operation: 'Publish', taskId: 'abc' }]);
  });

  test('takes attributes of both types that alerts have', async () => {
    const { publish, publications } = await start();

    await publish({
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'RECOVERED' },
        checks: { DataType: 'String.Array', StringValue: '["A","B",1,true,null]' },
      },
    });

    expect(publications[0]?.attributes).toEqual({
      kind: 'RECOVERED',
      checks: ['A', 'B', '1', 'true', 'null'],
    });
  });

  test('takes what is just within the limits', async () => {
    const { publish, publications } = await start();

    await publish({ Subject: 'x'.repeat(99), Message: 'é'.repeat((256 * 1024 - 99) / 2) });
    await publish(attribute('a'.repeat(256), 'String', ' '));
    await publish(structured({ default: '' }));

    expect(publications).toHaveLength(3);
  });
});

describe('Publish is refused', () => {
  const long = 'x'.repeat(256 * 1024);
  const refusals: readonly [string, Partial<PublishCommandInput>, string, string][] = [
    ['without a topic', { TopicArn: undefined }, 'InvalidParameter', 'TopicArn or TargetArn Reason'],
    ['to what is no topic', { TopicArn: 'alerts' }, 'InvalidParameter', 'TopicArn Reason: alerts is not the ARN'],
    ['to an unknown topic', { TopicArn: `${TOPIC}-2` }, 'NotFound', 'Topic does not exist'],
    ['with an empty message', { Message: '' }, 'InvalidParameter', 'Empty message'],
    ['with an empty subject', { Subject: '' }, 'InvalidParameter', 'Subject'],
    ['with a subject of 100 characters', { Subject: 'x'.repeat(100) }, 'InvalidParameter', 'Subject'],
    ['with a subject that begins with a space', { Subject: ' x' }, 'InvalidParameter', 'Subject'],
    ['with a line break in the subject', { Subject: 'a\nb' }, 'InvalidParameter', 'Subject'],
    ['with a line break after the subject', { Subject: 'a\n' }, 'InvalidParameter', 'Subject'],
    ['with a control character in the subject', { Subject: 'a\u007f' }, 'InvalidParameter', 'Subject'],
    ['with a subject that is not ASCII', { Subject: 'Prüfung' }, 'InvalidParameter', 'Subject'],
    ['with another structure than json', { MessageStructure: 'xml' }, 'InvalidParameter', 'MessageStructure'],
    ['with a structure that is not JSON', structured('{"default":'), 'InvalidParameter', 'failed to parse'],
    ['with a structure that is a list', structured([]), 'InvalidParameter', 'failed to parse'],
    ['with a key given twice', structured('{"default":"a","default":"b"}'), 'InvalidParameter', 'failed to parse'],
    ['without a default body', structured({ email: 'x' }), 'InvalidParameter', 'No default entry'],
    ['with a default body that is no text', structured({ default: {} }), 'InvalidParameter', 'No default entry'],
    ['with a message over 256 KiB', { Message: `${long}x` }, 'InvalidParameter', 'Message too long'],
    ['when the subject makes it too long', { Subject: 'x', Message: long }, 'InvalidParameter', 'Message too long'],
    [
      'when the attributes make it too long',
      { Message: long, ...attribute('a', 'String', 'x') },
      'InvalidParameter',
      'Message too long',
    ],
    ['with an empty attribute', attribute('a', 'String', ''), 'InvalidParameterValue', "'a' must contain non-empty"],
    ['with an attribute without a value', attribute('a', 'String'), 'InvalidParameterValue', 'non-empty'],
    ['with an attribute of no type', attribute('a', 'Text', 'x'), 'InvalidParameterValue', "type 'Text'"],
    ['with a number as an attribute', attribute('a', 'Number', '1'), 'InvalidParameterValue', "type 'Number'"],
    ['with a list that is no JSON', attribute('a', 'String.Array', 'x'), 'InvalidParameterValue', 'JSON array'],
    ['with a list of objects', attribute('a', 'String.Array', '[{}]'), 'InvalidParameterValue', 'JSON array'],
    ...['AWS.x', 'amazon.x', '.x', 'x.', 'x..y', 'x y', 'ä', 'x'.repeat(257)].map(
      (name): [string, Partial<PublishCommandInput>, string, string] => [
        `with the attribute name ${name.slice(0, 10)}`,
        attribute(name, 'String', 'x'),
        'InvalidParameterValue',
        'The message attribute name',
      ],
    ),
  ];

  test.each(refusals)('%s', async (_case, input, code, message) => {
    const { publish, publications } = await start();

    await expect(publish(input)).rejects.toMatchObject({
      name: `${code}Exception`,
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: code === 'NotFound' ? 404 : 400 },
    });
    expect(publications).toEqual([]);
  });

  test('with an attribute given twice, which no SDK sends', async () => {
    const { endpoint } = await start();
    const form = new URLSearchParams({ Action: 'Publish', TopicArn: TOPIC, Message: 'x' });
    for (const n of [1, 2]) {
      form.set(`MessageAttributes.entry.${n}.Name`, 'a');
      form.set(`MessageAttributes.entry.${n}.Value.DataType`, 'String');
      form.set(`MessageAttributes.entry.${n}.Value.StringValue`, 'x');
    }

    const response = await fetch(endpoint.url, { method: 'POST', body: form });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain("'a' is given twice");
  });
});

test('any other action is refused', async () => {
  const { client, calls, endpoint } = await start();

  await expect(client.send(new ListTopicsCommand({}))).rejects.toMatchObject({
    name: 'InvalidAction',
    message: 'The local SNS knows Publish only; it was asked for ListTopics.',
  });
  expect(await (await fetch(endpoint.url)).text()).toContain('it was asked for nothing.');
  expect(calls).toMatchObject([{ operation: 'UnknownOperation' }, { operation: 'UnknownOperation' }]);
});

test.each([
  ['ThrottledException', 429],
  ['Throttling', 400],
  ['ThrottlingException', 400],
  ['InternalErrorException', 500],
  ['AuthorizationErrorException', 403],
  ['KMSThrottlingException', 400],
  ['EndpointDisabledException', 400],
  ['InvalidParameterValueException', 400],
  ['ServiceUnavailable', 503],
])('an injected %s reaches the SDK under its name', async (name, statusCode) => {
  const { publish, publications } = await start({
    onCall: () => ({ type: 'error', name, statusCode, message: 'Injected <&>.' }),
  });

  await expect(publish({})).rejects.toMatchObject({
    name,
    message: 'Injected <&>.',
    $metadata: { httpStatusCode: statusCode },
  });
  expect(publications).toEqual([]);
});

test('a fault after the call hides that the message was published', async () => {
  const { publish, publications } = await start({ afterCall: () => ({ type: 'reset' }) });

  await expect(publish({})).rejects.toThrow();
  expect(publications).toHaveLength(1);
});
