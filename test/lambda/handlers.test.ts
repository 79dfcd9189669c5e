import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { certificateIdOf } from '../../lambda/audit/answer/finding.ts';
import { LEASE_SLACK_MS } from '../../lambda/audit/watch/watch.ts';
import { auditPartition, placeKey } from '../../lambda/contract.ts';
import { PLACE } from '../../local/place.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import type { PlayedAudit } from '../../local/services/device-defender-lists.ts';
import type { FaultHook } from '../../local/services/endpoint.ts';
import type { Call } from '../../local/services/service.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { auditId } from '../builders.ts';
import { freezeDate } from '../freeze-date.ts';
import { FUNCTION_SETTINGS, TABLE_NAME, TOPIC_ARN } from '../function-settings.ts';
import { answer } from '../scenarios/scenario-stack.ts';
import { type FunctionServices, keepOutput, startFunctionServices } from './function-services.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Loop:first';
const OTHER_EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Loop:second';
const STARTS_AT = Date.parse('2026-10-02T02:00:00.000Z');
const HOUR_MS = 3_600_000;
const SETTINGS = { ...FUNCTION_SETTINGS, AWS_LAMBDA_FUNCTION_NAME: 'CheckAudit' };
const CONTEXT = {
  functionName: 'CheckAudit',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:CheckAudit',
  memoryLimitInMB: '512',
  awsRequestId: 'request-1',
} as Context;

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const audits = new Map<string, PlayedAudit>();
const publications: Publication[] = [];
let onCall: FaultHook = () => undefined;
let services: FunctionServices;
let table: DynamoDBDocumentClient;
let checkAudit: Handler;
let readFindings: Handler;
let sendAlerts: Handler;

beforeAll(async () => {
  services = await startFunctionServices({
    settings: SETTINGS,
    audits,
    onCall: (call) => onCall(call),
    onPublish: (publication) => publications.push(publication),
  });
  ({ table } = services);
  // Late: they read their settings when they are loaded.
  ({ handler: checkAudit } = await import('../../lambda/check-audit.lambda.ts'));
  ({ handler: readFindings } = await import('../../lambda/read-findings.lambda.ts'));
  ({ handler: sendAlerts } = await import('../../lambda/send-alerts.lambda.ts'));
});

afterAll(async () => {
  await services.close();
});

let printed: string[] = [];
beforeEach(() => {
  printed = keepOutput();
  onCall = () => undefined;
  publications.length = 0;
  freezeDate(STARTS_AT);
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

let audit = 0;
/** A new audit in progress, which answers with these, each from some hours on. */
function startAudit(...answers: readonly Record<string, unknown>[]): string {
  audit += 1;
  const taskId = `audit-${audit}`;
  const steps = answers.map((response, index) => ({ atSeconds: index * 3600, response }));
  const recording = parseRecording(JSON.stringify({ taskId, steps }), 'test');
  audits.set(taskId, { recording, startedAt: STARTS_AT });
  return taskId;
}

function poll(taskId: string, execution = EXECUTION): Promise<unknown> {
  return checkAudit({ input: auditId(taskId), execution }, CONTEXT);
}

function read(taskId: string): Promise<unknown> {
  return readFindings({ input: auditId(taskId), execution: EXECUTION }, CONTEXT);
}

function send(taskId: string, failure?: { Error: string; Cause?: string }, execution = EXECUTION): Promise<unknown> {
  return sendAlerts({ input: { ...auditId(taskId), waitSeconds: 5, failure }, execution }, CONTEXT);
}

/** Lets something happen at the first call of an operation, before it takes effect. */
function onceAt(operation: string, happens: () => Promise<void>): void {
  onCall = async (call) => {
    if (call.operation !== operation) return undefined;
    onCall = () => undefined;
    await happens();
    return undefined;
  };
}

function hoursLater(hours: number): void {
  jest.setSystemTime(STARTS_AT + hours * HOUR_MS);
}

async function itemsOf(taskId: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: TABLE_NAME,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': auditPartition(auditId(taskId)) },
    }),
  );
  return Items;
}

async function watchOf(taskId: string): Promise<Record<string, unknown> | undefined> {
  return (await itemsOf(taskId)).find(({ sk }) => sk === 'WATCH');
}

function lines(): Record<string, unknown>[] {
  return printed.map((line) => JSON.parse(line));
}

