import {
  DescribeAuditTaskCommand,
  IoTClient,
  ListAuditTasksCommand,
  ListScheduledAuditsCommand,
  paginateListAuditTasks,
  paginateListScheduledAudits,
} from '@aws-sdk/client-iot';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseRecording } from '../../../local/recordings/recording.ts';
import { startDeviceDefender } from '../../../local/services/device-defender.ts';
import type { PlayedAudit, ScheduledAudit } from '../../../local/services/device-defender-lists.ts';
import type { Endpoint } from '../../../local/services/endpoint.ts';
import { at } from '../../scenarios/scenario-stack.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const scheduled = { taskType: 'SCHEDULED_AUDIT_TASK', scheduledAuditName: 'Nightly' };
const runningTenMinutes = parseRecording(
  JSON.stringify({
    taskId: 'recorded',
    steps: [
      at(0, { ...scheduled, taskStatus: 'IN_PROGRESS' }),
      { atSeconds: 300, untilSeconds: 400, error: { name: 'ThrottlingException', statusCode: 400 } },
      at(600, { ...scheduled, taskStatus: 'COMPLETED' }),
    ],
  }),
  'test',
);
const onDemand = parseRecording(JSON.stringify({ taskStatus: 'CANCELED', taskType: 'ON_DEMAND_AUDIT_TASK' }), 'test');

const open: (Endpoint | IoTClient)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await ('close' in one ? one.close() : one.destroy());
});

function audit(taskId: string, minutesAgo: number, recording = runningTenMinutes): PlayedAudit {
  return { taskId, recording, startedAt: NOW - minutesAgo * MINUTE };
}

async function start(audits: readonly PlayedAudit[], schedules: readonly ScheduledAudit[] = []) {
  const endpoint = await startDeviceDefender({
    auditOf: (taskId) => audits.find((one) => one.taskId === taskId),
    audits: () => audits,
    schedules: () => schedules,
    now: () => NOW,
  });
  const client = new IoTClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  open.push(client, endpoint);
  const list = (input: Partial<ListAuditTasksCommand['input']> = {}) =>
    client.send(
      new ListAuditTasksCommand({ startTime: new Date(NOW - DAY), endTime: new Date(NOW), ...input } as never),
    );
  return { client, endpoint, list };
}

