import { createServer } from 'node:http';
import https from 'node:https';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { composeAlert } from '../../lambda/audit/alert/message.ts';
import { postJson } from '../../lambda/slack/https-post.ts';
import { slackHandler } from '../../lambda/slack/slack-handler.ts';
import { SlackWebhook } from '../../lambda/slack/webhook.ts';
import { WebhookSecret } from '../../lambda/slack/webhook-secret.ts';
import { type Endpoint, listen, urlOf } from '../../local/services/endpoint.ts';
import type { Fault } from '../../local/services/service.ts';
import { alertKey, buildAlertInput, TASK_ID } from '../builders.ts';
import { startSecretsManager } from '../services/secrets-manager.ts';
import { requestFrom, startSlack } from '../services/slack.ts';

const PATH = '/services/T00000000/B00000000/SECRETSECRETSECRETSECRET';
const ALERT = composeAlert(buildAlertInput()).machine;

/** What the functions write, and what Lambda writes for an error that is thrown: nothing of it may hold the URL. */
const logged: string[] = [];
const open: (Endpoint | SecretsManagerClient)[] = [];

beforeEach(() => {
  logged.splice(0);
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      logged.push(String(chunk));
      return true;
    });
  }
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const one of open.splice(0)) await ('close' in one ? one.close() : one.destroy());
  expect(logged.join('\n')).not.toMatch(/SECRETSECRET|B00000000|hooks\.slack\.com\/services/);
});

/** The handler's own code, with Slack and Secrets Manager on this machine. */
async function start({
  secret = `https://hooks.slack.com${PATH}`,
  onPost = (): Fault | undefined => undefined,
  now = () => Date.now(),
  send = postJson,
} = {}) {
  const world = { secret, reads: 0, posts: 0, messages: [] as Readonly<Record<string, unknown>>[] };
  const slack = await startSlack({
    webhooks: [PATH],
    now,
    onMessage: (message) => world.messages.push(message),
    onCall: () => {
      world.posts += 1;
      return onPost();
    },
  });
  const secrets = await startSecretsManager({
    now: () => Date.now(),
    secretOf: (name) => {
      world.reads += 1;
      return name === 'slack' ? world.secret : undefined;
    },
  });
  const client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  open.push(client, slack, secrets);
  jest.spyOn(https, 'request').mockImplementation(requestFrom(slack.url));
  const handlerFor = (secretId: string) => slackHandler(new SlackWebhook(new WebhookSecret(secretId, client), send));
  return { world, slack, handler: handlerFor('slack'), handlerFor };
}

function snsEvent(...messages: string[]) {
  return { Records: messages.map((Message) => ({ EventSource: 'aws:sns', Sns: { MessageId: 'm-1', Message } })) };
}

function contextWith(remainingMs = 60_000): Context {
  return {
    functionName: 'slack-webhook',
    awsRequestId: 'request-1',
    getRemainingTimeInMillis: () => remainingMs,
  } as unknown as Context;
}

/** What is thrown, and as Lambda logs it. */
async function failureOf(invocation: Promise<unknown>): Promise<Error> {
  const error = await invocation.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('It did not fail.');
  logged.push(`${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`);
  return error;
}

