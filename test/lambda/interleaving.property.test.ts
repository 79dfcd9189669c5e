import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { readAudit } from '../../lambda/audit/answer/reading.ts';
import { isEnded } from '../../lambda/audit/watch/end.ts';
import { LEASE_SLACK_MS, type Watch } from '../../lambda/audit/watch/watch.ts';
import { auditPartition, ENV } from '../../lambda/contract.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import { startDeviceDefender } from '../../local/services/device-defender.ts';
import type { PlayedAudit } from '../../local/services/device-defender-lists.ts';
import { startDynamoDb } from '../../local/services/dynamodb.ts';
import type { Endpoint } from '../../local/services/endpoint.ts';
import { startEventBridge } from '../../local/services/eventbridge.ts';
import { startSns } from '../../local/services/sns.ts';
import { alertKey, auditId } from '../builders.ts';
import { freezeDate } from '../freeze-date.ts';
import { FUNCTION_SETTINGS, TABLE_NAME, TOPIC_ARN } from '../function-settings.ts';
import { answer } from '../scenarios/scenario-stack.ts';
import { snapshotsIn } from '../stored-snapshots.ts';
import { TABLE_PROPERTIES } from '../table-properties.ts';
import { holdCalls } from './held-calls.ts';
import { type Copy, WatchInvariants } from './watch-invariants.ts';
import { type Actor, FATES, type Fate, type Handler, MOST_ATTEMPTS, WatchWorld } from './watch-world.ts';

/** About a quarter of a second each. The rarest mistakes take hundreds: INTERLEAVINGS=1000 goes further. */
const RUNS = Number(process.env.INTERLEAVINGS ?? 90);
const STARTS_AT = Date.parse('2026-10-02T02:00:00.000Z');
const SETTINGS = {
  ...FUNCTION_SETTINGS,
  [ENV.minWaitSeconds]: '300',
  POWERTOOLS_DEV: 'false',
  AWS_LAMBDA_FUNCTION_NAME: 'FindAudits',
};
const CONTEXT = {
  functionName: 'FindAudits',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:FindAudits',
} as Context;

/** What an audit answers while it runs, and in the end. */
const RUNNING = {
  quiet: answer('IN_PROGRESS', { A: 'ok' }),
  bad: answer('IN_PROGRESS', { A: 'ok', B: 'bad' }),
  failed: answer('IN_PROGRESS', { A: 'failed' }),
  both: answer('IN_PROGRESS', { A: 'failed', B: 'bad' }),
};
const ENDED = {
  clean: answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' }),
  bad: answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' }),
  failed: answer('COMPLETED', { A: 'failed', B: 'ok', C: 'ok' }),
  canceled: answer('CANCELED', { A: 'ok', B: 'bad', C: 'canceled' }),
};
const FINDING = {
  findingId: 'finding-1',
  checkName: 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
  severity: 'HIGH',
  nonCompliantResource: { resourceType: 'IOT_POLICY', resourceIdentifier: { policyVersionIdentifier: {} } },
  isSuppressed: false,
};

/** The life of an audit: what it answers for how many seconds, then for ever. */
interface Life {
  readonly running: readonly { readonly answer: keyof typeof RUNNING; readonly seconds: number }[];
  readonly end: keyof typeof ENDED;
}

/** Where somebody who runs is stopped: after so many halves of calls, or at a call of this kind. */
type Stop = { readonly halves: number } | { readonly at: string; readonly hasEffect: boolean };

type Action =
  | { readonly type: 'start'; readonly audit: number }
  | { readonly type: 'sweep' }
  | { readonly type: 'pass'; readonly seconds: number }
  | { readonly type: 'run'; readonly who: number; readonly stop: Stop; readonly fate: Fate };

const keysOf = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];

