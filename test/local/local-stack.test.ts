import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { LocalStack } from '../../local/local-stack.ts';
import type { LocalStackOptions } from '../../local/local-stack-options.ts';
import { PLACE } from '../../local/place.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import { itemsOf } from '../../local/runs/audit-report.ts';
import { answer, at } from '../scenarios/scenario-stack.ts';
import { copyAssembly, readTestAssembly } from './assembly/assembly-copy.ts';

const RECORDING = parseRecording(
  JSON.stringify({
    taskId: 'played',
    steps: [at(0, answer('IN_PROGRESS')), at(4, answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' }))],
  }),
  'test',
);
const STARTED = {
  ...PLACE,
  source: 'device-defender-audit-watcher',
  'detail-type': 'Device Defender Audit Started',
};

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(assembly: CloudAssembly, options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
  const stack = await LocalStack.start({ assembly, speed: Number.POSITIVE_INFINITY, startsAt: 0, ...options });
  open.push(() => stack.close());
  return stack;
}

async function edited(edit: (template: string) => string): Promise<CloudAssembly> {
  const assembly = await copyAssembly(edit);
  open.push(() => rm(assembly.directory, { recursive: true }));
  return assembly;
}

async function dataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'local-stack-'));
  open.push(() => rm(directory, { recursive: true }));
  return directory;
}

/** Watches the recorded audit; the states that its execution entered, and how it ended. */
async function watch(stack: LocalStack, taskId = 'played') {
  stack.startAudit(taskId, RECORDING);
  const [execution] = stack.putEvent({ ...STARTED, detail: { taskId } });
  const result = await execution?.ended;
  const path = execution?.history.filter(({ type }) => type === 'StateEntered').map(({ state }) => state);
  return { result, path };
}

/** JSON as it stands in the template, inside the definition's text. */
const inDefinition = (json: string) => JSON.stringify(json).slice(1, -1);

describe('What runs is what was synthesized', () => {
  test('so the unchanged stack polls, waits, and polls again', async () => {
    const stack = await start(await readTestAssembly());

    const { path, result } = await watch(stack);

    expect(path).toEqual([
      'Check audit',
      'What next?',
      'Wait',
      'Check audit',
      'What next?',
      'Send alerts',
      'Finished?',
      'Finished',
    ]);
    expect(result).toEqual({ status: 'SUCCEEDED' });
  });

  test('so a state that leads elsewhere in the template leads elsewhere here', async () => {
    const wait = inDefinition('"SecondsPath":"$.waitSeconds","Next":');
    const assembly = await edited((template) =>
      template.replace(`${wait}${inDefinition('"Check audit"')}`, `${wait}${inDefinition('"Finished"')}`),
    );

    const { path } = await watch(await start(assembly));

    expect(path).toEqual(['Check audit', 'What next?', 'Wait', 'Finished']);
  });

  test('so a state that is added to the template is entered here', async () => {
    const finished = inDefinition('"Finished":{"Type":"Succeed"}');
    const added = inDefinition('"Finished":{"Type":"Pass","Next":"All done"},"All done":{"Type":"Succeed"}');
    const assembly = await edited((template) => template.replace(finished, added));

    const { path } = await watch(await start(assembly));

    expect(path?.slice(-2)).toEqual(['Finished', 'All done']);
  });

  test('so a setting of a function in the template is its setting here', async () => {
    const assembly = await edited((template) =>
      template.replaceAll('"MIN_WAIT_SECONDS": "5"', '"MIN_WAIT_SECONDS": "77"'),
    );
    const stack = await start(assembly);

    await watch(stack);

    expect(stack.clock.now()).toBe(77_000);
  });
});

describe('An event', () => {
  test('that no rule takes starts nothing', async () => {
    const stack = await start(await readTestAssembly());

    const started = stack.putEvent({ ...STARTED, detail: { other: 'played' } });

    expect(started).toEqual([]);
    expect(stack.executions).toEqual([]);
  });

  test('starts an execution with its account and Region, and nothing of its detail but the task id', async () => {
    const stack = await start(await readTestAssembly());
    const detail = { eventSource: 'iot.amazonaws.com', eventName: 'StartOnDemandAuditTask' };

    const started = stack.putEvent({
      ...PLACE,
      source: 'aws.iot',
      'detail-type': 'AWS API Call via CloudTrail',
      detail: { ...detail, responseElements: { taskId: 'played' } },
    });

    expect(started.map(({ input }) => input)).toEqual([{ ...PLACE, detail: { taskId: 'played' } }]);
  });

  test('starts nothing through a rule whose target is no state machine', async () => {
    const assembly = await readTestAssembly();
    const resources = Object.fromEntries(
      Object.entries(assembly.resources).map(([id, resource]) => {
        if (resource.Type !== 'AWS::Events::Rule') return [id, resource];
        const Targets = [{ Arn: 'arn:aws:sqs:eu-west-1:123456789012:Other' }];
        return [id, { ...resource, Properties: { ...resource.Properties, Targets } }];
      }),
    );
    const stack = await start({ ...assembly, resources });

    const started = stack.putEvent({ ...STARTED, detail: { taskId: 'played' } });

    expect(started).toEqual([]);
  });
});

