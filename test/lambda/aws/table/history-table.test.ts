import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { HistoryTable } from '../../../../lambda/aws/table/history-table.ts';
import { fromSnapshot } from '../../../../lambda/aws/table/items/snapshot-item.ts';
import { historyPartition, snapshotKey, watchKey } from '../../../../lambda/aws/table/keys.ts';
import { LedgerTable } from '../../../../lambda/aws/table/ledger-table.ts';
import { placeKey } from '../../../../lambda/contract.ts';
import { MalformedItemError } from '../../../../lambda/errors.ts';
import { type DynamoDb, startDynamoDb } from '../../../../local/services/dynamodb.ts';
import { auditId } from '../../../builders.ts';
import { tableEngine } from '../../../table-engine.ts';
import { TABLE_PROPERTIES } from '../../../table-properties.ts';

const TABLE_NAME = 'Watches';
const PLACE = auditId();

let dynamodb: DynamoDb;
let client: DynamoDBClient;
let history: HistoryTable;
const onUnreadable = jest.fn();

beforeAll(async () => {
  dynamodb = await startDynamoDb({ now: () => 0, engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  history = new HistoryTable(TABLE_NAME, client, onUnreadable);
});

afterEach(() => {
  onUnreadable.mockClear();
});

afterAll(async () => {
  client.destroy();
  await dynamodb.close();
});

async function put(...items: readonly Record<string, unknown>[]): Promise<void> {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  for (const Item of items) await documents.send(new PutCommand({ TableName: TABLE_NAME, Item }));
}

function watchItem(taskId: string, auditStartTime: string, overrides: Record<string, unknown> = {}) {
  const audit = { ...auditId(taskId), ...overrides };
  return {
    ...watchKey(audit),
    ...audit,
    schemaVersion: 1,
    execution: 'arn',
    leaseUntil: 0,
    dueAt: 0,
    poll: 1,
    watchedSince: auditStartTime,
    alerts: {},
    expiresAt: 1,
    place: placeKey(audit),
    auditStartTime,
    ...overrides,
  };
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('The audits of a period', () => {
  test('come newest first, those of this account and Region, whatever their name', async () => {
    await put(
      watchItem('old', '2026-10-01T02:00:00.000Z'),
      watchItem('first', '2026-10-02T02:00:00.000Z', { auditName: 'Nightly' }),
      watchItem('last', '2026-10-03T02:00:00.000Z', { auditName: 'ON_DEMAND' }),
      watchItem('new', '2026-10-04T02:00:00.000Z'),
      watchItem('elsewhere', '2026-10-02T02:00:00.000Z', { region: 'eu-west-2' }),
    );

    const period = { since: '2026-10-02T00:00:00.000Z', until: '2026-10-04T00:00:00.000Z' };
    const audits = await collected(history.audits(PLACE, period));

    expect(audits.map(({ taskId }) => taskId)).toEqual(['last', 'first']);
  });

  test('are all read, a hundred at a time', async () => {
    const place = { region: 'eu-north-1' };
    const starts = Array.from({ length: 130 }, (_, n) => new Date(Date.UTC(2026, 0, 1, n)).toISOString());
    await put(...starts.map((start) => watchItem(`at-${start.slice(5, 13)}`, start, place)));

    const audits = await collected(history.audits({ ...PLACE, ...place }, { since: '2026' }));

    expect(audits.map(({ auditStartTime }) => auditStartTime)).toEqual(starts.toReversed());
  });

  test('do without one that cannot be read, which is named', async () => {
    const place = { region: 'eu-south-1' };
    await put(
      watchItem('good', '2026-10-01T02:00:00.000Z', place),
      watchItem('bad', '2026-10-02T02:00:00.000Z', { ...place, poll: 'one' }),
    );
    const audits = await collected(history.audits({ ...PLACE, ...place }, { since: '2026' }));

    expect(audits.map(({ taskId }) => taskId)).toEqual(['good']);
    expect(onUnreadable.mock.calls).toEqual([[expect.any(MalformedItemError)]]);
  });
});

describe('The changes of a check', () => {
  test('come oldest first, as the ledger wrote them', async () => {
    const ledger = new LedgerTable(TABLE_NAME, client);
    const now = { outcome: 'NON_COMPLIANT', resources: 3 } as const;
    const change = { checkName: 'A_CHECK', change: 'NEW', now } as const;
    await ledger.putChange(
      PLACE,
      { taskId: 'second', auditName: 'Nightly', startedAt: '2026-10-02T02:00:00.000Z' },
      change,
      1,
    );
    await ledger.putChange(
      PLACE,
      { taskId: 'first', auditName: 'Nightly', startedAt: '2026-10-01T02:00:00.000Z' },
      change,
      1,
    );
    await ledger.putChange(
      PLACE,
      { taskId: 'before', auditName: 'Nightly', startedAt: '2026-09-01T02:00:00.000Z' },
      change,
      1,
    );

    const changes = await collected(history.changes(PLACE, 'A_CHECK', { since: '2026-10' }));

    expect(changes).toMatchObject([
      { taskId: 'first', auditName: 'Nightly', startedAt: '2026-10-01T02:00:00.000Z', change: 'NEW', now },
      { taskId: 'second' },
    ]);
  });

  test('do without one that cannot be read, which is named', async () => {
    await put({ pk: historyPartition(PLACE, 'BAD_CHECK'), sk: '2026-10-01#bad', schemaVersion: 1, change: 'NEW' });
    expect(await collected(history.changes(PLACE, 'BAD_CHECK', { since: '2026' }))).toEqual([]);
    expect(onUnreadable.mock.calls).toEqual([[expect.any(MalformedItemError)]]);
  });
});

describe('The snapshots of an audit', () => {
  test('come in the order of its polls, without one that cannot be read', async () => {
    const audit = auditId('snapshots');
    const snapshot = (poll: number) => ({ poll, capturedAt: `2026-10-02T02:00:0${poll}.000Z`, answer: {} });
    await put(
      watchItem('snapshots', '2026-10-02T02:00:00.000Z'),
      fromSnapshot(audit, snapshot(3)),
      fromSnapshot(audit, snapshot(1)),
      { ...snapshotKey(audit, 2), schemaVersion: 1, poll: 2 },
    );
    const snapshots = await collected(history.snapshots(audit));

    expect(snapshots).toEqual([snapshot(1), snapshot(3)]);
    expect(onUnreadable.mock.calls).toEqual([[expect.any(MalformedItemError)]]);
  });
});
