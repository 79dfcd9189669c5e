import { type CaughtError, type FunctionInput, TASK_ID_PATTERN } from './contract.ts';
import { InvalidInputError } from './errors.ts';
import { isObject } from './object.ts';
import { shown } from './shown.ts';

/**
 * Parses what the state machine hands to a function.
 *
 * @throws InvalidInputError when the execution input is not `{ "taskId": … }`, or the execution ARN is missing.
 */
export function parseFunctionInput(event: unknown): FunctionInput {
  if (!isObject(event)) throw invalid('The event', event, 'an object with "input" and "execution"');
  const { input, execution } = event;
  if (!isObject(input)) throw invalid('The execution input', input, '{ "taskId": "<id of the audit task>" }');
  const { taskId, failure, findings, waitSeconds } = input;
  if (typeof taskId !== 'string' || !TASK_ID_PATTERN.test(taskId)) {
    throw invalid('taskId', taskId, '1 to 40 letters, digits and hyphens, as StartOnDemandAuditTask returns it');
  }
  if (typeof execution !== 'string' || execution.split(':').length < 7) {
    throw invalid('execution', execution, 'the ARN of a Step Functions execution');
  }
  const pause = typeof waitSeconds === 'number' && waitSeconds > 0 ? waitSeconds : 0;
  return {
    input: { taskId, waitSeconds: pause, failure: parseFailure(failure), findings: parseFindings(taskId, findings) },
    execution,
  };
}

/** What the ARN of an execution tells about where it runs. */
export function placeOf(executionArn: string): Place {
  const [, partition = '', , region = '', accountId = ''] = executionArn.split(':');
  return { partition, region, accountId };
}

/** Where an execution, and with it everything it watches, is. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** The answer of *Read findings* where it has one; anything else it left in the state is an error. */
function parseFindings(taskId: string, findings: unknown): FunctionInput['input']['findings'] {
  if (!isObject(findings) || findings.complete !== true) return parseFailure(findings);
  return { taskId, complete: true, count: typeof findings.count === 'number' ? findings.count : 0 };
}

function parseFailure(failure: unknown): CaughtError | undefined {
  if (!isObject(failure)) return undefined;
  const { Error: error, Cause: cause } = failure;
  return { Error: typeof error === 'string' ? error : 'Unknown', Cause: typeof cause === 'string' ? cause : undefined };
}

function invalid(what: string, got: unknown, allowed: string): InvalidInputError {
  return new InvalidInputError(
    `${what} is ${shown(got, 200)}. Allowed: ${allowed}. Start the execution with an audit-started event or a valid task id.`,
  );
}
