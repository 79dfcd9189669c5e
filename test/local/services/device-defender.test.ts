import {
  DescribeAuditTaskCommand,
  IoTClient,
  ListAuditFindingsCommand,
  ListAuditSuppressionsCommand,
  ListPrincipalThingsCommand,
  ListThingsCommand,
  paginateListAuditFindings,
} from '@aws-sdk/client-iot';
import { afterEach, expect, test } from '@jest/globals';
import { parseRecording } from '../../../local/recordings/recording.ts';
import { type DeviceDefenderOptions, startDeviceDefender } from '../../../local/services/device-defender.ts';
import type { Endpoint } from '../../../local/services/endpoint.ts';
import type { Call } from '../../../local/services/service.ts';

const STARTED_AT = Date.parse('2026-11-01T10:00:00.250Z');
const CHECK = { checkRunStatus: 'FAILED', checkCompliant: false, errorCode: 'INSUFFICIENT_PERMISSIONS' };
const AUDIT = {
  taskId: 'audit-1',
  steps: [
    { atSeconds: 0, response: { taskStatus: 'IN_PROGRESS', taskStartTime: '2026-10-02T02:00:04.123000+00:00' } },
    {
      atSeconds: 10,
      untilSeconds: 20,
      error: { name: 'ThrottlingException', statusCode: 400, message: 'Rate exceeded' },
    },
    {
      atSeconds: 20,
      response: {
        taskStatus: 'COMPLETED',
        taskType: 'SCHEDULED_AUDIT_TASK',
        taskStartTime: '2026-10-02T02:00:04.123000+00:00',
        scheduledAuditName: 'Nightly',
        taskStatistics: { totalChecks: 1, failedChecks: 1 },
        auditDetails: { LOGGING_DISABLED_CHECK: CHECK },
      },
    },
  ],
};
const recording = parseRecording(JSON.stringify(AUDIT), 'audit.json');

const open: (Endpoint | IoTClient)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await ('close' in one ? one.close() : one.destroy());
});

/** An audit that is `seconds` old. */
async function start(seconds: number, options: Partial<DeviceDefenderOptions> = {}) {
  const calls: Call[] = [];
  const endpoint = await startDeviceDefender({
    auditOf: (taskId) => (taskId === 'audit-1' ? { recording, startedAt: STARTED_AT } : undefined),
    now: () => STARTED_AT + seconds * 1000,
    onCall: (call) => {
      calls.push(call);
      return undefined;
    },
    ...options,
  });
  const client = new IoTClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  open.push(client, endpoint);
  return {
    endpoint,
    client,
    calls,
    poll: (taskId = 'audit-1') => client.send(new DescribeAuditTaskCommand({ taskId })),
  };
}

test('DescribeAuditTask answers what the recording says at this time, its times shifted to the start', async () => {
  const { poll, calls } = await start(25);

  const { $metadata, ...answer } = await poll();

  expect($metadata.httpStatusCode).toBe(200);
  expect(answer).toEqual({
    taskStatus: 'COMPLETED',
    taskType: 'SCHEDULED_AUDIT_TASK',
    taskStartTime: new Date(STARTED_AT),
    scheduledAuditName: 'Nightly',
    taskStatistics: { totalChecks: 1, failedChecks: 1 },
    auditDetails: { LOGGING_DISABLED_CHECK: CHECK },
  });
  expect(calls).toEqual([
    {
      service: 'iot',
      operation: 'DescribeAuditTask',
      parameters: { taskId: 'audit-1' },
      taskId: 'audit-1',
      caller: expect.any(String),
    },
  ]);
});

test('DescribeAuditTask fails with the recorded error while its spell lasts', async () => {
  const { poll } = await start(15);

  await expect(poll()).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'Rate exceeded',
    $metadata: { httpStatusCode: 400 },
  });
});

test('an audit that was not started, or that AWS does not know yet, is not found', async () => {
  const { poll } = await start(0);
  const { poll: pollEarly } = await start(-1);
  const notFound = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };

  await expect(poll('other')).rejects.toMatchObject({ ...notFound, message: 'No audit task has the id other.' });
  await expect(pollEarly()).rejects.toMatchObject({ ...notFound, message: 'Audit task not found.' });
});

test.each(['a b', 'a/b', 'x'.repeat(41), 'é'])('the task id %j is an invalid request', async (taskId) => {
  const { poll } = await start(0);

  await expect(poll(taskId)).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: 'taskId must match ^[a-zA-Z0-9-]{1,40}$.',
    $metadata: { httpStatusCode: 400 },
  });
});

test('a task id that is not percent-encoded text is an invalid request', async () => {
  const { endpoint } = await start(0);

  const response = await fetch(`${endpoint.url}/audit/tasks/%E0%A4%A`);

  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'InvalidRequestException']);
});

test('an operation that it does not have is refused with those that it has', async () => {
  const { client, calls } = await start(0);

  await expect(client.send(new ListThingsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message:
      'The local Device Defender knows DescribeAuditTask, ListAuditTasks, ListScheduledAudits, ' +
      'DescribeAccountAuditConfiguration, StartOnDemandAuditTask, ' +
      'ListAuditFindings, ListAuditSuppressions, ListPrincipalThings only; it was asked for GET /things.',
    $metadata: { httpStatusCode: 404 },
  });
  expect(calls).toMatchObject([{ operation: 'UnknownOperation', parameters: { method: 'GET', path: '/things' } }]);
});