describe('The tables on disk', () => {
  test('survive from run to run, until a run begins with empty ones', async () => {
    const assembly = await readTestAssembly();
    const directory = await dataDirectory();
    const first = await start(assembly, { dataDirectory: directory });
    await watch(first);
    await first.close();

    const second = await start(assembly, { dataDirectory: directory });
    const kept = await itemsOf(second, 'played');
    await second.close();
    const third = await start(assembly, { dataDirectory: directory, fresh: true });
    const left = await itemsOf(third, 'played');

    expect(kept.map(({ sk }) => sk)).toEqual(['COMPARISON', 'SNAPSHOT#000001', 'SNAPSHOT#000002', 'WATCH']);
    expect(left).toEqual([]);
  });

  test('of another shape than the stack now gives them are refused, and let go', async () => {
    const directory = await dataDirectory();
    const first = await start(await readTestAssembly(), { dataDirectory: directory });
    await first.close();
    const assembly = await edited((template) => template.replaceAll('"dueAt"', '"due"'));

    const refused = LocalStack.start({ assembly, speed: 1, startsAt: 0, dataDirectory: directory });

    await expect(refused).rejects.toMatchObject({ name: 'TableShapeError' });
    const again = await start(await readTestAssembly(), { dataDirectory: directory });
    await expect(itemsOf(again, 'played')).resolves.toEqual([]);
  });
});

describe('A stack that cannot start', () => {
  test('because another run uses its tables says so, and leaves no server behind', async () => {
    const assembly = await readTestAssembly();
    const directory = await dataDirectory();
    await start(assembly, { dataDirectory: directory });
    const servers = openServers();

    const refused = LocalStack.start({ assembly, speed: 1, startsAt: 0, dataDirectory: directory });

    await expect(refused).rejects.toMatchObject({ name: 'DataDirectoryError' });
    expect(openServers()).toBe(servers);
  });

  function openServers(): number {
    return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPServerWrap').length;
  }
});

describe('The calls', () => {
  test('are those of the functions: reading a report counts as none', async () => {
    const stack = await start(await readTestAssembly());
    await watch(stack);
    const before = stack.calls.map(({ operation }) => operation);

    await itemsOf(stack, 'played');

    expect(stack.calls.map(({ operation }) => operation)).toEqual(before);
    expect(new Set(before)).toEqual(new Set(['GetItem', 'UpdateItem', 'DescribeAuditTask', 'PutItem', 'Query']));
  });
});

/** Puts events, as its input says; it fails while the input says so. */
const SWEEPER = `
import { request } from 'node:http';
export async function handler({ entries, fails }) {
  if (fails) throw Object.assign(new Error('No.'), { name: 'SweepError' });
  const headers = { 'x-amz-target': 'AWSEvents.PutEvents' };
  return new Promise((resolve, reject) => {
    const call = request(process.env.AWS_ENDPOINT_URL_EVENTBRIDGE, { method: 'POST', headers }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      resolve(JSON.parse(text));
    });
    call.on('error', reject);
    call.end(JSON.stringify({ Entries: entries }));
  });
}
`;

/** The stack with one schedule, of a function that puts events. */
async function withSchedule(input: unknown, expression = 'rate(5 minutes)'): Promise<CloudAssembly> {
  const directory = await dataDirectory();
  await writeFile(join(directory, 'index.mjs'), SWEEPER);
  const assembly = await readTestAssembly();
  const others = Object.entries(assembly.resources).filter(([, { Type }]) => Type !== 'AWS::Scheduler::Schedule');
  return {
    ...assembly,
    resources: {
      ...Object.fromEntries(others),
      TestSweeper: {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { S3Key: 'sweeper.zip' }, Handler: 'index.handler' },
      },
      TestSchedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ScheduleExpression: expression,
          Target: { Arn: { 'Fn::GetAtt': ['TestSweeper', 'Arn'] }, Input: JSON.stringify(input) },
        },
      },
    },
    assetDirectory: (key) => (key === 'sweeper.zip' ? directory : assembly.assetDirectory(key)),
  };
}