const life: fc.Arbitrary<Life> = fc.record({
  running: fc.array(
    fc.record({ answer: fc.constantFrom(...keysOf(RUNNING)), seconds: fc.integer({ min: 1, max: 900 }) }),
    { minLength: 1, maxLength: 3 },
  ),
  end: fc.constantFrom(...keysOf(ENDED)),
});
const stop: fc.Arbitrary<Stop> = fc.oneof(
  fc.record({ halves: fc.integer({ min: 1, max: 14 }) }),
  fc.record({
    at: fc.constantFrom('Publish', 'Update', 'Put', 'DescribeAuditTask', 'ListAuditFindings', 'PutEvents'),
    hasEffect: fc.boolean(),
  }),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ type: fc.constant('start' as const), audit: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('sweep' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      seconds: fc.constantFrom(1, 60, 300, LEASE_SLACK_MS / 1000 + 1, 3600),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('run' as const),
      who: fc.nat(5),
      stop,
      fate: fc.oneof(
        { weight: 3, arbitrary: fc.constant('held' as const) },
        { weight: 2, arbitrary: fc.constantFrom(...FATES) },
      ),
    }),
  },
);

const environment = { ...process.env };
const endpoints: Endpoint[] = [];
const audits = new Map<string, PlayedAudit>();
let world: WatchWorld;
let invariants: WatchInvariants;
let table: DynamoDBDocumentClient;
let handlers: Readonly<Record<'checkAudit' | 'readFindings' | 'sendAlerts' | 'findAudits', Handler>>;

beforeAll(async () => {
  const options = { now: () => Date.now() };
  const dynamodb = await startDynamoDb(options);
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const iot = await startDeviceDefender({
    ...options,
    auditOf: (taskId) => audits.get(taskId),
    audits: () => [...audits.values()],
  });
  const sns = await startSns({
    ...options,
    topicArns: [TOPIC_ARN],
    onPublish: (publication) => invariants.published(publication),
  });
  const events = await startEventBridge({ ...options, onEvent: ({ detail }) => world.start(String(detail.taskId)) });
  endpoints.push(dynamodb, iot, sns, events);
  Object.assign(process.env, SETTINGS, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_IOT: iot.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
  });
  table = DynamoDBDocumentClient.from(new DynamoDBClient());
  // Late: they read their settings when they are loaded.
  const modules = {
    checkAudit: await import('../../lambda/check-audit.lambda.ts'),
    readFindings: await import('../../lambda/read-findings.lambda.ts'),
    sendAlerts: await import('../../lambda/send-alerts.lambda.ts'),
    findAudits: await import('../../lambda/find-audits.lambda.ts'),
  };
  handlers = {
    checkAudit: (event) => modules.checkAudit.handler(event, CONTEXT),
    readFindings: (event) => modules.readFindings.handler(event, CONTEXT),
    sendAlerts: (event) => modules.sendAlerts.handler(event, CONTEXT),
    findAudits: (event) => modules.findAudits.handler(event, CONTEXT),
  };
});

afterAll(async () => {
  process.env = environment;
  table.destroy();
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
});

beforeEach(() => {
  freezeDate(STARTS_AT);
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
  holdCalls();
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

test('whatever crashes, comes twice or comes late, each audit is watched to its end and each alert published', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 1, maxLength: 2 }),
      fc.array(action, { minLength: 5, maxLength: 40 }),
      async (lives, actions) => {
        await beginAnew(lives);

        for (const one of actions) await act(one, lives.length);
        await calmDown();

        for (const taskId of audits.keys()) await checkAuditIsTold(taskId);
        for (const copies of copiesByKey().values()) checkCopies(copies);
      },
    ),
    { numRuns: RUNS },
  );
});