/** Metrics by name, with their dimension. */
function metrics(): Record<string, unknown>[] {
  return lines()
    .filter((line) => '_aws' in line)
    .map(({ _aws, service, ...values }) => values);
}

function logs(): Record<string, unknown>[] {
  return lines().filter((line) => !('_aws' in line));
}

const running = answer('IN_PROGRESS', { A: 'ok' });
const troubled = answer('IN_PROGRESS', { A: 'ok', B: 'bad' });
const clean = answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' });
const SCHEDULED = { taskType: 'SCHEDULED_AUDIT_TASK', scheduledAuditName: 'Nightly' };

describe('A poll', () => {
  test('at a quiet audit stores the snapshot, moves the watch on, and waits', async () => {
    const taskId = startAudit(running);

    const result = await poll(taskId);

    expect(result).toEqual({ ...auditId(taskId), next: 'WAIT', waitSeconds: 5, finished: false });
    expect(await itemsOf(taskId)).toMatchObject([
      { sk: 'SNAPSHOT#000001', poll: 1, capturedAt: '2026-10-02T02:00:00.000Z', answer: { taskStatus: 'IN_PROGRESS' } },
      {
        sk: 'WATCH',
        execution: EXECUTION,
        poll: 1,
        taskStatus: 'IN_PROGRESS',
        alerts: {},
        open: placeKey(PLACE),
        leaseUntil: STARTS_AT + LEASE_SLACK_MS,
      },
    ]);
    expect(publications).toEqual([]);
  });

  test('at trouble registers the alert in the same write, and has it sent', async () => {
    const taskId = startAudit(troubled);

    const result = await poll(taskId);

    expect(result).toMatchObject({ next: 'SEND_ALERTS', finished: false });
    expect(await watchOf(taskId)).toMatchObject({
      alerts: { NON_COMPLIANT_DETECTED: { kind: 'NON_COMPLIANT_DETECTED', status: 'PENDING', poll: 1 } },
    });
  });

  test('at the end of a compliant audit leaves only the ledger to move, which closes the watch', async () => {
    const taskId = startAudit(running, clean);
    await poll(taskId);
    hoursLater(1);

    const result = await poll(taskId);

    expect(result).toEqual({ ...auditId(taskId), next: 'SEND_ALERTS', waitSeconds: 0, finished: true });
    expect(await watchOf(taskId)).toMatchObject({ poll: 2, endedAt: '2026-10-02T03:00:00.000Z', ledger: 'PENDING' });
    expect(await send(taskId)).toMatchObject({ sent: 0 });
    expect(await watchOf(taskId)).toMatchObject({ ledger: 'MOVED', alerts: {} });
    expect(await watchOf(taskId)).not.toHaveProperty('open');
  });

  test('at an audit that another execution watches leaves it alone', async () => {
    const taskId = startAudit(running);
    await poll(taskId);

    const result = await poll(taskId, OTHER_EXECUTION);

    expect(result).toEqual({ ...auditId(taskId), next: 'ALREADY_WATCHED', waitSeconds: 0, finished: true });
    expect(await watchOf(taskId)).toMatchObject({ execution: EXECUTION, poll: 1 });
  });

  test('at a watch that is closed already is over for the execution that closed it', async () => {
    const taskId = startAudit(clean);
    await poll(taskId);
    await send(taskId);

    const [own, others] = [await poll(taskId), await poll(taskId, OTHER_EXECUTION)];

    expect(own).toMatchObject({ next: 'FINISHED' });
    expect(others).toMatchObject({ next: 'ALREADY_WATCHED' });
  });

  test('at an audit that has ended with an alert still pending sends the alert, and asks AWS no more', async () => {
    const taskId = startAudit(answer('CANCELED'));
    await poll(taskId);
    const calls: string[] = [];
    onCall = ({ operation }) => {
      calls.push(operation);
      return undefined;
    };

    const result = await poll(taskId);

    expect(result).toEqual({ ...auditId(taskId), next: 'SEND_ALERTS', waitSeconds: 0, finished: true });
    expect(calls).toEqual(['GetItem']);
  });

  test('whose lease goes to another execution in the middle leaves the watch to that one', async () => {
    const taskId = startAudit(troubled);
    onceAt('DescribeAuditTask', async () => {
      hoursLater(3);
      await poll(taskId, OTHER_EXECUTION);
    });

    const result = await poll(taskId);

    expect(result).toMatchObject({ next: 'ALREADY_WATCHED', finished: true });
    expect(await watchOf(taskId)).toMatchObject({ execution: OTHER_EXECUTION, poll: 1 });
  });

  test('that overlaps another attempt of its own execution decides what that one decided', async () => {
    const taskId = startAudit(troubled);
    let quicker: unknown;
    onceAt('DescribeAuditTask', async () => {
      quicker = await poll(taskId);
      hoursLater(0.001);
    });

    expect(await poll(taskId)).toEqual(quicker);

    expect(quicker).toMatchObject({ next: 'SEND_ALERTS', finished: false });
    expect(await watchOf(taskId)).toMatchObject({ poll: 1, alerts: { NON_COMPLIANT_DETECTED: { poll: 1 } } });
  });

  test('that is overtaken by two polls of another attempt is tried again', async () => {
    const taskId = startAudit(troubled);
    onceAt('DescribeAuditTask', async () => {
      await poll(taskId);
      await poll(taskId);
    });

    await expect(poll(taskId)).rejects.toMatchObject({ name: 'PollsOverlappedError' });

    expect(await poll(taskId)).toMatchObject({ next: 'SEND_ALERTS', finished: false });
  });

  test('at an audit that completed without a result is followed by another poll', async () => {
    const taskId = startAudit({ taskStatus: 'COMPLETED' });

    expect(await poll(taskId)).toMatchObject({ next: 'WAIT', waitSeconds: 15, finished: false });

    expect(await watchOf(taskId)).toMatchObject({ poll: 1, open: placeKey(PLACE) });
  });

  test('after the watch limit fails, and says what to raise', async () => {
    const taskId = startAudit(running);
    await poll(taskId);
    hoursLater(24);

    await expect(poll(taskId)).rejects.toMatchObject({
      name: 'WatchLimitReachedError',
      message:
        `Audit ${taskId} was still IN_PROGRESS when the watch limit of 24 hours passed. ` +
        'Raise watchLimitHours if audits really take this long.',
    });
  });

  test('that AWS refuses fails under the name of the SDK and stores nothing', async () => {
    await expect(poll('never-started')).rejects.toMatchObject({ name: 'NotFoundError' });

    expect((await itemsOf('never-started')).map(({ sk }) => sk)).toEqual(['WATCH']);
  });

  test('without a valid task id fails before any call', async () => {
    const calls: Call[] = [];
    onCall = (call) => {
      calls.push(call);
      return undefined;
    };

    await expect(poll('no such/id')).rejects.toMatchObject({ name: 'InvalidInputError' });

    expect(calls).toEqual([]);
  });
});

