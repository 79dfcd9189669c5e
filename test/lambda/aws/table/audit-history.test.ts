import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuditAnswer } from '../../../../lambda/audit/answer/aws-answers.ts';
import { AuditHistory } from '../../../../lambda/aws/table/audit-history.ts';
import { fromSnapshot } from '../../../../lambda/aws/table/items/snapshot-item.ts';
import { auditKey, snapshotKey, watchKey } from '../../../../lambda/aws/table/keys.ts';
import { Table } from '../../../../lambda/aws/table/table.ts';
import type { AuditId } from '../../../../lambda/contract.ts';
import type { MalformedItemError } from '../../../../lambda/errors.ts';
import { type DynamoDb, startDynamoDb } from '../../../../local/services/dynamodb.ts';
import { auditId, buildCompliant } from '../../../builders.ts';
import { tableEngine } from '../../../table-engine.ts';
import { TABLE_PROPERTIES } from '../../../table-properties.ts';

const tableName = 'Watches';
const ELSEWHERE = [{ account: '210987654321' }, { region: 'eu-west-2' }];

let dynamodb: DynamoDb;
let client: DynamoDBClient;
let history: AuditHistory;
const unreadable: MalformedItemError[] = [];

beforeAll(async () => {
  dynamodb = await startDynamoDb({ now: () => 0, engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, tableName);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  history = new AuditHistory(new Table(tableName, client), (error) => unreadable.push(error));
});

afterAll(async () => {
  client.destroy();
  await dynamodb.close();
});

const start = (day: number) => `2026-10-0${day}T02:00:00.000Z`;

/** The watch of an audit that ended on a day of October, in one poll. */
async function ended(
  audit: AuditId,
  auditName: string,
  day: number,
  attributes: Record<string, unknown> = {},
  result: Partial<AuditAnswer> = { auditDetails: { A_CHECK: buildCompliant() } },
) {
  const answer = { taskStatus: 'COMPLETED', ...result, taskStartTime: start(day) };
  const watch = {
    ...watchKey(audit),
    ...audit,
    schemaVersion: 1,
    execution: 'arn',
    leaseUntil: 0,
    dueAt: 0,
    poll: 1,
    watchedSince: start(day),
    endedAt: start(day),
    alerts: {},
    expiresAt: 1,
    taskStatus: 'COMPLETED',
    auditKey: auditKey(audit, auditName),
    auditStartTime: start(day),
    ...attributes,
  };
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  for (const Item of [watch, fromSnapshot(audit, { poll: 1, capturedAt: start(day), answer })]) {
    await documents.send(new PutCommand({ TableName: tableName, Item }));
  }
}

describe('The audit before another one', () => {
  const another = auditId('another');

  test('is the last completed one of the same name before it, with its last snapshot', async () => {
    for (const day of [1, 2, 5]) await ended(auditId(`before-${day}`), 'Before', day);
    await ended(auditId('before-3'), 'Before', 3, { taskStatus: 'CANCELED' });

    const previous = await history.previousAudit(another, 'Before', start(4));

    expect(previous?.watch.taskId).toBe('before-2');
    expect(previous?.snapshot.answer.taskStartTime).toBe(start(2));
    expect(await history.previousAudit(another, 'Before', start(1))).toBeUndefined();
    expect(await history.previousAudit(another, 'Weekly', start(4))).toBeUndefined();
  });

  test.each<[string, Partial<AuditAnswer>, string]>([
    [
      'does not name its checks',
      { taskStatistics: { totalChecks: 2, nonCompliantChecks: 0, failedChecks: 0 } },
      'named',
    ],
    ['gives no result', {}, 'named'],
    ['had no check', { taskStatistics: { totalChecks: 0 } }, 'last'],
  ])('is the last one of which the checks are known: the latest %s', async (title, result, expected) => {
    const auditName = title.replaceAll(' ', '-');
    await ended(auditId(`${auditName}-named`), auditName, 1);
    await ended(auditId(`${auditName}-last`), auditName, 2, {}, result);

    const previous = await history.previousAudit(another, auditName, start(4));

    expect(previous?.watch.taskId).toBe(`${auditName}-${expected}`);
  });

  test('is of its own account and Region', async () => {
    for (const place of ELSEWHERE) await ended({ ...auditId('far'), ...place }, 'Far', 1);

    expect(await history.previousAudit(another, 'Far', start(4))).toBeUndefined();
    expect(await history.previousAudit({ ...another, ...ELSEWHERE[0] }, 'Far', start(4))).toMatchObject({
      watch: { ...auditId('far'), ...ELSEWHERE[0] },
    });
  });
});

test('The past runs of a name are those that are known, newest first', async () => {
  await ended(auditId('run-1'), 'Runs', 1, { ran: { atLeast: 10, atMost: 20 } });
  await ended(auditId('run-2'), 'Runs', 2);
  await ended(auditId('run-3'), 'Runs', 3, { ran: { atLeast: 30, atMost: 40 } });
  await ended(auditId('run-4'), 'Runs', 4, { ran: { atLeast: 50, atMost: 60 } });

  const runs = await history.pastRuns(auditId(), 'Runs', start(4));

  expect(runs).toEqual([
    { atLeast: 30, atMost: 40 },
    { atLeast: 10, atMost: 20 },
  ]);
});

test('The latest start of a schedule is that of no other schedule or Region', async () => {
  for (const day of [1, 2, 3]) await ended(auditId(`start-${day}`), 'Starts', day);
  for (const place of ELSEWHERE) await ended({ ...auditId('start-9'), ...place }, 'Starts', 9);

  expect(await latestStart('Starts')).toEqual({ taskId: 'start-3', startedAt: start(3) });
  expect(await latestStart('Monthly')).toBeUndefined();
});

test('A start counts if its watch cannot be read, but not if it is no moment, or one to come', async () => {
  await ended(auditId('sound'), 'Odd', 1);
  await ended(auditId('broken'), 'Odd', 2, { taskId: null, alerts: null, schemaVersion: 9 });
  for (const auditStartTime of ['soon', '0', '2999-01-01T00:00:00.000Z']) {
    await ended(auditId(`odd-${auditStartTime.length}`), 'Odd', 3, { auditStartTime });
  }

  expect(await latestStart('Odd')).toEqual({ taskId: 'broken', startedAt: start(2) });
});

test('What cannot be read of earlier audits is skipped', async () => {
  unreadable.length = 0;
  const ran = { atLeast: 10, atMost: 20 };
  await ended(auditId('whole'), 'Broken', 1, { ran });
  await ended(auditId('no-watch'), 'Broken', 2, { ran, execution: null });
  await ended(auditId('no-run'), 'Broken', 3, { ran: 'long' });
  await ended(auditId('no-snapshot'), 'Broken', 4, { ran });
  const { sk, pk } = snapshotKey(auditId('no-snapshot'), 1);
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: tableName, Item: { pk, sk } }));

  const previous = await history.previousAudit(auditId(), 'Broken', start(5));

  expect(previous?.watch.taskId).toBe('whole');
  expect(await history.pastRuns(auditId(), 'Broken', start(5))).toEqual([ran, ran]);
  expect(unreadable.map(({ message }) => /#([a-z-]+) /.exec(message)?.[1])).toEqual([
    'no-snapshot',
    'no-run',
    'no-watch',
    'no-run',
    'no-watch',
  ]);
});

function latestStart(name: string) {
  return history.latestStart(auditId(), name, new Date(start(9)));
}
