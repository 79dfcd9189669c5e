import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInputError } from '../../lambda/errors.ts';
import { parseFunctionInput, placeOf } from '../../lambda/function-input.ts';

const execution = 'arn:aws:states:eu-west-1:123456789012:execution:loop:run-1';

describe('parseFunctionInput', () => {
  test('takes a task id and the execution', () => {
    expect(parseFunctionInput({ input: { taskId: 'abc-123', extra: 1 }, execution })).toEqual({
      input: { taskId: 'abc-123', waitSeconds: 0, failure: undefined },
      execution,
    });
  });

  test.each([
    [
      { Error: 'E', Cause: 'C' },
      { Error: 'E', Cause: 'C' },
    ],
    [{}, { Error: 'Unknown', Cause: undefined }],
    ['E', undefined],
  ])('reads the failure %j', (failure, read) => {
    expect(parseFunctionInput({ input: { taskId: 'a', failure }, execution }).input.failure).toEqual(read);
  });

  test.each([
    [
      { complete: true, count: 3, taskId: 'x' },
      { taskId: 'a', complete: true, count: 3 },
    ],
    [{ complete: true }, { taskId: 'a', complete: true, count: 0 }],
    [
      { Error: 'ThrottlingException', Cause: 'C' },
      { Error: 'ThrottlingException', Cause: 'C' },
    ],
    [null, undefined],
  ])('reads what became of the findings, %j', (findings, read) => {
    expect(parseFunctionInput({ input: { taskId: 'a', findings }, execution }).input.findings).toEqual(read);
  });

  test.each([
    [undefined, 'The event is missing.'],
    [{ execution }, 'The execution input is missing.'],
    [{ input: [], execution }, 'The execution input is [].'],
    [{ input: {}, execution }, 'taskId is missing.'],
    [{ input: { taskId: '' }, execution }, 'taskId is "".'],
    [{ input: { taskId: 'a/b' }, execution }, 'taskId is "a/b".'],
    [{ input: { taskId: 'a'.repeat(41) }, execution }, 'taskId is "aaaa'],
    [{ input: { taskId: 5 }, execution }, 'taskId is 5.'],
    [{ input: { taskId: 'a' } }, 'execution is missing.'],
    [{ input: { taskId: 'a' }, execution: 'run-1' }, 'execution is "run-1".'],
  ])('refuses %j, says what it got and what is allowed', (event, sentence) => {
    expect(() => parseFunctionInput(event)).toThrow(InvalidInputError);
    expect(() => parseFunctionInput(event)).toThrow(sentence);
    expect(() => parseFunctionInput(event)).toThrow(/Allowed: /);
  });

  test('refuses what is nested too deep to be shown', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

    expect(() => parseFunctionInput(deep)).toThrow('The event is nested too deep to be shown. Allowed: ');
  });

  test('throws nothing but InvalidInputError, whatever it gets', () => {
    fc.assert(
      fc.property(fc.anything(), (event) => {
        try {
          parseFunctionInput(event);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
        }
      }),
    );
  });
});

test('placeOf reads partition, Region and account from the ARN of an execution', () => {
  expect(placeOf(execution)).toEqual({ partition: 'aws', region: 'eu-west-1', accountId: '123456789012' });
  expect(placeOf('')).toEqual({ partition: '', region: '', accountId: '' });
});