describe('Sending alerts', () => {
  test('publishes what is pending, marks it, and leaves an unfinished watch open', async () => {
    const taskId = startAudit(troubled);
    await poll(taskId);

    const result = await send(taskId);

    expect(result).toEqual({ ...auditId(taskId), sent: 1 });
    expect(publications).toMatchObject([
      { topicArn: TOPIC_ARN, attributes: { kind: 'NON_COMPLIANT_DETECTED', severity: 'CRITICAL' } },
    ]);
    expect(await watchOf(taskId)).toMatchObject({
      open: placeKey(PLACE),
      alerts: { NON_COMPLIANT_DETECTED: { status: 'SENT', messageId: publications[0]?.messageId } },
    });
  });

  test('of an audit that has ended closes the watch with the last one', async () => {
    const taskId = startAudit(answer('COMPLETED', { A: 'failed', B: 'bad', C: 'ok' }));
    await poll(taskId);
    await read(taskId);

    await send(taskId);

    expect(publications).toHaveLength(1);
    expect(await watchOf(taskId)).not.toHaveProperty('open');
  });

  test('publishes several in the order of their slots', async () => {
    const taskId = startAudit(answer('IN_PROGRESS', { A: 'failed', B: 'bad' }));
    await poll(taskId);

    const result = await send(taskId);

    expect(result).toEqual({ ...auditId(taskId), sent: 2 });
    expect(publications.map(({ attributes }) => attributes.kind)).toEqual(['NON_COMPLIANT_DETECTED', 'CHECK_FAILED']);
  });

  test('stops when the lease has gone: the rest is sent by its new holder alone', async () => {
    const taskId = startAudit(answer('IN_PROGRESS', { A: 'failed', B: 'bad' }));
    await poll(taskId);
    onceAt('Publish', async () => {
      hoursLater(3);
      await send(taskId, undefined, OTHER_EXECUTION);
    });

    const result = await send(taskId);

    expect(result).toEqual({ ...auditId(taskId), sent: 1 });
    expect(publications.map(({ attributes }) => attributes.kind).toSorted()).toEqual([
      'CHECK_FAILED',
      'NON_COMPLIANT_DETECTED',
      'NON_COMPLIANT_DETECTED',
    ]);
  });

  test('by an execution that does not have the watch sends nothing', async () => {
    const taskId = startAudit(troubled);
    await poll(taskId);

    const result = await send(taskId, undefined, OTHER_EXECUTION);

    expect(result).toEqual({ ...auditId(taskId), sent: 0 });
    expect(publications).toEqual([]);
  });

  test('that SNS refuses fails under its name and leaves the alert pending', async () => {
    const taskId = startAudit(troubled);
    await poll(taskId);
    onCall = ({ operation }) =>
      operation === 'Publish' ? { type: 'error', name: 'AuthorizationErrorException', statusCode: 403 } : undefined;

    await expect(send(taskId)).rejects.toMatchObject({ name: 'DeniedError' });

    expect(await watchOf(taskId)).toMatchObject({ alerts: { NON_COMPLIANT_DETECTED: { status: 'PENDING' } } });
  });
});

