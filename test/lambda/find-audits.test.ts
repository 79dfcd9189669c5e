import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { auditKey } from '../../lambda/aws/table/keys.ts';
import { auditPartition, placeKey, sweepKey } from '../../lambda/contract.ts';
import { PLACE } from '../../local/place.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import type { PlayedAudit, ScheduledAudit } from '../../local/services/device-defender-lists.ts';
import type { FaultHook } from '../../local/services/endpoint.ts';
import type { Call } from '../../local/services/service.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { alertKey, auditId } from '../builders.ts';
import { freezeDate } from '../freeze-date.ts';
import { FUNCTION_SETTINGS, TABLE_NAME, TOPIC_ARN } from '../function-settings.ts';
import { answer } from '../scenarios/scenario-stack.ts';
import { type FunctionServices, keepOutput, startFunctionServices } from './function-services.ts';

const NOW = Date.parse('2026-10-12T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SETTINGS = { ...FUNCTION_SETTINGS, AWS_LAMBDA_FUNCTION_NAME: 'FindAudits' };
const CONTEXT = {
  functionName: 'FindAudits',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:FindAudits',
} as Context;
const NIGHTLY: ScheduledAudit = { scheduledAuditName: 'Nightly', frequency: 'DAILY' };
const OF_NIGHTLY = { taskType: 'SCHEDULED_AUDIT_TASK', scheduledAuditName: NIGHTLY.scheduledAuditName };

const audits = new Map<string, PlayedAudit>();
const publications: Publication[] = [];
let schedules: readonly ScheduledAudit[] = [];
let started: unknown[] = [];
let calls: Call[] = [];
let faultOf: (call: Call) => ReturnType<FaultHook> = () => undefined;
let isRefused: (taskId: unknown) => boolean = () => false;
let printed: string[] = [];
let services: FunctionServices;
let table: DynamoDBDocumentClient;
let sweep: () => Promise<unknown>;

beforeAll(async () => {
  jest.unstable_mockModule('node:timers/promises', () => ({
    setTimeout: async () => undefined,
    setImmediate: () => new Promise((resolve) => setImmediate(resolve)),
  }));
  services = await startFunctionServices({
    settings: SETTINGS,
    audits,
    schedules: () => schedules,
    onCall: (call) => {
      calls.push(call);
      return faultOf(call);
    },
    onPublish: (publication) => publications.push(publication),
    onEntry: ({ detail }) =>
      isRefused(detail.taskId) ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' } : undefined,
    onEvent: ({ detail }) => started.push(detail.taskId),
  });
  ({ table } = services);
  // Late: it reads its settings when it is loaded.
  const { handler } = await import('../../lambda/find-audits.lambda.ts');
  sweep = () => handler({}, CONTEXT);
});

afterAll(async () => {
  await services.close();
});

beforeEach(async () => {
  faultOf = () => undefined;
  isRefused = () => false;
  const { Items = [] } = await table.send(new ScanCommand({ TableName: TABLE_NAME, ProjectionExpression: 'pk, sk' }));
  for (const Key of Items) await table.send(new DeleteCommand({ TableName: TABLE_NAME, Key }));
  audits.clear();
  publications.length = 0;
  schedules = [];
  started = [];
  calls = [];
  printed = keepOutput();
  freezeDate(NOW);
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** An audit that AWS lists. */
function startAudit(taskId: string, hoursAgo: number, status = 'IN_PROGRESS', named: object = {}): void {
  const steps = [{ atSeconds: 0, response: { ...answer(status, { A: 'ok', B: 'ok', C: 'ok' }), ...named } }];
  const recording = parseRecording(JSON.stringify({ taskId, steps }), 'test');
  audits.set(taskId, { recording, startedAt: NOW - hoursAgo * HOUR_MS });
}

async function put(Item: Record<string, unknown>): Promise<void> {
  await table.send(new PutCommand({ TableName: TABLE_NAME, Item }));
}

/** A watch whose lease ends some minutes from now. */
function watch(taskId: string, leaseMinutes: number, attributes: Record<string, unknown> = {}): Promise<void> {
  return put({
    pk: auditPartition(auditId(taskId)),
    sk: 'WATCH',
    schemaVersion: 1,
    ...auditId(taskId),
    execution: 'arn:aws:states:eu-west-1:123456789012:execution:Loop:first',
    leaseUntil: NOW + leaseMinutes * 60_000,
    dueAt: NOW + leaseMinutes * 60_000,
    open: placeKey(PLACE),
    poll: 1,
    watchedSince: iso(-HOUR_MS),
    alerts: {},
    expiresAt: 1,
    auditName: 'ON_DEMAND',
    ...attributes,
  });
}

/** Sweeps ran for days, and the history is complete. */
function sweptBefore(attributes: Record<string, unknown> = {}): Promise<void> {
  const state = { firstSweepAt: iso(-20 * DAY_MS), lastSweepAt: iso(-HOUR_MS), historyUntil: iso(-20 * DAY_MS) };
  return put({ ...sweepKey(PLACE), ...state, ...attributes });
}

/** A daily schedule that ran at two o'clock for five days, and not on this one. */
async function missARun(attributes: Record<string, unknown> = {}): Promise<void> {
  schedules = [NIGHTLY];
  await sweptBefore({
    schedules: { Nightly: { frequency: 'DAILY', knownSince: iso(-20 * DAY_MS), runsCountFrom: iso(-20 * DAY_MS) } },
    ...attributes,
  });
  for (const daysAgo of [1, 2, 3, 4, 5]) {
    const auditStartTime = iso(-daysAgo * DAY_MS - 10 * HOUR_MS);
    await put({
      pk: auditPartition(auditId(`nightly-${daysAgo}`)),
      sk: 'WATCH',
      ...auditId(`nightly-${daysAgo}`),
      auditKey: auditKey(PLACE, 'Nightly'),
      auditName: 'Nightly',
      auditStartTime,
    });
  }
}

async function stateOfSweeps(): Promise<Record<string, unknown> | undefined> {
  return (await table.send(new GetCommand({ TableName: TABLE_NAME, Key: sweepKey(PLACE) }))).Item;
}

function iso(sinceNow: number): string {
  return new Date(NOW + sinceNow).toISOString();
}

function lines(): Record<string, unknown>[] {
  return printed.map((line) => JSON.parse(line));
}

function failAt(operation: string, isMeant: (call: Call) => boolean = () => true): void {
  faultOf = (call) =>
    call.operation === operation && isMeant(call)
      ? { type: 'error', name: 'ThrottlingException', statusCode: 400 }
      : undefined;
}

function listed(): { readonly from: string; readonly to: string; readonly status?: string }[] {
  const asked = calls
    .filter(({ operation }) => operation === 'ListAuditTasks')
    .map(({ parameters }) => Object(parameters));
  return asked.map(({ startTime, endTime, taskStatus }) => ({ from: startTime, to: endTime, status: taskStatus }));
}

describe('A sweep', () => {
  test('starts a watch of every listed audit without one, and notes that it was here', async () => {
    await sweptBefore();
    startAudit('new', 2);
    startAudit('ended', 3, 'COMPLETED');
    startAudit('watched', 1);
    await watch('watched', 10);
    const twice = audits.get('new');
    if (twice !== undefined) audits.set('the same again', { ...twice, taskId: 'new' });

    expect(await sweep()).toEqual({ listed: 3, found: 2, takenOver: 0, missedRuns: 0, digests: 0 });

    expect(started).toEqual(['ended', 'new']);
    expect(await stateOfSweeps()).toMatchObject({ firstSweepAt: iso(-20 * DAY_MS), lastSweepAt: iso(0) });
  });

  test.each([
    ['nobody has polled yet', { auditName: undefined, poll: 0 }, -HOUR_MS],
    ['somebody has polled', { auditName: 'Nightly' }, 0],
    ['nobody will ever poll', { auditName: undefined, poll: 0, endedAt: iso(-60_000) }, 0],
  ])('lists an audit of a schedule again while it has a watch but %s', async (_, attributes, coveredUntil) => {
    await sweptBefore({ coveredUntil: iso(-HOUR_MS) });
    startAudit('begun', 2, 'IN_PROGRESS', OF_NIGHTLY);
    await watch('begun', 10, attributes);

    expect(await sweep()).toMatchObject({ found: 0 });

    expect(await stateOfSweeps()).toMatchObject({ coveredUntil: iso(coveredUntil), lastSweepAt: iso(0) });
  });

  test('counts for how long audits that an earlier sweep found have had no watch', async () => {
    await sweptBefore();
    startAudit('never-begun', 2);

    for (const hours of [0, 1, 2]) {
      freezeDate(NOW + hours * HOUR_MS);
      await sweep();
    }

    const counted = lines().filter((line) => '_aws' in line);
    expect(counted.map(({ OldestUnwatched }) => OldestUnwatched)).toEqual([undefined, 7200, 10_800]);
  });

  test('with nothing to do starts nothing', async () => {
    await sweptBefore();

    expect(await sweep()).toEqual({ listed: 0, found: 0, takenOver: 0, missedRuns: 0, digests: 0 });

    expect(calls.map(({ operation }) => operation)).not.toContain('PutEvents');
    expect(calls.map(({ operation }) => operation)).not.toContain('BatchGetItem');
  });

  test('takes over watches whose lease has expired, and says why', async () => {
    await sweptBefore();
    const pending = { TERMINAL: { kind: 'RECOVERED', status: 'PENDING', poll: 1, registeredAt: iso(-HOUR_MS) } };
    await watch('alive', 1);
    await watch('died', -1);
    await watch('untold', -2, { endedAt: iso(-HOUR_MS), alerts: pending });
    await watch('unread', -150, { endedAt: iso(-3 * HOUR_MS), findings: 'PENDING' });

    expect(await sweep()).toMatchObject({ takenOver: 3 });

    expect(started.toSorted()).toEqual(['died', 'unread', 'untold']);
    const reasons = lines().filter(({ level }) => level === 'WARN');
    expect(reasons.map(({ taskId, reason }) => [taskId, reason])).toEqual([
      ['unread', 'FINDINGS'],
      ['untold', 'ALERTS'],
      ['died', 'POLLS'],
    ]);
  });

  test('notes each take-over on its watch, and takes over no sooner than that says', async () => {
    await sweptBefore();
    await watch('died', -1);

    await sweep();
    freezeDate(NOW + 15 * 60_000);
    await sweep();
    freezeDate(NOW + 15 * 60_000 + 1);
    await sweep();

    expect(started).toEqual(['died', 'died']);
    const { Item } = await table.send(
      new GetCommand({ TableName: TABLE_NAME, Key: { pk: auditPartition(auditId('died')), sk: 'WATCH' } }),
    );
    expect(Item).toMatchObject({ takeOvers: 2, dueAt: NOW + 45 * 60_000 + 1 });
  });

  test('takes over the other watches when one cannot be noted', async () => {
    await sweptBefore();
    await watch('stuck', -2);
    await watch('died', -1);
    failAt('UpdateItem', ({ parameters }) => JSON.stringify(parameters).includes('#stuck'));

    await expect(sweep()).rejects.toThrow();

    expect(started).toEqual(['died']);
  });

  test('closes a watch whose findings AWS has forgotten', async () => {
    await sweptBefore();
    await watch('old', -1, { endedAt: iso(-91 * DAY_MS), findings: 'PENDING', ledger: 'MOVED' });

    expect(await sweep()).toMatchObject({ takenOver: 0 });
    expect(await sweep()).toMatchObject({ takenOver: 0 });

    const counted = lines().filter(({ message }) => message === 'Swept');
    expect(counted.map(({ openWatches }) => openWatches)).toEqual([1, 0]);
  });

  test('counts what it did', async () => {
    await sweptBefore();
    startAudit('new', 2);
    const pending = { TERMINAL: { kind: 'RECOVERED', status: 'PENDING', poll: 1, registeredAt: iso(-HOUR_MS) } };
    await watch('untold', 2, { endedAt: iso(-HOUR_MS), alerts: pending });

    await sweep();

    expect(lines().filter((line) => '_aws' in line)).toMatchObject([
      {
        function: 'FindAudits',
        AuditsFound: 1,
        OpenWatches: 1,
        OldestPendingAlert: 3600,
      },
    ]);
  });
});

describe('The history', () => {
  test('is filled from its oldest end, a slice in each sweep, besides the last day and what is still running', async () => {
    startAudit('old', 89 * 24, 'COMPLETED');
    startAudit('old-and-running', 40 * 24);
    startAudit('of-a-later-slice', 60 * 24, 'COMPLETED');
    startAudit('of-today', 3, 'COMPLETED');

    expect(await sweep()).toMatchObject({ listed: 3, found: 3 });

    const oldest = -90 * DAY_MS + HOUR_MS;
    expect(listed()).toEqual([
      { from: seconds(-DAY_MS), to: seconds(0) },
      { from: seconds(oldest), to: seconds(-DAY_MS), status: 'IN_PROGRESS' },
      { from: seconds(oldest), to: seconds(oldest + 7 * DAY_MS) },
    ]);
    expect(started.toSorted()).toEqual(['of-today', 'old', 'old-and-running']);
    expect(await stateOfSweeps()).toMatchObject({ firstSweepAt: iso(0), historyUntil: iso(oldest) });
  });

  test('goes on only when the audits of the slice are watched: a start event alone is no watch', async () => {
    startAudit('old', 89 * 24, 'COMPLETED');
    await sweep();
    await watch('old', 10);
    freezeDate(NOW + 1000);

    await sweep();

    const oldest = -90 * DAY_MS + HOUR_MS + 1000;
    expect(await stateOfSweeps()).toMatchObject({ firstSweepAt: iso(0), historyUntil: iso(oldest + 7 * DAY_MS) });
  });

  test('goes on where the sweep before stopped', async () => {
    await sweptBefore({ historyUntil: iso(-30 * DAY_MS) });

    await sweep();

    expect(listed()[2]).toEqual({ from: seconds(-30 * DAY_MS), to: seconds(-23 * DAY_MS) });
  });

  test('stays where it is when the audits found in it could not be started', async () => {
    await sweptBefore({ historyUntil: iso(-30 * DAY_MS) });
    startAudit('old', 29 * 24, 'COMPLETED');
    startAudit('new', 2);
    isRefused = (taskId) => taskId === 'old';

    await expect(sweep()).rejects.toMatchObject({ name: 'EventsNotPutError' });

    expect(started).toEqual(['new']);
    expect(await stateOfSweeps()).toMatchObject({ lastSweepAt: iso(-HOUR_MS), historyUntil: iso(-30 * DAY_MS) });
  });

  function seconds(sinceNow: number): string {
    return iso(sinceNow).replace('.000Z', 'Z');
  }
});

describe('A watch that cannot be read', () => {
  const counted = () => lines().filter((line) => 'UnreadableItems' in line);

  test('fails no sweep, and keeps none of its work from being done', async () => {
    await missARun();
    await watch('broken', -2, { alerts: 'none', auditName: null, watchedSince: iso(-30 * DAY_MS) });
    await watch('died', -1);
    startAudit('broken', 3, 'IN_PROGRESS', OF_NIGHTLY);
    startAudit('new', 2, 'IN_PROGRESS', { taskType: 'ON_DEMAND_AUDIT_TASK' });

    expect(await sweep()).toEqual({ listed: 2, found: 1, takenOver: 1, missedRuns: 1, digests: 0 });

    expect(started).toEqual(['died', 'new']);
    expect(await stateOfSweeps()).toMatchObject({ lastSweepAt: iso(0), runsUnknownAt: iso(-30 * DAY_MS) });
    expect(counted()).toHaveLength(1);
    expect(lines().filter(({ level }) => level === 'WARN')).toContainEqual(
      expect.objectContaining({
        message: 'Skipped an item that cannot be read',
        error: expect.objectContaining({ message: expect.stringContaining('#broken / WATCH ') }),
      }),
    );
  });

  test('may be that of a run that is still in progress', async () => {
    await missARun();
    await watch('broken', -2, { schemaVersion: 9, auditName: 'Nightly' });

    expect(await sweep()).toMatchObject({ missedRuns: 0, digests: 0 });
  });

  test('may be that of any run up to now, if it does not say since when', async () => {
    await missARun();
    await watch('broken', -2, { taskId: undefined, auditName: [], watchedSince: 'some day' });
    startAudit('broken', 3, 'IN_PROGRESS', OF_NIGHTLY);

    expect(await sweep()).toMatchObject({ found: 0, missedRuns: 0, digests: 0 });

    expect(await stateOfSweeps()).toMatchObject({ coveredUntil: iso(0), runsUnknownAt: iso(0) });
  });
});

describe('What fails in a sweep', () => {
  test('while the last run of one schedule is read does not keep another from being judged', async () => {
    const record = { frequency: 'DAILY', knownSince: iso(-20 * DAY_MS), runsCountFrom: iso(-20 * DAY_MS) };
    await missARun({ schedules: { Nightly: record, Weekly: { ...record, frequency: 'WEEKLY' } } });
    schedules = [NIGHTLY, { scheduledAuditName: 'Weekly', frequency: 'WEEKLY', dayOfWeek: 'MON' }];
    failAt('Query', ({ parameters }) => JSON.stringify(parameters).includes('#Weekly'));

    await expect(sweep()).rejects.toMatchObject({ name: 'ThrottledError' });

    expect(publications).toHaveLength(1);
    expect(Object.keys(Object((await stateOfSweeps())?.schedules)).toSorted()).toEqual(['Nightly', 'Weekly']);
  });

  test('while audits are listed does not keep watches from being taken over, nor the sweep from trying again', async () => {
    await missARun();
    await watch('died', -1);
    failAt('ListAuditTasks');

    await expect(sweep()).rejects.toMatchObject({ name: 'ThrottledError' });

    expect(started).toEqual(['died']);
    expect(publications).toEqual([]);
    expect(await stateOfSweeps()).toMatchObject({ lastSweepAt: iso(-HOUR_MS) });
  });

  test('while open watches are read does not keep audits from being found, but judges nothing', async () => {
    await missARun();
    startAudit('new', 2);
    failAt('Query', ({ parameters }) => Object(parameters).IndexName === 'open');

    await expect(sweep()).rejects.toMatchObject({ name: 'ThrottledError' });

    expect(started).toEqual(['new']);
    expect(publications).toEqual([]);
    const [throttled, swept, ...others] = lines().filter((line) => '_aws' in line);
    expect([throttled, swept]).toMatchObject([{ ThrottledCalls: 1 }, { AuditsFound: 1 }]);
    expect(swept).not.toHaveProperty('OpenWatches');
    expect(others).toEqual([]);
  });

  test('while one audit that was found is begun does not keep the others from being watched', async () => {
    await sweptBefore();
    startAudit('stuck', 2);
    startAudit('new', 1);
    failAt('UpdateItem', ({ parameters }) => JSON.stringify(parameters).includes('#stuck'));

    await expect(sweep()).rejects.toMatchObject({ name: 'ThrottledError' });

    expect(started).toEqual(['new']);
    expect(await stateOfSweeps()).toMatchObject({ lastSweepAt: iso(0) });
    faultOf = () => undefined;
    await sweep();
    expect(started).toContain('stuck');
  });

  test('while watches are taken over does not keep audits from being found', async () => {
    await sweptBefore();
    await watch('died', -1);
    startAudit('new', 2);
    isRefused = (taskId) => taskId === 'died';

    await expect(sweep()).rejects.toMatchObject({ name: 'EventsNotPutError' });

    expect(started).toEqual(['new']);
  });

  test('several times throws the first error, and logs each', async () => {
    await sweptBefore();
    await watch('died', -1);
    faultOf = ({ operation }) => {
      if (operation === 'PutEvents') return { type: 'error', name: 'InternalException', statusCode: 500 };
      if (operation === 'ListAuditTasks') return { type: 'error', name: 'ThrottlingException', statusCode: 400 };
      return undefined;
    };

    await expect(sweep()).rejects.toMatchObject({ name: 'UnavailableError' });

    expect(lines().filter(({ level }) => level === 'ERROR')).toMatchObject([
      { error: { name: 'UnavailableError' } },
      { error: { name: 'ThrottledError' } },
    ]);
    expect(lines().at(-1)).toMatchObject({ message: 'Swept', failures: 2 });
  });
});

describe('A schedule that missed its run', () => {
  test('is published once, by the function that knows account and Region', async () => {
    await missARun();

    expect(await sweep()).toMatchObject({ missedRuns: 1, digests: 0 });
    expect(await sweep()).toMatchObject({ missedRuns: 0, digests: 0 });

    expect(publications).toMatchObject([{ topicArn: TOPIC_ARN, attributes: { kind: 'AUDIT_OVERDUE' } }]);
    expect(JSON.parse(publications[0]?.bodies.default ?? '')).toMatchObject({
      alertKey: alertKey('Nightly', 'AUDIT_OVERDUE#2026-10-12'),
      accountId: '123456789012',
      region: 'eu-west-1',
      scheduledAuditName: 'Nightly',
      overdue: { lastTaskId: 'nightly-1', judgedAt: iso(0) },
    });
    expect(await stateOfSweeps()).toMatchObject({
      schedules: { Nightly: { missed: { status: 'SENT', messageId: publications[0]?.messageId } } },
    });
    expect(await stateOfSweeps()).not.toHaveProperty('schedulesTakenBy');
  });

  test('and cannot be published is tried again by every sweep, counted by its age, and thrown', async () => {
    await missARun();
    const pendingLines = () => lines().filter((line) => 'OldestPendingAlert' in line);
    faultOf = ({ operation }) =>
      operation === 'Publish' ? { type: 'error', name: 'AuthorizationErrorException', statusCode: 403 } : undefined;
    await expect(sweep()).rejects.toMatchObject({ name: 'DeniedError' });
    freezeDate(NOW + HOUR_MS);

    await expect(sweep()).rejects.toMatchObject({ name: 'DeniedError' });
    const counted = pendingLines();
    faultOf = () => undefined;
    freezeDate(NOW + 2 * HOUR_MS);
    await sweep();

    expect(counted).toMatchObject([{ function: 'FindAudits', OldestPendingAlert: 3600 }]);
    expect(pendingLines()).toHaveLength(1);
    expect(publications).toHaveLength(1);
  });

  test('is published while audits on demand are found, and run, that nobody has polled yet', async () => {
    await missARun();
    startAudit('new', 2);
    startAudit('running', 2);
    await watch('running', 5, { auditName: undefined });

    expect(await sweep()).toMatchObject({ found: 1, missedRuns: 1, digests: 0 });
  });

  test.each([
    ['the history is not complete', () => missARun({ historyUntil: iso(-30 * DAY_MS) })],
    [
      'a scheduled audit was just found',
      async () => {
        await missARun();
        startAudit('new', 2, 'IN_PROGRESS', OF_NIGHTLY);
      },
    ],
    [
      'the watch of a scheduled audit begins beside the sweep, which has read the open ones before',
      async () => {
        await missARun();
        startAudit('new', 2, 'IN_PROGRESS', OF_NIGHTLY);
        faultOf = async ({ operation }) => {
          if (operation === 'ListAuditTasks') await watch('new', 5, { auditName: undefined, poll: 0 });
          return undefined;
        };
      },
    ],
    [
      'the watch of a scheduled audit has just given up before its first poll',
      async () => {
        await missARun({ runsUnknownAt: iso(-HOUR_MS) });
      },
    ],
    [
      'a run of it still goes on',
      async () => {
        await missARun();
        await watch('running', 5, { auditName: 'Nightly' });
      },
    ],
    [
      'an audit runs that nobody has polled yet',
      async () => {
        await missARun();
        await watch('running', 5, { auditName: undefined });
      },
    ],
    ['another sweep has the schedules', () => missARun({ schedulesTakenBy: 'other', schedulesTakenUntil: NOW + 1 })],
  ])('is not published while %s', async (_, arrange) => {
    await arrange();

    expect(await sweep()).toMatchObject({ missedRuns: 0, digests: 0 });

    expect(publications).toEqual([]);
  });
});