describe('The Slack webhook function', () => {
  test('posts each alert, and logs which', async () => {
    const { handler, world } = await start();

    await handler(snsEvent(ALERT), contextWith());

    expect(world.messages).toMatchObject([{ text: expect.stringContaining('IoT audit NightlyFleetAudit') }]);
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'INFO', message: 'Posted an alert to Slack', taskId: TASK_ID, alertKey: alertKey(TASK_ID, 'TERMINAL') },
    ]);
  });

  test('waits when Slack asks for a short pause, and then posts', async () => {
    const { handler, world } = await start();

    await handler(snsEvent(ALERT, ALERT), contextWith());

    expect(world.messages).toHaveLength(2);
    expect(world.posts).toBe(3);
  });

  test('does not take a message for posted when somebody else answers', async () => {
    const { handler, world } = await start({ onPost: () => ({ type: 'answer', statusCode: 200, body: '<html>' }) });

    const error = await failureOf(handler(snsEvent(ALERT), contextWith()));

    expect(error).toMatchObject({
      name: 'SlackUnreachableError',
      message: expect.stringContaining('Slack did not answer: 200 without its "ok".'),
    });
    expect(world.messages).toEqual([]);
  });

  test('does not wait beyond its own time', async () => {
    const { handler, world } = await start();

    const error = await failureOf(handler(snsEvent(ALERT, ALERT), contextWith(10_500)));

    expect(error).toMatchObject({ name: 'SlackRateLimitedError', message: expect.stringContaining('a pause of 1 s') });
    expect(world.posts).toBe(2);
  });

  test.each([
    ['21', 'a pause of 21 s'],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 'a pause, too long'],
  ])('does not wait when Slack asks for %s', async (retryAfter, shown) => {
    const send = async () => ({ status: 429, retryAfter, text: 'rate_limited' });
    const { handler } = await start({ send });

    const error = await failureOf(handler(snsEvent(ALERT), contextWith()));

    expect(error).toMatchObject({ name: 'SlackRateLimitedError', message: expect.stringContaining(shown) });
  });

  test.each([
    ['no_service', 404],
    ['channel_is_archived', 410],
    ['invalid_payload', 400],
    ['rollup_error', 500],
  ])('fails with what Slack says: %s', async (name, statusCode) => {
    const { handler } = await start({ onPost: () => ({ type: 'error', name, statusCode }) });

    const error = await failureOf(handler(snsEvent(ALERT), contextWith()));

    expect(error).toMatchObject({
      name: 'SlackRejectedError',
      message: expect.stringContaining(`Slack refused the message: ${statusCode} ${name}.`),
    });
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({
      level: 'ERROR',
      taskId: TASK_ID,
      error: { name: 'SlackRejectedError' },
    });
  });

  test('does not repeat what an answer says beyond a word: it may say the URL', async () => {
    const { handler } = await start({ onPost: () => ({ type: 'error', name: `${PATH} not found`, statusCode: 404 }) });

    const { message } = await failureOf(handler(snsEvent(ALERT), contextWith()));

    expect(message).toContain('Slack refused the message: 404. ');
  });

  test('follows no redirect', async () => {
    const { handler } = await start();
    let calls = 0;
    const elsewhere = createServer((_request, response) => {
      calls += 1;
      response.writeHead(302, { location: `https://hooks.slack.com${PATH}` }).end();
    });
    await listen(elsewhere);
    jest.spyOn(https, 'request').mockImplementation(requestFrom(urlOf(elsewhere)));

    const error = await failureOf(handler(snsEvent(ALERT), contextWith()));
    elsewhere.close();

    expect(error).toMatchObject({ name: 'SlackRejectedError', message: expect.stringContaining('302. ') });
    expect(calls).toBe(1);
  });

  test('fails when the connection breaks', async () => {
    const { handler } = await start({ onPost: () => ({ type: 'reset' }) });

    expect(await failureOf(handler(snsEvent(ALERT), contextWith()))).toMatchObject({
      name: 'SlackUnreachableError',
      message: 'Slack did not answer: ECONNRESET. Check that the function has a way to the internet.',
    });
  });

  test.each([
    [new DOMException(`The call to ${PATH} timed out`, 'TimeoutError'), 'TimeoutError'],
    [`a text with ${PATH}`, 'unknown error'],
    [Object.assign(new Error(PATH), { name: PATH }), 'unknown error'],
  ])('shows no more of a failed call than its code', async (thrown, shown) => {
    const { handler } = await start({ send: () => Promise.reject(thrown) });

    expect(await failureOf(handler(snsEvent(ALERT), contextWith()))).toMatchObject({
      name: 'SlackUnreachableError',
      message: expect.stringContaining(`Slack did not answer: ${shown}.`),
    });
  });

  test.each([
    ['without its words', JSON.stringify({ ...JSON.parse(ALERT), text: undefined }), 'MalformedAlertError'],
    ['no alert', 'hello', 'MalformedAlertError'],
  ])('fails on a message that is %s', async (_case, message, name) => {
    const { handler, world } = await start();

    expect(await failureOf(handler(snsEvent(message), contextWith()))).toMatchObject({ name });
    expect(world.posts).toBe(0);
  });

  test.each([[{}], [null], [{ Records: [] }], [{ Records: [{}] }], [{ Records: [{ Sns: { Message: 7 } }] }]])(
    'fails on an event that is not from SNS: %j',
    async (event) => {
      const { handler } = await start();

      expect(await failureOf(handler(event, contextWith()))).toMatchObject({ name: 'MalformedSnsEventError' });
    },
  );
});

