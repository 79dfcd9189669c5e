import { afterEach, expect, jest, test } from '@jest/globals';
import { logger } from '../../../lambda/aws/logger.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('An error whose message is no text is logged under its own name', () => {
  const printed: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  const error = Object.assign(new Error(), { name: 'ThrottlingException', message: { toString: {} } });

  logger.error('The invocation failed', { error });

  expect(printed.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'The invocation failed', error: { name: 'ThrottlingException', message: 'The message is not text.' } },
  ]);
});
