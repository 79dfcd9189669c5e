import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { SCHEMA_VERSION } from '../../lambda/aws/table/keys.ts';
import { DEFINITION_VERSION, ENV, NEXT } from '../../lambda/contract.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import { startDeviceDefender } from '../../local/services/device-defender.ts';
import type { PlayedAudit } from '../../local/services/device-defender-lists.ts';
import { startDynamoDb } from '../../local/services/dynamodb.ts';
import type { Endpoint } from '../../local/services/endpoint.ts';
import { startSns } from '../../local/services/sns.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { freezeDate } from '../freeze-date.ts';
import { FUNCTION_SETTINGS, TABLE_NAME, TOPIC_ARN } from '../function-settings.ts';
import { answer } from '../scenarios/scenario-stack.ts';
import { tableEngine } from '../table-engine.ts';
import { TABLE_PROPERTIES } from '../table-properties.ts';

/** Items as some version wrote them, and the alerts that an execution of today must send for them, by slot. */
interface Stored {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly sends: readonly string[];
}

interface Alert {
  readonly alertKey: string;
  readonly kind: string;
  readonly checks: readonly { readonly checkName: string }[];
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const FOLDER = join(import.meta.dirname, '../items');
const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Loop:today';
const CONTEXT = {
  functionName: 'Any',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:Any',
} as Context;
/** Non-compliant in every item with an alert about checks, and in every look after it. */
const BAD_CHECK = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
/** The audit of every item began at this moment. */
const STARTED_AT = Date.parse('2026-10-02T02:00:00.000Z');

const environment = { ...process.env };
const endpoints: Endpoint[] = [];
const publications: Publication[] = [];
const audits = new Map<string, PlayedAudit>();
let client: DynamoDBDocumentClient;
let handlers: Record<'checkAudit' | 'readFindings' | 'sendAlerts', Handler>;

beforeAll(async () => {
  const now = () => Date.now();
  const dynamodb = await startDynamoDb({ now, engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const iot = await startDeviceDefender({ now, auditOf: (taskId) => audits.get(taskId) });
  const onPublish = (publication: Publication) => publications.push(publication);
  const sns = await startSns({ now, topicArns: [TOPIC_ARN], onPublish });
  endpoints.push(dynamodb, iot, sns);
  Object.assign(process.env, {
    ...FUNCTION_SETTINGS,
    [ENV.watchLimitHours]: '72',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_IOT: iot.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
  });
  client = DynamoDBDocumentClient.from(new DynamoDBClient());
  // Late: they read their settings when they are loaded.
  const { handler: checkAudit } = await import('../../lambda/check-audit.lambda.ts');
  const { handler: readFindings } = await import('../../lambda/read-findings.lambda.ts');
  const { handler: sendAlerts } = await import('../../lambda/send-alerts.lambda.ts');
  handlers = { checkAudit, readFindings, sendAlerts };
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  // A day later the lease of every item has expired.
  freezeDate(STARTED_AT + 86_400_000);
});

afterAll(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  process.env = environment;
  client.destroy();
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
});

/** JSON has no binary: the checks that are compressed are written in base64. */
function revive(key: string, value: unknown): unknown {
  return key === 'auditDetails' && typeof value === 'string' ? Buffer.from(value, 'base64') : value;
}

/** What the state machine of today does with an audit. */
async function watchToItsEnd(taskId: string): Promise<void> {
  const input = { taskId, waitSeconds: 0 };
  const event = { input, execution: EXECUTION, definition: DEFINITION_VERSION };
  for (let turn = 0; turn < 10; turn += 1) {
    const { next, finished } = (await handlers.checkAudit(event, CONTEXT)) as { next: string; finished: boolean };
    if (next === NEXT.readFindings) await handlers.readFindings(event, CONTEXT);
    if (next === NEXT.readFindings || next === NEXT.sendAlerts) await handlers.sendAlerts(event, CONTEXT);
    if (finished) return;
  }
  throw new Error(`The watch of ${taskId} does not come to its end.`);
}

const files = readdirSync(FOLDER);

test('Items of every version of the schema are kept', () => {
  expect(files).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, n) => `version-${n + 1}.json`));
});

describe.each(files)('Items of %s', (file) => {
  const versions: Record<string, Record<string, Stored>> = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'), revive);
  const cases = Object.entries(versions).flatMap(([version, stored]) =>
    Object.entries(stored).map(([what, items]) => [version, what, items] as const),
  );

  test.each(cases)('as written by "%s", %s: are taken over and watched to the end', async (_, __, { items, sends }) => {
    const taskId = String(items[0]?.taskId);
    const running = answer('IN_PROGRESS', { B: 'bad' });
    const steps = [
      { atSeconds: 0, response: running },
      { atSeconds: 86_400 + sends.length, response: answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' }) },
    ];
    const recording = parseRecording(JSON.stringify({ taskId, steps }), 'test');
    audits.set(taskId, { recording, startedAt: STARTED_AT });
    for (const Item of items) await client.send(new PutCommand({ TableName: TABLE_NAME, Item }));
    publications.length = 0;

    await handlers.checkAudit({ input: { taskId }, execution: EXECUTION, definition: DEFINITION_VERSION }, CONTEXT);
    await handlers.sendAlerts({ input: { taskId }, execution: EXECUTION, definition: DEFINITION_VERSION }, CONTEXT);
    jest.setSystemTime(STARTED_AT + 2 * 86_400_000);
    await watchToItsEnd(taskId);

    const alerts = publications.map(({ bodies }): Alert => JSON.parse(bodies.default));
    for (const { kind, checks } of alerts) {
      if (!['WATCHER_GAVE_UP', 'AUDIT_STUCK'].includes(kind))
        expect(checks.map(({ checkName }) => checkName)).toContain(BAD_CHECK);
    }
    expect(alerts.map(({ alertKey }) => alertKey).sort()).toEqual(sends.map((slot) => `${taskId}#${slot}`).sort());
    const Key = { pk: `AUDIT#${taskId}`, sk: 'WATCH' };
    const { Item: watch } = await client.send(new GetCommand({ TableName: TABLE_NAME, Key, ConsistentRead: true }));
    expect(watch).toMatchObject({ endedAt: expect.any(String), execution: EXECUTION });
    expect(watch).not.toHaveProperty('open');
    jest.setSystemTime(STARTED_AT + 86_400_000);
  });
});
