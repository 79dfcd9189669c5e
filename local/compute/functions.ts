import { randomUUID } from 'node:crypto';
import type { DeployedFunction } from '../assembly/deployment.ts';
import type { Clock } from '../time/clock.ts';
import { Thread } from '../time/thread.ts';
import { NamedError } from '../time/thread-protocol.ts';
import type { FunctionThreadData, Invocation } from './function.thread.ts';

const HANG_LIMIT_MS = 30_000;

/** Limits of the Lambda service. */
export interface FunctionLimits {
  /** Invocations at once that the account may have. @default no limit */
  readonly concurrency?: number;
  /** Whether the invocations of a function are refused now. @default never */
  readonly isThrottled?: (functionName: string) => boolean;
  /**
   * Real time in which a function that neither answers nor waits for anything counts as hung: longer where hundreds of
   * them share the cores. @default 30 s
   */
  readonly hangLimitMs?: number;
}

/** An invocation that is under way. */
interface CurrentInvocation {
  readonly functionName: string;
  readonly payload: unknown;
  readonly requestId: string;
}

interface Environment {
  readonly functionArn: string;
  /** As on AWS, each environment has its own credentials, so that its calls identify it. */
  readonly accessKeyId: string;
  readonly thread: Thread<Invocation, never>;
  /** What it works on now. */
  payload: unknown;
  requestId: string;
  busy: boolean;
}

/** Environment variables besides those that the stack gives to a function. */
interface FunctionVariables {
  /** What the Lambda service itself sets, such as the Region and the endpoints. */
  readonly runtime: Readonly<Record<string, string>>;
  /** Override the variables of the stack. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** The Lambda service: runs built bundles, each invocation in an execution environment of its own, warm ones first. */
export class Functions {
  readonly #functions: ReadonlyMap<string, DeployedFunction>;
  readonly #clock: Clock;
  readonly #variables: FunctionVariables;
  readonly #onOutput: (line: string) => void;
  readonly #concurrency: number;
  readonly #isThrottled: (functionName: string) => boolean;
  readonly #hangLimitMs: number;
  readonly #environments = new Set<Environment>();
  #created = 0;

  constructor(
    functions: ReadonlyMap<string, DeployedFunction>,
    clock: Clock,
    variables: FunctionVariables,
    onOutput: (line: string) => void,
    {
      concurrency = Number.POSITIVE_INFINITY,
      isThrottled = () => false,
      hangLimitMs = HANG_LIMIT_MS,
    }: FunctionLimits = {},
  ) {
    this.#functions = functions;
    this.#clock = clock;
    this.#variables = variables;
    this.#onOutput = onOutput;
    this.#concurrency = concurrency;
    this.#isThrottled = isThrottled;
    this.#hangLimitMs = hangLimitMs;
  }

  /** Invokes a function. What its handler throws is thrown under its own name. */
  async invoke(functionArn: string, payload: unknown): Promise<unknown> {
    const running = [...this.#environments].filter(({ busy }) => busy).length;
    if (running >= this.#concurrency || this.#isThrottled(this.#definition(functionArn).name)) {
      throw new NamedError('Lambda.TooManyRequestsException', 'Rate Exceeded.');
    }
    const environment = this.#idle(functionArn) ?? this.#create(functionArn);
    environment.busy = true;
    environment.payload = payload;
    environment.requestId = randomUUID();
    const { name } = this.#definition(functionArn);
    const context = { awsRequestId: environment.requestId, invokedFunctionArn: functionArn, functionName: name };
    let timedOut = false;
    const hung = whenHung(environment.thread, this.#hangLimitMs, () => {
      timedOut = true;
      void environment.thread.kill();
    });
    try {
      const reply = await environment.thread.request({ payload, context });
      if (reply.type === 'value') return reply.value;
      throw new NamedError(reply.name, reply.message);
    } catch (error) {
      if (!environment.thread.isDead) throw error;
      this.#environments.delete(environment);
      throw timedOut
        ? new NamedError('Sandbox.Timedout', 'RequestId: local Error: Task timed out')
        : new NamedError('Runtime.ExitError', 'RequestId: local Error: Runtime exited without providing a reason');
    } finally {
      clearInterval(hung);
      environment.busy = false;
    }
  }

