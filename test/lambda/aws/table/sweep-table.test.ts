import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SweepReach } from '../../../../lambda/audit/sweep/sweep.ts';
import { NOBODY } from '../../../../lambda/audit/watch/watch.ts';
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
const unreadable: MalformedItemError[] = [];

beforeEach(async () => {
  dynamodb = await startDynamoDb({ now: () => now.getTime(), engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, tableName);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  unreadable.length = 0;
  table = new SweepTable(tableName, client, (error) => unreadable.push(error));
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
    dueAt: now.getTime(),
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
    expect(await table.state(PLACE, later(60_000))).toEqual({});
  });

  test('is when the first and the last of them began, and how far the history is known', async () => {
    await table.finish(PLACE, now, reach('2026-07-11T03:00:00.000Z'), '2026-07-10T03:00:00.000Z');
    await table.finish(PLACE, later(60_000), reach('2026-07-18T03:00:00.000Z'));

    expect(await table.state(PLACE, later(60_000))).toEqual({
      firstSweepAt: now.toISOString(),
      lastSweepAt: later(60_000).toISOString(),
      ...reach('2026-07-18T03:00:00.000Z'),
      runsUnknownAt: '2026-07-10T03:00:00.000Z',
    });
  });

  test('never goes back: of two sweeps at once, the one that began earlier and ends later changes nothing', async () => {
    await table.finish(PLACE, later(60_000), reach('2026-07-18T03:00:00.000Z'));
    await table.finish(PLACE, now, reach('2026-07-11T03:00:00.000Z'), '2026-07-10T03:00:00.000Z');

    expect(await table.state(PLACE, later(60_000))).toEqual({
      firstSweepAt: later(60_000).toISOString(),
      lastSweepAt: later(60_000).toISOString(),
      ...reach('2026-07-18T03:00:00.000Z'),
    });
  });

  const moment = now.toISOString();
  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['a number for a moment', { lastSweepAt: 7, coveredUntil: moment }, { coveredUntil: moment }],
    ['null', { firstSweepAt: null, lastSweepAt: moment }, { lastSweepAt: moment }],
    ['a text that is no moment', { historyUntil: 'soon', lastSweepAt: moment }, { lastSweepAt: moment }],
    ['a moment to come', { lastSweepAt: '2999-01-01T00:00:00.000Z', coveredUntil: moment }, { coveredUntil: moment }],
    ['a text for the schedules', { schedules: 'none', lastSweepAt: moment }, { lastSweepAt: moment }],
    ['a claim for ever', { schedulesTakenUntil: 1e15, lastSweepAt: moment }, { lastSweepAt: moment }],
    ['a claim that is text', { schedulesTakenUntil: 'x', schedulesTakenBy: [1] }, {}],
    ['another version', { schemaVersion: 2, lastSweepAt: moment, coveredUntil: moment, schedules: DAILY }, {}],
  ])('is unknown where the item has %s, and noted again', async (_, attributes, known) => {
    await put({ ...sweepKey(PLACE), schemaVersion: 1, ...attributes });

    expect(await table.state(PLACE, later(60_000))).toEqual(known);
    expect(await table.repairedState(PLACE, later(60_000))).toEqual(known);

    expect(unreadable).toMatchObject([{ name: 'MalformedItemError', message: expect.stringContaining('SWEEP#') }]);
    await table.finish(PLACE, later(60_000), reach(moment));
    expect(await table.repairedState(PLACE, later(60_000))).toMatchObject({ lastSweepAt: later(60_000).toISOString() });
    expect(await table.takeSchedules(PLACE, 'mine', later(60_000), 1000)).toMatchObject({ unreadable: [] });
    expect(unreadable).toHaveLength(1);
  });

  test('leaves the records of the schedules alone, and they leave it', async () => {
    await table.takeSchedules(PLACE, 'mine', now, 1000);
    await table.putSchedules(PLACE, 'mine', DAILY);
    await table.finish(PLACE, now, reach(now.toISOString()), now.toISOString());

    await table.releaseSchedules(PLACE, 'mine');

    expect(await table.takeSchedules(PLACE, 'other', now, 1000)).toEqual({
      records: DAILY,
      unreadable: [],
      runsUnknownAt: now.toISOString(),
    });
    expect(await table.state(PLACE, later(60_000))).toMatchObject({ lastSweepAt: now.toISOString() });
  });
});

