import { jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { ENV } from '../../lambda/contract.ts';
import type { WireAnswer } from './models.ts';
import { flawOf } from './named-errors.ts';

export const TABLE_NAME = 'Watches';
export const TOPIC_ARN = 'arn:aws:sns:eu-west-1:123456789012:Alerts';
export const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Loop:first';
export const STARTS_AT = Date.parse('2026-09-22T02:00:00.000Z');

/** What must never be printed, nor thrown: it is in the environment of every function. */
export const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'SECRETKEYINTHEENVIRONMENT',
  AWS_SESSION_TOKEN: 'SESSIONTOKENOFTHEROLE',
};

export const SETTINGS = {
  [ENV.tableName]: TABLE_NAME,
  [ENV.alertTopicArn]: TOPIC_ARN,
  [ENV.watchLimitHours]: '24',
  [ENV.lateAfterHours]: '2160',
  [ENV.minWaitSeconds]: '5',
  [ENV.maxWaitSeconds]: '300',
  [ENV.retentionDays]: '400',
  [ENV.alertWhenCompliant]: 'true',
  [ENV.repeat]: 'always',
  POWERTOOLS_SERVICE_NAME: 'audit-watcher',
  POWERTOOLS_METRICS_NAMESPACE: 'AuditWatcher',
  AWS_LAMBDA_FUNCTION_NAME: 'Fuzzed',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_MAX_ATTEMPTS: '1',
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
export type Outcome = { readonly result: unknown; readonly error?: never } | { readonly error: Error };

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

/** Only the date stands still: calls to the endpoints take real time. */
export function stopTheDate(): void {
  jest.useFakeTimers({
    now: STARTS_AT,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

/** Collects what is printed instead of printing it. */
export function catchOutput(): string[] {
  const printed: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
  }
  return printed;
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
