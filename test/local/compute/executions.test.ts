import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Execution, Executions } from '../../../local/compute/executions.ts';
import { Functions } from '../../../local/compute/functions.ts';
import { Clock } from '../../../local/time/clock.ts';

const BUNDLE = `
let failures = 0;
export async function handler({ input, execution }) {
  if (input.fail > failures) {
    failures += 1;
    throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  }
  return { ...input, execution };
}
`;
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:Task';
const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Loop';
const TASK = {
  Type: 'Task',
  Resource: FUNCTION,
  Parameters: { 'input.$': '$', 'execution.$': '$$.Execution.Id' },
  Retry: [{ ErrorEquals: ['ThrottlingException'], IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 2 }],
  Next: 'Rest',
};
const DEFINITION = {
  StartAt: 'Work',
  States: { Work: TASK, Rest: { Type: 'Wait', Seconds: 300, Next: 'Done' }, Done: { Type: 'Succeed' } },
};

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'executions-'));
  await writeFile(join(directory, 'index.mjs'), BUNDLE);
});
afterAll(() => rm(directory, { recursive: true }));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function start(definition: Record<string, unknown> = DEFINITION) {
  const clock = new Clock(0, Number.POSITIVE_INFINITY);
  const module = join(directory, 'index.mjs');
  const task = { arn: FUNCTION, name: 'Task', module, handler: 'handler', environment: {} };
  const functions = new Functions(new Map([[FUNCTION, task]]), clock, { runtime: {} }, () => undefined);
  const seen: string[] = [];
  const executions = new Executions({ arn: MACHINE, name: 'Loop', definition }, functions, clock, ({ type }) =>
    seen.push(type),
  );
  open.push(executions, functions);
  return { clock, executions, seen };
}

function entered({ history }: Execution) {
  return history.filter(({ type }) => type === 'StateEntered').map(({ state, timestamp }) => [state, timestamp]);
}

describe('An execution', () => {
  test('runs the definition in the time of the clock', async () => {
    const { clock, executions, seen } = start();

    const execution = executions.start({ taskId: 'a' });
    const result = await execution.ended;

    expect(result).toEqual({ status: 'SUCCEEDED' });
    expect(entered(execution)).toEqual([
      ['Work', 0],
      ['Rest', 0],
      ['Done', 300_000],
    ]);
    expect(clock.now()).toBe(300_000);
    expect(seen).toEqual(execution.history.map(({ type }) => type));
  });

  test('has a name of its own in its ARN', async () => {
    const { executions } = start();

    const arns = [executions.start({}).arn, executions.start({}).arn, executions.start({}, 'mine').arn];

    expect(arns).toEqual([
      expect.stringMatching(/^arn:aws:states:eu-west-1:123456789012:execution:Loop:[\da-f-]{36}$/),
      expect.stringMatching(/^arn:aws:states:eu-west-1:123456789012:execution:Loop:[\da-f-]{36}$/),
      'arn:aws:states:eu-west-1:123456789012:execution:Loop:mine',
    ]);
    expect(new Set(arns).size).toBe(3);
    expect(executions.all.map(({ arn }) => arn)).toEqual(arns);
  });

  test('retries a task by its policy, and each retry is billed as a transition', async () => {
    const { executions } = start();

    const execution = executions.start({ fail: 2 });
    const result = await execution.ended;

    const retries = execution.history.filter(({ type }) => type === 'StateRetried');
    expect(result).toEqual({ status: 'SUCCEEDED' });
    expect(retries.map(({ state, error }) => [state, error])).toEqual([
      ['Work', 'ThrottlingException'],
      ['Work', 'ThrottlingException'],
    ]);
    expect(Executions.transitions(execution)).toBe(5);
    expect(entered(execution).at(-1)).toEqual(['Done', 330_000]);
  });

  test('fails with the error that its function threw, once the retries are used up', async () => {
    const { executions } = start();

    const result = await executions.start({ fail: 9 }).ended;

    expect(result).toMatchObject({ status: 'FAILED', error: 'ThrottlingException' });
    expect(JSON.parse(result.cause ?? '')).toMatchObject({ errorMessage: 'Rate exceeded' });
  });

  test('fails with the error and the cause of a Fail state', async () => {
    const { executions } = start({
      StartAt: 'Stop',
      States: { Stop: { Type: 'Fail', Error: 'UnknownDecision', Cause: 'Different versions.' } },
    });

    const result = await executions.start({}).ended;

    expect(result).toEqual({ status: 'FAILED', error: 'UnknownDecision', cause: 'Different versions.' });
  });

  test('times out when its definition says so', async () => {
    const { executions } = start({ ...DEFINITION, TimeoutSeconds: 60 });

    const result = await executions.start({}).ended;

    expect(result).toEqual({ status: 'TIMED_OUT', error: 'States.Timeout' });
  });

  test('can be aborted in the middle, and others go on', async () => {
    const { clock, executions } = start();
    const aborted = executions.start({ taskId: 'a' });
    const other = executions.start({ taskId: 'b' });
    await clock.sleep(100_000);

    await executions.abort(aborted.arn);

    await expect(aborted.ended).resolves.toEqual({ status: 'ABORTED' });
    await expect(other.ended).resolves.toEqual({ status: 'SUCCEEDED' });
    expect(entered(aborted).at(-1)).toEqual(['Rest', 0]);
  });

  test('of a definition that no engine takes fails and says why', async () => {
    const { executions } = start({ StartAt: 'Nowhere', States: {} });

    const result = await executions.start({}).ended;

    expect(result).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('Nowhere') });
  });

  test('fails when the service is closed under it, and does not start after that', async () => {
    const { executions } = start();
    const running = executions.start({ taskId: 'a' });

    await executions.close();
    const late = executions.start({ taskId: 'b' });

    const failed = { status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining('ThreadDiedError') };
    await expect(running.ended).resolves.toEqual(failed);
    await expect(late.ended).resolves.toEqual(failed);
  });
});
