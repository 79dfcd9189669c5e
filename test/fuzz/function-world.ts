import { afterAll, afterEach, beforeEach, expect, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { ENV } from '../../lambda/contract.ts';
import type { Endpoint } from '../../local/services/endpoint.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { expectAlertWithinLimits } from '../alert-limits.ts';
import { freezeDate } from '../freeze-date.ts';
import { FUNCTION_SETTINGS } from '../function-settings.ts';
import type { WireAnswer } from './models.ts';
import { flawOf } from './named-errors.ts';

export const STARTS_AT = Date.parse('2026-09-22T02:00:00.000Z');

/** What must never be printed, nor thrown: it is in the environment of every function. */
export const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'SECRETKEYINTHEENVIRONMENT',
  AWS_SESSION_TOKEN: 'SESSIONTOKENOFTHEROLE',
};

export const SETTINGS = {
  ...FUNCTION_SETTINGS,
  [ENV.lateAfterHours]: '2160',
  [ENV.alertWhenCompliant]: 'true',
  AWS_LAMBDA_FUNCTION_NAME: 'Fuzzed',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  ...SECRETS,
};

export const CONTEXT = {
  functionName: 'Fuzzed',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:Fuzzed',
  memoryLimitInMB: '512',
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => 60_000,
} as Context;

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** What became of an invocation. */
type Outcome = { readonly result: unknown; readonly error?: never } | { readonly error: Error };

/** Runs a function to its end. Throws for an error that has no name of its own, with its stack. */
export async function invoke(handler: Handler, event: unknown, context = CONTEXT): Promise<Outcome> {
  try {
    return { result: await handler(event, context) };
  } catch (error) {
    const flaw = flawOf(error);
    if (flaw !== undefined) throw new Error(`The function failed without a name of its own: ${flaw}`);
    return { error: error as Error };
  }
}

/** What a test of fuzzed functions shares with the hooks around it. */
interface FuzzWorld {
  /** Closed at the end. */
  readonly endpoints: Endpoint[];
  /** What the functions printed since the test began. */
  readonly printed: string[];
}

/** Around every test: the date stands still, nothing is printed, no secret is printed, and nothing is left behind. */
export function setUpWorld(): FuzzWorld {
  const environment = { ...process.env };
  const keysBefore = inheritedKeys();
  const world: FuzzWorld = { endpoints: [], printed: [] };

  beforeEach(() => {
    freezeDate(STARTS_AT);
    world.printed.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((text) => {
        world.printed.push(String(text));
        return true;
      });
    }
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
    expect(world.printed.filter((text) => Object.values(SECRETS).some((secret) => text.includes(secret)))).toEqual([]);
  });

  afterAll(async () => {
    process.env = environment;
    await Promise.all(world.endpoints.map((endpoint) => endpoint.close()));
    expect(inheritedKeys()).toEqual(keysBefore);
  });

  return world;
}

/** How SNS answers a publication. */
export function publishResponse(messageId: string): WireAnswer {
  const result = `<PublishResult><MessageId>${messageId}</MessageId></PublishResult>`;
  return { status: 200, headers: {}, body: `<PublishResponse>${result}</PublishResponse>` };
}

/** An alert as the functions published it. */
export type Published = Omit<Publication, 'messageId' | 'publishedAt'>;

export function expectPublishedWithinLimits(published: readonly Published[]): void {
  for (const { subject = '', bodies, attributes } of published) {
    const { default: machine, email = '', https: chat = '' } = bodies;
    expectAlertWithinLimits({ key: JSON.parse(machine).alertKey, subject, machine, email, chat, attributes });
  }
}

/** One after the other, then the last for ever. */
export function inTurn(answers: readonly WireAnswer[], last: WireAnswer): () => WireAnswer {
  let next = 0;
  return () => {
    const answer = answers[next] ?? last;
    next += 1;
    return answer;
  };
}

export function json(body: unknown, status = 200): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Keys that every object has and that nobody gave to it. */
export function inheritedKeys(): string[] {
  const keys: string[] = [];
  for (const key in {}) keys.push(key);
  return [...keys, ...Reflect.ownKeys(Object.prototype).map(String)].sort();
}
