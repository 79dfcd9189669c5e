import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient, ListScheduledAuditsCommand } from '@aws-sdk/client-iot';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { ScheduleRecord, ScheduleRecords } from '../../lambda/audit/sweep/schedule-records.ts';
import { AlertTopic } from '../../lambda/aws/alert-topic.ts';
import { AlertTopics } from '../../lambda/aws/alert-topics.ts';
import { Audits } from '../../lambda/aws/audits.ts';
import { SweepTable } from '../../lambda/aws/table/sweep-table.ts';
import { Table } from '../../lambda/aws/table/table.ts';
import { placeKey } from '../../lambda/contract.ts';
import { type Judgeable, MissedRuns, type PublishedAlerts } from '../../lambda/missed-runs.ts';
import { PLACE } from '../../local/place.ts';
import { type DynamoDb, startDynamoDb } from '../../local/services/dynamodb.ts';
import { freezeDate } from '../freeze-date.ts';
import { tableEngine } from '../table-engine.ts';
import { TABLE_PROPERTIES } from '../table-properties.ts';

const TABLE_NAME = 'Watches';
const MAILS = 'arn:aws:sns:eu-west-1:123456789012:Alerts';
const CHATS = 'arn:aws:sns:eu-west-1:123456789012:Chats';
const now = new Date('2026-10-12T12:00:00.000Z');
const IDLE = { mayJudge: false, running: new Set<string>() };
const JUDGING = { ...IDLE, mayJudge: true };

const iot = mockClient(IoTClient);
const sns = mockClient(SNSClient);
let dynamodb: DynamoDb;
let client: DynamoDBClient;
let table: SweepTable;
let errors: unknown[] = [];

beforeEach(async () => {
  dynamodb = await startDynamoDb({ now: () => now.getTime(), engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  table = new SweepTable(TABLE_NAME, client);
  sns.on(PublishCommand).resolves({ MessageId: 'message-1' });
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
});

afterEach(async () => {
  iot.reset();
  sns.reset();
  jest.restoreAllMocks();
  jest.useRealTimers();
  client.destroy();
  await dynamodb.close();
});

function publish(judgeable: Judgeable, chatTopic?: AlertTopic): Promise<PublishedAlerts> {
  const missedRuns = new MissedRuns(new Audits(), table, new AlertTopics(new AlertTopic(MAILS), chatTopic));
  errors = [];
  return missedRuns.publish(judgeable, PLACE, now, (error) => {
    errors.push(error);
    return undefined;
  });
}

/** Records of daily schedules that each have an alert to send. */
function pendingOf(...names: readonly string[]): ScheduleRecords {
  const record = {
    frequency: 'DAILY',
    knownSince: '2026-10-01T00:00:00.000Z',
    runsCountFrom: '2026-10-01T00:00:00.000Z',
    missed: {
      status: 'PENDING',
      day: '2026-10-11',
      dueAt: '2026-10-11T02:00:00.000Z',
      judgedAt: '2026-10-11T07:00:00.000Z',
    },
  } as const;
  return Object.fromEntries(names.map((name) => [name, record]));
}

async function store(records: ScheduleRecords): Promise<void> {
  await table.takeSchedules(PLACE, 'before', now, 1000);
  await table.putSchedules(PLACE, 'before', records);
  await table.releaseSchedules(PLACE, 'before');
}

async function stored(): Promise<ScheduleRecords | undefined> {
  const taken = await table.takeSchedules(PLACE, 'after', now, 1000);
  await table.releaseSchedules(PLACE, 'after');
  return taken?.records;
}

/** Only the date moves, between two sweeps. */
function at(minutes: number): void {
  freezeDate(now.getTime() + minutes * 60_000);
}

function publishedTo(): unknown[] {
  return sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.TopicArn);
}

describe('A missed run', () => {
  test('whose alert is pending is published even when nothing may be judged, once', async () => {
    await store(pendingOf('Nightly'));

    expect(await publish(IDLE)).toEqual({ sent: 1, pending: [] });
    expect(await publish(IDLE)).toEqual({ sent: 0, pending: [] });

    expect(publishedTo()).toEqual([MAILS]);
    expect(Object.keys(JSON.parse(sns.commandCalls(PublishCommand)[0]?.args[0].input.Message ?? ''))).toContain(
      'https',
    );
    expect(await stored()).toMatchObject({ Nightly: { missed: { status: 'SENT', messageId: 'message-1' } } });
  });

  test('is published to the chat topic too, where there is one', async () => {
    await store(pendingOf('Nightly'));

    await publish(IDLE, new AlertTopic(CHATS));

    expect(publishedTo()).toEqual([MAILS, CHATS]);
    const [mail, chat] = sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.Message ?? '');
    expect(Object.keys(JSON.parse(mail ?? ''))).toEqual(['default', 'email']);
    expect(JSON.parse(chat ?? '')).toHaveProperty('version');
  });

  test('whose chat alert failed is not published to everybody else again', async () => {
    await store(pendingOf('Nightly'));
    const down = Object.assign(new Error('chats are down'), { $metadata: { httpStatusCode: 500 } });
    sns.on(PublishCommand, { TopicArn: CHATS }).rejectsOnce(down).resolves({ MessageId: 'message-2' });

    expect(await publish(IDLE, new AlertTopic(CHATS))).toMatchObject({ sent: 0, pending: [{ day: '2026-10-11' }] });
    expect(errors).toEqual([down]);
    expect(await publish(IDLE, new AlertTopic(CHATS))).toEqual({ sent: 1, pending: [] });

    expect(publishedTo()).toEqual([MAILS, CHATS, CHATS]);
  });

  test('whose alert is out but for its chat form is not mailed twice when the chat topic is gone', async () => {
    await store(pendingOf('Nightly'));
    sns
      .on(PublishCommand, { TopicArn: CHATS })
      .rejects(Object.assign(new Error(), { $metadata: { httpStatusCode: 500 } }));
    await publish(IDLE, new AlertTopic(CHATS));

    expect(await publish(IDLE)).toEqual({ sent: 1, pending: [] });

    expect(publishedTo()).toEqual([MAILS, CHATS]);
  });

  test('of which nobody knows whether its alert is out waits before the next attempt, longer each time', async () => {
    await store(pendingOf('Nightly'));
    sns.on(PublishCommand).rejects(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));

    const tries: number[] = [];
    for (const minute of [0, 5, 9, 10, 20, 29, 30, 69, 70]) {
      at(minute);
      await publish(IDLE);
      tries.push(errors.length);
    }

    expect(tries).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 1]);
    expect(await stored()).toMatchObject({ Nightly: { missed: { status: 'PENDING', attempt: { copies: 4 } } } });
  });

  test('of which ten attempts may have published the alert is uncertain, and listed as that', async () => {
    const { Nightly } = pendingOf('Nightly');
    const attempt = { id: 'tenth', copies: 10, at: new Date(now.getTime() - 600_000).toISOString() };
    await store({ Nightly: { ...Nightly, missed: { ...Nightly?.missed, attempt } } as ScheduleRecord });
    at(0);

    expect(await publish(IDLE)).toEqual({ sent: 0, pending: [] });

    expect(publishedTo()).toEqual([]);
    expect(await stored()).toMatchObject({ Nightly: { missed: { status: 'UNCERTAIN', attempt } } });
    const key = { pk: `UNCERTAIN#${placeKey(PLACE)}`, sk: `${placeKey(PLACE)}#Nightly#AUDIT_OVERDUE#2026-10-11` };
    expect(await new Table(TABLE_NAME, client).get(key)).toMatchObject({ kind: 'AUDIT_OVERDUE' });
  });

  test('whose schedules another sweep has taken is not published', async () => {
    await store(pendingOf('Nightly'));
    jest.spyOn(table, 'putSchedules').mockResolvedValue(false);

    expect(await publish(IDLE)).toMatchObject({ sent: 0 });

    expect(publishedTo()).toEqual([]);
  });

  test('whose alert cannot be published does not hold back the others, and is reported as a failure', async () => {
    await store(pendingOf('Hourly', 'Nightly'));
    const refused = new Error('refused');
    sns.on(PublishCommand).rejectsOnce(refused).resolves({ MessageId: 'message-2' });

    expect(await publish(IDLE)).toMatchObject({ sent: 1, pending: [{ judgedAt: '2026-10-11T07:00:00.000Z' }] });

    expect(errors).toEqual([refused]);
    const statuses = Object.values((await stored()) ?? {}).map(({ missed }) => missed?.status);
    expect(statuses.toSorted()).toEqual(['PENDING', 'SENT']);
  });
});