async function beginAnew(lives: readonly Life[]): Promise<void> {
  const { Items = [] } = await table.send(new ScanCommand({ TableName: TABLE_NAME, ProjectionExpression: 'pk, sk' }));
  for (let from = 0; from < Items.length; from += 25) {
    const requests = Items.slice(from, from + 25).map((Key) => ({ DeleteRequest: { Key } }));
    await table.send(new BatchWriteCommand({ RequestItems: { [TABLE_NAME]: requests } }));
  }
  audits.clear();
  for (const [index, life] of lives.entries()) {
    const taskId = `audit-${index}`;
    const recording = parseRecording(
      JSON.stringify({ taskId, steps: stepsOf(life, index), findings: [FINDING] }),
      'test',
    );
    audits.set(taskId, { recording, startedAt: STARTS_AT });
  }
  world = new WatchWorld({
    ...handlers,
    startsAt: STARTS_AT,
    onTime: (now) => jest.setSystemTime(now),
    onEffect: (effect) => invariants.perform(effect),
    onMishap: (...mishap) => invariants.interrupted(...mishap),
  });
  invariants = new WatchInvariants(() => world.now);
}

/** Each audit has a name of its own: no audit is compared with another. */
function stepsOf({ running, end }: Life, index: number): object[] {
  const named = { taskType: 'SCHEDULED_AUDIT_TASK', scheduledAuditName: `Schedule-${index}` };
  let atSeconds = 0;
  const steps: object[] = [];
  for (const { answer, seconds } of running) {
    steps.push({ atSeconds, response: { ...RUNNING[answer], ...named } });
    atSeconds += seconds;
  }
  return [...steps, { atSeconds, response: { ...ENDED[end], ...named } }];
}

async function act(action: Action, numberOfAudits: number): Promise<void> {
  switch (action.type) {
    case 'start':
      return world.start(`audit-${action.audit % numberOfAudits}`);
    case 'sweep':
      return world.sweep();
    case 'pass':
      return world.passUntil(world.now + action.seconds * 1000);
    case 'run': {
      const { actors } = world;
      const actor = actors[action.who % Math.max(1, actors.length)];
      if (actor === undefined) return;
      await runUntil(actor, action.stop);
      if (world.actors.includes(actor)) await world.suffer(actor, action.fate);
    }
  }
}

async function runUntil(actor: Actor, stop: Stop): Promise<void> {
  for (let halves = 0; halves < ('halves' in stop ? stop.halves : 30) && world.actors.includes(actor); halves += 1) {
    await world.run(actor);
    const call = world.callOf(actor);
    if ('at' in stop && call?.operation === stop.at && (call.outcome !== undefined) === stop.hasEffect) return;
  }
}

/** Nothing bad happens any more: everybody finishes, and sweeps come by until nothing is left to do. */
async function calmDown(): Promise<void> {
  for (let sweeps = 0; sweeps < 40; sweeps += 1) {
    await runAll();
    if (sweeps > 0 && (await isQuiet())) return;
    world.passUntil(world.now + LEASE_SLACK_MS + 1000);
    await world.sweep();
  }
  throw new Error(`Never quiet: ${JSON.stringify((await allItems()).filter(({ sk }) => sk === 'WATCH'))}`);
}

async function runAll(): Promise<void> {
  for (;;) {
    const dueAt = (actor: Actor) => ('arn' in actor && actor.invocation === undefined ? actor.dueAt : 0);
    const [next] = world.actors.toSorted((a, b) => dueAt(a) - dueAt(b));
    if (next === undefined) return;
    await world.run(next);
  }
}

async function isQuiet(): Promise<boolean> {
  const watches = (await allItems()).filter(({ sk }) => sk === 'WATCH');
  return watches.length === audits.size && watches.every(({ open }) => open === undefined);
}

async function allItems(): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await table.send(new ScanCommand({ TableName: TABLE_NAME, ConsistentRead: true }));
  return Items;
}

