import { afterEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../local/services/endpoint.ts';
import { requestFrom, startSlack } from './slack.ts';

const WEBHOOK = '/services/T0/B0/X0';

let open: Endpoint | undefined;
afterEach(() => open?.close());

async function start() {
  let now = 1_700_000_000_000;
  const messages: unknown[] = [];
  const endpoint = await startSlack({
    webhooks: [WEBHOOK],
    now: () => now,
    onMessage: (message) => messages.push(message),
  });
  open = endpoint;
  const post = async (message: unknown, { path = WEBHOOK, method = 'POST', type = 'application/json' } = {}) => {
    const body = method === 'GET' ? undefined : typeof message === 'string' ? message : JSON.stringify(message);
    const response = await fetch(endpoint.url + path, { method, headers: { 'content-type': type }, body });
    const retryAfter = response.headers.get('retry-after');
    return `${response.status} ${await response.text()}${retryAfter === null ? '' : ` ${retryAfter}`}`;
  };
  return {
    endpoint,
    messages,
    post,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

function mrkdwn(text: string, more: object = {}) {
  return { type: 'mrkdwn', text, ...more };
}

function header(text: string, type = 'plain_text') {
  return { type: 'header', text: { type, text } };
}

describe('A webhook of Slack', () => {
  test('takes a text, and blocks within their limits', async () => {
    const { post, messages, wait } = await start();
    const blocks = [
      header('x'.repeat(150)),
      { type: 'section', text: mrkdwn('x'.repeat(3000), { verbatim: true }) },
      { type: 'divider' },
      { type: 'context', elements: Array.from({ length: 10 }, () => mrkdwn('x')) },
    ];

    expect(await post({ text: 'Hello' })).toBe('200 ok');
    wait(1000);
    expect(await post({ text: 'Hello', blocks })).toBe('200 ok');
    wait(1000);
    expect(await post({ blocks: Array.from({ length: 50 }, () => ({ type: 'divider' })) })).toBe('200 ok');
    expect(messages).toHaveLength(3);
  });

  test('takes one message a second', async () => {
    const { post, messages, wait } = await start();

    expect(await post({ text: 'one' })).toBe('200 ok');
    wait(999);
    expect(await post({ text: 'two' })).toBe('429 rate_limited 1');
    wait(1);
    expect(await post({ text: 'three' })).toBe('200 ok');
    expect(messages).toEqual([{ text: 'one' }, { text: 'three' }]);
  });

  test.each<[string, unknown, string]>([
    ['that is no JSON', 'payload=hello', 'invalid_payload'],
    ['that is a list', [], 'invalid_payload'],
    ['without anything to show', {}, 'no_text'],
    ['with an empty text', { text: '' }, 'no_text'],
    ['with a text that is not text', { text: {} }, 'no_text'],
    ['with a text of 4,001 characters', { text: 'x'.repeat(4001) }, 'msg_too_long'],
    [
      'beyond what Slack takes in all',
      { blocks: Array.from({ length: 5 }, () => ({ type: 'section', text: mrkdwn('x'.repeat(2900)) })) },
      'msg_blocks_too_long',
    ],
    ['with blocks that are no list', { blocks: {} }, 'invalid_blocks_format'],
    ['with 51 blocks', { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }, 'invalid_blocks'],
    ['with a block that is not a block', { blocks: [null] }, 'invalid_blocks'],
    ['with a block that nobody knows', { blocks: [{ type: 'hero' }] }, 'invalid_blocks'],
    ['with a header of 151 characters', { blocks: [header('x'.repeat(151))] }, 'invalid_blocks'],
    ['with a header in mrkdwn', { blocks: [header('x', 'mrkdwn')] }, 'invalid_blocks'],
    ['with an empty section', { blocks: [{ type: 'section', text: mrkdwn('') }] }, 'invalid_blocks'],
    ['with a section without text', { blocks: [{ type: 'section' }] }, 'invalid_blocks'],
    ['with a section of 3,001', { blocks: [{ type: 'section', text: mrkdwn('x'.repeat(3001)) }] }, 'invalid_blocks'],
    ['with emoji in mrkdwn', { blocks: [{ type: 'section', text: mrkdwn('x', { emoji: true }) }] }, 'invalid_blocks'],
    ['with an empty context', { blocks: [{ type: 'context', elements: [] }] }, 'invalid_blocks'],
    [
      'with 11 elements in a context',
      { blocks: [{ type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn('x')) }] },
      'invalid_blocks',
    ],
  ])('refuses a message %s', async (_case, message, reason) => {
    const { post, messages } = await start();

    expect(await post(message)).toBe(`400 ${reason}`);
    expect(messages).toEqual([]);
  });

  test('refuses what is no JSON by its type', async () => {
    const { post } = await start();

    expect(await post({ text: 'x' }, { type: 'text/plain' })).toBe('400 invalid_payload');
  });

  test('refuses any path but its own, and any method but POST', async () => {
    const { post } = await start();

    expect(await post({ text: 'x' }, { path: '/services/T0/B0/other' })).toBe('404 no_service');
    expect(await post({ text: 'x' }, { method: 'GET' })).toBe('405 method_not_allowed');
  });
});

describe('A request for which Slack is on this machine', () => {
  test('posts there', async () => {
    const { endpoint, messages } = await start();
    const options = { method: 'POST', headers: { 'content-type': 'application/json' } };

    const status = await new Promise((resolve) => {
      requestFrom(endpoint.url)(`https://hooks.slack.com${WEBHOOK}`, options, ({ statusCode }) =>
        resolve(statusCode),
      ).end(JSON.stringify({ text: 'x' }));
    });

    expect(status).toBe(200);
    expect(messages).toHaveLength(1);
  });

  test('reaches nothing else', async () => {
    const { endpoint } = await start();

    expect(() => requestFrom(endpoint.url)('https://example.com/', {})).toThrow('not https://example.com');
  });
});
