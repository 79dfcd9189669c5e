import { pathToFileURL } from 'node:url';
import { workerData } from 'node:worker_threads';
import { NamedError } from '../time/thread-protocol.ts';
import { serve } from '../time/thread-side.ts';

/** One Lambda execution environment: imports a built bundle and invokes its handler. The environment variables come with the thread. */
export interface FunctionThreadData {
  readonly startsAt: number;
  /** File of the bundle. */
  readonly module: string;
  /** Name of the exported handler. */
  readonly handler: string;
}

export interface Invocation {
  readonly payload: unknown;
  readonly context: {
    readonly awsRequestId: string;
    readonly invokedFunctionArn: string;
    readonly functionName: string;
  };
}

const { startsAt, module, handler } = workerData as FunctionThreadData;
// Took effect when the thread began; the function has no such variable on AWS.
delete process.env.NODE_COMPILE_CACHE;
let invoking = false;
let loaded: Promise<(event: unknown, context: unknown) => Promise<unknown>> | undefined;

serve<Invocation, never>(
  startsAt,
  async ({ payload, context }) => {
    invoking = true;
    try {
      loaded ??= load();
      const answer = await (await loaded)(payload, { ...context, memoryLimitInMB: '512', functionVersion: '$LATEST' });
      return answer === undefined ? null : JSON.parse(JSON.stringify(answer));
    } catch (error) {
      throw lambdaError(error);
    } finally {
      invoking = false;
    }
  },
  // A handler that has no timer and no call under way waits for something real, such as a file: time must stand still.
  (time) => !invoking || Number.isFinite(time.nextTimer()),
);

async function load(): Promise<(event: unknown, context: unknown) => Promise<unknown>> {
  const bundle: Record<string, unknown> = await import(pathToFileURL(module).href);
  const found = bundle[handler];
  if (typeof found !== 'function')
    throw new NamedError('Runtime.HandlerNotFound', `${module} does not export ${handler}`);
  return (event, context) => found(event, context);
}

/** Lambda reports a thrown error as JSON; Step Functions takes its `errorType` for the error's name. */
function lambdaError(error: unknown): NamedError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const trace = (stack ?? '').split('\n');
  return new NamedError(name, JSON.stringify({ errorType: name, errorMessage: message, trace }));
}
