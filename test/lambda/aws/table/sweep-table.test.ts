import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SweepReach } from '../../../../lambda/audit/sweep/sweep.ts';
import { SweepTable } from '../../../../lambda/aws/table/sweep-table.ts';
import { auditPartition, placeKey, sweepKey } from '../../../../lambda/contract.ts';
import type { MalformedItemError } from '../../../../lambda/errors.ts';
import { PLACE } from '../../../../local/place.ts';
import { type DynamoDb, startDynamoDb } from '../../../../local/services/dynamodb.ts';
import { auditId } from '../../../builders.ts';
import { tableEngine } from '../../../table-engine.ts';
import { TABLE_PROPERTIES } from '../../../table-properties.ts';

const tableName = 'Watches';
const now = new Date('2026-10-02T02:00:00.000Z');
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const DAILY = { Nightly: { frequency: 'DAILY', knownSince: now.toISOString(), runsCountFrom: now.toISOString() } };

let dynamodb: DynamoDb;
let client: DynamoDBClient;
let table: SweepTable;

beforeEach(async () => {
  dynamodb = await startDynamoDb({ now: () => now.getTime(), engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, tableName);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  table = new SweepTable(tableName, client);
});

afterEach(async () => {
  client.destroy();
  await dynamodb.close();
});

async function put(Item: Record<string, unknown>): Promise<void> {
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: tableName, Item }));
}

function putWatch(taskId: string, attributes: Record<string, unknown> = {}): Promise<void> {
  return put({
    pk: auditPartition(auditId(taskId)),
    sk: 'WATCH',
    schemaVersion: 1,
    ...auditId(taskId),
    execution: 'arn',
    leaseUntil: now.getTime(),
    poll: 1,
    watchedSince: now.toISOString(),
    alerts: {},
    expiresAt: 1,
    ...attributes,
  });
}

/** How far the sweeps have come. */
function reach(historyUntil: string): SweepReach {
  return { coveredUntil: later(30_000).toISOString(), historyUntil };
}

describe('What the sweeps remember', () => {
  test('is nothing before the first', async () => {
    expect(await table.state(PLACE)).toEqual({});
  });

  test('is when the first and the last of them began, and how far the history is known', async () => {
    await table.finish(PLACE, now, reach('2026-07-11T03:00:00.000Z'), '2026-07-10T03:00:00.000Z');
    await table.finish(PLACE, later(60_000), reach('2026-07-18T03:00:00.000Z'));

    expect(await table.state(PLACE)).toEqual({
      firstSweepAt: now.toISOString(),
      lastSweepAt: later(60_000).toISOString(),
      ...reach('2026-07-18T03:00:00.000Z'),
      runsUnknownAt: '2026-07-10T03:00:00.000Z',
    });
  });

  test('never goes back: of two sweeps at once, the one that began earlier and ends later changes nothing', async () => {
    await table.finish(PLACE, later(60_000), reach('2026-07-18T03:00:00.000Z'));
    await table.finish(PLACE, now, reach('2026-07-11T03:00:00.000Z'), '2026-07-10T03:00:00.000Z');

    expect(await table.state(PLACE)).toEqual({
      firstSweepAt: later(60_000).toISOString(),
      lastSweepAt: later(60_000).toISOString(),
      ...reach('2026-07-18T03:00:00.000Z'),
    });
  });

  test('is unknown where somebody wrote something else', async () => {
    await put({ ...sweepKey(PLACE), lastSweepAt: 7, schedules: 'none' });

    expect(await table.state(PLACE)).toEqual({});
    expect(await table.takeSchedules(PLACE, 'mine', now, 1000)).toEqual({});
  });

  test('of another schema version is refused by name', async () => {
    await put({ ...sweepKey(PLACE), schemaVersion: 2 });

    await expect(table.state(PLACE)).rejects.toMatchObject({ name: 'MalformedItemError' });
    await expect(table.takeSchedules(PLACE, 'mine', now, 1000)).rejects.toMatchObject({ name: 'MalformedItemError' });
  });

  test('leaves the records of the schedules alone, and they leave it', async () => {
    await table.takeSchedules(PLACE, 'mine', now, 1000);
    await table.putSchedules(PLACE, 'mine', DAILY);
    await table.finish(PLACE, now, reach(now.toISOString()), now.toISOString());

    await table.releaseSchedules(PLACE, 'mine');

    expect(await table.takeSchedules(PLACE, 'other', now, 1000)).toEqual({
      records: DAILY,
      runsUnknownAt: now.toISOString(),
    });
    expect(await table.state(PLACE)).toMatchObject({ lastSweepAt: now.toISOString() });
  });
});

