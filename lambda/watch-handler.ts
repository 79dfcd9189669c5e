import type { Context } from 'aws-lambda';
import { logger } from './aws/logger.ts';
import { countThrottling } from './aws/metrics.ts';
import type { FunctionInput } from './contract.ts';
import { type OwnPlace, ownPlace, parseFunctionInput } from './function-input.ts';

/** Message of the log line for a failed invocation. */
export const INVOCATION_FAILED = 'The invocation failed';

/**
 * Makes a Lambda handler of what a task of the loop does: parses the event, puts audit and execution on every log line,
 * and logs what is thrown before Step Functions sees it.
 */
export function watchHandler<Result>(
  handle: (input: FunctionInput, place: OwnPlace) => Promise<Result>,
): (event: unknown, context: Context) => Promise<Result> {
  return async (event, context) => {
    logger.resetKeys();
    logger.addContext(context);
    try {
      const place = ownPlace(context);
      const input = parseFunctionInput(event, place);
      const { account, region, taskId } = input.input;
      logger.appendKeys({ account, region, taskId, execution: input.execution });
      return await handle(input, place);
    } catch (error) {
      logger.error(INVOCATION_FAILED, { error });
      countThrottling(error);
      throw error;
    }
  };
}