describe('The URL', () => {
  test('is read once in 5 minutes, and after a refusal', async () => {
    let time = Date.now();
    let refused = false;
    jest.spyOn(Date, 'now').mockImplementation(() => time);
    const { handler, world } = await start({
      onPost: () => (refused ? { type: 'error', name: 'no_service', statusCode: 404 } : undefined),
    });
    const post = async () => {
      time += 2 * 60 * 1000;
      return handler(snsEvent(ALERT), contextWith());
    };

    await post();
    await post();
    await post();
    expect(world.reads).toBe(1);

    await post();
    expect(world.reads).toBe(2);

    refused = true;
    await failureOf(post());
    refused = false;
    await post();
    expect(world.reads).toBe(3);
  });

  test('may have spaces and a line end around it', async () => {
    const { handler, world } = await start({ secret: ` https://hooks.slack.com${PATH}\n` });

    await handler(snsEvent(ALERT), contextWith());

    expect(world.messages).toHaveLength(1);
  });

  test.each([
    `http://hooks.slack.com${PATH}`,
    `https://hooks.slack.com.evil.example${PATH}`,
    `https://hooks.slack.com@evil.example${PATH}`,
    `https://me:SECRETSECRET@hooks.slack.com${PATH}`,
    `https://hooks.slack.com:8443${PATH}`,
    'https://hooks.slack.com/',
    `{"url":"https://hooks.slack.com${PATH}"}`,
    'SECRETSECRET',
    '',
  ])('is accepted only under https://hooks.slack.com/, and not shown when it is not: %s', async (secret) => {
    const { handler, world } = await start({ secret });

    const error = await failureOf(handler(snsEvent(ALERT), contextWith()));

    expect(error).toMatchObject({
      name: 'SlackWebhookUrlError',
      message: expect.stringContaining('The secret slack does not hold the URL of a Slack webhook.'),
    });
    expect(world.posts).toBe(0);
  });

  test.each([
    ['no JSON', `{"SecretString":SECRETSECRETSECRETSECRET`, 'UnreadableSecretError'],
    ['no text', '{"SecretString":7}', 'SlackWebhookUrlError'],
  ])('is not shown when the answer of Secrets Manager holds %s', async (_case, body, name) => {
    const broken = createServer((_request, response) => response.end(body));
    await listen(broken);
    const client = new SecretsManagerClient({
      endpoint: urlOf(broken),
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    open.push(client);
    const handler = slackHandler(new SlackWebhook(new WebhookSecret('slack', client)));

    const error = await failureOf(handler(snsEvent(ALERT), contextWith()));
    broken.close();

    expect(error.name).toBe(name);
  });

  test("is missing under the SDK's own error name when there is no such secret", async () => {
    const { handlerFor } = await start();

    const error = await failureOf(handlerFor('other')(snsEvent(ALERT), contextWith()));

    expect(error.name).toBe('ResourceNotFoundException');
  });
});

test('the deployed module reads its setting, and posts with the request and the endpoint of its surroundings', async () => {
  const { world } = await start();
  const secrets = await startSecretsManager({ now: () => 0, secretOf: () => world.secret });
  open.push(secrets);
  const variables = {
    SLACK_WEBHOOK_SECRET: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:slack-AbCdEf',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
  };
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    const { handler } = await import('../../lambda/slack-webhook.lambda.ts');
    await handler(snsEvent(ALERT), contextWith());
  } finally {
    process.env = before;
  }

  expect(world.messages).toHaveLength(1);
});
