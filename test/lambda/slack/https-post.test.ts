import { createServer, type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { postJson } from '../../../lambda/slack/https-post.ts';
import { listen, urlOf } from '../../../local/services/endpoint.ts';
import { requestFrom } from '../../services/slack.ts';

const SLACK = new URL('https://hooks.slack.com/services/T0000/B0000/XXXX');
const servers: Server[] = [];

afterEach(() => {
  jest.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function slackThat(answers: RequestListener): Promise<void> {
  const server = createServer(answers);
  servers.push(server);
  await listen(server);
  jest.spyOn(https, 'request').mockImplementation(requestFrom(urlOf(server)));
}

describe('A post', () => {
  test('is JSON in UTF-8, and comes back with status, pause and text', async () => {
    const seen: unknown[] = [];
    await slackThat((request, response) => {
      const { method, url, headers } = request;
      request.setEncoding('utf8').on('data', (body) => {
        seen.push([method, url, headers['content-type'], headers['content-length'], body]);
        response.writeHead(429, { 'retry-after': '7' }).end('zu viel\u2026');
      });
    });

    const answer = await postJson(SLACK, '"\u00E4"', 5_000);

    expect(seen).toEqual([['POST', SLACK.pathname, 'application/json; charset=utf-8', '4', '"\u00E4"']]);
    expect(answer).toEqual({ status: 429, retryAfter: '7', text: 'zu viel\u2026' });
  });

  test.each<[string, RequestListener]>([
    ['an answer', () => undefined],
    ['the rest of one', (_request, response) => response.write('o')],
  ])('does not wait for %s for ever', async (_, answers) => {
    await slackThat(answers);

    await expect(postJson(SLACK, '{}', 50)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('fails with the code of a connection that breaks', async () => {
    await slackThat((_request, response) => response.destroy());

    await expect(postJson(SLACK, '{}', 5_000)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