describe('The open watches', () => {
  const malformed: MalformedItemError[] = [];
  const openWatches = () => table.openWatches(PLACE, (error) => malformed.push(error));

  beforeEach(() => {
    malformed.length = 0;
  });

  test('are those with work left, by the end of their lease', async () => {
    await putWatch('closed');
    await putWatch('later', { open: placeKey(PLACE), leaseUntil: later(1).getTime() });
    await putWatch('sooner', { open: placeKey(PLACE) });

    expect((await openWatches()).map(({ taskId }) => taskId)).toEqual(['sooner', 'later']);
    expect(malformed).toEqual([]);
  });

  test('come without one that cannot be read, which is reported', async () => {
    await putWatch('broken', { open: placeKey(PLACE), alerts: 'none' });
    await putWatch('sound', { open: placeKey(PLACE), leaseUntil: later(1).getTime() });

    expect((await openWatches()).map(({ taskId }) => taskId)).toEqual(['sound']);
    expect(malformed).toMatchObject([{ name: 'MalformedItemError', message: expect.stringContaining('#broken ') }]);
  });

  test('of a table that does not exist are an error', async () => {
    const missing = new SweepTable('no-such-table', client);

    await expect(missing.openWatches(PLACE, () => undefined)).rejects.toMatchObject({ name: 'TableNotFoundError' });
  });

  test('fail as a whole for any other reason', async () => {
    await putWatch('broken', { open: placeKey(PLACE), alerts: 'none' });

    await expect(
      table.openWatches(PLACE, () => {
        throw new Error('Nobody listens.');
      }),
    ).rejects.toThrow('Nobody listens.');
  });
});

describe('The watched audits', () => {
  test('are those that have a watch, open or closed, however many are asked for and however often', async () => {
    await putWatch('audit-7');
    await putWatch('audit-150', { open: placeKey(PLACE), auditName: 'Nightly', endedAt: later(1).toISOString() });
    await put({ pk: auditPartition(auditId('audit-8')), sk: 'SNAPSHOT#000001' });
    const asked = Array.from({ length: 160 }, (_, n) => `audit-${n}`);

    const watches = await table.watched(PLACE, [...asked, 'audit-7']);

    expect(watches).toEqual(
      new Map([
        ['audit-7', { watchedSince: now.toISOString(), isOpen: false }],
        [
          'audit-150',
          { watchedSince: now.toISOString(), auditName: 'Nightly', endedAt: later(1).toISOString(), isOpen: true },
        ],
      ]),
    );
    expect(await table.watched(PLACE, [])).toEqual(new Map());
  });
});

describe('The records of the schedules', () => {
  test('are taken by one sweep at a time, until it releases them', async () => {
    expect(await table.takeSchedules(PLACE, 'mine', now, 1000)).toEqual({});
    expect(await table.takeSchedules(PLACE, 'other', later(1000), 1000)).toBeUndefined();

    await table.putSchedules(PLACE, 'mine', DAILY);
    await table.releaseSchedules(PLACE, 'mine');

    expect(await table.takeSchedules(PLACE, 'other', later(1), 1000)).toEqual({ records: DAILY });
  });

  test('are free again when the sweep that took them has been silent for too long', async () => {
    await table.takeSchedules(PLACE, 'mine', now, 1000);

    expect(await table.takeSchedules(PLACE, 'other', later(1001), 1000)).toEqual({});
    expect(await table.putSchedules(PLACE, 'mine', DAILY)).toBe(false);
    expect(await table.putSchedules(PLACE, 'other', DAILY)).toBe(true);
  });

  test('are not released by a sweep that has lost them', async () => {
    await table.takeSchedules(PLACE, 'mine', now, 1000);
    await table.takeSchedules(PLACE, 'other', later(1001), 1000);

    await table.releaseSchedules(PLACE, 'mine');

    expect(await table.takeSchedules(PLACE, 'third', later(1002), 1000)).toBeUndefined();
  });
});
