import type { Context } from 'aws-lambda';
import { type AuditId, type CaughtError, type FunctionInput, type Place, TASK_ID_PATTERN } from './contract.ts';
import { InvalidInputError } from './errors.ts';
import { isObject, shown } from './json.ts';

/** Where a function runs. */
export interface OwnPlace extends Place {
  readonly partition: string;
}

/** The account and Region of the watcher itself. */
export function ownPlace({ invokedFunctionArn }: Pick<Context, 'invokedFunctionArn'>): OwnPlace {
  const [, partition = '', , region = '', account = ''] = invokedFunctionArn.split(':');
  return { partition, region, account };
}

/**
 * Parses what the state machine hands to a function.
 *
 * @throws InvalidInputError when the execution input names no audit of the watcher's own place, or the execution ARN is
 * missing
 */
export function parseFunctionInput(event: unknown, own: Place): FunctionInput {
  if (!isObject(event)) throw invalid('The event', event, 'an object with "input" and "execution"');
  const { input, execution } = event;
  if (!isObject(input)) {
    throw invalid(
      'The execution input',
      input,
      '{ "account": "…", "region": "…", "taskId": "<id of the audit task>" }',
    );
  }
  const audit = parseAuditId(input, own);
  if (typeof execution !== 'string' || execution.split(':').length < 7) {
    throw invalid('execution', execution, 'the ARN of a Step Functions execution');
  }
  const { failure, findings, waitSeconds } = input;
  const pause = typeof waitSeconds === 'number' && waitSeconds > 0 ? waitSeconds : 0;
  return {
    input: { ...audit, waitSeconds: pause, failure: parseFailure(failure), findings: parseFindings(audit, findings) },
    execution,
  };
}

/** A start event hands over the task id within its `detail`, whole: see lib/watching/start-events.ts. */
function parseAuditId({ account, region, detail, taskId }: Record<string, unknown>, own: Place): AuditId {
  if (account !== own.account) throw invalid('account', account, `${own.account}, the account of the watcher`);
  if (region !== own.region) throw invalid('region', region, `${own.region}, the Region of the watcher`);
  const id = taskId ?? (isObject(detail) ? detail.taskId : undefined);
  if (typeof id !== 'string' || !TASK_ID_PATTERN.test(id)) {
    throw invalid('taskId', id, '1 to 40 letters, digits and hyphens, as StartOnDemandAuditTask returns it');
  }
  return { account: own.account, region: own.region, taskId: id };
}

/** The answer of *Read findings* where it has one; anything else it left in the state is an error. */
function parseFindings(audit: AuditId, findings: unknown): FunctionInput['input']['findings'] {
  if (!isObject(findings) || typeof findings.complete !== 'boolean') return parseFailure(findings);
  return { ...audit, complete: findings.complete, count: typeof findings.count === 'number' ? findings.count : 0 };
}

function parseFailure(failure: unknown): CaughtError | undefined {
  if (!isObject(failure)) return undefined;
  const { Error: error, Cause: cause } = failure;
  return { Error: typeof error === 'string' ? error : 'Unknown', Cause: typeof cause === 'string' ? cause : undefined };
}

function invalid(what: string, got: unknown, allowed: string): InvalidInputError {
  return new InvalidInputError(
    `${what} is ${shown(got, 200)}. Allowed: ${allowed}. Send an audit-started event, or start the execution with the ` +
      'account, Region and task id of an audit.',
  );
}