describe('An alert of which nobody knows whether it is out', () => {
  const unanswered = ({ operation }: Call): { type: 'reset' } | undefined =>
    operation === 'Publish' ? { type: 'reset' } : undefined;

  test('is not published again before its pause is over, and holds back no other', async () => {
    const taskId = startAudit(answer('IN_PROGRESS', { A: 'failed', B: 'bad' }));
    await poll(taskId);
    const isOfTheFirst = ({ parameters }: Call) => JSON.stringify(parameters).includes('#NON_COMPLIANT_DETECTED');
    onCall = (call) => (isOfTheFirst(call) ? unanswered(call) : undefined);
    await expect(send(taskId)).rejects.toThrow('ECONNRESET');
    onCall = () => undefined;

    expect(await send(taskId)).toMatchObject({ sent: 0 });
    expect(publications.map(({ attributes }) => attributes.kind)).toEqual(['CHECK_FAILED']);
    expect(await poll(taskId)).toMatchObject({ next: 'WAIT' });
    hoursLater(0.2);
    expect(await poll(taskId)).toMatchObject({ next: 'SEND_ALERTS' });
    expect(await send(taskId)).toMatchObject({ sent: 1 });
  });

  test('is uncertain after ten attempts, and not published any more', async () => {
    const taskId = startAudit(answer('CANCELED'));
    await poll(taskId);
    onCall = unanswered;
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await expect(send(taskId)).rejects.toThrow('ECONNRESET');
      hoursLater(24 * attempt);
    }
    onCall = () => undefined;

    expect(await send(taskId)).toMatchObject({ sent: 0 });

    expect(publications).toEqual([]);
    const watch = await watchOf(taskId);
    expect(watch).toMatchObject({ alerts: { TERMINAL: { status: 'UNCERTAIN', attempt: { copies: 10 } } } });
    expect(watch).not.toHaveProperty('open');
  });
});

test('An alert that is out but for its chat form is sent, and not mailed twice, when the chat topic is gone', async () => {
  const taskId = startAudit(answer('CANCELED'));
  await poll(taskId);
  onCall = ({ operation }) =>
    operation === 'Publish' ? { type: 'error', name: 'ThrottledException', statusCode: 429 } : undefined;
  await expect(send(taskId)).rejects.toMatchObject({ name: 'ThrottledError' });
  onCall = () => undefined;
  const watch = await watchOf(taskId);
  const { TERMINAL } = Object(watch).alerts;
  const alerts = { TERMINAL: { ...TERMINAL, messageId: 'message-1' } };
  await table.send(new PutCommand({ TableName: TABLE_NAME, Item: { ...watch, alerts } }));

  await send(taskId);

  expect(publications).toEqual([]);
  expect(await watchOf(taskId)).toMatchObject({ alerts: { TERMINAL: { status: 'SENT', messageId: 'message-1' } } });
});

describe('An ended watch with nothing left to do', () => {
  test('that a crash left open is closed', async () => {
    const taskId = startAudit(answer('CANCELED'));
    await poll(taskId);
    await send(taskId);
    const closed = await watchOf(taskId);
    await table.send(new PutCommand({ TableName: TABLE_NAME, Item: { ...closed, open: placeKey(PLACE) } }));

    expect(await send(taskId)).toEqual({ ...auditId(taskId), sent: 0 });

    expect(publications).toHaveLength(1);
    expect(await watchOf(taskId)).not.toHaveProperty('open');
  });
});

