import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Names the local Slack to a function's thread; the function has no such variable on AWS. */
export const SLACK_URL_VARIABLE = 'LOCAL_SLACK_URL';

const SLACK = 'https://hooks.slack.com';

/**
 * A `fetch` for which Slack is the local endpoint; it reaches nothing else. Over node:http, whose calls the simulated time
 * follows, where those of the global `fetch` would be taken for idleness.
 */
export function slackFetch(slackUrl: string): typeof fetch {
  return async (input, init = {}) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
    if (origin !== SLACK) throw new TypeError(`Only ${SLACK} may be called, not ${origin}.`);
    const { method, body, signal } = init;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = Object.fromEntries(new Headers(init.headers));
    const outgoing = request(new URL(pathname, slackUrl), { method, headers, signal: signal ?? undefined });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end(body);
    try {
      const answer = await promise;
      const { statusCode: status, headers: answered } = answer;
      return new Response(await text(answer), {
        status,
        headers: Object.entries(answered).map(([name, value]): [string, string] => [name, String(value)]),
      });
    } catch (cause) {
      // As the global one does it.
      throw signal?.aborted ? signal.reason : new TypeError('fetch failed', { cause });
    }
  };
}
