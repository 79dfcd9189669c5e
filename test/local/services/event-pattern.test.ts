import { describe, expect, test } from '@jest/globals';
import { matchesEventPattern, selectInput } from '../../../local/services/event-pattern.ts';

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
    checks: [
      { name: 'A', status: 'FAILED' },
      { name: 'B', status: 'PASSED' },
    ],
    nested: [['x'], ['y']],
  },
};

function detail(pattern: unknown): boolean {
  return matchesEventPattern({ detail: pattern }, EVENT);
}

describe('an event matches', () => {
  test.each<[string, unknown]>([
    ['one of the values', { eventName: ['Other', 'StartOnDemandAuditTask'] }],
    ['all of the fields', { eventName: ['StartOnDemandAuditTask'], count: [5], flag: [true], errorCode: [null] }],
    ['one element of a list', { nested: ['y'] }],
    ['one object of a list with all its fields', { checks: { name: ['A'], status: ['FAILED'] } }],
    ['exists', { responseElements: { taskId: [{ exists: true }] } }],
    ['exists, of null', { errorCode: [{ exists: true }] }],
    ['exists false, of a missing field', { other: [{ exists: false }] }],
    ['exists false, below a missing field', { other: { deeper: [{ exists: false }] } }],
    ['exists false, of an object, which is no leaf', { responseElements: [{ exists: false }] }],
    ['prefix', { eventName: [{ prefix: 'Start' }] }],
    ['prefix ignoring case', { eventName: [{ prefix: { 'equals-ignore-case': 'START' } }] }],
    ['suffix', { eventName: [{ suffix: 'Task' }] }],
    ['suffix ignoring case', { eventName: [{ suffix: { 'equals-ignore-case': 'TASK' } }] }],
    ['equals-ignore-case', { eventName: [{ 'equals-ignore-case': 'startondemandaudittask' }] }],
    ['anything-but a value', { eventName: [{ 'anything-but': 'Other' }] }],
    ['anything-but several values', { count: [{ 'anything-but': [4, 6] }] }],
    ['anything-but a prefix', { eventName: [{ 'anything-but': { prefix: 'Stop' } }] }],
    ['anything-but several suffixes', { eventName: [{ 'anything-but': { suffix: ['a', 'b'] } }] }],
    ['numeric equality', { count: [{ numeric: ['=', 5] }] }],
    ['a numeric range', { count: [{ numeric: ['>', 4, '<', 6] }] }],
    ['a closed numeric range', { count: [{ numeric: ['>=', 5, '<=', 5] }] }],
    ['a wildcard', { eventName: [{ wildcard: 'Start*Audit*' }] }],
    ['$or', { $or: [{ eventName: ['Other'] }, { count: [5] }], flag: [true] }],
  ])('%s', (_case, pattern) => {
    expect(detail(pattern)).toBe(true);
  });

  test('on its top level too', () => {
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
    ['fields of different objects of a list', { checks: { name: ['A'], status: ['PASSED'] } }],
    ['exists, of a missing field', { other: [{ exists: true }] }],
    ['exists false, of null', { errorCode: [{ exists: false }] }],
    ['anything-but, of a missing field', { other: [{ 'anything-but': 'x' }] }],
    ['anything-but the value', { eventName: [{ 'anything-but': ['StartOnDemandAuditTask'] }] }],
    ['anything-but its prefix', { eventName: [{ 'anything-but': { prefix: 'Start' } }] }],
    ['a prefix of a number', { count: [{ prefix: '5' }] }],
    ['another prefix', { eventName: [{ prefix: 'start' }] }],
    ['numeric, of text', { eventName: [{ numeric: ['>', 0] }] }],
    ['a wildcard that ends too early', { eventName: [{ wildcard: 'Start*Audit' }] }],
    ['no alternative of $or', { $or: [{ eventName: ['x'] }, { count: [6] }] }],
    ['$or without the fields beside it', { $or: [{ flag: [true] }, { count: [5] }], eventName: ['x'] }],
  ])('%s', (_case, pattern) => {
    expect(detail(pattern)).toBe(false);
  });

  test('what is in an empty list, or that is no object', () => {
    expect(matchesEventPattern({ empty: [{ exists: true }] }, EVENT)).toBe(false);
    expect(matchesEventPattern({ source: ['x'] }, 'text')).toBe(false);
    expect(matchesEventPattern({ constructor: [{ exists: true }] }, EVENT)).toBe(false);
  });
});

test('a wildcard takes other characters as they are, and an escaped star as a star', () => {
  const matches = (wildcard: string, source: string) => matchesEventPattern({ source: [{ wildcard }] }, { source });

  expect(matches('a.b', 'a.b')).toBe(true);
  expect(matches('a.b', 'axb')).toBe(false);
  expect(matches('a\\*b*', 'a*bcd')).toBe(true);
  expect(matches('a\\*b', 'axb')).toBe(false);
  expect(matches('a\\\\*', 'a\\x')).toBe(true);
  expect(matches('*', 'line\nbreak é😀')).toBe(true);
});

