import { Logger } from '@aws-lambda-powertools/logger';

/** One JSON line per event. Each handler puts taskId, execution and poll on every line. */
export const logger = new Logger({ jsonReplacerFn: withMessage });

/**
 * Gives an error a message that is a text, where a service sent something else: without it Node.js cannot write the stack,
 * and that failure would take the place of the error.
 */
function withMessage(_key: string, value: unknown): unknown {
  if (value instanceof Error && typeof value.message !== 'string') value.message = 'The message is not text.';
  return value;
}
