import http, { type IncomingMessage } from 'node:http';
import type https from 'node:https';
import type { RequestOptions } from 'node:https';
import { isObject, parseJson } from '../../lambda/json.ts';
import { type Endpoint, type EndpointOptions, startEndpoint } from '../../local/services/endpoint.ts';
import { type Call, type ServiceAnswer, ServiceError, type ServiceRequest } from '../../local/services/service.ts';

export interface SlackOptions extends EndpointOptions {
  /** Paths of the webhooks that exist, such as `/services/T0000/B0000/XXXX`. */
  readonly webhooks: readonly string[];
  /** A message that appeared in the channel. */
  readonly onMessage: (message: Readonly<Record<string, unknown>>) => void;
}

const SLACK = 'https://hooks.slack.com';

/** One message a second. Slack lets short bursts pass; here nothing does. */
const SPACING_MS = 1000;

/** Source: Block Kit reference. The whole message: what Slack takes in practice. */
const LIMIT = { message: 13_000, text: 4_000, blocks: 50, header: 150, section: 3_000, elements: 10, element: 2_000 };

/** Slack's incoming webhooks. Answers in plain text, and refuses what Slack refuses, in Slack's words. */
export function startSlack(options: SlackOptions): Promise<Endpoint> {
  const lastPosts = new Map<string, number>();

  function post({ parameters }: Call, { method, path, headers, body }: ServiceRequest): ServiceAnswer {
    if (!options.webhooks.includes(path)) throw new ServiceError('no_service', 404);
    if (method !== 'POST') throw new ServiceError('method_not_allowed', 405);
    const last = lastPosts.get(path);
    if (last !== undefined && options.now() - last < SPACING_MS) {
      return { statusCode: 429, headers: { ...TEXT, 'retry-after': '1' }, body: 'rate_limited' };
    }
    if (!headers['content-type']?.startsWith('application/json')) throw invalid('invalid_payload');
    if (!isObject(parameters)) throw invalid('invalid_payload');
    const flaw = flawIn(parameters, body);
    if (flaw !== undefined) throw invalid(flaw);
    lastPosts.set(path, options.now());
    options.onMessage(parameters);
    return { statusCode: 200, headers: TEXT, body: 'ok' };
  }

  return startEndpoint(
    {
      read: ({ body }) => ({ service: 'slack', operation: 'PostMessage', parameters: parseJson(body) }),
      answer: post,
      renderError: ({ name, statusCode }) => ({ statusCode, headers: TEXT, body: name }),
    },
    options,
  );
}

/** An `https.request` for which Slack is the local endpoint; it reaches nothing else. It may take the place of the real one. */
export function requestFrom(slackUrl: string): typeof https.request {
  const request = (url: string | URL, options: RequestOptions, onResponse?: (response: IncomingMessage) => void) => {
    const { origin, pathname } = new URL(url);
    if (origin !== SLACK) throw new TypeError(`Only ${SLACK} may be called, not ${origin}.`);
    return http.request(new URL(pathname, slackUrl), options, onResponse);
  };
  return request as typeof https.request;
}

const TEXT = { 'content-type': 'text/plain' } as const;

function invalid(reason: string): ServiceError {
  return new ServiceError(reason, 400);
}

/** What Slack would refuse a message for. */
function flawIn({ text, blocks }: Readonly<Record<string, unknown>>, body: string): string | undefined {
  if (text === undefined && blocks === undefined) return 'no_text';
  if (text !== undefined && (typeof text !== 'string' || text === '')) return 'no_text';
  if (typeof text === 'string' && text.length > LIMIT.text) return 'msg_too_long';
  if (body.length > LIMIT.message) return 'msg_blocks_too_long';
  if (blocks === undefined) return undefined;
  if (!Array.isArray(blocks)) return 'invalid_blocks_format';
  return blocks.length <= LIMIT.blocks && blocks.every(isBlock) ? undefined : 'invalid_blocks';
}

/** The blocks that the watcher knows. */
function isBlock(block: unknown): boolean {
  if (!isObject(block)) return false;
  switch (block.type) {
    case 'header':
      return isText(block.text, ['plain_text'], LIMIT.header);
    case 'section':
      return isText(block.text, ['plain_text', 'mrkdwn'], LIMIT.section);
    case 'context':
      return isList(block.elements, (element) => isText(element, ['plain_text', 'mrkdwn'], LIMIT.element));
    case 'divider':
      return true;
    default:
      return false;
  }
}

function isList(value: unknown, isElement: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= LIMIT.elements && value.every(isElement);
}

/** `verbatim` belongs to mrkdwn and `emoji` to plain text. */
function isText(value: unknown, types: readonly string[], longest: number): boolean {
  if (!isObject(value) || typeof value.text !== 'string' || !types.includes(String(value.type))) return false;
  const keys = ['type', 'text', value.type === 'mrkdwn' ? 'verbatim' : 'emoji'];
  return (
    value.text.length >= 1 && value.text.length <= longest && Object.keys(value).every((key) => keys.includes(key))
  );
}