describe('ListAuditTasks', () => {
  test('lists id, status and type of each audit that started in the window, as they are now', async () => {
    const { list } = await start([
      audit('running', 2),
      audit('in a throttled spell', 6),
      audit('ended', 11),
      audit('on-demand', 12, onDemand),
      audit('before the window', 24 * 60 + 1),
      audit('in the future', -1),
    ]);

    const { tasks, nextToken } = await list();

    expect(tasks).toEqual([
      { taskId: 'on-demand', taskStatus: 'CANCELED', taskType: 'ON_DEMAND_AUDIT_TASK' },
      { taskId: 'ended', taskStatus: 'COMPLETED', taskType: 'SCHEDULED_AUDIT_TASK' },
      { taskId: 'in a throttled spell', taskStatus: 'IN_PROGRESS', taskType: 'SCHEDULED_AUDIT_TASK' },
      { taskId: 'running', taskStatus: 'IN_PROGRESS', taskType: 'SCHEDULED_AUDIT_TASK' },
    ]);
    expect(nextToken).toBeUndefined();
  });

  test('takes both ends of the window for the window', async () => {
    const { list } = await start([audit('first', 60), audit('last', 30), audit('after', 29)]);

    const { tasks } = await list({ startTime: new Date(NOW - 60 * MINUTE), endTime: new Date(NOW - 30 * MINUTE) });

    expect(tasks?.map(({ taskId }) => taskId)).toEqual(['first', 'last']);
  });

  test('gives only the status that it is asked for', async () => {
    const { list } = await start([audit('a', 2), audit('b', 11), audit('c', 12, onDemand)]);

    const { tasks } = await list({ taskStatus: 'CANCELED' });

    expect(tasks?.map(({ taskId }) => taskId)).toEqual(['c']);
  });

  test('does not know an audit that DescribeAuditTask does not know yet', async () => {
    const late = parseRecording(JSON.stringify({ steps: [at(300, { taskStatus: 'IN_PROGRESS' })] }), 'test');
    const { list } = await start([audit('early', 4, late), audit('known', 6, late)]);

    expect((await list()).tasks?.map(({ taskId }) => taskId)).toEqual(['known']);
  });

  test('calls an audit by the id of its recording when it has no other', async () => {
    const { list } = await start([{ recording: runningTenMinutes, startedAt: NOW - MINUTE }]);

    expect((await list()).tasks?.map(({ taskId }) => taskId)).toEqual(['recorded']);
  });

  test.each([
    [60, undefined, [25, 25, 10]],
    [50, undefined, [25, 25]],
    [300, 250, [250, 50]],
    [3, 1, [1, 1, 1]],
    [0, 10, [0]],
  ])('pages %i audits by %s as %j', async (count, pageSize, pages) => {
    const audits = Array.from({ length: count }, (_, n) => audit(`t${n}`, count - n));
    const { client } = await start(audits);

    const found: (string | undefined)[][] = [];
    const window = { startTime: new Date(NOW - DAY), endTime: new Date(NOW) };
    for await (const { tasks = [] } of paginateListAuditTasks({ client, pageSize }, window)) {
      found.push(tasks.map(({ taskId }) => taskId));
    }

    expect(found.map(({ length }) => length)).toEqual(pages);
    expect(found.flat()).toEqual(audits.map(({ taskId }) => taskId));
  });

  test.each<[string, Partial<ListAuditTasksCommand['input']>]>([
    ['without a startTime', { startTime: undefined }],
    ['without an endTime', { endTime: undefined }],
    ['from 90 days ago', { startTime: new Date(NOW - 90 * DAY) }],
    ['that ends before it starts', { startTime: new Date(NOW - MINUTE), endTime: new Date(NOW - MINUTE - 1) }],
    ['of one type', { taskType: 'SCHEDULED_AUDIT_TASK' }],
    ['of a status that is none', { taskStatus: 'RUNNING' as never }],
    ['by pages of 251', { maxResults: 251 }],
    ['by pages of none', { maxResults: 0 }],
    ['with a token of somebody else', { nextToken: 'mine' }],
  ])('%s is refused', async (_case, input) => {
    const { list } = await start([]);

    await expect(list(input)).rejects.toMatchObject({
      name: 'InvalidRequestException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('with a time that is none is refused', async () => {
    const { endpoint } = await start([]);

    const answer = await fetch(`${endpoint.url}/audit/tasks?startTime=yesterday&endTime=now`);

    expect([answer.status, await answer.json()]).toEqual([400, { message: 'startTime is no time: yesterday.' }]);
  });

  test('from all but 90 days ago is answered', async () => {
    const { list } = await start([audit('old', 90 * 24 * 60 - 1)]);

    expect((await list({ startTime: new Date(NOW - 90 * DAY + 1) })).tasks).toHaveLength(1);
  });
});

test('Device Defender forgets an audit after 90 days', async () => {
  const { client } = await start([audit('kept', 90 * 24 * 60), audit('forgotten', 90 * 24 * 60 + 1)]);
  const poll = (taskId: string) => client.send(new DescribeAuditTaskCommand({ taskId }));

  await expect(poll('kept')).resolves.toMatchObject({ taskStatus: 'COMPLETED' });
  await expect(poll('forgotten')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

describe('ListScheduledAudits', () => {
  const daily = (n: number): ScheduledAudit => ({ scheduledAuditName: `Audit${n}`, frequency: 'DAILY' });

  test('lists what is set up', async () => {
    const { client } = await start([], [daily(1), { ...daily(2), frequency: 'MONTHLY', dayOfMonth: 'LAST' }]);

    const { scheduledAudits, nextToken } = await client.send(new ListScheduledAuditsCommand({}));

    expect(scheduledAudits).toEqual([
      {
        scheduledAuditName: 'Audit1',
        scheduledAuditArn: 'arn:aws:iot:eu-west-1:123456789012:scheduledaudit/Audit1',
        frequency: 'DAILY',
      },
      {
        scheduledAuditName: 'Audit2',
        scheduledAuditArn: 'arn:aws:iot:eu-west-1:123456789012:scheduledaudit/Audit2',
        frequency: 'MONTHLY',
        dayOfMonth: 'LAST',
      },
    ]);
    expect(nextToken).toBeUndefined();
  });

  test('pages', async () => {
    const { client } = await start([], [1, 2, 3, 4, 5].map(daily));

    const found: number[] = [];
    for await (const { scheduledAudits = [] } of paginateListScheduledAudits({ client, pageSize: 2 }, {})) {
      found.push(scheduledAudits.length);
    }

    expect(found).toEqual([2, 2, 1]);
  });

  test('without any schedule lists nothing', async () => {
    const { client } = await start([]);

    expect((await client.send(new ListScheduledAuditsCommand({}))).scheduledAudits).toEqual([]);
  });
});
