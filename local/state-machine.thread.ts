import { workerData } from 'node:worker_threads';
import { serve } from './thread-side.ts';

/** The Step Functions engine: runs executions of one definition. Its tasks are asked of the main thread. */
export interface StateMachineThreadData {
  readonly startsAt: number;
  readonly definition: Record<string, unknown>;
  readonly stateMachineArn: string;
}

export interface StartExecution {
  readonly executionArn: string;
  readonly input: unknown;
}

/** A task of an execution that waits for its function. */
export interface TaskQuestion {
  readonly executionArn: string;
  readonly state: string;
  readonly resource: string;
  readonly payload: unknown;
}

/** One entry of an execution's history, as far as it is shown and counted. */
export interface HistoryEvent {
  readonly executionArn: string;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly state?: string;
  readonly error?: string;
}

const { startsAt, definition, stateMachineArn } = workerData as StateMachineThreadData;

serve<StartExecution, HistoryEvent>(startsAt, async ({ executionArn, input }, main) => {
  // Imported late: the engine must see the simulated timers.
  const { StateMachine } = await import('aws-local-stepfunctions');
  type Definition = ConstructorParameters<typeof StateMachine>[0];
  type Input = Parameters<InstanceType<typeof StateMachine>['run']>[0];
  const tasks = Object.entries(definition.States as Record<string, { Type: string; Resource: string }>).filter(
    ([, { Type }]) => Type === 'Task',
  );
  const taskResourceLocalHandlers = Object.fromEntries(
    tasks.map(([state, { Resource: resource }]) => [
      state,
      (payload: unknown) =>
        main.ask({ executionArn, state, resource, payload } satisfies TaskQuestion) as Promise<Input>,
    ]),
  );
  const context = {
    Execution: { Id: executionArn, Name: nameOf(executionArn) },
    StateMachine: { Id: stateMachineArn },
  };
  const engine = new StateMachine(definition as unknown as Definition, { validationOptions: { checkArn: false } });
  const execution = engine.run(input as Input, { context, overrides: { taskResourceLocalHandlers } });

  const result = execution.result.then(
    () => ({ status: 'SUCCEEDED' as const }),
    (error: unknown) => ({ status: 'FAILED' as const, ...failureOf(error) }),
  );
  for await (const event of execution.eventLogs) {
    main.tell({
      executionArn,
      type: event.type,
      timestamp: event.timestamp,
      state: 'state' in event ? event.state.name : undefined,
      error: 'Error' in event ? event.Error : undefined,
    });
  }
  return result;
});

function nameOf(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}

function failureOf(error: unknown): { error: string; cause: string } {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error
    ? { error: inner.name, cause: inner.message }
    : { error: 'States.Runtime', cause: String(inner) };
}
