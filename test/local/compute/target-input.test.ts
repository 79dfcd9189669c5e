import { describe, expect, test } from '@jest/globals';
import { type TargetInput, targetInput } from '../../../local/compute/target-input.ts';

const EVENT = {
  account: '123456789012',
  region: 'eu-west-1',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: { checks: [{ name: 'A' }, { name: 'B' }], responseElements: { taskId: 'abc' } },
};
const PATHS = { account: '$.account', detail: '$.detail.responseElements' };

describe('a target receives', () => {
  test.each<[string, TargetInput, unknown]>([
    ['the whole event', {}, EVENT],
    ['the whole event by its path', { InputPath: '$' }, EVENT],
    ['a part of the event', { InputPath: '$.detail.responseElements' }, { taskId: 'abc' }],
    ['a part behind hyphens and indexes', { InputPath: '$.detail.checks[1].name' }, 'B'],
    ['a part with a hyphen', { InputPath: '$.detail-type' }, 'AWS API Call via CloudTrail'],
    ['nothing where the path leads nowhere', { InputPath: '$.detail.none.deeper' }, undefined],
    ['nothing by the name of the prototype', { InputPath: '$.constructor' }, undefined],
    ['a constant', { Input: '{"taskId":"x"}' }, { taskId: 'x' }],
    [
      'a template, with strings and objects as JSON in the place of its placeholders',
      { InputTransformer: { InputPathsMap: PATHS, InputTemplate: '{"a":<account>,"d":<detail>,"s":"\\"x"}' } },
      { a: '123456789012', d: { taskId: 'abc' }, s: '"x' },
    ],
  ])('%s', (_case, target, input) => {
    expect(targetInput(target, EVENT)).toEqual(input);
  });

  test('a text of the event as it is, whatever is in it', () => {
    const taskId = 'a","account":"210987654321\n\\';
    const InputTransformer = { InputPathsMap: PATHS, InputTemplate: '{"account":<account>,"detail":<detail>}' };

    const input = targetInput({ InputTransformer }, { ...EVENT, detail: { responseElements: { taskId } } });

    expect(input).toEqual({ account: '123456789012', detail: { taskId } });
  });

  test.each<[TargetInput, string]>([
    [{ Input: '1', InputPath: '$' }, 'expected Input, InputPath or InputTransformer, found more than one.'],
    [{ InputPath: '$..taskId' }, 'the path $..taskId is not supported.'],
    [
      { InputTransformer: { InputPathsMap: PATHS, InputTemplate: '{"a":"<account>"}' } },
      'the placeholder within the string "<account>" is not supported.',
    ],
    [
      { InputTransformer: { InputPathsMap: PATHS, InputTemplate: '{"a":<constructor>}' } },
      'no path is given for the placeholder <constructor>.',
    ],
    [
      { InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '{"a":<id>}' } },
      'the event has nothing at $.detail.id for the placeholder <id>.',
    ],
  ])('nothing by %j, which is refused', (target, message) => {
    expect(() => targetInput(target, EVENT)).toThrow(
      expect.objectContaining({ name: 'UnsupportedTargetInputError', message: `The target's input: ${message}` }),
    );
  });
});
