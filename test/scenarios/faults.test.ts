import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LEASE_SLACK_MS } from '../../lambda/audit/watch/watch.ts';
import { placeKey } from '../../lambda/contract.ts';
import { taskIdOf } from '../../local/compute/executions.ts';
import type { LocalStack } from '../../local/local-stack.ts';
import type { StackFault } from '../../local/local-stack-options.ts';
import { PLACE } from '../../local/place.ts';
import type { Call } from '../../local/services/service.ts';
import { answer, at, type ScenarioResult, ScenarioStack } from './scenario-stack.ts';
import { INTERNAL, isPublish, once, SNS_DOWN, THROTTLED } from './stack-faults.ts';

let stack: ScenarioStack;

beforeAll(async () => {
  stack = await ScenarioStack.start();
});

afterAll(async () => {
  await stack.close();
});

/** Runs 15 s; a check is non-compliant from second 4 on. */
const troubled = [
  at(0, answer('IN_PROGRESS')),
  at(4, answer('IN_PROGRESS', { A: 'ok', B: 'bad' })),
  at(12, answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' })),
];
const bothAlerts = ['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS'];
const kinds = ({ alerts }: ScenarioResult) => alerts.map(({ kind }) => kind);
const retries = ({ path }: ScenarioResult, error: string) => path.filter((entry) => entry.endsWith(`after ${error}`));

describe('DescribeAuditTask', () => {
  test('throttled for minutes is tried again until it answers', async () => {
    const result = await stack.run({
      steps: troubled,
      onCall: ({ operation }, secondsIn) => during(operation === 'DescribeAuditTask', secondsIn, 8, 600, THROTTLED),
    });

    expect(kinds(result)).toEqual(bothAlerts);
    expect(result.execution).toMatchObject({ status: 'SUCCEEDED' });
    expect(retries(result, 'ThrottledError').length).toBeGreaterThan(2);
    expect(result.alerts[1]?.atSeconds).toBeGreaterThanOrEqual(600);
  });

  test('failing with 5xx for minutes is tried again until it answers', async () => {
    const result = await stack.run({
      steps: troubled,
      onCall: ({ operation }, secondsIn) => during(operation === 'DescribeAuditTask', secondsIn, 3, 120, INTERNAL),
    });

    expect(kinds(result)).toEqual(['COMPLETED_WITH_FINDINGS']);
    expect(retries(result, 'UnavailableError').length).toBeGreaterThan(1);
  });

  test('throttled for good makes the watcher say so after about an hour', async () => {
    const result = await stack.run({
      steps: troubled,
      onCall: ({ operation }) => (operation === 'DescribeAuditTask' ? THROTTLED : undefined),
    });

    expect(result.alerts.map(({ machine }) => machine.gaveUp)).toMatchObject([
      { reason: 'PERSISTENT_ERROR', errorName: 'ThrottledError' },
    ]);
    expect(result.execution).toMatchObject({ status: 'FAILED', error: 'ThrottledError' });
    expect(result.snapshots).toEqual([]);
  });

  test('that does not know the audit yet is tolerated', async () => {
    const result = await stack.run({ steps: [at(20, answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' }))] });

    expect(retries(result, 'NotFoundError').length).toBeGreaterThan(0);
    expect(kinds(result)).toEqual(['COMPLETED_WITH_FINDINGS']);
  });

  test('that never knows the audit makes the watcher say so after a few minutes', async () => {
    const result = await stack.run({});

    expect(result.path.at(-1)).toBe('Gave up');
    expect(result.alerts.map(({ machine }) => machine.gaveUp)).toMatchObject([{ reason: 'AUDIT_NOT_FOUND' }]);
    expect(result.alerts[0]?.atSeconds).toBeLessThan(600);
    expect(result.execution).toMatchObject({ status: 'FAILED', error: 'NotFoundError' });
  });

  test('that is forbidden makes the watcher say so soon', async () => {
    const forbidden = { type: 'error', name: 'AccessDeniedException', statusCode: 403 } as const;

    const result = await stack.run({
      steps: troubled,
      onCall: ({ operation }) => (operation === 'DescribeAuditTask' ? forbidden : undefined),
    });

    expect(result.alerts.map(({ machine }) => machine.gaveUp)).toMatchObject([{ reason: 'ACCESS_DENIED' }]);
    expect(result.alerts[0]?.atSeconds).toBeLessThan(600);
  });
});

describe('An event that comes again', () => {
  test('while the audit is watched changes nothing', async () => {
    const result = await stack.run({
      steps: troubled,
      meanwhile: async (local, taskId) => {
        await local.clock.sleep(7_000);
        await local.startExecution({ ...PLACE, taskId }).ended;
      },
    });

    expect(result.executions[1]).toEqual({
      status: 'SUCCEEDED',
      path: ['Check audit', 'What next?', 'Already watched'],
    });
    expect(kinds(result)).toEqual(bothAlerts);
  });

  test('at the same moment leaves one execution that watches', async () => {
    const result = await stack.run({
      steps: troubled,
      meanwhile: async (local, taskId) => {
        local.startExecution({ ...PLACE, taskId });
        local.startExecution({ ...PLACE, taskId });
      },
    });

    const finals = result.executions.map(({ path }) => path.at(-1)).sort();
    expect(finals).toEqual(['Already watched', 'Already watched', 'Finished']);
    expect(kinds(result)).toEqual(bothAlerts);
  });

  test('after the audit was watched to its end changes nothing', async () => {
    const result = await stack.run({
      steps: troubled,
      meanwhile: async (local, taskId) => {
        await local.clock.sleep(3_600_000);
        local.startExecution({ ...PLACE, taskId });
      },
    });

    expect(result.executions[1]?.path).toEqual(['Check audit', 'What next?', 'Already watched']);
    expect(kinds(result)).toEqual(bothAlerts);
  });
});

describe('Publishing', () => {
  test('that fails for minutes delays the alert and loses nothing', async () => {
    const result = await stack.run({
      steps: troubled,
      onCall: ({ operation }, secondsIn) => during(operation === 'Publish', secondsIn, 0, 300, SNS_DOWN),
    });

    expect(kinds(result)).toEqual(bothAlerts);
    expect(result.alerts[0]?.atSeconds).toBeGreaterThanOrEqual(300);
    expect(result.execution.status).toBe('SUCCEEDED');
  });

  test('that fails for good stops neither the watch nor its snapshots, and leaves the alerts pending', async () => {
    const result = await stack.run({
      steps: [...troubled.slice(0, 2), at(4 * 3600, answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' }))],
      onCall: ({ operation }) => (operation === 'Publish' ? SNS_DOWN : undefined),
    });

    expect(result.taskStatus).toBe('COMPLETED');
    expect(result.execution).toMatchObject({ status: 'FAILED', error: 'UnavailableError' });
    expect(result.path.filter((state) => state === 'Watch on?').length).toBeGreaterThan(1);
    expect(result.path.at(-1)).toBe('Alerts not sent');
    expect(result.watch).toMatchObject({
      open: placeKey(PLACE),
      alerts: { NON_COMPLIANT_DETECTED: { status: 'PENDING' }, TERMINAL: { status: 'PENDING' } },
    });
  });

  test('that fails for hours is made up for when it works again', async () => {
    const result = await stack.run({
      steps: [...troubled.slice(0, 2), at(8 * 3600, answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' }))],
      onCall: ({ operation }, secondsIn) => during(operation === 'Publish', secondsIn, 0, 5 * 3600, SNS_DOWN),
    });

    expect(kinds(result)).toEqual(bothAlerts);
    expect(result.execution.status).toBe('SUCCEEDED');
  });
});

describe('A function that dies', () => {
  test('between the snapshot and the watch polls again and decides on the stored snapshot', async () => {
    const puts: string[] = [];

    const result = await stack.run({
      steps: troubled,
      onCall: ({ operation, parameters }) => {
        if (operation === 'PutItem') puts.push(JSON.stringify(parameters));
        return undefined;
      },
      afterCall: once(({ operation }) => operation === 'PutItem', kill),
    });

    expect(retries(result, 'Runtime.ExitError')).toHaveLength(1);
    expect(kinds(result)).toEqual(bothAlerts);
    expect(result.calls.DescribeAuditTask).toBe(result.snapshots.length + 1);
    expect(puts[0]).toContain(result.snapshots[0]?.capturedAt); // of the attempt that died
  });

  test('after the watch moved on finds the alert it registered pending', async () => {
    const registers = (call: Call) => JSON.stringify(call.parameters).includes('PENDING') && isUpdate(call);

    const result = await stack.run({ steps: troubled, afterCall: once(registers, kill) });

    expect(retries(result, 'Runtime.ExitError')).toHaveLength(1);
    expect(kinds(result)).toEqual(bothAlerts);
  });

  test('between publish and mark repeats the message, the same to the letter, under the same key, after a pause', async () => {
    const result = await stack.run({
      steps: troubled,
      afterCall: once(isPublish, kill),
      meanwhile: async (local, taskId) => {
        await local.clock.sleep(LEASE_SLACK_MS + 60_000);
        local.startExecution({ ...PLACE, taskId });
      },
    });

    expect(kinds(result)).toEqual([...bothAlerts, 'NON_COMPLIANT_DETECTED']);
    const [first, , repeat] = result.alerts;
    expect({ ...repeat, atSeconds: 0 }).toEqual({ ...first, atSeconds: 0 });
    expect(Number(repeat?.atSeconds) - Number(first?.atSeconds)).toBeGreaterThanOrEqual(600);
  });

  test('after the mark repeats nothing', async () => {
    const marks = (call: Call) => JSON.stringify(call.parameters).includes('sentAt') && isUpdate(call);

    const result = await stack.run({ steps: troubled, afterCall: once(marks, kill) });

    expect(kinds(result)).toEqual(bothAlerts);
  });
});

describe('An answer that gets lost', () => {
  test.each(['UpdateItem', 'PutItem', 'GetItem', 'Publish', 'DescribeAuditTask'])(
    'of %s, each time once, is made up for by the SDK',
    async (operation) => {
      const seen = new Map<string, number>();
      const result = await stack.run({
        steps: troubled,
        afterCall: (call) => {
          const key = JSON.stringify([call.operation, call.parameters]);
          seen.set(key, (seen.get(key) ?? 0) + 1);
          return call.operation === operation && seen.get(key) === 1 ? { type: 'reset' } : undefined;
        },
      });

      expect(result.execution.status).toBe('SUCCEEDED');
      expect([...new Set(kinds(result))]).toEqual(bothAlerts);
      if (operation !== 'Publish') expect(kinds(result)).toEqual(bothAlerts);
    },
  );
});

describe('An execution that dies', () => {
  test('is replaced by a new one once its lease has expired, and no alert is lost or repeated', async () => {
    const result = await stack.run({
      steps: [...troubled.slice(0, 2), at(7_200, answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' }))],
      meanwhile: async (local, taskId) => {
        await local.clock.sleep(60_000);
        await abortAll(local, taskId);
        const early = local.startExecution({ ...PLACE, taskId });
        await early.ended;
        await local.clock.sleep(LEASE_SLACK_MS + 60_000);
        local.startExecution({ ...PLACE, taskId });
      },
    });

    expect(result.executions.map(({ status, path }) => [status, path.at(-1)])).toEqual([
      ['ABORTED', 'Wait'],
      ['SUCCEEDED', 'Already watched'],
      ['SUCCEEDED', 'Finished'],
    ]);
    expect(kinds(result)).toEqual(bothAlerts);
  });

  test('with an alert still pending hands it to the next one', async () => {
    const result = await stack.run({
      steps: troubled,
      onCall: ({ operation }, secondsIn) => during(operation === 'Publish', secondsIn, 0, 60, SNS_DOWN),
      meanwhile: async (local, taskId) => {
        await local.clock.sleep(30_000);
        await abortAll(local, taskId);
        await local.clock.sleep(LEASE_SLACK_MS + 60_000);
        local.startExecution({ ...PLACE, taskId });
      },
    });

    expect(result.executions.map(({ status }) => status)).toEqual(['ABORTED', 'SUCCEEDED']);
    expect(kinds(result)).toEqual(bothAlerts);
  });
});

describe('Poison input', () => {
  test.each([
    [{}],
    [{ taskId: 'audit-1' }],
    [{ ...PLACE, taskId: '' }],
    [{ ...PLACE, taskId: 'no such/id' }],
    [{ ...PLACE, account: '210987654321', taskId: 'audit-1' }],
    [{ ...PLACE, region: 'eu-west-2', taskId: 'audit-1' }],
    [{ ...PLACE, detail: { taskId: 'a","account":"210987654321' } }],
    ['text'],
    [[1, 2]],
  ])('%j fails at once under a name of its own', async (input) => {
    const result = await stack.runInput(input);

    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'InvalidInputError',
      path: ['Check audit', 'Reject input'],
    });
  });
});

const kill = () => ({ type: 'kill' }) as const;

function isUpdate({ operation }: Call): boolean {
  return operation === 'UpdateItem';
}

function during(matches: boolean, now: number, from: number, until: number, fault: StackFault): StackFault | undefined {
  return matches && now >= from && now < until ? fault : undefined;
}

async function abortAll(local: LocalStack, taskId: string): Promise<void> {
  const ofAudit = local.executions.filter(({ input }) => taskIdOf(input) === taskId);
  await Promise.all(ofAudit.map(({ arn }) => local.abortExecution(arn)));
}