  /** Kills the environments that work on something now, as a crash would. */
  async kill(worksOn: (payload: unknown, functionName: string) => boolean): Promise<void> {
    const busy = [...this.#environments].filter(
      ({ busy, payload, functionArn }) => busy && worksOn(payload, this.#definition(functionArn).name),
    );
    await Promise.all(busy.map(({ thread }) => thread.kill()));
  }

  /** What the environment with these credentials works on now; undefined if it is idle or does not exist. */
  currentOf(accessKeyId: string): CurrentInvocation | undefined {
    const found = [...this.#environments].find((environment) => environment.accessKeyId === accessKeyId);
    if (found === undefined || !found.busy) return undefined;
    const { functionArn, payload, requestId } = found;
    return { functionName: this.#definition(functionArn).name, payload, requestId };
  }

  /** Kills the environment with these credentials now, as a crash would. */
  async killEnvironment(accessKeyId: string): Promise<void> {
    const found = [...this.#environments].filter((environment) => environment.accessKeyId === accessKeyId);
    await Promise.all(found.map(({ thread }) => thread.kill()));
  }

  /** Ends those of the environments with these credentials that are idle, as Lambda does after a while. */
  async retire(accessKeyIds: ReadonlySet<string>): Promise<void> {
    const idle = [...this.#environments].filter(({ busy, accessKeyId }) => !busy && accessKeyIds.has(accessKeyId));
    for (const environment of idle) this.#environments.delete(environment);
    await Promise.all(idle.map(({ thread }) => thread.kill()));
  }

  /** Bytes of heap that each environment of a function uses now. */
  async usedHeaps(functionName: string): Promise<number[]> {
    const environments = [...this.#environments].filter(
      ({ functionArn }) => this.#definition(functionArn).name === functionName,
    );
    return Promise.all(environments.map(({ thread }) => thread.usedHeap()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#environments].map(({ thread }) => thread.kill()));
  }

  #idle(functionArn: string): Environment | undefined {
    return [...this.#environments].find(
      (environment) => environment.functionArn === functionArn && !environment.busy && !environment.thread.isDead,
    );
  }

  #create(functionArn: string): Environment {
    const { module, handler, environment, name } = this.#definition(functionArn);
    this.#created += 1;
    const accessKeyId = `${name}.${this.#created}`;
    const data: FunctionThreadData = { startsAt: this.#clock.now(), module, handler };
    const thread = new Thread<Invocation, never>(
      new URL('./function.thread.ts', import.meta.url),
      this.#clock,
      {
        workerData: data,
        env: {
          ...this.#variables.runtime,
          AWS_ACCESS_KEY_ID: accessKeyId,
          ...environment,
          ...this.#variables.overrides,
          AWS_LAMBDA_FUNCTION_NAME: name,
        },
      },
      { onOutput: this.#onOutput },
    );
    const created: Environment = {
      functionArn,
      accessKeyId,
      thread,
      payload: undefined,
      requestId: '',
      busy: false,
    };
    this.#environments.add(created);
    return created;
  }

  #definition(functionArn: string): DeployedFunction {
    const found = this.#functions.get(functionArn);
    if (found === undefined)
      throw new NamedError('Lambda.ResourceNotFoundException', `Function not found: ${functionArn}`);
    return found;
  }
}

/** Checks repeatedly whether a function hangs: one that waits on the clock may wait for long while many others work. */
function whenHung(thread: Environment['thread'], limitMs: number, act: () => void): NodeJS.Timeout {
  let { heard } = thread;
  return setInterval(() => {
    if (thread.isBusy && thread.heard === heard) act();
    heard = thread.heard;
  }, limitMs);
}
