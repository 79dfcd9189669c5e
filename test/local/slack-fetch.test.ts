import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Endpoint, Fault } from '../../local/endpoint.ts';
import { startSlack } from '../../local/slack-endpoint.ts';
import { slackFetch } from '../../local/slack-fetch.ts';

const WEBHOOK = 'https://hooks.slack.com/services/T/B/X';

let fault: Fault | undefined;
let messages: unknown[];
let slack: Endpoint;

beforeEach(async () => {
  fault = undefined;
  messages = [];
  slack = await startSlack({
    webhooks: ['/services/T/B/X'],
    now: () => Date.now(),
    onMessage: (message) => messages.push(message),
    onCall: () => fault,
  });
});
afterEach(() => slack.close());

function post(url = WEBHOOK, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return slackFetch(slack.url)(url, { method: 'POST', headers, body: JSON.stringify({ text: 'hello' }), signal });
}

describe('The fetch of a function on this machine', () => {
  test('posts to the local Slack', async () => {
    const response = await post();

    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(messages).toEqual([{ text: 'hello' }]);
  });

  test('gives status and headers of a refusal', async () => {
    await post();

    const response = await post();

    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
  });

  test('reaches nothing else', async () => {
    await expect(post('https://example.com/services/T/B/X')).rejects.toThrow('Only https://hooks.slack.com may be');
  });

  test('fails as the global one when the connection is reset', async () => {
    fault = { type: 'reset' };

    await expect(post()).rejects.toMatchObject({ name: 'TypeError', cause: { code: 'ECONNRESET' } });
  });

  test('fails with the reason of its signal', async () => {
    fault = { type: 'hold' };

    await expect(post(WEBHOOK, AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
