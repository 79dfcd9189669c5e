import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { itemsOf } from '../../local/audit-report.ts';
import type { CloudAssembly } from '../../local/cloud-assembly.ts';
import { LocalStack, type LocalStackOptions } from '../../local/local-stack.ts';
import { parseRecording } from '../../local/recording.ts';
import { answer, at } from '../scenarios/scenario-stack.ts';
import { copyAssembly, readTestAssembly } from './assembly-copy.ts';

const RECORDING = parseRecording(
  JSON.stringify({
    taskId: 'played',
    steps: [at(0, answer('IN_PROGRESS')), at(4, answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' }))],
  }),
  'test',
);
const STARTED = { source: 'device-defender-audit-watcher', 'detail-type': 'Device Defender Audit Started' };

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
  test('so the unchanged stack looks, waits, and looks again', async () => {
    const stack = await start(await readTestAssembly());

    const { path, result } = await watch(stack);

    expect(path).toEqual(['Check audit', 'What next?', 'Wait', 'Check audit', 'What next?', 'Finished']);
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

  test('starts an execution with nothing but the task id', async () => {
    const stack = await start(await readTestAssembly());
    const detail = { eventSource: 'iot.amazonaws.com', eventName: 'StartOnDemandAuditTask' };

    const started = stack.putEvent({
      source: 'aws.iot',
      'detail-type': 'AWS API Call via CloudTrail',
      detail: { ...detail, responseElements: { taskId: 'played' } },
    });

    expect(started.map(({ input }) => input)).toEqual([{ taskId: 'played' }]);
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

    expect(kept.map(({ sk }) => sk)).toEqual(['SNAPSHOT#000001', 'SNAPSHOT#000002', 'WATCH']);
    expect(left).toEqual([]);
  });

  test('of another shape than the stack now gives them are refused, and let go', async () => {
    const directory = await dataDirectory();
    const first = await start(await readTestAssembly(), { dataDirectory: directory });
    await first.close();
    const assembly = await edited((template) => template.replaceAll('"leaseUntil"', '"leaseEnd"'));

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
    expect(new Set(before)).toEqual(new Set(['UpdateItem', 'DescribeAuditTask', 'PutItem', 'Query']));
  });
});