const policy = (policyName: string, isSuppressed: boolean) => ({
  findingId: `finding-${policyName}`,
  taskStartTime: '2026-10-02T02:00:04.123000+00:00',
  findingTime: '2026-10-02T02:00:05.123000+00:00',
  isSuppressed,
  nonCompliantResource: { resourceIdentifier: { policyVersionIdentifier: { policyName, policyVersionId: '1' } } },
});
const withFindings = parseRecording(
  JSON.stringify({
    ...AUDIT,
    findings: [policy('a', false), policy('b', true), policy('c', false)],
    things: { abc123: ['pump-1', 'pump-2'] },
  }),
  'findings.json',
);
const playFindings = (recording = withFindings) => ({
  auditOf: (taskId: string) => (taskId === 'audit-2' ? { recording, startedAt: STARTED_AT } : undefined),
  audits: () => [{ recording, startedAt: STARTED_AT }],
});

test('ListAuditFindings pages, under the id and with the times that the audit is played with', async () => {
  const { client, calls } = await start(25, playFindings());

  const found: unknown[] = [];
  for await (const page of paginateListAuditFindings({ client, pageSize: 2 }, { taskId: 'audit-2' })) {
    found.push((page.findings ?? []).map(({ findingId, taskId, findingTime }) => [findingId, taskId, findingTime]));
  }

  const time = new Date(STARTED_AT + 1000);
  expect(found).toEqual([
    [
      ['finding-a', 'audit-2', time],
      ['finding-b', 'audit-2', time],
    ],
    [['finding-c', 'audit-2', time]],
  ]);
  expect(calls.map(({ operation, taskId }) => [operation, taskId])).toEqual([
    ['ListAuditFindings', 'audit-2'],
    ['ListAuditFindings', 'audit-2'],
  ]);
});

test.each([
  [{ taskId: 'audit-9' }, 'ResourceNotFoundException'],
  [{ taskId: 'no such' }, 'InvalidRequestException'],
  [{}, 'InvalidRequestException'],
  [{ taskId: 'audit-2', listSuppressedFindings: true }, 'InvalidRequestException'],
  [{ taskId: 'audit-2', maxResults: 251 }, 'InvalidRequestException'],
  [{ taskId: 'audit-2', nextToken: 'mine' }, 'InvalidRequestException'],
])('ListAuditFindings of %j is refused with %s', async (input, name) => {
  const { client } = await start(25, playFindings());

  await expect(client.send(new ListAuditFindingsCommand(input))).rejects.toMatchObject({ name });
});

test('ListAuditFindings fails always when the recording says so', async () => {
  const failing = { ...AUDIT, findingsError: { name: 'ThrottlingException', statusCode: 400 } };
  const { client } = await start(25, playFindings(parseRecording(JSON.stringify(failing), 'failing.json')));

  await expect(client.send(new ListAuditFindingsCommand({ taskId: 'audit-2' }))).rejects.toMatchObject({
    name: 'ThrottlingException',
  });
});

test('ListPrincipalThings names the things of a certificate, and refuses what is none', async () => {
  const { client } = await start(25, playFindings());
  const things = (principal: string) => client.send(new ListPrincipalThingsCommand({ principal }));
  const arn = 'arn:aws:iot:eu-west-1:123456789012:cert/';

  expect((await things(`${arn}abc123`)).things).toEqual(['pump-1', 'pump-2']);
  await expect(things(`${arn}def456`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(things('pump-1')).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

test('ListAuditSuppressions lists them page by page, and none where none are set up', async () => {
  const checkName = 'LOGGING_DISABLED_CHECK';
  const resourceIdentifier = { account: '123456789012' };
  const suppressions = () => [
    { checkName, resourceIdentifier, endsAt: STARTED_AT },
    { checkName, resourceIdentifier: { clientId: 'pump-1' } },
  ];
  const { client } = await start(0, { suppressions });
  const none = await start(0);

  const first = await client.send(new ListAuditSuppressionsCommand({ maxResults: 1 }));
  const second = await client.send(new ListAuditSuppressionsCommand({ maxResults: 1, nextToken: first.nextToken }));

  expect(first.suppressions).toEqual([{ checkName, resourceIdentifier, expirationDate: new Date(STARTED_AT) }]);
  expect(second).toMatchObject({ suppressions: [{ checkName, suppressIndefinitely: true }] });
  expect(second.nextToken).toBeUndefined();
  expect((await none.client.send(new ListAuditSuppressionsCommand({}))).suppressions).toEqual([]);
});

test.each([
  ['ThrottlingException', 400],
  ['InternalFailureException', 500],
  ['ServiceUnavailableException', 503],
  ['SomethingNewException', 418],
])('an injected %s reaches the SDK under its name', async (name, statusCode) => {
  const { poll } = await start(0, { onCall: () => ({ type: 'error', name, statusCode, message: 'Injected.' }) });

  await expect(poll()).rejects.toMatchObject({ name, message: 'Injected.', $metadata: { httpStatusCode: statusCode } });
});
