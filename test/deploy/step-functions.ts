import { randomUUID } from 'node:crypto';
import { taskIdOf } from '../../local/compute/executions.ts';
import { REGION } from './ministack.ts';

export interface DeployedExecution {
  readonly executionArn: string;
  readonly status: string;
  readonly input: unknown;
  readonly error?: string;
}

export interface HistoryEvent {
  readonly id: number;
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name: string };
  readonly taskFailedEventDetails?: { readonly error?: string };
  readonly lambdaFunctionFailedEventDetails?: { readonly error?: string };
}

/** The few calls that the test makes, on the wire: nothing else here would need the SDK's client. */
export class StepFunctions {
  readonly #url: string;
  readonly #stateMachineArn: string;

  constructor(url: string, stateMachineArn: string) {
    this.#url = url;
    this.#stateMachineArn = stateMachineArn;
  }

  async start(input: unknown): Promise<string> {
    const { executionArn } = await this.#call<{ executionArn: string }>('StartExecution', {
      stateMachineArn: this.#stateMachineArn,
      name: randomUUID(),
      input: JSON.stringify(input),
    });
    return executionArn;
  }

  async stop(executionArn: string): Promise<void> {
    await this.#call('StopExecution', { executionArn });
  }

  /** Every execution for an audit, in the order of their start. */
  async ofAudit(taskId: string): Promise<DeployedExecution[]> {
    const executions = await this.#all<{ executionArn: string; startDate: number }>('ListExecutions', 'executions', {
      stateMachineArn: this.#stateMachineArn,
    });
    const inOrder = executions.toSorted((a, b) => a.startDate - b.startDate);
    const described = await Promise.all(inOrder.map(({ executionArn }) => this.describe(executionArn)));
    return described.filter(({ input }) => taskIdOf(input) === taskId);
  }

  async describe(executionArn: string): Promise<DeployedExecution> {
    const { input, ...execution } = await this.#call<DeployedExecution & { input: string }>('DescribeExecution', {
      executionArn,
    });
    return { ...execution, input: JSON.parse(input) };
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    return this.#all<HistoryEvent>('GetExecutionHistory', 'events', { executionArn, maxResults: 1000 });
  }

  async #all<Entry>(operation: string, field: string, input: Readonly<Record<string, unknown>>): Promise<Entry[]> {
    const entries: Entry[] = [];
    let nextToken: string | undefined;
    do {
      const page: Record<string, unknown> = await this.#call(operation, { ...input, nextToken });
      entries.push(...((page[field] ?? []) as Entry[]));
      nextToken = page.nextToken as string | undefined;
    } while (nextToken !== undefined && nextToken !== null);
    return entries;
  }

  async #call<Answer>(operation: string, input: Readonly<Record<string, unknown>>): Promise<Answer> {
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
        // MiniStack takes account, Region and service from it, and verifies nothing.
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/states/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${body}`);
    return JSON.parse(body) as Answer;
  }
}

/** States in the order they were entered, `… again after ERROR` for each failure in between, as the local scenarios have it. */
export function pathOf(history: readonly HistoryEvent[]): string[] {
  const path: string[] = [];
  for (const event of history) {
    const { stateEnteredEventDetails, taskFailedEventDetails, lambdaFunctionFailedEventDetails } = event;
    if (stateEnteredEventDetails !== undefined) path.push(stateEnteredEventDetails.name);
    const failure = taskFailedEventDetails ?? lambdaFunctionFailedEventDetails;
    if (failure !== undefined) path.push(`again after ${failure.error}`);
  }
  return path;
}
