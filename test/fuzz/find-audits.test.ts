import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { NOBODY } from '../../lambda/audit/watch/watch.ts';
import { auditKey } from '../../lambda/aws/table/keys.ts';
import { auditPartition, digestKey, sweepKey } from '../../lambda/contract.ts';
import { PLACE } from '../../local/place.ts';
import { startDynamoDb } from '../../local/services/dynamodb.ts';
import type { ServiceRequest } from '../../local/services/service.ts';
import { readPublication } from '../../local/services/sns-publish.ts';
import { auditId } from '../builders.ts';
import { TABLE_NAME, TOPIC_ARN } from '../function-settings.ts';
import { TABLE_PROPERTIES } from '../table-properties.ts';
import {
  expectPublishedWithinLimits,
  type Handler,
  inTurn,
  invoke,
  json,
  type Published,
  publishResponse,
  SETTINGS,
  STARTS_AT,
  setUpWorld,
} from './function-world.ts';
import {
  answers,
  EXECUTION,
  putEventsAnswer,
  received,
  runs,
  schedulesPage,
  suppressionsPage,
  tasksPage,
  type WireAnswer,
} from './models.ts';
import { startWire } from './wire-endpoint.ts';

const DAY_MS = 86_400_000;
const SCHEDULES = ['Nightly', 'Weekly', 'constructor'];
const { endpoints } = setUpWorld();
let answerTo = (_request: ServiceRequest): WireAnswer => json({});
let eventsAnswer = (): WireAnswer => json({ Entries: [] });
let put: unknown[] = [];
let published: Published[] = [];
let table: DynamoDBDocumentClient;
let findAudits: Handler;

beforeAll(async () => {
  const dynamodb = await startDynamoDb({ now: () => Date.now() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const iot = await startWire((request) => answerTo(request));
  const events = await startWire(({ body }) => {
    put.push(...JSON.parse(body).Entries);
    return eventsAnswer();
  });
  const sns = await startWire(({ body }) => {
    published.push(readPublication(new URLSearchParams(body), [TOPIC_ARN]));
    return publishResponse('m-1');
  });
  endpoints.push(dynamodb, iot, events, sns);
  Object.assign(process.env, SETTINGS, {
    DIGEST: 'daily',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_IOT: iot.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
  });
  table = DynamoDBDocumentClient.from(new DynamoDBClient(), {
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });
  // Between two tries of what EventBridge refused, no time passes.
  jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: async () => undefined }));
  ({ handler: findAudits } = await import('../../lambda/find-audits.lambda.ts'));
});

afterAll(() => table.destroy());

/**
 * What earlier sweeps left: a digest that is due, and either nothing else or a known history with schedules that last ran some
 * days ago. The watches that they began are gone: while one of them waits for its first poll, no schedule is judged.
 */
async function remember(isHistoryKnown: boolean): Promise<void> {
  const { Items = [] } = await table.send(new ScanCommand({ TableName: TABLE_NAME }));
  for (const { pk, sk } of Items.filter(({ execution }) => execution === NOBODY)) {
    await table.send(new DeleteCommand({ TableName: TABLE_NAME, Key: { pk, sk } }));
  }
  const day = (days: number) => new Date(STARTS_AT - days * DAY_MS).toISOString();
  const known = { firstSweepAt: day(95), lastSweepAt: day(1), historyUntil: day(0) };
  const schedules = Object.fromEntries(
    SCHEDULES.map((name) => [name, { frequency: 'DAILY', knownSince: day(90), runsCountFrom: day(90) }]),
  );
  await table.send(
    new PutCommand({
      TableName: TABLE_NAME,
      Item: isHistoryKnown ? { ...sweepKey(PLACE), ...known, schedules } : sweepKey(PLACE),
    }),
  );
  const record = { since: day(2), doneUntil: day(2), marks: [] };
  await table.send(
    new PutCommand({ TableName: TABLE_NAME, Item: { ...digestKey(PLACE), schemaVersion: 1, version: 1, record } }),
  );
}

async function putWatch(taskId: string, attributes: Record<string, unknown>): Promise<void> {
  const audit = auditId(taskId);
  const watch = { ...audit, execution: EXECUTION, poll: 1, watchedSince: '2026-09-19T02:00:00.000Z', alerts: {} };
  const times = { leaseUntil: STARTS_AT - 1, dueAt: STARTS_AT - 1, expiresAt: STARTS_AT / 1000 + 1000 };
  await table.send(
    new PutCommand({
      TableName: TABLE_NAME,
      Item: { pk: auditPartition(audit), sk: 'WATCH', schemaVersion: 1, ...watch, ...times, ...attributes },
    }),
  );
}

/** Schedules that are remembered as they were: they did not run for days. */
const unchanged = fc.constant({
  scheduledAudits: SCHEDULES.map((scheduledAuditName) => ({ scheduledAuditName, frequency: 'DAILY' })),
});

test('A sweep ends with its counts or under a name, whatever AWS lists', async () => {
  for (const [index, auditName] of SCHEDULES.entries()) {
    const auditStartTime = '2026-09-19T02:00:00.000Z';
    await putWatch(`known-${index}`, {
      auditName,
      auditKey: auditKey(PLACE, auditName),
      auditStartTime,
      endedAt: auditStartTime,
    });
  }
  const reached = { listed: 0, missedRuns: 0, digests: 0, put: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant([]), fc.array(answers(tasksPage), { maxLength: 3 })),
      fc.array(answers(fc.oneof(schedulesPage, unchanged)), { minLength: 1, maxLength: 2 }),
      fc.array(answers(putEventsAnswer), { maxLength: 3 }),
      fc.array(answers(suppressionsPage), { maxLength: 2 }),
      fc.boolean(),
      async (tasks, schedules, events, suppressions, isHistoryKnown) => {
        const tasksNext = inTurn(tasks, json({ tasks: [{ taskId: 'known-0' }] }));
        const schedulesNext = inTurn(schedules, json({ scheduledAudits: [] }));
        const suppressionsNext = inTurn(suppressions, json({ suppressions: [] }));
        answerTo = ({ path }) => {
          if (path === '/audit/suppressions/list') return suppressionsNext();
          return path === '/audit/tasks' ? tasksNext() : schedulesNext();
        };
        eventsAnswer = inTurn(events, json({ FailedEntryCount: 0, Entries: [] }));
        published = [];
        put = [];
        await remember(isHistoryKnown);

        const { result, error } = { result: undefined, ...(await invoke(findAudits, received({}))) };

        if (error === undefined) {
          const count = expect.any(Number);
          expect(result).toEqual({ listed: count, found: count, takenOver: count, missedRuns: count, digests: count });
          reached.listed += (result as { listed: number }).listed;
          reached.missedRuns += (result as { missedRuns: number }).missedRuns;
          reached.digests += (result as { digests: number }).digests;
        }
        reached.put += put.length;
        for (const event of put) {
          const { taskId } = JSON.parse((event as { Detail: string }).Detail);
          expect(taskId).toMatch(/^[a-zA-Z0-9-]{1,40}$/);
        }
        expectPublishedWithinLimits(published);
      },
    ),
    runs(60),
  );
  for (const times of Object.values(reached)) expect(times).toBeGreaterThan(0);
});
