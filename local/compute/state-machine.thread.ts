import { workerData } from 'node:worker_threads';
import { type MainThread, serve } from '../time/thread-side.ts';

/** The Step Functions engine: runs executions of one definition. Its tasks are asked of the main thread. */
export interface StateMachineThreadData {
  readonly startsAt: number;
  readonly definition: Record<string, unknown>;
  readonly stateMachineArn: string;
  /** An engine has accepted this definition before, so it need not be checked again. */
  readonly isValid: boolean;
}

export type ExecutionRequest =
  /** Runs an execution; the reply is its result. */
  | { readonly type: 'start'; readonly executionArn: string; readonly input: unknown }
  | { readonly type: 'abort'; readonly executionArn: string };

/** How an execution ended. */
export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  readonly error?: string;
  readonly cause?: string;
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
  /** The error of a failed state, or the error after which a state is retried. */
  readonly error?: string;
}

const { startsAt, definition, stateMachineArn, isValid } = workerData as StateMachineThreadData;

type StateMachine = InstanceType<typeof import('aws-local-stepfunctions').StateMachine>;
type Input = Parameters<StateMachine['run']>[0];

/** One for all executions: checking a definition takes longer than running it. */
let stateMachine: Promise<StateMachine> | undefined;

/** How to abort what runs. */
const running = new Map<string, () => void>();

serve<ExecutionRequest, HistoryEvent>(startsAt, async (request, main) => {
  if (request.type === 'abort') return running.get(request.executionArn)?.();
  return run(request.executionArn, request.input, main);
});

async function run(executionArn: string, input: unknown, main: MainThread<HistoryEvent>): Promise<ExecutionResult> {
  stateMachine ??= load();
  const engine = await stateMachine;
  const tasks = Object.entries(definition.States as Record<string, { Type: string; Resource: string }>).filter(
    ([, { Type }]) => Type === 'Task',
  );
  let isOver = false;
  const taskResourceLocalHandlers = Object.fromEntries(
    tasks.map(([state, { Resource: resource }]) => [
      state,
      (payload: unknown) => {
        // The engine lets a task that fails try again after the execution was aborted; Step Functions does not.
        if (isOver) return new Promise<Input>(() => undefined);
        return main.ask({ executionArn, state, resource, payload } satisfies TaskQuestion) as Promise<Input>;
      },
    ]),
  );
  const context = {
    Execution: { Id: executionArn, Name: nameOf(executionArn) },
    StateMachine: { Id: stateMachineArn },
  };
  const execution = engine.run(input as Input, { context, overrides: { taskResourceLocalHandlers } });

  running.set(executionArn, execution.abort);
  const result = execution.result.then((): ExecutionResult => ({ status: 'SUCCEEDED' }), failureOf);
  void result.then(() => {
    isOver = true;
  });
  let failure: string | undefined;
  for await (const event of execution.eventLogs) {
    if (event.type === 'StateFailed') failure = event.Error;
    main.notify({
      executionArn,
      type: event.type,
      timestamp: event.timestamp,
      state: 'state' in event ? event.state.name : undefined,
      error: event.type === 'StateRetried' ? failure : 'Error' in event ? event.Error : undefined,
    });
  }
  running.delete(executionArn);
  return result;
}

async function load(): Promise<StateMachine> {
  // Imported late: the engine must see the simulated timers.
  const { StateMachine } = await import('aws-local-stepfunctions');
  type Definition = ConstructorParameters<typeof StateMachine>[0];
  const validationOptions = isValid ? { noValidate: true as const } : { checkArn: false };
  return new StateMachine(definition as unknown as Definition, { validationOptions });
}

function nameOf(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}

function failureOf(error: unknown): ExecutionResult {
  if (!(error instanceof Error)) return { status: 'FAILED', error: 'States.Runtime', cause: String(error) };
  if (error.name === 'ExecutionAbortedError') return { status: 'ABORTED' };
  if (error.name === 'ExecutionTimeoutError') return { status: 'TIMED_OUT', error: 'States.Timeout' };
  const inner = error.cause instanceof Error ? error.cause : error;
  return { status: 'FAILED', error: inner.name, cause: inner.message };
}
