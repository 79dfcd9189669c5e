import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { Table } from '../../../../lambda/aws/table/table.ts';
import { NotFoundError, UnavailableError } from '../../../../lambda/errors.ts';

const GONE = new NotFoundError('Query', new Error('gone'));
const dynamodb = mockClient(DynamoDBDocumentClient);
const pauses: number[] = [];
let table: Table;

beforeAll(async () => {
  jest.unstable_mockModule('node:timers/promises', () => ({
    setTimeout: async (milliseconds: number) => {
      pauses.push(milliseconds);
    },
  }));
  const { Table } = await import('../../../../lambda/aws/table/table.ts');
  table = new Table('Watches', new DynamoDBClient({ region: 'eu-west-1' }));
});

afterEach(() => {
  dynamodb.reset();
  pauses.length = 0;
});

const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: `AUDIT#${n}`, sk: 'WATCH' }));

/** DynamoDB gives the first `most` keys of each call, and leaves the others unprocessed. */
function giveAtMost(most: number): void {
  dynamodb.on(BatchGetCommand).callsFake(({ RequestItems }): Partial<BatchGetCommandOutput> => {
    const { Keys, ...read } = RequestItems.Watches;
    const left = Keys.slice(most);
    return {
      Responses: { Watches: Keys.slice(0, most).map(({ pk }: { pk: string }) => ({ pk })) },
      UnprocessedKeys: left.length === 0 ? {} : { Watches: { Keys: left, ...read } },
    };
  });
}

function asked(): (number | undefined)[] {
  return dynamodb.commandCalls(BatchGetCommand).map(({ args }) => args[0].input.RequestItems?.Watches?.Keys?.length);
}

describe('Reading many items', () => {
  test('asks for a hundred keys in one call, and for the wanted attributes only', async () => {
    giveAtMost(100);

    const items = await table.getMany(keys(250), ['pk', 'open']);

    expect(items).toEqual(keys(250).map(({ pk }) => ({ pk })));
    expect(asked()).toEqual([100, 100, 50]);
    expect(dynamodb.commandCalls(BatchGetCommand)[0]?.args[0].input.RequestItems?.Watches).toMatchObject({
      ProjectionExpression: '#attribute0, #attribute1',
      ExpressionAttributeNames: { '#attribute0': 'pk', '#attribute1': 'open' },
    });
    expect(pauses).toEqual([]);
  });

  test('of no keys asks for nothing', async () => {
    expect(await table.getMany([], ['pk'])).toEqual([]);
    expect(asked()).toEqual([]);
  });

  test('asks again for the keys that were left unprocessed, each time after a longer pause', async () => {
    giveAtMost(40);

    const items = await table.getMany(keys(100), ['pk']);

    expect(items).toEqual(keys(100).map(({ pk }) => ({ pk })));
    expect(asked()).toEqual([100, 60, 20]);
    expect(pauses).toEqual([200, 400]);
  });

  test('of keys that are left again and again counts as throttled', async () => {
    giveAtMost(0);

    await expect(table.getMany(keys(2), ['pk'])).rejects.toMatchObject({
      name: 'ThrottledError',
      message: 'BatchGetItem: Error: 2 keys were left unread 6 times.',
    });
    expect(asked()).toHaveLength(6);
  });

  test('refuses an answer without its members', async () => {
    dynamodb.on(BatchGetCommand).resolves({});

    await expect(table.getMany(keys(1), ['pk'])).rejects.toMatchObject({ name: 'MalformedAnswerError' });
  });

  test('of a table that does not exist fails under a name of its own', async () => {
    dynamodb.on(BatchGetCommand).rejects(GONE);

    await expect(table.getMany(keys(1), ['pk'])).rejects.toMatchObject({ name: 'TableNotFoundError' });
  });
});

describe('A query', () => {
  test('is read page by page, only as far as it is asked for', async () => {
    const pages: Record<string, Partial<QueryCommandOutput>> = {
      first: { Items: [{ pk: 'a' }, { pk: 'b' }], LastEvaluatedKey: { pk: 'second' } },
      second: { Items: [], LastEvaluatedKey: { pk: 'third' } },
      third: { Items: [{ pk: 'd' }], LastEvaluatedKey: { pk: 'fourth' } },
    };
    dynamodb.on(QueryCommand).callsFake(({ ExclusiveStartKey }) => pages[ExclusiveStartKey?.pk ?? 'first']);

    const found: unknown[] = [];
    for await (const item of table.query({}, 2)) {
      found.push(item);
      if (found.length === 3) break;
    }

    expect(found).toEqual([{ pk: 'a' }, { pk: 'b' }, { pk: 'd' }]);
    expect(dynamodb.commandCalls(QueryCommand)).toHaveLength(3);
    expect(dynamodb.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({ TableName: 'Watches', Limit: 2 });
  });

  test('of a table that does not exist fails under a name of its own, as does an answer without items; other errors keep theirs', async () => {
    dynamodb
      .on(QueryCommand)
      .rejectsOnce(GONE)
      .rejectsOnce(new UnavailableError('Query', new Error('broken')))
      .resolvesOnce({});

    await expect(table.query({}).next()).rejects.toMatchObject({ name: 'TableNotFoundError' });
    await expect(table.query({}).next()).rejects.toMatchObject({ name: 'UnavailableError' });
    await expect(table.query({}).next()).rejects.toMatchObject({ name: 'MalformedAnswerError' });
  });
});
