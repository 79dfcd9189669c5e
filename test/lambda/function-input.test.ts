import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInputError } from '../../lambda/errors.ts';
import { ownPlace, parseFunctionInput } from '../../lambda/function-input.ts';
import { auditId } from '../builders.ts';

const execution = 'arn:aws:states:eu-west-1:123456789012:execution:loop:run-1';
const { taskId: _, ...own } = auditId();
const parse = (event: unknown) => parseFunctionInput(event, own);

describe('parseFunctionInput', () => {
  test('takes an audit and the execution', () => {
    expect(parse({ input: { ...auditId('abc-123'), extra: 1 }, execution })).toEqual({
      input: { ...auditId('abc-123'), waitSeconds: 0, failure: undefined, findings: undefined },
      execution,
    });
  });

  test('takes the task id from the detail of a start event, and nothing else from there', () => {
    const detail = { taskId: 'abc-123', account: '210987654321', failure: { Error: 'E' }, waitSeconds: 9 };

    const { input } = parse({ input: { ...own, detail }, execution });

    expect(input).toEqual({ ...auditId('abc-123'), waitSeconds: 0, failure: undefined, findings: undefined });
  });

  test.each([
    [
      { Error: 'E', Cause: 'C' },
      { Error: 'E', Cause: 'C' },
    ],
    [{}, { Error: 'Unknown', Cause: undefined }],
    ['E', undefined],
  ])('reads the failure %j', (failure, read) => {
    expect(parse({ input: { ...auditId('a'), failure }, execution }).input.failure).toEqual(read);
  });

  test.each([
    [
      { complete: true, count: 3, taskId: 'x' },
      { ...auditId('a'), complete: true, count: 3 },
    ],
    [{ complete: true }, { ...auditId('a'), complete: true, count: 0 }],
    [
      { Error: 'ThrottlingException', Cause: 'C' },
      { Error: 'ThrottlingException', Cause: 'C' },
    ],
    [null, undefined],
  ])('reads what became of the findings, %j', (findings, read) => {
    expect(parse({ input: { ...auditId('a'), findings }, execution }).input.findings).toEqual(read);
  });

  test.each([
    [undefined, 'The event is missing.'],
    [{ execution }, 'The execution input is missing.'],
    [{ input: [], execution }, 'The execution input is [].'],
    [{ input: {}, execution }, 'account is missing. Allowed: 123456789012, the account of the watcher.'],
    [{ input: { ...auditId('a'), account: '210987654321' }, execution }, 'account is "210987654321".'],
    [{ input: { ...auditId('a'), account: 123456789012 }, execution }, 'account is 123456789012.'],
    [
      { input: { ...auditId('a'), region: 'eu-west-2' }, execution },
      'region is "eu-west-2". Allowed: eu-west-1, the Region of the watcher.',
    ],
    [{ input: own, execution }, 'taskId is missing.'],
    [{ input: { ...own, detail: 'a' }, execution }, 'taskId is missing.'],
    [{ input: { ...own, detail: { taskId: 'a","b":"' } }, execution }, 'taskId is "a'],
    [{ input: { ...own, taskId: 'a/b', detail: { taskId: 'a' } }, execution }, 'taskId is "a/b".'],
    [{ input: auditId(''), execution }, 'taskId is "".'],
    [{ input: auditId('a'.repeat(41)), execution }, 'taskId is "aaaa'],
    [{ input: { ...own, taskId: 5 }, execution }, 'taskId is 5.'],
    [{ input: auditId('a') }, 'execution is missing.'],
    [{ input: auditId('a'), execution: 'run-1' }, 'execution is "run-1".'],
  ])('refuses %j, says what it got and what is allowed', (event, sentence) => {
    expect(() => parse(event)).toThrow(InvalidInputError);
    expect(() => parse(event)).toThrow(sentence);
    expect(() => parse(event)).toThrow(/Allowed: /);
  });

  test('refuses what is nested too deep to be shown', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

    expect(() => parse(deep)).toThrow('The event is nested too deep to be shown. Allowed: ');
  });

  test('throws nothing but InvalidInputError, whatever it gets', () => {
    fc.assert(
      fc.property(fc.anything(), (event) => {
        try {
          parse(event);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
        }
      }),
    );
  });
});

test('The own place of a function is where it was invoked', () => {
  const invokedFunctionArn = 'arn:aws-cn:lambda:cn-north-1:123456789012:function:CheckAudit';

  expect(ownPlace({ invokedFunctionArn })).toEqual({
    partition: 'aws-cn',
    region: 'cn-north-1',
    account: '123456789012',
  });
});