describe('An alert that cannot be sent', () => {
  test('does not hold back the others of its audit, and is still thrown as a failure', async () => {
    const taskId = startAudit(answer('IN_PROGRESS', { A: 'failed', B: 'bad' }));
    await poll(taskId);
    onCall = ({ operation, parameters }) =>
      operation === 'Publish' && JSON.stringify(parameters).includes('#NON_COMPLIANT_DETECTED')
        ? { type: 'error', name: 'InvalidParameterException', statusCode: 400 }
        : undefined;

    await expect(send(taskId)).rejects.toMatchObject({ name: 'RefusedError' });

    expect(await watchOf(taskId)).toMatchObject({
      alerts: { NON_COMPLIANT_DETECTED: { status: 'PENDING' }, CHECK_FAILED: { status: 'SENT' } },
    });
  });
});

describe('An audit that cannot be closed', () => {
  test('does not hold back the alerts about its run, and is still thrown as a failure', async () => {
    const taskId = startAudit(troubled, clean);
    await poll(taskId);
    hoursLater(1);
    await poll(taskId);
    const Key = { pk: auditPartition(auditId(taskId)), sk: 'SNAPSHOT#000002' };
    await table.send(new DeleteCommand({ TableName: TABLE_NAME, Key }));

    await expect(send(taskId)).rejects.toMatchObject({ name: 'SnapshotNotFoundError' });

    expect(await watchOf(taskId)).toMatchObject({
      ledger: 'PENDING',
      alerts: { NON_COMPLIANT_DETECTED: { status: 'SENT' } },
    });
  });
});

