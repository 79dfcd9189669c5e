import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type DynamoDbOptions, startDynamoDb } from '../../../local/services/dynamodb.ts';
import type { Call, Fault } from '../../../local/services/service.ts';

const TableName = 'Watches';
const PROPERTIES = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'open', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'open',
      KeySchema: [{ AttributeName: 'open', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['poll', 'state'] },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
};
const WATCH = { pk: 'AUDIT#123456789012#eu-west-1#abc', sk: 'WATCH' };

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tables-'));
});
afterAll(() => rm(directory, { recursive: true }));

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(options: Partial<DynamoDbOptions> = {}) {
  const calls: Call[] = [];
  const endpoint = await startDynamoDb({
    now: () => 0,
    onCall: (call) => {
      calls.push(call);
      return undefined;
    },
    ...options,
  });
  const sdk = new DynamoDBClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const close = async () => {
    sdk.destroy();
    await endpoint.close();
  };
  open.push({ close });
  return { endpoint, client: DynamoDBDocumentClient.from(sdk), calls, close };
}

async function startWithTable(options: Partial<DynamoDbOptions> = {}) {
  const started = await start(options);
  await started.endpoint.createTableFrom(PROPERTIES, TableName);
  return started;
}

describe('the tables', () => {
  test('hold items, conditions and sparse indexes as DynamoDB does', async () => {
    const { client } = await startWithTable();
    await client.send(new PutCommand({ TableName, Item: { ...WATCH, open: 'OPEN', poll: 1, note: 'not projected' } }));
    await client.send(
      new PutCommand({ TableName, Item: { pk: 'AUDIT#123456789012#eu-west-1#abc', sk: 'SNAPSHOT#000001' } }),
    );

    const { Item } = await client.send(new GetCommand({ TableName, Key: WATCH }));
    const { Items } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'open',
        KeyConditionExpression: '#open = :open',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':open': 'OPEN' },
      }),
    );
    const overwrite = new UpdateCommand({
      TableName,
      Key: WATCH,
      UpdateExpression: 'SET poll = :next',
      ConditionExpression: 'attribute_not_exists(pk)',
      ExpressionAttributeValues: { ':next': 2 },
    });

    expect(Item).toEqual({ ...WATCH, open: 'OPEN', poll: 1, note: 'not projected' });
    expect(Items).toEqual([{ ...WATCH, open: 'OPEN', poll: 1 }]);
    await expect(client.send(overwrite)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  test('survive from one run to the next in their directory', async () => {
    const tables = join(directory, 'kept', 'tables');
    const first = await startWithTable({ directory: tables });
    await first.client.send(new PutCommand({ TableName, Item: { ...WATCH, poll: 7 } }));
    await first.close();

    const second = await startWithTable({ directory: tables });
    const { Item } = await second.client.send(new GetCommand({ TableName, Key: WATCH }));

    expect(Item).toEqual({ ...WATCH, poll: 7 });
  });

  test('are kept when they have the shape that is asked for, in whatever order', async () => {
    const { endpoint, client } = await startWithTable();
    await client.send(new PutCommand({ TableName, Item: WATCH }));

    await endpoint.createTableFrom(
      {
        ...PROPERTIES,
        AttributeDefinitions: PROPERTIES.AttributeDefinitions.toReversed(),
        GlobalSecondaryIndexes: PROPERTIES.GlobalSecondaryIndexes.map((index) => ({
          ...index,
          Projection: { ...index.Projection, NonKeyAttributes: ['state', 'poll'] },
        })),
      },
      TableName,
    );

    expect((await client.send(new GetCommand({ TableName, Key: WATCH }))).Item).toEqual(WATCH);
  });

  test.each([
    ['keys', { KeySchema: PROPERTIES.KeySchema.map((key) => ({ ...key, AttributeName: `${key.AttributeName}2` })) }],
    [
      'key types',
      { AttributeDefinitions: PROPERTIES.AttributeDefinitions.map((one) => ({ ...one, AttributeType: 'N' })) },
    ],
    ['indexes', { GlobalSecondaryIndexes: undefined }],
  ])('of other %s are refused with the remedy', async (_case, other) => {
    const { endpoint } = await startWithTable();

    await expect(endpoint.createTableFrom({ ...PROPERTIES, ...other }, TableName)).rejects.toMatchObject({
      name: 'TableShapeError',
      message: expect.stringMatching(/^The table Watches has other keys or indexes .* Use --fresh .* --data/),
    });
  });

  test('are not made from properties that are none', async () => {
    const { endpoint } = await start();

    await expect(endpoint.createTableFrom({ KeySchema: 'pk' }, TableName)).rejects.toThrow('AttributeDefinitions');
    await expect(endpoint.createTableFrom(PROPERTIES, 'no')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(
      endpoint.createTableFrom({ ...PROPERTIES, GlobalSecondaryIndexes: undefined }, TableName),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('do not know transactions', async () => {
    const { client } = await startWithTable();
    const transaction = new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: WATCH } }] });

    await expect(client.send(transaction)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

describe('the directory of the tables', () => {
  test('is refused with the remedy while another process uses it', async () => {
    const tables = join(directory, 'locked');
    const holder = await holdLock(tables);

    const refused = expect(startDynamoDb({ now: () => 0, directory: tables })).rejects;

    await refused.toMatchObject({
      name: 'DataDirectoryError',
      message: `The tables in ${tables} cannot be opened: another run is using them. Wait for it to end, or use another directory.`,
    });
    holder.kill();
    await once(holder, 'exit');
    await expect(startWithTable({ directory: tables })).resolves.toBeDefined();
  });

  test('is refused with the reason when it cannot be one', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');

    await expect(startDynamoDb({ now: () => 0, directory: file })).rejects.toMatchObject({
      name: 'DataDirectoryError',
      message: expect.stringMatching(
        /^The tables in .*file cannot be opened: EEXIST.*another directory, or start with empty tables/,
      ),
    });
  });

  /** A process that has the store open. */
  async function holdLock(tables: string) {
    const script = `
      const { createRequire } = require('node:module');
      const { Level } = createRequire(createRequire(process.cwd() + '/').resolve('dynalite'))('level');
      require('node:fs').mkdirSync(process.argv[1], { recursive: true });
      new Level(process.argv[1]).open().then(() => console.log('open'));
      setInterval(() => undefined, 1000);`;
    const holder = spawn(process.execPath, ['-e', script, tables], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    return holder;
  }
});

describe('a call', () => {
  test('is reported with its operation, parameters and audit', async () => {
    const { client, calls } = await startWithTable();

    await client.send(new GetCommand({ TableName, Key: WATCH }));
    await client.send(new PutCommand({ TableName, Item: WATCH }));
    await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'AUDIT#123456789012#eu-west-1#abc' },
      }),
    );
    await client.send(new GetCommand({ TableName, Key: { pk: 'OTHER', sk: 'x' } }));
    await client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [WATCH] } } }));

    expect(calls.map(({ service, operation, taskId }) => [service, operation, taskId])).toEqual([
      ['dynamodb', 'GetItem', 'abc'],
      ['dynamodb', 'PutItem', 'abc'],
      ['dynamodb', 'Query', 'abc'],
      ['dynamodb', 'GetItem', undefined],
      ['dynamodb', 'BatchGetItem', undefined],
    ]);
    expect(calls[0]?.parameters).toMatchObject({ TableName, Key: { pk: { S: 'AUDIT#123456789012#eu-west-1#abc' } } });
  });

  test('that names no operation is reported as such', async () => {
    const { endpoint, calls } = await start();

    const response = await fetch(endpoint.url, { method: 'POST', body: 'x' });

    expect(response.status).toBe(404);
    expect(calls).toEqual([{ service: 'dynamodb', operation: 'UnknownOperation' }]);
  });

  test.each([
    ['ProvisionedThroughputExceededException', 400],
    ['ThrottlingException', 400],
    ['InternalServerError', 500],
    ['ServiceUnavailable', 503],
  ])('fails with an injected %s, and takes no effect', async (name, statusCode) => {
    let fault: Fault | undefined = { type: 'error', name, statusCode, message: 'Injected.' };
    const { client } = await startWithTable({ onCall: () => fault });

    await expect(client.send(new PutCommand({ TableName, Item: WATCH }))).rejects.toMatchObject({
      name,
      message: 'Injected.',
      $metadata: { httpStatusCode: statusCode },
    });
    fault = undefined;

    expect((await client.send(new GetCommand({ TableName, Key: WATCH }))).Item).toBeUndefined();
  });

  test('has taken effect when a fault hides its answer', async () => {
    let fault: Fault | undefined = { type: 'reset' };
    const { client } = await startWithTable({ afterCall: () => fault });

    await expect(client.send(new PutCommand({ TableName, Item: WATCH }))).rejects.toThrow();
    fault = undefined;

    expect((await client.send(new GetCommand({ TableName, Key: WATCH }))).Item).toEqual(WATCH);
  });

  test('that is held does not keep the store from closing', async () => {
    const tables = join(directory, 'held');
    const held = Promise.withResolvers<void>();
    const first = await start({
      directory: tables,
      onCall: () => {
        held.resolve();
        return { type: 'hold' };
      },
    });
    const outcome = first.client.send(new GetCommand({ TableName, Key: WATCH })).catch(() => 'ended');
    await held.promise;

    await first.close();

    expect(await outcome).toBe('ended');
    await expect(startWithTable({ directory: tables })).resolves.toBeDefined();
  });
});
