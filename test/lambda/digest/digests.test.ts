import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient, ListAuditSuppressionsCommand } from '@aws-sdk/client-iot';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AlertTopic } from '../../../lambda/aws/alert-topic.ts';
import { AlertTopics } from '../../../lambda/aws/alert-topics.ts';
import { Audits } from '../../../lambda/aws/audits.ts';
import { DigestTable } from '../../../lambda/aws/table/digest-table.ts';
import { HistoryTable } from '../../../lambda/aws/table/history-table.ts';
import { LedgerTable } from '../../../lambda/aws/table/ledger-table.ts';
import { SweepTable } from '../../../lambda/aws/table/sweep-table.ts';
import { Table } from '../../../lambda/aws/table/table.ts';
import { digestKey, placeKey } from '../../../lambda/contract.ts';
import { Digests } from '../../../lambda/digest/digests.ts';
import { PLACE } from '../../../local/place.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/services/dynamodb.ts';
import { alertKey } from '../../builders.ts';
import { freezeDate } from '../../freeze-date.ts';
import { tableEngine } from '../../table-engine.ts';
import { TABLE_PROPERTIES } from '../../table-properties.ts';

const TABLE_NAME = 'Watches';
const [MAILS, CHATS] = ['Alerts', 'Chats'].map((name) => `arn:aws:sns:eu-west-1:123456789012:${name}`) as [
  string,
  string,
];
const SUNDAY = Date.parse('2026-10-11T12:00:00.000Z');
const MONDAY = Date.parse('2026-10-12T08:00:00.000Z');
const MINUTE = 60_000;
const KEY = alertKey('DIGEST', '2026-10-12T0800Z');

const iot = mockClient(IoTClient);
const sns = mockClient(SNSClient);
let dynamodb: DynamoDb;
let client: DynamoDBClient;
let table: DigestTable;
const unreadable: unknown[] = [];