describe('Reading findings', () => {
  const finding = (deviceCertificateId: string) => ({
    findingId: `finding-${deviceCertificateId}`,
    checkName: 'DEVICE_CERTIFICATE_SHARED_CHECK',
    severity: 'CRITICAL',
    nonCompliantResource: { resourceType: 'DEVICE_CERTIFICATE', resourceIdentifier: { deviceCertificateId } },
    reasonForNonComplianceCode: 'CERTIFICATE_SHARED_BY_MULTIPLE_DEVICES',
    isSuppressed: false,
  });

  function endAudit(numberOfFindings: number): string {
    audit += 1;
    const taskId = `audit-${audit}`;
    listFindings(taskId, numberOfFindings);
    return taskId;
  }

  function listFindings(taskId: string, numberOfFindings: number, name = 'cert'): void {
    const findings = Array.from({ length: numberOfFindings }, (_, n) => finding(`${name}${n}`));
    const steps = [{ atSeconds: 0, response: answer('COMPLETED', { A: 'ok', B: 'ok', C: 'bad' }) }];
    const recording = parseRecording(
      JSON.stringify({ taskId, steps, findings, things: { cert0: ['pump-1'] } }),
      'test',
    );
    audits.set(taskId, { recording, startedAt: STARTS_AT });
  }

  test('stores all of them in chunks, then what is known of them', async () => {
    const taskId = endAudit(600);
    await poll(taskId);

    const result = await read(taskId);

    expect(result).toEqual({ ...auditId(taskId), complete: true, count: 600 });
    const items = await itemsOf(taskId);
    const chunks = items.filter(({ sk }) => String(sk).startsWith('FINDINGS#'));
    const summary = items.find(({ sk }) => sk === 'FINDINGS');
    expect(chunks.map(({ sk, count }) => [sk, count])).toEqual([
      [`FINDINGS#${summary?.attempt}#000001`, 250],
      [`FINDINGS#${summary?.attempt}#000002`, 250],
      [`FINDINGS#${summary?.attempt}#000003`, 100],
    ]);
    expect(summary).toMatchObject({
      count: 600,
      facts: { status: 'READ', principals: { cert0: { names: ['pump-1'], more: 0 } } },
    });
    expect(await watchOf(taskId)).toMatchObject({ findings: 'STORED' });
  });

  /** While the first attempt is between two pages, AWS lists other findings, and a second attempt reads and stores them. */
  async function readTwiceAtOnce(before: number, after: number): Promise<string> {
    const taskId = endAudit(before);
    await poll(taskId);
    let page = 0;
    onCall = async ({ operation }) => {
      if (operation !== 'ListAuditFindings') return undefined;
      page += 1;
      if (page !== 2) return undefined;
      listFindings(taskId, after, 'late');
      await read(taskId);
      return undefined;
    };
    await read(taskId);
    onCall = () => undefined;
    return taskId;
  }

  /** Names of the certificates in the stored findings, as a comparison with this audit reads them. */
  async function storedCertificates(taskId: string): Promise<string[]> {
    // Late: it reads its settings when it is loaded.
    const { FindingsTable } = await import('../../lambda/aws/table/findings-table.ts');
    const client = new DynamoDBClient();
    const findings = new FindingsTable(TABLE_NAME, client);
    const names: string[] = [];
    const summary = await findings.getSummary(auditId(taskId));
    if (summary === undefined) throw new Error('The summary cannot be read.');
    await findings.readAll(auditId(taskId), summary, (found) => names.push(certificateIdOf(found) ?? ''));
    client.destroy();
    return names;
  }

  test('that goes on beside another attempt leaves the findings of one of them, whole', async () => {
    const taskId = await readTwiceAtOnce(600, 2);

    const summary = (await itemsOf(taskId)).find(({ sk }) => sk === 'FINDINGS');
    expect(await storedCertificates(taskId)).toEqual(['late0', 'late1']);
    expect(summary).toMatchObject({ count: 2, facts: { totals: { DEVICE_CERTIFICATE_SHARED_CHECK: { open: 2 } } } });
    expect(await watchOf(taskId)).toMatchObject({ findings: 'STORED' });
  });

  test('once more asks AWS for nothing', async () => {
    const taskId = endAudit(1);
    await poll(taskId);
    await read(taskId);
    const asked: string[] = [];
    onCall = ({ operation }) => {
      asked.push(operation);
      return undefined;
    };

    expect(await read(taskId)).toEqual({ ...auditId(taskId), complete: true, count: 1 });

    expect(asked).not.toContain('ListAuditFindings');
  });

  test('does without the things of a certificate that cannot be asked for', async () => {
    const taskId = endAudit(2);
    await poll(taskId);
    onCall = ({ operation }) =>
      operation === 'ListPrincipalThings' ? { type: 'error', name: 'ThrottlingException', statusCode: 400 } : undefined;

    await read(taskId);

    expect((await itemsOf(taskId)).find(({ sk }) => sk === 'FINDINGS')).toMatchObject({ facts: { principals: {} } });
  });

  test('that AWS refuses fails under the name of the SDK, and leaves the watch open', async () => {
    const taskId = endAudit(2);
    await poll(taskId);
    onCall = ({ operation }) =>
      operation === 'ListAuditFindings' ? { type: 'error', name: 'ThrottlingException', statusCode: 400 } : undefined;

    await expect(read(taskId)).rejects.toMatchObject({ name: 'ThrottledError' });

    expect(await watchOf(taskId)).toMatchObject({ findings: 'PENDING', open: placeKey(PLACE) });
  });

  test('of an audit that was never watched fails under a name of its own', async () => {
    await expect(read('never-watched')).rejects.toMatchObject({ name: 'WatchNotFoundError' });
  });
});

