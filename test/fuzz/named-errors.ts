import { types } from 'node:util';
import { ERROR } from '../../lambda/contract.ts';

/** Names under which our own functions fail. */
const OURS: readonly string[] = [
  ...Object.values(ERROR),
  'MalformedSnsEventError',
  'MalformedAlertError',
  'SlackWebhookUrlError',
  'UnreadableSecretError',
  'SlackRateLimitedError',
  'SlackRejectedError',
  'SlackUnreachableError',
];

/** Errors of the SDK for answers, or tokens in them, that it cannot handle. Each is retried as an unforeseen error. */
const OF_SDK = ['SyntaxError', 'TypeError', 'RangeError'];

/** What the SDK adds to an error of its own that has no name: of XML, or of a connection that broke off within an answer. */
const MARK = '\n  Deserialization error: to see the raw response, inspect the hidden field';

/**
 * What is wrong with an error that left a function; undefined for one that is allowed: one of ours, one that a service gave
 * (those have a `$fault`), a timeout or a lost connection, or an answer that the SDK itself could not read. A mistake in our
 * own code is recognized by the stack: its first frame in a file is ours. So is a value that we gave and the SDK cannot send:
 * that fails as a plain `Error`.
 */
export function flawOf(error: unknown): string | undefined {
  if (!types.isNativeError(error) && !(error instanceof Error)) return `no error at all: ${String(error)}`;
  const { name, stack = '' } = error;
  const thrownAt = /^ *at .*\/.*$/m.exec(stack)?.[0] ?? '';
  const fromSdk = /\/node_modules\/(?:@smithy|@aws-sdk|@aws)\//.test(thrownAt);
  if (OURS.includes(name) || '$fault' in error || name === 'TimeoutError' || error.message.includes(MARK))
    return undefined;
  return fromSdk && OF_SDK.includes(name) ? undefined : stack;
}
