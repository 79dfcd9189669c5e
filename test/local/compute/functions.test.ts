import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { DeployedFunction } from '../../../local/assembly/deployment.ts';
import { Functions } from '../../../local/compute/functions.ts';
import { Clock } from '../../../local/time/clock.ts';

/** A handler that does what its payload says. */
const BUNDLE = `
let invocations = 0;
export async function handler(payload, context) {
  invocations += 1;
  switch (payload.do) {
    case 'count': return { invocations };
    case 'context': return { context, variables: { ...process.env } };
    case 'nothing': return undefined;
    case 'wait':
      await new Promise((resolve) => setTimeout(resolve, payload.milliseconds));
      return { invocations, at: Date.now() };
    case 'throw': throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    case 'throw text': throw 'only text';
    case 'exit': process.exit(1);
    case 'hang': return new Promise(() => {});
    case 'log': console.log('{"message":"hello"}'); return 'logged';
  }
}
export const notAFunction = 42;
`;
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:CheckAudit';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'functions-'));
  await writeFile(join(directory, 'index.mjs'), BUNDLE);
});
afterAll(() => rm(directory, { recursive: true }));

const open: Functions[] = [];
afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(open.splice(0).map((functions) => functions.close()));
});

function start(overrides: Partial<DeployedFunction> = {}, concurrency?: number) {
  const clock = new Clock(0, Number.POSITIVE_INFINITY);
  const lines: string[] = [];
  const deployed: DeployedFunction = {
    arn: ARN,
    name: 'CheckAudit',
    module: join(directory, 'index.mjs'),
    handler: 'handler',
    environment: { TABLE_NAME: 'Watches' },
    ...overrides,
  };
  const functions = new Functions(
    new Map([[ARN, deployed]]),
    clock,
    { runtime: { AWS_REGION: 'eu-west-1' } },
    (line) => lines.push(line),
    { concurrency },
  );
  open.push(functions);
  return { clock, functions, lines };
}

describe('An invocation', () => {
  test('hands the function its context, its own environment and that of the service, and nothing else', async () => {
    const { functions } = start();

    const answer = await functions.invoke(ARN, { do: 'context' });

    expect(answer).toMatchObject({
      context: {
        invokedFunctionArn: ARN,
        functionName: 'CheckAudit',
        awsRequestId: expect.stringMatching(/^[\da-f-]+$/),
      },
    });
    expect(answer).toHaveProperty('variables', {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'CheckAudit.1',
      AWS_LAMBDA_FUNCTION_NAME: 'CheckAudit',
      TABLE_NAME: 'Watches',
    });
  });

  test('that answers nothing gives null, as Lambda does', async () => {
    const { functions } = start();

    await expect(functions.invoke(ARN, { do: 'nothing' })).resolves.toBeNull();
  });

  test('waits in the time of the clock', async () => {
    const { clock, functions } = start();

    const answer = await functions.invoke(ARN, { do: 'wait', milliseconds: 50_000 });

    expect(answer).toMatchObject({ at: 50_000 });
    expect(clock.now()).toBe(50_000);
  });

  test('hands on each line that the function logs', async () => {
    const { functions, lines } = start();

    await functions.invoke(ARN, { do: 'log' });
    await functions.invoke(ARN, { do: 'count' });

    expect(lines).toEqual(['{"message":"hello"}']);
  });
});

describe('An error', () => {
  test('that the handler throws comes under its own name, described as Lambda describes it', async () => {
    const { functions } = start();

    const error = await functions.invoke(ARN, { do: 'throw' }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'ThrottlingException' });
    expect(JSON.parse(error instanceof Error ? error.message : '')).toMatchObject({
      errorType: 'ThrottlingException',
      errorMessage: 'Rate exceeded',
      trace: expect.arrayContaining([expect.stringContaining('Rate exceeded')]),
    });
  });

  test('that is none is named Error', async () => {
    const { functions } = start();

    await expect(functions.invoke(ARN, { do: 'throw text' })).rejects.toMatchObject({ name: 'Error' });
  });

  test.each([{ handler: 'missing' }, { handler: 'notAFunction' }])(
    'names a handler that is no function: %j',
    async (overrides) => {
      const { functions } = start(overrides);

      await expect(functions.invoke(ARN, {})).rejects.toMatchObject({ name: 'Runtime.HandlerNotFound' });
    },
  );

  test('names a function that the stack does not have', async () => {
    const { functions } = start();

    await expect(functions.invoke(`${ARN}2`, {})).rejects.toMatchObject({
      name: 'Lambda.ResourceNotFoundException',
      message: `Function not found: ${ARN}2`,
    });
  });
});