describe('Giving up', () => {
  const failure = {
    Error: 'ThrottlingException',
    Cause: '{"errorType":"ThrottlingException","errorMessage":"Rate exceeded"}',
  };

  const denied = ({ operation }: Call) =>
    operation === 'DescribeAuditTask'
      ? ({ type: 'error', name: 'AccessDeniedException', statusCode: 403 } as const)
      : undefined;

  test('says why, and leaves the watch to the sweep', async () => {
    const taskId = startAudit(running);
    await poll(taskId);
    hoursLater(1);

    const result = await send(taskId, failure);

    expect(result).toEqual({ ...auditId(taskId), sent: 1 });
    expect(JSON.parse(publications[0]?.bodies.default ?? '')).toMatchObject({
      kind: 'WATCHER_GAVE_UP',
      gaveUp: {
        reason: 'PERSISTENT_ERROR',
        errorName: 'ThrottlingException',
        errorMessage: 'Rate exceeded',
        execution: EXECUTION,
        watchLimitHours: 24,
        retriedUntil: '2026-12-31T01:00:00.000Z',
      },
    });
    expect(await watchOf(taskId)).toMatchObject({ gaveUpAt: '2026-10-02T03:00:00.000Z', open: placeKey(PLACE) });
    expect(await watchOf(taskId)).not.toHaveProperty('endedAt');
  });

  test('is followed by polls that end quietly while AWS denies the audit', async () => {
    const taskId = startAudit(running);
    await poll(taskId);
    await send(taskId, failure);
    onCall = denied;

    const result = await poll(taskId);

    expect(result).toMatchObject({ next: 'FINISHED', finished: true });
    expect(await watchOf(taskId)).toMatchObject({ poll: 1, gaveUpAt: '2026-10-02T02:00:00.000Z' });
  });

  test('is followed by a poll that sends the alert which could not be sent', async () => {
    const taskId = startAudit(running);
    await poll(taskId);
    onCall = (call) =>
      call.operation === 'Publish' ? { type: 'error', name: 'InternalErrorException', statusCode: 500 } : denied(call);
    await expect(send(taskId, failure)).rejects.toThrow();
    onCall = denied;

    const result = await poll(taskId);

    expect(result).toMatchObject({ next: 'SEND_ALERTS', finished: true });
  });

  test('ends with the next poll that AWS answers within the watch limit', async () => {
    const taskId = startAudit(running);
    await poll(taskId);
    await send(taskId, failure);

    const result = await poll(taskId);

    expect(result).toMatchObject({ next: 'WAIT', finished: false });
    expect(await watchOf(taskId)).not.toHaveProperty('gaveUpAt');
  });

  test('past the watch limit ends only with the audit', async () => {
    const taskId = startAudit(running, clean);
    await poll(taskId);
    await send(taskId, failure);
    hoursLater(25);
    const stillRuns = startAudit(running);
    await poll(stillRuns);
    await send(stillRuns, failure);
    hoursLater(50);

    const results = [await poll(taskId), await poll(stillRuns)];

    expect(results).toMatchObject([{ next: 'SEND_ALERTS' }, { next: 'FINISHED' }]);
    expect(await watchOf(taskId)).toMatchObject({ ledger: 'PENDING' });
    expect(await watchOf(taskId)).not.toHaveProperty('ran');
    expect(await watchOf(stillRuns)).toMatchObject({ poll: 1, gaveUpAt: '2026-10-03T03:00:00.000Z' });
  });

  test('is silent about an audit from before the deployment, whatever the reason', async () => {
    const { SweepTable } = await import('../../lambda/aws/table/sweep-table.ts');
    for (const taskId of ['old-denied', 'old-failed']) {
      await new SweepTable(TABLE_NAME).begin(auditId(taskId), new Date(), true);
    }
    onCall = denied;

    const results = [await poll('old-denied'), await send('old-failed', failure)];

    expect(results).toMatchObject([{ next: 'FINISHED' }, { sent: 0 }]);
    for (const taskId of ['old-denied', 'old-failed']) {
      expect(await watchOf(taskId)).toMatchObject({ gaveUpAt: '2026-10-02T02:00:00.000Z', alerts: {} });
    }
  });

  test('on an audit that was never seen says so without a snapshot', async () => {
    const result = await send('never-seen', { Error: 'NotFoundError' });

    expect(result).toEqual({ ...auditId('never-seen'), sent: 1 });
    expect((await itemsOf('never-seen')).map(({ sk }) => sk)).toEqual(['WATCH']);
  });

  test('on an audit whose end is known sends only the alerts that are still pending', async () => {
    const taskId = startAudit(answer('CANCELED'));
    await poll(taskId);

    await send(taskId, failure);

    expect(publications.map(({ attributes }) => attributes.kind)).toEqual(['AUDIT_NOT_COMPLETED']);
  });
});

