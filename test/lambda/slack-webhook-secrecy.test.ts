import { createServer, type ServerResponse } from 'node:http';
import https from 'node:https';
import { inspect } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { composeAlert } from '../../lambda/audit/alert/message.ts';
import { logger } from '../../lambda/aws/logger.ts';
import { type PostAnswer, postJson } from '../../lambda/slack/https-post.ts';
import { slackHandler } from '../../lambda/slack/slack-handler.ts';
import { SlackWebhook } from '../../lambda/slack/webhook.ts';
import { WebhookSecret } from '../../lambda/slack/webhook-secret.ts';
import { listen, urlOf } from '../../local/services/endpoint.ts';
import { buildAlertInput } from '../builders.ts';
import { requestFrom } from '../services/slack.ts';

const TOKEN = 'SECRETSECRETSECRETSECRET';
const URL_OF_WEBHOOK = `https://hooks.slack.com/services/T00000000/B00000000/${TOKEN}`;
const ALERT = composeAlert(buildAlertInput()).machine;
/** An error with the URL wherever an error can have it. */
const TELLTALE = Object.assign(new Error(URL_OF_WEBHOOK, { cause: { code: URL_OF_WEBHOOK, url: URL_OF_WEBHOOK } }), {
  name: URL_OF_WEBHOOK,
  input: URL_OF_WEBHOOK,
});

const OK: PostAnswer = { status: 200, text: 'ok' };

const written: string[] = [];
beforeEach(() => {
  written.splice(0);
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
  }
  logger.setLogLevel('DEBUG');
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('Nothing that is logged or thrown holds the URL of the webhook, even in detail, when', () => {
  test.each<[string, () => Promise<PostAnswer>]>([
    ['the call fails with an error that holds it', () => Promise.reject(TELLTALE)],
    ['the call fails with a text that holds it', () => Promise.reject(URL_OF_WEBHOOK)],
    ['the call fails with a code that holds it', () => Promise.reject(Object.assign(new Error(), TELLTALE.cause))],
    ['Slack refuses, and repeats it', async () => ({ status: 404, text: URL_OF_WEBHOOK })],
    ['Slack is broken', async () => ({ status: 503, text: `<html>${URL_OF_WEBHOOK}</html>` })],
    [
      'Slack limits the rate, and says it',
      async () => ({ status: 429, retryAfter: URL_OF_WEBHOOK, text: URL_OF_WEBHOOK }),
    ],
  ])('%s', async (_, answer) => {
    const error = await failureOf({ answer });

    expect(error).toMatchObject({ name: expect.stringMatching(/^Slack(?:Unreachable|Rejected|RateLimited)Error$/) });
    expect(inDetail(error)).not.toMatch(/SECRETSECRET|B00000000/);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['nobody answers', (response) => response.destroy()],
    ['the answer breaks off', (response) => response.writeHead(200).write(URL_OF_WEBHOOK, () => response.destroy())],
    ['Slack refuses in a header', (response) => response.writeHead(403, { location: URL_OF_WEBHOOK }).end()],
    ['Slack redirects', (response) => response.writeHead(307, { location: URL_OF_WEBHOOK }).end(URL_OF_WEBHOOK)],
    ['Slack limits the rate in a header', (response) => response.writeHead(429, { 'retry-after': TOKEN }).end(TOKEN)],
  ])('%s', async (_, answer) => {
    const slack = createServer((_request, response) => answer(response));
    await listen(slack);
    jest.spyOn(https, 'request').mockImplementation(requestFrom(urlOf(slack)));

    const error = await failureOf({ answer: postJson });
    slack.close();

    expect(error).toMatchObject({ name: expect.stringMatching(/^Slack(?:Unreachable|Rejected|RateLimited)Error$/) });
    expect(inDetail(error)).not.toMatch(/SECRETSECRET|B00000000/);
  });

  test.each([
    `${URL_OF_WEBHOOK} and more`.replace('https:', 'http:'),
    `{"url":"${URL_OF_WEBHOOK}"}`,
    `https://me:${TOKEN}@hooks.slack.com/services/T00000000/B00000000/${TOKEN}`,
    TOKEN,
  ])('the secret is not a URL of Slack: %s', async (secret) => {
    const error = await failureOf({ secret });

    expect(error).toMatchObject({ name: 'SlackWebhookUrlError' });
    expect(inDetail(error)).not.toMatch(/SECRETSECRET|B00000000/);
  });

  test.each([
    ['no alert', 'hello'],
    ['without its words', JSON.stringify({ ...JSON.parse(ALERT), text: undefined })],
  ])('the message is %s', async (_, message) => {
    expect(inDetail(await failureOf({ message }))).not.toMatch(/SECRETSECRET|B00000000/);
  });

  test('all is well', async () => {
    await invoke({ answer: async () => OK });

    expect(written).toHaveLength(1);
    expect(written.join('')).not.toMatch(/SECRETSECRET|B00000000/);
  });
});

interface World {
  readonly answer?: typeof postJson;
  readonly secret?: string;
  readonly message?: string;
}

async function invoke({ answer = async () => OK, secret = URL_OF_WEBHOOK, message = ALERT }: World): Promise<void> {
  const client = { send: async () => ({ SecretString: secret }) } as unknown as SecretsManagerClient;
  const context = { functionName: 'slack-webhook', getRemainingTimeInMillis: () => 60_000 } as unknown as Context;
  const handler = slackHandler(new SlackWebhook(new WebhookSecret('slack', client), answer));
  await handler({ Records: [{ Sns: { Message: message } }] }, context);
}

async function failureOf(world: World): Promise<unknown> {
  try {
    await invoke(world);
  } catch (error) {
    expect(written.some((line) => JSON.parse(line).level === 'ERROR')).toBe(true);
    return error;
  }
  throw new Error('It did not fail.');
}

/** What was written, and all that can be seen of an error: more than Lambda shows of one. */
function inDetail(error: unknown): string {
  return [...written, inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })].join('\n');
}