describe('An execution environment', () => {
  test('is used again when it is free', async () => {
    const { functions } = start();

    const answers = [await functions.invoke(ARN, { do: 'count' }), await functions.invoke(ARN, { do: 'count' })];

    expect(answers).toEqual([{ invocations: 1 }, { invocations: 2 }]);
  });

  test('is not shared by invocations at the same time', async () => {
    const { functions } = start();

    const answers = await Promise.all([1, 2].map(() => functions.invoke(ARN, { do: 'wait', milliseconds: 10 })));

    expect(answers).toEqual([
      { invocations: 1, at: 10 },
      { invocations: 1, at: 10 },
    ]);
  });

  test('that ends in the middle of an invocation is reported by its name, and replaced by a new one', async () => {
    const { functions } = start();
    await functions.invoke(ARN, { do: 'count' });

    await expect(functions.invoke(ARN, { do: 'exit' })).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    const answer = await functions.invoke(ARN, { do: 'count' });

    expect(answer).toEqual({ invocations: 1 });
  });

  test('is killed only when it works on what is to be killed', async () => {
    const { functions } = start();
    await functions.invoke(ARN, { do: 'count' });
    const killed = expect(functions.invoke(ARN, { do: 'hang', audit: 'a' })).rejects.toMatchObject({
      name: 'Runtime.ExitError',
    });
    const spared = functions.invoke(ARN, { do: 'wait', milliseconds: 5, audit: 'b' });

    await functions.kill((payload) => JSON.stringify(payload).includes('"audit":"a"'));

    await killed;
    await expect(spared).resolves.toEqual({ invocations: 1, at: 5 });
  });

  test('can be selected by the name of its function', async () => {
    const { functions } = start();
    const killed = expect(functions.invoke(ARN, { do: 'hang' })).rejects.toMatchObject({ name: 'Runtime.ExitError' });

    await functions.kill((_payload, name) => name === 'Other');
    await functions.kill((_payload, name) => name === 'CheckAudit');

    await killed;
  });

  test('that hangs for real is cut off, and reported by its name', async () => {
    const { functions } = start();
    await functions.invoke(ARN, { do: 'count' });
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date', 'performance'] });
    const refused = expect(functions.invoke(ARN, { do: 'hang' })).rejects.toMatchObject({ name: 'Sandbox.Timedout' });

    jest.advanceTimersByTime(30_000);

    await refused;
  });

  test('that waits on the clock is not hung, however long that takes for real', async () => {
    const { clock, functions } = start();
    const { promise: allWait, resolve } = Promise.withResolvers<void>();
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const waiting = functions.invoke(ARN, { do: 'wait', milliseconds: 1_000 });
    const other = clock.join(resolve);
    other.waitUntil(500);
    await allWait;

    // The other works on, and the clock stands still.
    jest.advanceTimersByTime(300_000);
    clock.leave(other);

    await expect(waiting).resolves.toMatchObject({ at: 1_000 });
  });

  test('is refused when the account has as many at once as Lambda grants it', async () => {
    const { functions } = start({}, 1);
    const first = functions.invoke(ARN, { do: 'wait', milliseconds: 10 });

    const second = functions.invoke(ARN, { do: 'count' });

    await expect(second).rejects.toMatchObject({ name: 'Lambda.TooManyRequestsException' });
    await expect(first).resolves.toMatchObject({ invocations: 1 });
    await expect(functions.invoke(ARN, { do: 'count' })).resolves.toEqual({ invocations: 2 });
  });
});