describe('Every log line', () => {
  test('of a poll carries task id, execution and poll', async () => {
    const taskId = startAudit(answer('PAUSED'));

    await poll(taskId);

    expect(logs().map(({ level, message }) => [level, message])).toEqual([
      ['INFO', 'Polled the audit'],
      ['WARN', 'Unknown task status: watching on until the watch limit'],
    ]);
    expectKeys(taskId, 1);
  });

  test('of a poll that fails carries them, and the error', async () => {
    const taskId = startAudit(running);
    await poll(taskId);
    hoursLater(24);
    printed = keepOutput();

    await expect(poll(taskId)).rejects.toThrow();

    expect(logs().at(-1)).toMatchObject({
      level: 'ERROR',
      message: 'The invocation failed',
      error: { name: 'WatchLimitReachedError' },
    });
    expectKeys(taskId, 2);
  });

  test('of a poll that leaves the audit to another execution carries them, with the poll of its holder', async () => {
    const taskId = startAudit(running);
    await poll(taskId);
    printed = keepOutput();

    await poll(taskId, OTHER_EXECUTION);

    expect(logs()).toMatchObject([{ outcome: 'HELD_BY_ANOTHER', holder: EXECUTION }]);
    expectKeys(taskId, 1, OTHER_EXECUTION);
  });

  test('of a sending carries them', async () => {
    const taskId = startAudit(troubled);
    await poll(taskId);
    printed = keepOutput();

    await send(taskId);
    await send(taskId, { Error: 'States.Timeout' });

    expect(logs().map(({ message }) => message)).toEqual(['Published an alert', 'Giving up', 'Published an alert']);
    expectKeys(taskId, 1);
  });

  test('forgets the audit of the invocation before', async () => {
    const [first, second] = [startAudit(running, running), startAudit(running)];
    await poll(first);
    await poll(first);
    printed = keepOutput();

    await poll(second);

    expectKeys(second, 1);
  });

  test('says what the invocation saw and decided', async () => {
    const taskId = startAudit(troubled);

    await poll(taskId);

    expect(logs()).toMatchObject([
      {
        service: 'audit-watcher',
        function_name: 'CheckAudit',
        function_request_id: 'request-1',
        taskStatus: 'IN_PROGRESS',
        counts: { total: 3, compliant: 1, nonCompliant: 1, failed: 0, inProgress: 1 },
        registered: ['NON_COMPLIANT_DETECTED'],
        waitSeconds: 5,
      },
    ]);
  });

  function expectKeys(taskId: string, poll: number, execution = EXECUTION): void {
    expect(logs().length).toBeGreaterThan(0);
    for (const line of logs()) expect(line).toMatchObject({ taskId, execution, poll });
  }
});

describe('The metrics', () => {
  test('of a poll count the snapshot and its trouble by the name of the audit', async () => {
    const taskId = startAudit({ ...answer('IN_PROGRESS', { A: 'failed', B: 'bad' }), ...SCHEDULED });

    await poll(taskId);

    expect(metrics()).toEqual([
      { auditName: 'Nightly', Snapshots: 1, NonCompliantChecks: 1, FailedChecks: 1 },
      { function: 'CheckAudit', Poll: 1 },
    ]);
    expect(lines().filter((line) => '_aws' in line)).toMatchObject([
      { _aws: { CloudWatchMetrics: [{ Namespace: 'AuditWatcher', Dimensions: [['service', 'auditName']] }] } },
      { _aws: { CloudWatchMetrics: [{ Namespace: 'AuditWatcher', Dimensions: [['service', 'function']] }] } },
    ]);
  });

  test('of a poll count no trouble that the answer does not name', async () => {
    const taskId = startAudit({ taskStatus: 'IN_PROGRESS' });

    await poll(taskId);

    expect(metrics()).toContainEqual({ auditName: expect.any(String), Snapshots: 1 });
  });

  test('of a sending count each alert by the name of the audit and its kind', async () => {
    const taskId = startAudit(answer('IN_PROGRESS', { A: 'failed', B: 'bad' }));
    await poll(taskId);
    printed = keepOutput();

    await send(taskId);

    expect(metrics()).toEqual([
      { auditName: 'ON_DEMAND', kind: 'NON_COMPLIANT_DETECTED', Alerts: 1 },
      { function: 'CheckAudit', AlertDelay: 0 },
      { auditName: 'ON_DEMAND', kind: 'CHECK_FAILED', Alerts: 1 },
      { function: 'CheckAudit', AlertDelay: 0 },
    ]);
  });
});

describe('A table that cannot be used', () => {
  test('because an item is not ours has a name of its own', async () => {
    const taskId = startAudit(running);
    const Item = {
      pk: auditPartition(auditId(taskId)),
      sk: 'WATCH',
      open: placeKey(PLACE),
      leaseUntil: STARTS_AT + HOUR_MS,
    };
    await table.send(new PutCommand({ TableName: TABLE_NAME, Item }));

    await expect(poll(taskId)).rejects.toMatchObject({ name: 'MalformedItemError' });
  });

  test('because it does not exist is not mistaken for an audit that does not', async () => {
    const taskId = startAudit(running);
    onCall = ({ service }) =>
      service === 'dynamodb' ? { type: 'error', name: 'ResourceNotFoundException', statusCode: 400 } : undefined;

    await expect(poll(taskId)).rejects.toMatchObject({ name: 'TableNotFoundError' });
  });
});
