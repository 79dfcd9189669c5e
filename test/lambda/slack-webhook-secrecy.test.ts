import { inspect } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { composeAlert } from '../../lambda/audit/alert-message.ts';
import { logger } from '../../lambda/aws/logger.ts';
import { slackHandler } from '../../lambda/slack/slack-handler.ts';
import { SlackWebhook } from '../../lambda/slack/webhook.ts';
import { WebhookSecret } from '../../lambda/slack/webhook-secret.ts';
import { buildAlertInput } from '../builders.ts';

const TOKEN = 'SECRETSECRETSECRETSECRET';
const URL_OF_WEBHOOK = `https://hooks.slack.com/services/T00000000/B00000000/${TOKEN}`;
const ALERT = composeAlert(buildAlertInput()).machine;
/** An error with the URL wherever an error can have it. */
const TELLTALE = Object.assign(new Error(URL_OF_WEBHOOK, { cause: { code: URL_OF_WEBHOOK, url: URL_OF_WEBHOOK } }), {
  name: URL_OF_WEBHOOK,
  input: URL_OF_WEBHOOK,
});

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
  test.each<[string, () => Promise<Response>]>([
    ['the call fails with an error that holds it', () => Promise.reject(TELLTALE)],
    ['the call fails with a text that holds it', () => Promise.reject(URL_OF_WEBHOOK)],
    ['the call fails as fetch fails', () => fetch('http://127.0.0.1:1/', { headers: { referer: URL_OF_WEBHOOK } })],
    ['the answer breaks off', async () => new Response(brokenBody())],
    ['Slack refuses, and repeats it', async () => new Response(URL_OF_WEBHOOK, { status: 404 })],
    ['Slack refuses in a header', async () => new Response('', { status: 403, headers: { location: URL_OF_WEBHOOK } })],
    ['Slack is broken', async () => new Response(`<html>${URL_OF_WEBHOOK}</html>`, { status: 503 })],
    ['Slack redirects', async () => new Response(null, { status: 307, headers: { location: URL_OF_WEBHOOK } })],
    [
      'Slack limits the rate, and says it',
      async () => new Response(URL_OF_WEBHOOK, { status: 429, headers: { 'retry-after': URL_OF_WEBHOOK } }),
    ],
  ])('%s', async (_, answer) => {
    const error = await failureOf({ answer });

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
    ['of another version', JSON.stringify({ ...JSON.parse(ALERT), schemaVersion: '2' })],
  ])('the message is %s', async (_, message) => {
    expect(inDetail(await failureOf({ message }))).not.toMatch(/SECRETSECRET|B00000000/);
  });

  test('all is well', async () => {
    await invoke({ answer: async () => new Response('ok') });

    expect(written).toHaveLength(1);
    expect(written.join('')).not.toMatch(/SECRETSECRET|B00000000/);
  });
});

interface World {
  readonly answer?: () => Promise<Response>;
  readonly secret?: string;
  readonly message?: string;
}

async function invoke({
  answer = async () => new Response('ok'),
  secret = URL_OF_WEBHOOK,
  message = ALERT,
}: World): Promise<void> {
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

function brokenBody(): ReadableStream {
  return new ReadableStream({
    pull: (controller) => {
      controller.error(TELLTALE);
    },
  });
}
