import { randomUUID } from 'node:crypto';
import type { Deployment } from '../assembly/deployment.ts';
import type { Clock } from '../time/clock.ts';
import { Thread } from '../time/thread.ts';
import type { Functions } from './functions.ts';
import type {
  ExecutionRequest,
  ExecutionResult,
  HistoryEvent,
  StateMachineThreadData,
  TaskQuestion,
} from './state-machine.thread.ts';

/** Definitions that the engine accepted: checking one takes longer than playing a short audit. */
const valid = new Set<string>();

/** One execution of the state machine. */
export interface Execution {
  readonly arn: string;
  readonly input: unknown;
  readonly history: HistoryEvent[];
  /** Resolves when the execution ends; never rejects. */
  readonly ended: Promise<ExecutionResult>;
}

/** The audit that an execution watches: named by an event's `detail`, or directly. */
export function taskIdOf(input: unknown): string | undefined {
  const { taskId, detail } = Object(input) as { taskId?: string; detail?: { taskId?: string } };
  return taskId ?? detail?.taskId;
}

/** The Step Functions service: runs the synthesized state machine, with the built functions for its tasks. */
export class Executions {
  readonly all: Execution[] = [];
  readonly #stateMachine: Deployment['stateMachine'];
  readonly #definition: string;
  readonly #thread: Thread<ExecutionRequest, HistoryEvent>;

  constructor(
    stateMachine: Deployment['stateMachine'],
    functions: Functions,
    clock: Clock,
    onHistory: (event: HistoryEvent) => void,
  ) {
    this.#stateMachine = stateMachine;
    this.#definition = JSON.stringify(stateMachine.definition);
    const data: StateMachineThreadData = {
      startsAt: clock.now(),
      definition: stateMachine.definition,
      stateMachineArn: stateMachine.arn,
      isValid: valid.has(this.#definition),
    };
    this.#thread = new Thread<ExecutionRequest, HistoryEvent>(
      new URL('./state-machine.thread.ts', import.meta.url),
      clock,
      { workerData: data },
      {
        onEvent: (event) => {
          this.all.find(({ arn }) => arn === event.executionArn)?.history.push(event);
          onHistory(event);
        },
        onQuestion: async (question) => {
          const { resource, payload } = question as TaskQuestion;
          return functions.invoke(resource, payload);
        },
        onOutput: (line) => process.stderr.write(`${line}\n`),
      },
    );
  }

  /** Starts an execution with a name of its own, as EventBridge does. */
  start(input: unknown, name: string = randomUUID()): Execution {
    const arn = `${this.#stateMachine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const ended = this.#thread.request({ type: 'start', executionArn: arn, input }).then(
      (reply): ExecutionResult => {
        if (reply.type === 'error') return { status: 'FAILED', error: reply.name, cause: reply.message };
        valid.add(this.#definition);
        return reply.value as ExecutionResult;
      },
      (error: unknown): ExecutionResult => ({ status: 'FAILED', error: 'States.Runtime', cause: String(error) }),
    );
    const execution: Execution = { arn, input, history: [], ended };
    this.all.push(execution);
    return execution;
  }

  /** Aborts an execution, as somebody in the console would; a function it is in goes on to its end. */
  async abort(executionArn: string): Promise<void> {
    await this.#thread.request({ type: 'abort', executionArn });
  }

  async close(): Promise<void> {
    await this.#thread.kill();
  }

  /** Billed state transitions: every state entered, and every retry. */
  static transitions({ history }: Execution): number {
    return history.filter(({ type }) => type === 'StateEntered' || type === 'StateRetried').length;
  }
}