const entryFor = (taskId: string) => ({
  Source: STARTED.source,
  DetailType: STARTED['detail-type'],
  Detail: JSON.stringify({ taskId }),
});

describe('The schedules', () => {
  test('invoke nothing until they are started, and nothing after they were stopped', async () => {
    const stack = await start(await withSchedule({ entries: [entryFor('played')] }));
    await stack.clock.sleep(600_000);
    const before = [...stack.scheduledInvocations];

    stack.startSchedules();
    await stack.clock.sleep(600_000);
    await stack.stopSchedules();
    await stack.clock.sleep(600_000);

    expect(before).toEqual([]);
    expect(stack.scheduledInvocations.map(({ dueAt }) => dueAt)).toEqual([600_000, 900_000, 1_200_000]);
  });

  test('start what their function puts on the bus, an execution for each event', async () => {
    const stack = await start(await withSchedule({ entries: [entryFor('played'), entryFor('other')] }, 'rate(1 day)'));
    stack.startAudit('played', RECORDING);

    stack.startSchedules();
    await stack.clock.sleep(60_000);
    await stack.stopSchedules();

    expect(stack.executions.map(({ input }) => input)).toEqual([
      { ...PLACE, detail: { taskId: 'played' } },
      { ...PLACE, detail: { taskId: 'other' } },
    ]);
    await expect(stack.executions[0]?.ended).resolves.toEqual({ status: 'SUCCEEDED' });
    expect(stack.scheduledInvocations).toMatchObject([
      { schedule: 'TestSchedule', attempt: 1, answer: { FailedEntryCount: 0 } },
    ]);
    expect(stack.calls[0]).toMatchObject({ service: 'events', operation: 'PutEvents' });
  });

  test('report an entry that was made to fail', async () => {
    const failure = { ErrorCode: 'InternalFailure', ErrorMessage: 'Injected.' };
    const seen: unknown[] = [];
    const stack = await start(await withSchedule({ entries: [entryFor('a'), entryFor('b')] }), {
      onEntry: ({ detail }) => (detail.taskId === 'a' ? failure : undefined),
      onScheduled: ({ answer }) => seen.push(answer),
    });

    stack.startSchedules();
    await stack.clock.sleep(1);

    expect(seen).toEqual([{ FailedEntryCount: 1, Entries: [failure, { EventId: expect.any(String) }] }]);
    expect(stack.executions.map(({ input }) => input)).toEqual([{ ...PLACE, detail: { taskId: 'b' } }]);
  });

  test('have their function invoked again when it fails, as Lambda does', async () => {
    const stack = await start(await withSchedule({ fails: true }, 'rate(1 hour)'));

    stack.startSchedules();
    await stack.clock.sleep(1_800_000);

    expect(stack.scheduledInvocations.map(({ startedAt, error }) => [startedAt, error])).toEqual([
      [0, 'SweepError'],
      [60_000, 'SweepError'],
      [180_000, 'SweepError'],
    ]);
  });

  test('are refused when they are no rates', async () => {
    const stack = await start(await withSchedule({}, 'cron(0 12 * * ? *)'));

    expect(() => stack.startSchedules()).toThrow('The schedule TestSchedule has the expression cron(0 12 * * ? *).');
  });

  test('see their function die in the middle of a call, and come back', async () => {
    let kills = 1;
    const stack = await start(await withSchedule({ entries: [entryFor('a')] }), {
      onCall: ({ operation }) => {
        kills -= operation === 'PutEvents' ? 1 : 0;
        return kills === 0 && operation === 'PutEvents' ? { type: 'kill', functionName: 'TestSweeper' } : undefined;
      },
    });

    stack.startSchedules();
    await stack.clock.sleep(61_000);

    expect(stack.scheduledInvocations.map(({ attempt, error }) => [attempt, error])).toEqual([
      [1, 'Runtime.ExitError'],
      [2, undefined],
    ]);
  });
});

describe('An audit', () => {
  test('that started before is as old as that', async () => {
    const stack = await start(await readTestAssembly(), { startsAt: 10_000 });
    stack.startAudit('played', RECORDING, 5_000);

    const [execution] = stack.putEvent({ ...STARTED, detail: { taskId: 'played' } });
    await execution?.ended;

    expect((await itemsOf(stack, 'played')).map(({ sk }) => sk)).toEqual(['COMPARISON', 'SNAPSHOT#000001', 'WATCH']);
  });
});
