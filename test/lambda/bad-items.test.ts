import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type AuditId, auditPartition, placeKey, sweepKey, TABLE } from '../../lambda/contract.ts';
import { PLACE } from '../../local/place.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import type { PlayedAudit } from '../../local/services/device-defender-lists.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { CORRUPTIONS, type Item } from '../corruptions.ts';
import { freezeDate } from '../freeze-date.ts';
import { FUNCTION_SETTINGS, TABLE_NAME } from '../function-settings.ts';
import { finding } from '../scenarios/fleet-audits.ts';
import { answer } from '../scenarios/scenario-stack.ts';
import { type FunctionServices, keepOutput, startFunctionServices } from './function-services.ts';

const STARTS_AT = Date.parse('2026-10-02T02:00:00.000Z');
const DAY_MS = 24 * 3_600_000;
const CHECK = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const SETTINGS = { ...FUNCTION_SETTINGS, AWS_LAMBDA_FUNCTION_NAME: 'Function', REPEAT: 'always' };

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const audits = new Map<string, PlayedAudit>();
const publications: Publication[] = [];
let services: FunctionServices;
let table: DynamoDBDocumentClient;
let checkAudit: Handler;
let readFindings: Handler;
let sendAlerts: Handler;
let findAudits: Handler;
let account = 300_000_000_000;
let day = 0;
let printed: string[] = [];

beforeAll(async () => {
  services = await startFunctionServices({
    settings: SETTINGS,
    audits,
    schedules: () => [{ scheduledAuditName: 'Nightly', frequency: 'DAILY' }],
    onPublish: (publication) => publications.push(publication),
  });
  ({ table } = services);
  // Late: they read their settings when they are loaded.
  ({ handler: checkAudit } = await import('../../lambda/check-audit.lambda.ts'));
  ({ handler: readFindings } = await import('../../lambda/read-findings.lambda.ts'));
  ({ handler: sendAlerts } = await import('../../lambda/send-alerts.lambda.ts'));
  ({ handler: findAudits } = await import('../../lambda/find-audits.lambda.ts'));
});

afterAll(async () => {
  await services.close();
});

beforeEach(() => {
  printed = keepOutput();
  freezeDate(STARTS_AT);
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

function place() {
  return { ...PLACE, account: String(account) };
}

function call(handler: Handler, event: unknown): Promise<unknown> {
  const invokedFunctionArn = `arn:aws:lambda:eu-west-1:${account}:function:Function`;
  return handler(event, { functionName: 'Function', invokedFunctionArn } as Context);
}

/** A night of the schedule, from the first poll to the closing message. Returns the kinds of its alerts. */
async function night(on: number, outcome: 'ok' | 'bad'): Promise<string[]> {
  const startedAt = STARTS_AT + on * DAY_MS;
  const audit: AuditId = { ...place(), taskId: taskOf(on) };
  const response = {
    ...answer('COMPLETED', { A: 'ok', B: outcome, C: 'ok' }),
    taskType: 'SCHEDULED_AUDIT_TASK',
    scheduledAuditName: 'Nightly',
  };
  const findings = outcome === 'bad' ? [finding('TestBench')] : [];
  const recording = parseRecording(
    JSON.stringify({ taskId: audit.taskId, steps: [{ atSeconds: 0, response }], findings }),
    'test',
  );
  audits.set(audit.taskId, { recording, startedAt });
  jest.setSystemTime(startedAt + 60_000);
  const before = publications.length;
  const event = { input: audit, execution: `arn:aws:states:eu-west-1:${account}:execution:Loop:night-${on}` };
  await call(checkAudit, event);
  await call(readFindings, event);
  await call(sendAlerts, event);
  const { Item: watch } = await table.send(new GetCommand({ TableName: TABLE_NAME, Key: keyOf(on, 'WATCH') }));
  expect(watch).toMatchObject({ endedAt: expect.any(String), ledger: 'MOVED', findings: 'STORED' });
  expect(watch).not.toHaveProperty(TABLE.openIndex.partitionKey);
  return publications.slice(before).map(({ bodies }) => String(JSON.parse(bodies.default).kind));
}

function taskOf(on: number): string {
  return `${account}-${on}`;
}

function keyOf(on: number, sk: string): Record<string, string> {
  return { pk: auditPartition({ ...place(), taskId: taskOf(on) }), sk };
}

/** Each with the key of the item of a day, and the closing message of the clean night after it. */
const KINDS: readonly (readonly [string, (bad: number) => Item | Promise<Item>, readonly string[]])[] = [
  ['watch', (bad) => keyOf(bad, 'WATCH'), ['RECOVERED']],
  ['snapshot', (bad) => keyOf(bad, 'SNAPSHOT#000001'), ['RECOVERED']],
  ['comparison', (bad) => keyOf(bad, 'COMPARISON'), ['RECOVERED']],
  ['summary of findings', (bad) => keyOf(bad, 'FINDINGS'), ['RECOVERED']],
  ['chunk of findings', keyOfChunk, ['RECOVERED']],
  // What was known is lost: neither new nor recovered.
  ['ledger entry', () => ({ pk: `CHECKS#${placeKey(place())}`, sk: CHECK }), []],
  ['state of the sweep', () => sweepKey(place()), ['RECOVERED']],
];

describe.each(KINDS)('A %s', (kind, keyOfItem, closing) => {
  beforeAll(() => {
    account += 1;
    audits.clear();
  });

  // One after the other in the same account: what one leaves behind must not harm the next either.
  test.each(CORRUPTIONS)('%s harms neither the night after it nor the sweep', async (_corruption, corrupt) => {
    day += 2;
    expect(await night(day, 'bad')).toEqual(['COMPLETED_WITH_FINDINGS']);
    if (audits.size === 1) await call(findAudits, {});
    const { Item } = await table.send(new GetCommand({ TableName: TABLE_NAME, Key: await keyOfItem(day) }));
    if (Item === undefined) throw new Error('There is no such item.');
    await table.send(new PutCommand({ TableName: TABLE_NAME, Item: { ...corrupt(Item), ...whereItIsRead(kind) } }));

    const kinds = await night(day + 1, 'ok');
    await call(findAudits, {});

    expect(kinds).toEqual(closing);
    // An empty state is that of a first sweep.
    if (kind !== 'state of the sweep') expect(printed.some((line) => line.includes('"UnreadableItems":1'))).toBe(true);
    expect(await ledgerEntry()).toMatchObject({ result: { outcome: 'COMPLIANT', audit: { taskId: taskOf(day + 1) } } });
  });
});

/** The first chunk of the attempt that counts. */
async function keyOfChunk(on: number): Promise<Item> {
  const { Item: summary } = await table.send(new GetCommand({ TableName: TABLE_NAME, Key: keyOf(on, 'FINDINGS') }));
  return keyOf(on, `FINDINGS#${summary?.attempt}#000001`);
}

/** A sweep reads only open watches; of comparisons, an audit reads only that which an earlier attempt of its own has left. */
function whereItIsRead(kind: string): Item {
  const { partitionKey, sortKey } = TABLE.openIndex;
  if (kind === 'watch') return { [partitionKey]: placeKey(place()), [sortKey]: 0 };
  return kind === 'comparison' ? keyOf(day + 1, 'COMPARISON') : {};
}

async function ledgerEntry(): Promise<unknown> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: TABLE_NAME,
      KeyConditionExpression: 'pk = :pk AND sk = :check',
      ExpressionAttributeValues: { ':pk': `CHECKS#${placeKey(place())}`, ':check': CHECK },
    }),
  );
  return Items[0]?.entry;
}