test('A missed run whose alert is pending is published although the schedules cannot be listed', async () => {
  await store(pendingOf('Nightly'));
  const denied = new Error('no access');
  iot.on(ListScheduledAuditsCommand).rejects(denied);

  expect(await publish(JUDGING)).toEqual({ sent: 1, pending: [] });

  expect(errors).toEqual([denied]);
  expect(await stored()).toMatchObject({ Nightly: { missed: { status: 'SENT' } } });
});

describe('The schedules', () => {
  test('are first seen without an alert, and free for the next sweep', async () => {
    iot
      .on(ListScheduledAuditsCommand)
      .resolves({ scheduledAudits: [{ scheduledAuditName: 'Nightly', frequency: 'DAILY' }] });

    expect(await publish(JUDGING)).toEqual({ sent: 0, pending: [] });

    expect(await stored()).toEqual({
      Nightly: { frequency: 'DAILY', knownSince: now.toISOString(), runsCountFrom: '2026-10-11T17:00:00.000Z' },
    });
  });

  test('are not written again while nothing is new', async () => {
    const scheduledAudits = [{ scheduledAuditName: 'Nightly', frequency: 'DAILY' as const }];
    iot.on(ListScheduledAuditsCommand).resolves({ scheduledAudits });
    const put = jest.spyOn(table, 'putSchedules');
    await publish(JUDGING);
    const first = await stored();

    await publish(JUDGING);

    expect(put).toHaveBeenCalledTimes(1);
    expect(await stored()).toEqual(first);
    expect(await table.takeSchedules(PLACE, 'next', now, 1000)).toMatchObject({ records: first });
  });

  test('are free for the next sweep also when they cannot be listed', async () => {
    const denied = new Error('no access');
    iot.on(ListScheduledAuditsCommand).rejects(denied);

    expect(await publish(JUDGING)).toEqual({ sent: 0, pending: [] });

    expect(errors).toEqual([denied]);
    expect(await table.takeSchedules(PLACE, 'next', now, 1000)).toEqual({ unreadable: [] });
  });

  test('that another sweep has taken in the meantime are left to it', async () => {
    await store(pendingOf('Nightly'));
    iot.on(ListScheduledAuditsCommand).callsFake(async () => {
      await table.takeSchedules(PLACE, 'other', new Date(now.getTime() + 3_600_000), 1000);
      return { scheduledAudits: [] };
    });

    expect(await publish(JUDGING)).toEqual({ sent: 0, pending: [] });

    expect(publishedTo()).toEqual([]);
  });
});
