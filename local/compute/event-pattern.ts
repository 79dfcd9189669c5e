import { isObject } from '../../lambda/json.ts';

/** An unsupported pattern throws, instead of silently matching or failing to match. */
export class UnsupportedPatternError extends Error {
  override readonly name = 'UnsupportedPatternError';
}

/** Judges the value under a field; undefined when the event has no such field. */
type Test = (value: unknown) => boolean;

/**
 * Matches an event as an EventBridge rule does, or attributes of a message as a filter policy of SNS: by lists of values,
 * by `exists` and by `anything-but`, which is all that the stack uses. The whole pattern is read before the event, so any other
 * operator throws for every event. Source: EventBridge User Guide, operators in event patterns.
 */
export function matchesEventPattern(pattern: unknown, event: unknown): boolean {
  return objectTest(pattern, 'the pattern')(event);
}

/** All fields of the pattern must match; fields that it does not name do not count. */
function objectTest(pattern: unknown, path: string): Test {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw unsupported(path, `expected an object with fields, found ${text(pattern)}`);
  const tests = Object.entries(pattern).map(([key, below]): Test => {
    if (key === '$or') throw unsupported(path, `the operator ${text(key)} is not supported`);
    const test = Array.isArray(below) ? leafTest(below, `${path}.${key}`) : objectTest(below, `${path}.${key}`);
    return (value) => test(isObject(value) ? member(value, key) : undefined);
  });
  return (value) => tests.every((test) => test(value));
}

/** One of the listed values must be the event's, or `exists`. If the event has a list, one of its elements is enough. */
function leafTest(matchers: readonly unknown[], path: string): Test {
  if (matchers.length === 0) throw unsupported(path, 'expected a value, found an empty list');
  const tests = matchers.map((matcher, index) => matcherTest(matcher, `${path}[${index}]`));
  return (value) => elements(value).some((element) => tests.some((test) => test(element)));
}

function matcherTest(matcher: unknown, path: string): Test {
  if (Array.isArray(matcher)) throw unsupported(path, `expected a value, found ${text(matcher)}`);
  if (!isObject(matcher)) return (value) => value === matcher;
  const excluded = excludedBy(matcher);
  if (excluded !== undefined) return (value) => value !== undefined && !isObject(value) && !excluded.includes(value);
  for (const operator of Object.keys(matcher)) {
    if (operator !== 'exists') throw unsupported(path, `the operator ${text(operator)} is not supported`);
  }
  if (typeof matcher.exists !== 'boolean')
    throw unsupported(path, `expected exists true or false, found ${text(matcher)}`);
  // EventBridge matches only leaves: an object where a value is expected counts as missing.
  return (value) => (value !== undefined && !isObject(value)) === matcher.exists;
}

/** The values of an `anything-but`. */
function excludedBy({ 'anything-but': excluded, ...others }: Record<string, unknown>): unknown[] | undefined {
  if (!Array.isArray(excluded) || Object.keys(others).length > 0) return undefined;
  return excluded.every((each) => typeof each === 'string') ? excluded : undefined;
}

/** An empty list counts as a missing field. */
function elements(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  return value.length === 0 ? [undefined] : value;
}

/** What stands under a key of an object, or at an index of a list. */
export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function unsupported(path: string, what: string): UnsupportedPatternError {
  return new UnsupportedPatternError(`${path}: ${what}.`);
}
