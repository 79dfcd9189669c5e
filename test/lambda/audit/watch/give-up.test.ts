import { describe, expect, test } from '@jest/globals';
import { causeMessage, gaveUpReason } from '../../../../lambda/audit/watch/give-up.ts';
import { ERROR } from '../../../../lambda/contract.ts';

describe('gaveUpReason', () => {
  test.each([
    [ERROR.watchLimitReached, 'MAX_WATCH_TIME'],
    ['NotFoundError', 'AUDIT_NOT_FOUND'],
    ['DeniedError', 'ACCESS_DENIED'],
    ['MalformedAnswerError', 'MALFORMED_ANSWER'],
    ['ThrottledError', 'PERSISTENT_ERROR'],
    ['constructor', 'PERSISTENT_ERROR'],
  ])('of %s is %s', (errorName, reason) => {
    expect(gaveUpReason(errorName)).toBe(reason);
  });
});

describe('causeMessage', () => {
  test.each([
    ['{"errorType":"X","errorMessage":"The audit is gone."}', 'The audit is gone.'],
    ['{"errorMessage":5}', '{"errorMessage":5}'],
    ['"text"', '"text"'],
    ['null', 'null'],
    ['plain text', 'plain text'],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (cause, message) => {
    expect(causeMessage(cause)).toBe(message);
  });

  test('is at most 500 characters', () => {
    expect(causeMessage('x'.repeat(2000))).toHaveLength(500);
  });
});