async function checkAuditIsTold(taskId: string): Promise<void> {
  const items = (await allItems()).filter(({ pk }) => pk === auditPartition(auditId(taskId)));
  const watch = items.find(({ sk }) => sk === 'WATCH') as unknown as Watch;
  const hasGivenUp = watch.alerts.WATCHER_GAVE_UP !== undefined;
  expect({ taskId, hasGivenUp: hasGivenUp && !mayGiveUp(taskId) }).toEqual({ taskId, hasGivenUp: false });
  const decided = snapshotsIn(items).filter(({ poll }) => poll <= watch.poll);

  expect(decided.map(({ poll }) => poll)).toEqual(decided.map((_, index) => index + 1));
  expect(decided).toHaveLength(watch.poll);
  expect(watch.endedAt).toBeDefined();
  expect(watch.findings).not.toBe('PENDING');
  for (const [slot, { status }] of Object.entries(watch.alerts)) {
    expect({ slot, status, copies: copiesByKey().get(alertKey(taskId, slot))?.length ?? 0 }).toEqual({
      slot,
      status: 'SENT',
      copies: expect.any(Number),
    });
    expect(copiesByKey().has(alertKey(taskId, slot))).toBe(true);
  }
  for (const { answer, poll } of decided) {
    const reading = readAudit(answer);
    if (isEnded(reading)) {
      expect(poll).toBe(watch.poll);
      continue;
    }
    if (reading.counts.nonCompliant) expect(watch.alerts.NON_COMPLIANT_DETECTED?.poll).toBeLessThanOrEqual(poll);
    if (reading.counts.failed) expect(watch.alerts.CHECK_FAILED?.poll).toBeLessThanOrEqual(poll);
  }
  const last = decided.at(-1);
  const reading = readAudit(last?.answer ?? {});
  expect(isEnded(reading)).toBe(true);
  const { NON_COMPLIANT_DETECTED, CHECK_FAILED } = watch.alerts;
  const wasAnnounced = hasGivenUp || NON_COMPLIANT_DETECTED !== undefined || CHECK_FAILED !== undefined;
  const hasTrouble = [reading.counts.nonCompliant, reading.counts.failed].some((count) => count !== 0);
  const isClosingAlertDue = reading.phase !== 'COMPLETED' || hasTrouble || wasAnnounced;
  const closing = watch.alerts.TERMINAL;
  if (isClosingAlertDue) expect(closing).toBeDefined();
  // An audit without trouble of its own ends what another one published.
  if (!isClosingAlertDue && closing !== undefined) expect(closing.kind).toBe('RECOVERED');
  if (closing !== undefined) expect(closing.poll).toBe(watch.poll);
  expect(watch.ledger).toBe('MOVED');
}

/** Only a refusal, or mishaps without end, are a reason to give up. */
function mayGiveUp(taskId: string): boolean {
  const executions = world.executions.filter((execution) => execution.taskId === taskId).map(({ arn }) => arn);
  return executions.some((arn) => {
    const fates = invariants.mishaps.filter(({ execution }) => execution === arn).map(({ fate }) => fate);
    return fates.includes('refusal') || fates.length >= MOST_ATTEMPTS;
  });
}

function copiesByKey(): Map<string, Copy[]> {
  return Map.groupBy(invariants.copies, ({ alertKey }) => alertKey);
}

/** Copies say the same, to the letter as far as the findings were read; all but one come from an interruption. */
function checkCopies(copies: readonly Copy[]): void {
  const told = copies.map(({ bodies }) => {
    const { kind, severity, taskStatus, capturedAt, statistics, gaveUp, findings, changes, checks } = JSON.parse(
      bodies.default,
    );
    return {
      decision: { kind, severity, taskStatus, capturedAt, statistics, gaveUp },
      // While an audit runs, others may move the ledger between two attempts.
      knowledge: { findings, changes, checks },
      bodies,
    };
  });
  for (const copy of told) expect(copy.decision).toEqual(told[0]?.decision);
  for (const alike of Map.groupBy(told, ({ knowledge }) => JSON.stringify(knowledge)).values()) {
    for (const { bodies } of alike) expect(bodies).toEqual(alike[0]?.bodies);
  }
  expect(copies.filter(({ marked }) => marked).length).toBeLessThanOrEqual(1);
  for (const { marked, interrupted } of copies) expect(marked || interrupted).toBe(true);
}