describe('The open watches', () => {
  const openWatches = () => table.openWatches(PLACE);

  test('are those with work left, by the end of their lease', async () => {
    await putWatch('closed');
    await putWatch('later', { open: placeKey(PLACE), dueAt: later(1).getTime() });
    await putWatch('sooner', { open: placeKey(PLACE) });

    const { watches, unreadable: broken } = await openWatches();
    expect(watches.map(({ taskId }) => taskId)).toEqual(['sooner', 'later']);
    expect([broken, unreadable]).toEqual([[], []]);
  });

  test.each<[string, Record<string, unknown>, string | undefined]>([
    ['of another version', { schemaVersion: 2, auditName: 'Nightly' }, 'Nightly'],
    ['whose alerts are text', { alerts: 'none', auditName: 'Nightly', endedAt: now.toISOString() }, undefined],
    ['whose alerts are null', { alerts: null, auditName: null }, undefined],
    ['with an alert that is null', { alerts: { TERMINAL: null } }, undefined],
    ['with an alert without its poll', { alerts: { TERMINAL: { kind: 'RECOVERED', status: 'PENDING' } } }, undefined],
    ['without its task', { taskId: undefined }, undefined],
    ['that began at no moment', { watchedSince: 'yesterday' }, undefined],
    ['with a course that is text', { usual: 'long' }, undefined],
  ])('come without one %s, which is named by its key', async (_, attributes, auditName) => {
    await putWatch('broken', { open: placeKey(PLACE), ...attributes });
    await putWatch('sound', { open: placeKey(PLACE), dueAt: later(1).getTime() });

    const { watches, unreadable: broken } = await openWatches();

    expect(watches.map(({ taskId }) => taskId)).toEqual(['sound']);
    expect(broken).toEqual([{ taskId: 'broken', auditName }]);
    expect(unreadable).toMatchObject([
      { message: expect.stringContaining(`${auditPartition(auditId('broken'))} / WATCH`) },
    ]);
  });

  test('of a table that does not exist are an error', async () => {
    const missing = new SweepTable('no-such-table', client);

    await expect(missing.openWatches(PLACE)).rejects.toMatchObject({ name: 'TableNotFoundError' });
  });
});

describe('Taking over', () => {
  const openWatches = async () => (await table.openWatches(PLACE)).watches;

  test('begins a watch that is due at once and that nobody has, and only where there is none', async () => {
    await table.begin(auditId('new'), now);
    await table.begin(auditId('new'), later(1));

    const [watch] = await openWatches();
    expect(watch).toMatchObject({
      ...auditId('new'),
      execution: NOBODY,
      leaseUntil: 0,
      dueAt: now.getTime(),
      poll: 0,
      watchedSince: now.toISOString(),
      alerts: {},
    });
  });

  test('is noted once, whichever sweep is quicker', async () => {
    await table.begin(auditId('left'), now);
    const [watch] = await openWatches();
    if (watch === undefined) throw new Error('There is no watch.');

    expect(await table.noteTakeOver(watch, later(1).getTime())).toBe(true);
    expect(await table.noteTakeOver(watch, later(2).getTime())).toBe(false);

    const [noted] = await openWatches();
    expect(noted).toEqual({ ...watch, dueAt: later(1).getTime(), takeOvers: 1 });
  });

  test('closes a watch unless somebody has moved it on', async () => {
    await table.begin(auditId('forgotten'), now);
    const [watch] = await openWatches();
    if (watch === undefined) throw new Error('There is no watch.');

    await table.close({ ...watch, dueAt: watch.dueAt + 1 });
    expect(await openWatches()).toHaveLength(1);
    await table.close(watch);
    expect(await openWatches()).toEqual([]);
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
        ['audit-7', { execution: 'arn', watchedSince: now.toISOString(), isOpen: false }],
        [
          'audit-150',
          {
            execution: 'arn',
            watchedSince: now.toISOString(),
            auditName: 'Nightly',
            endedAt: later(1).toISOString(),
            isOpen: true,
          },
        ],
      ]),
    );
    expect(await table.watched(PLACE, [])).toEqual(new Map());
  });

  test('are known by their key, whatever their attributes say', async () => {
    await putWatch('odd', { taskId: null, watchedSince: 'zzz', auditName: 7, endedAt: [], open: placeKey(PLACE) });

    expect(await table.watched(PLACE, ['odd'])).toEqual(new Map([['odd', { execution: 'arn', isOpen: true }]]));
  });
});

describe('The records of the schedules', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['text', 'DAILY'],
    ['without its moments', { frequency: 'DAILY' }],
    ['known since no moment', { ...DAILY.Nightly, knownSince: 'ever' }],
    ['with a missed run that is null', { ...DAILY.Nightly, missed: null }],
    ['with a missed run that lacks its day', { ...DAILY.Nightly, missed: { status: 'PENDING' } }],
  ])('come without one that is %s, which is named', async (_, record) => {
    await put({ ...sweepKey(PLACE), schedules: { ...DAILY, Weekly: record } });

    expect(await table.takeSchedules(PLACE, 'mine', now, 1000)).toEqual({ records: DAILY, unreadable: ['Weekly'] });

    expect(unreadable).toMatchObject([{ message: expect.stringContaining('(schedule Weekly)') }]);
  });

  test('are taken by one sweep at a time, until it releases them', async () => {
    expect(await table.takeSchedules(PLACE, 'mine', now, 1000)).toEqual({ unreadable: [] });
    expect(await table.takeSchedules(PLACE, 'other', later(1000), 1000)).toBeUndefined();

    await table.putSchedules(PLACE, 'mine', DAILY);
    await table.releaseSchedules(PLACE, 'mine');

    expect(await table.takeSchedules(PLACE, 'other', later(1), 1000)).toEqual({ records: DAILY, unreadable: [] });
  });

  test('are free again when the sweep that took them has been silent for too long', async () => {
    await table.takeSchedules(PLACE, 'mine', now, 1000);

    expect(await table.takeSchedules(PLACE, 'other', later(1001), 1000)).toEqual({ unreadable: [] });
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
