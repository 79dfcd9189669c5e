import { describe, expect, test } from '@jest/globals';
import { matchesEventPattern } from '../../../local/compute/event-pattern.ts';

const EVENT = {
  source: 'aws.iot',
  'detail-type': 'AWS API Call via CloudTrail',
  resources: ['arn:a', 'arn:b'],
  empty: [],
  detail: {
    eventName: 'StartOnDemandAuditTask',
    responseElements: { taskId: 'abc' },
    errorCode: null,
    count: 5,
    flag: true,
    checks: [{ name: 'A' }, { name: 'B' }],
  },
};

function detail(pattern: unknown): boolean {
  return matchesEventPattern({ detail: pattern }, EVENT);
}

describe('an event matches', () => {
  test.each<[string, unknown]>([
    ['one of the values', { eventName: ['Other', 'StartOnDemandAuditTask'] }],
    ['all of the fields', { eventName: ['StartOnDemandAuditTask'], count: [5], flag: [true], errorCode: [null] }],
    ['exists', { responseElements: { taskId: [{ exists: true }] } }],
    ['anything-but, of another value', { eventName: [{ 'anything-but': ['Other', 'Another'] }] }],
    ['exists, of null', { errorCode: [{ exists: true }] }],
    ['exists false, of a missing field', { other: [{ exists: false }] }],
    ['exists false, below a missing field', { other: { deeper: [{ exists: false }] } }],
    ['exists false, of an object, which is no leaf', { responseElements: [{ exists: false }] }],
  ])('%s', (_case, pattern) => {
    expect(detail(pattern)).toBe(true);
  });

  test('one element of a list, on its top level too', () => {
    expect(matchesEventPattern({ source: ['aws.iot'], resources: ['arn:b'] }, EVENT)).toBe(true);
  });
});

describe('an event does not match', () => {
  test.each<[string, unknown]>([
    ['a field of another value', { eventName: ['Other'] }],
    ['a value of another type', { count: ['5'], flag: ['true'] }],
    ['a missing field', { other: ['x'] }],
    ['a field below a value', { eventName: { deeper: ['x'] } }],
    ['a value in the place of an object', { responseElements: ['abc'] }],
    ['anything-but, of one of its values', { eventName: [{ 'anything-but': ['Other', 'StartOnDemandAuditTask'] }] }],
    ['anything-but, of a missing field', { other: [{ 'anything-but': ['Other'] }] }],
    ['anything-but, of an object, which is no leaf', { responseElements: [{ 'anything-but': ['Other'] }] }],
    ['exists, of a missing field', { other: [{ exists: true }] }],
    ['exists, of an object, which is no leaf', { responseElements: [{ exists: true }] }],
    ['exists false, of null', { errorCode: [{ exists: false }] }],
  ])('%s', (_case, pattern) => {
    expect(detail(pattern)).toBe(false);
  });

  test('what is in an empty list, or that is no object', () => {
    expect(matchesEventPattern({ empty: [{ exists: true }] }, EVENT)).toBe(false);
    expect(matchesEventPattern({ source: ['x'] }, 'text')).toBe(false);
    expect(matchesEventPattern({ constructor: [{ exists: true }] }, EVENT)).toBe(false);
  });
});

describe('a pattern that is not understood is refused for every event', () => {
  test.each<[unknown, string]>([
    [null, 'the pattern: expected an object with fields, found null.'],
    [{}, 'the pattern: expected an object with fields, found {}.'],
    [{ a: 'x' }, 'the pattern.a: expected an object with fields, found "x".'],
    [{ a: { b: {} } }, 'the pattern.a.b: expected an object with fields, found {}.'],
    [{ a: [] }, 'the pattern.a: expected a value, found an empty list.'],
    [{ a: [['x']] }, 'the pattern.a[0]: expected a value, found ["x"].'],
    [{ a: [{}] }, 'the pattern.a[0]: expected exists true or false, found {}.'],
    [{ a: [{ exists: 'yes' }] }, 'the pattern.a[0]: expected exists true or false, found {"exists":"yes"}.'],
    [{ a: [{ exists: true, prefix: 'x' }] }, 'the pattern.a[0]: the operator "prefix" is not supported.'],
    [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, 'the pattern: the operator "$or" is not supported.'],
    [{ a: [{ 'anything-but': [{ prefix: 'x' }] }] }, 'the pattern.a[0]: the operator "anything-but" is not supported.'],
    ...['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'cidr'].map(
      (operator): [unknown, string] => [
        { a: ['x', { [operator]: 'y' }] },
        `the pattern.a[1]: the operator "${operator}" is not supported.`,
      ],
    ),
  ])('%j', (pattern, message) => {
    const error = expect.objectContaining({ name: 'UnsupportedPatternError', message });

    expect(() => matchesEventPattern(pattern, EVENT)).toThrow(error);
    expect(() => matchesEventPattern(pattern, {})).toThrow(error);
  });
});