beforeEach(async () => {
  dynamodb = await startDynamoDb({ now: () => Date.now(), engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  table = new DigestTable(TABLE_NAME, client, (error) => unreadable.push(error));
  iot.on(ListAuditSuppressionsCommand).resolves({ suppressions: [] });
  sns.on(PublishCommand).resolves({ MessageId: 'message-1' });
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
});

afterEach(async () => {
  iot.reset();
  sns.reset();
  unreadable.length = 0;
  jest.restoreAllMocks();
  jest.useRealTimers();
  client.destroy();
  await dynamodb.close();
});

/** One sweep at a moment. */
function sweepAt(
  moment: number,
  { cadence = 'daily', chat = false }: { cadence?: 'daily' | 'weekly'; chat?: boolean } = {},
) {
  freezeDate(moment);
  const sources = {
    audits: new Audits(),
    digests: table,
    ledger: new LedgerTable(TABLE_NAME, client),
    history: new HistoryTable(TABLE_NAME, client),
    sweep: new SweepTable(TABLE_NAME, client),
  };
  const topics = new AlertTopics(new AlertTopic(MAILS), chat ? new AlertTopic(CHATS) : undefined);
  const terms = { cadence, day: 'MON', hour: 8, timeZone: 'UTC' } as const;
  return new Digests(terms, sources, topics).publish(PLACE, new Date(moment));
}

function published(): (string | undefined)[] {
  return sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.TopicArn);
}

function noAnswer(): void {
  sns.on(PublishCommand).rejects(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
}

describe('A digest', () => {
  test('is not sent for the period in which digests were switched on', async () => {
    expect(await sweepAt(SUNDAY)).toEqual({ sent: 0 });

    expect(published()).toEqual([]);
    expect((await table.read(PLACE)).record).toEqual({
      since: '2026-10-11T12:00:00.000Z',
      doneUntil: '2026-10-11T12:00:00.000Z',
      marks: [],
    });
  });

  test('is published once when its period has ended, and on both topics where chats have one of their own', async () => {
    await sweepAt(SUNDAY);

    expect(await sweepAt(MONDAY - 1, { chat: true })).toEqual({ sent: 0 });
    expect(await sweepAt(MONDAY, { chat: true })).toEqual({ sent: 1 });
    expect(await sweepAt(MONDAY + MINUTE, { chat: true })).toEqual({ sent: 0 });

    expect(published()).toEqual([MAILS, CHATS]);
    expect((await table.read(PLACE)).record).toEqual({
      since: '2026-10-12T08:00:00.000Z',
      doneUntil: '2026-10-12T08:00:00.000Z',
      marks: [],
    });
  });

  test('that is out on the alert topic, but not in chat, is not sent by mail again', async () => {
    await sweepAt(SUNDAY);
    sns.on(PublishCommand).callsFake(({ TopicArn }) => {
      if (TopicArn === CHATS && published().length === 2) {
        throw Object.assign(new Error('down'), { $metadata: { httpStatusCode: 500 } });
      }
      return { MessageId: 'message-1' };
    });

    await expect(sweepAt(MONDAY, { chat: true })).rejects.toThrow('down');
    expect((await table.read(PLACE)).record).toMatchObject({ pending: { messageId: 'message-1' } });
    expect(await sweepAt(MONDAY + 5 * MINUTE, { chat: true })).toEqual({ sent: 1 });

    expect(published()).toEqual([MAILS, CHATS, CHATS]);
  });

  test('is sent again later and later while nobody knows whether it is out', async () => {
    await sweepAt(SUNDAY);
    noAnswer();

    const tries: number[] = [];
    for (const minute of [0, 5, 9, 10, 20, 29, 30, 69, 70]) {
      await sweepAt(MONDAY + minute * MINUTE).catch(() => undefined);
      tries.push(published().length);
    }

    expect(tries).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 4]);
    expect(await sweepAt(MONDAY + 71 * MINUTE)).toMatchObject({ sent: 0, pending: { attempt: { copies: 4 } } });
  });

  test('of which ten attempts may have published it is uncertain and listed as that; the next one covers its time', async () => {
    await sweepAt(SUNDAY, { cadence: 'weekly' });
    noAnswer();
    for (const minute of [0, 10, 30, 70, 150, 310, 630, 1270, 2550, 3990]) {
      await sweepAt(MONDAY + minute * MINUTE, { cadence: 'weekly' }).catch(() => undefined);
    }
    const before = published().length;

    expect(await sweepAt(MONDAY + 4000 * MINUTE, { cadence: 'weekly' })).toEqual({ sent: 0 });

    expect(before).toBe(10);
    expect(published()).toHaveLength(10);
    expect((await table.read(PLACE)).record).toEqual({
      since: '2026-10-11T12:00:00.000Z',
      doneUntil: '2026-10-12T08:00:00.000Z',
      marks: [],
    });
    const key = { pk: `UNCERTAIN#${placeKey(PLACE)}`, sk: KEY };
    expect(await new Table(TABLE_NAME, client).get(key)).toMatchObject({ kind: 'DIGEST' });
  });

  test('is left to the sweep that was quicker', async () => {
    await sweepAt(SUNDAY);
    const write = jest.spyOn(table, 'write');

    write.mockResolvedValueOnce(false);
    expect(await sweepAt(MONDAY)).toEqual({ sent: 0 });
    write.mockImplementationOnce(write.getMockImplementation() ?? DigestTable.prototype.write.bind(table));
    write.mockResolvedValueOnce(false);
    expect(await sweepAt(MONDAY)).toEqual({ sent: 0 });

    expect(published()).toEqual([]);
  });

  test('is not switched on twice by two first sweeps', async () => {
    jest.spyOn(table, 'write').mockResolvedValueOnce(false);

    expect(await sweepAt(SUNDAY)).toEqual({ sent: 0 });
  });

  test('is published once by two sweeps at the same moment', async () => {
    await sweepAt(SUNDAY);

    const both = await Promise.all([sweepAt(MONDAY), sweepAt(MONDAY)]);

    expect(both.map(({ sent }) => sent).sort()).toEqual([0, 1]);
    expect(published()).toEqual([MAILS]);
  });

  test.each([
    ['with a version that can be read', { version: 7 }],
    ['of another layout', { version: 7, schemaVersion: 99 }],
    ['without a version', {}],
  ])('goes out although the record cannot be read: %s', async (_, attributes) => {
    await new Table(TABLE_NAME, client).put({
      Item: { ...digestKey(PLACE), schemaVersion: 1, record: { since: 'yesterday' }, ...attributes },
    });

    expect(await sweepAt(MONDAY + MINUTE)).toEqual({ sent: 1 });
    expect(await sweepAt(MONDAY + 2 * MINUTE)).toEqual({ sent: 0 });

    expect(unreadable).toHaveLength(1);
    expect(JSON.parse(String(sns.commandCalls(PublishCommand)[0]?.args[0].input.Message)).default).toContain(
      '"from":"2026-10-11T08:00:00.000Z"',
    );
  });

  test('goes out although the suppressions cannot be read', async () => {
    await sweepAt(SUNDAY);
    iot.on(ListAuditSuppressionsCommand).rejects('not an Error of ours');

    expect(await sweepAt(MONDAY)).toEqual({ sent: 1 });

    expect(JSON.parse(String(sns.commandCalls(PublishCommand)[0]?.args[0].input.Message)).default).toContain(
      '"suppressionsError"',
    );
  });
});

test('A write whose answer was lost is recognized when the SDK repeats it', async () => {
  const record = { since: '2026-10-11T12:00:00.000Z', doneUntil: '2026-10-11T12:00:00.000Z', marks: [] };
  const update = Table.prototype.update;
  jest.spyOn(Table.prototype, 'update').mockImplementation(async function (this: Table, input) {
    await update.call(this, input);
    return update.call(this, input);
  });

  expect(await table.write(PLACE, record, 0)).toBe(true);
  jest.restoreAllMocks();
  expect(await table.write(PLACE, record, 0)).toBe(false);
});