describe('a pattern that is not understood is refused for every event', () => {
  test.each<[unknown, string]>([
    [null, 'the pattern: expected an object with fields, found null.'],
    [{}, 'the pattern: expected an object with fields, found {}.'],
    [{ a: 'x' }, 'the pattern.a: expected an object with fields, found "x".'],
    [{ a: { b: {} } }, 'the pattern.a.b: expected an object with fields, found {}.'],
    [{ a: [] }, 'the pattern.a: expected a value, found an empty list.'],
    [{ a: [['x']] }, 'the pattern.a[0]: expected a value, found ["x"].'],
    [{ a: ['x', { cidr: '10.0.0.0/8' }] }, 'the pattern.a[1]: the operator "cidr" is not supported.'],
    [
      { a: [{ prefix: 'x', suffix: 'y' }] },
      'the pattern.a[0]: expected one operator, found {"prefix":"x","suffix":"y"}.',
    ],
    [{ a: [{ prefix: 5 }] }, 'the pattern.a[0]: expected prefix with a text, found 5.'],
    [{ a: [{ prefix: '' }] }, 'the pattern.a[0]: expected prefix with a text, found "".'],
    [{ a: [{ suffix: { wildcard: 'x' } }] }, 'the pattern.a[0]: expected equals-ignore-case, found {"wildcard":"x"}.'],
    [{ a: [{ exists: 'yes' }] }, 'the pattern.a[0]: expected exists true or false, found "yes".'],
    [{ a: [{ 'anything-but': [] }] }, 'the pattern.a[0].anything-but: expected a value, found an empty list.'],
    [{ a: [{ 'anything-but': [{}] }] }, 'the pattern.a[0].anything-but: expected a value, found {}.'],
    [
      { a: [{ 'anything-but': { numeric: ['x'] } }] },
      'the pattern.a[0].anything-but: the operator "numeric" is not supported.',
    ],
    [{ a: [{ numeric: ['>'] }] }, 'the pattern.a[0]: expected one or two comparisons with numbers, found [">"].'],
    [
      { a: [{ numeric: ['>', '1'] }] },
      'the pattern.a[0]: expected one or two comparisons with numbers, found [">","1"].',
    ],
    [{ a: [{ numeric: ['!=', 1] }] }, 'the pattern.a[0]: the comparison "!=" is not supported.'],
    [{ a: [{ wildcard: 'a**b' }] }, 'the pattern.a[0]: expected a wildcard without **'],
    [{ a: [{ wildcard: 'a\\b' }] }, 'the pattern.a[0]: expected a wildcard without **'],
    [{ $or: [{ a: ['x'] }] }, 'the pattern.$or: expected a list of two or more alternatives.'],
    [{ $or: [{ a: ['x'] }, { a: [] }] }, 'the pattern.$or[1].a: expected a value, found an empty list.'],
  ])('%j', (pattern, message) => {
    const error = expect.objectContaining({
      name: 'UnsupportedPatternError',
      message: expect.stringContaining(message),
    });

    expect(() => matchesEventPattern(pattern, EVENT)).toThrow(error);
    expect(() => matchesEventPattern(pattern, {})).toThrow(error);
  });
});

describe('a target receives', () => {
  test.each<[string, Parameters<typeof selectInput>[0], unknown]>([
    ['the whole event', {}, EVENT],
    ['the whole event by its path', { InputPath: '$' }, EVENT],
    ['a part of the event', { InputPath: '$.detail.responseElements' }, { taskId: 'abc' }],
    ['a part behind hyphens and indexes', { InputPath: '$.detail.checks[1].name' }, 'B'],
    ['a part with a hyphen', { InputPath: '$.detail-type' }, 'AWS API Call via CloudTrail'],
    ['nothing where the path leads nowhere', { InputPath: '$.detail.none.deeper' }, undefined],
    ['nothing by the name of the prototype', { InputPath: '$.constructor' }, undefined],
    ['a constant', { Input: '{"taskId":"x"}' }, { taskId: 'x' }],
  ])('%s', (_case, target, input) => {
    expect(selectInput(target, EVENT)).toEqual(input);
  });

  test.each<[Parameters<typeof selectInput>[0], string]>([
    [{ InputTransformer: {} }, 'the target: an InputTransformer is not supported.'],
    [{ Input: '1', InputPath: '$' }, 'the target: expected Input or InputPath, found both.'],
    [{ InputPath: '$..taskId' }, 'the target: the InputPath $..taskId is not supported.'],
  ])('nothing by %j, which is refused', (target, message) => {
    expect(() => selectInput(target, EVENT)).toThrow(
      expect.objectContaining({ name: 'UnsupportedPatternError', message }),
    );
  });
});
