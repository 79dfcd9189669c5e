import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { VersionedEntry } from '../../../../lambda/audit/ledger/comparison.ts';
import { LedgerTable, type StoredMove } from '../../../../lambda/aws/table/ledger-table.ts';
import type { AuditId } from '../../../../lambda/contract.ts';
import { MalformedItemError } from '../../../../lambda/errors.ts';
import { type DynamoDb, startDynamoDb } from '../../../../local/services/dynamodb.ts';
import { auditId, buildCompliant, buildNonCompliant } from '../../../builders.ts';
import { tableEngine } from '../../../table-engine.ts';
import { TABLE_PROPERTIES } from '../../../table-properties.ts';
import { Ledger, night } from '../../audit/ledger/ledgers.ts';

const TableName = 'ledger';
const CHECK = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';

let dynamodb: DynamoDb;
let client: DynamoDBClient;
let items: DynamoDBDocumentClient;
let table: LedgerTable;
let audit: AuditId;
let accounts = 100_000_000_000;

beforeAll(async () => {
  dynamodb = await startDynamoDb({ now: () => Date.parse(night(1).startedAt), engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TableName);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 2 });
  items = DynamoDBDocumentClient.from(client);
  table = new LedgerTable(TableName, client);
});

afterAll(async () => {
  client.destroy();
  await dynamodb.close();
});

beforeEach(() => {
  accounts += 1;
  audit = { ...auditId('ledger'), account: String(accounts) };
});

function entry(overrides: Partial<VersionedEntry> = {}): VersionedEntry {
  const ledger = new Ledger();
  ledger.move({ [CHECK]: buildNonCompliant() }, night(1));
  return { ...(ledger.entries[0] ?? { checkName: CHECK }), version: 0, ...overrides };
}

function move(revision: number): StoredMove {
  const comparison = new Ledger().move({ [CHECK]: buildNonCompliant() }, night(revision));
  return { revision, comparison, entries: [entry()] };
}

async function entries(): Promise<VersionedEntry[]> {
  return table.entries(audit, (error) => {
    throw error;
  });
}

describe('an entry', () => {
  test('is written in place of the version that it was computed from, and of no other', async () => {
    expect(await table.putEntry(audit, entry())).toBe(true);
    expect(await table.putEntry(audit, entry())).toBe(false);
    expect(await table.putEntry(audit, entry({ version: 2 }))).toBe(false);
    expect(await table.putEntry(audit, entry({ version: 1 }))).toBe(true);
    expect(await entries()).toEqual([JSON.parse(JSON.stringify(entry({ version: 2 })))]);
  });

  test('belongs to its account and Region alone', async () => {
    await table.putEntry(audit, entry());

    expect(await table.entries({ ...audit, region: 'eu-west-2' }, () => undefined)).toEqual([]);
    expect(await table.entries({ ...audit, account: '000000000000' }, () => undefined)).toEqual([]);
  });

  test('of a windowed check stands beside that of another audit name', async () => {
    await table.putEntry(audit, entry({ auditName: 'Nightly' }));
    await table.putEntry(audit, entry({ auditName: 'Weekly' }));
    await table.putEntry(audit, entry());

    expect((await entries()).map(({ auditName }) => auditName)).toEqual([undefined, 'Nightly', 'Weekly']);
  });

  test('never expires', async () => {
    await table.putEntry(audit, entry());

    const Key = { pk: `CHECKS#${audit.account}#${audit.region}`, sk: CHECK };
    const { Item } = await items.send(new GetCommand({ TableName, Key }));
    expect(Item).toMatchObject({ schemaVersion: 1, entry: { checkName: CHECK } });
    expect(Item).not.toHaveProperty('expiresAt');
  });

  test.each<[string, Record<string, unknown>]>([
    ['of another version', { schemaVersion: 2, entry: { checkName: CHECK, version: 1 } }],
    ['that is null', { schemaVersion: 1, entry: null }],
    ['without a name', { schemaVersion: 1, entry: { version: 1 } }],
    ['without a version', { schemaVersion: 1, entry: { checkName: CHECK } }],
  ])('%s is skipped, by name, and hides no other', async (_, item) => {
    const pk = `CHECKS#${audit.account}#${audit.region}`;
    await items.send(new PutCommand({ TableName, Item: { pk, sk: 'A_BAD_ONE', ...item } }));
    await table.putEntry(audit, entry());
    const skipped: MalformedItemError[] = [];

    const read = await table.entries(audit, (error) => skipped.push(error));

    expect(read).toHaveLength(1);
    expect(skipped).toEqual([expect.any(MalformedItemError)]);
    expect(skipped[0]?.message).toContain('A_BAD_ONE');
  });
});

describe('the comparison of an audit', () => {
  test('is read back as it was stored', async () => {
    expect(await table.storedMove(audit)).toBeUndefined();
    await table.storeMove(audit, move(1), 1_800_000_000);

    expect(await table.storedMove(audit)).toEqual(JSON.parse(JSON.stringify(move(1))));
  });

  test('is replaced only by the revision after it', async () => {
    await table.storeMove(audit, move(1), 1_800_000_000);

    expect(await table.storeMove(audit, move(1), 1_800_000_000)).toBe(false);
    expect(await table.storeMove(audit, move(3), 1_800_000_000)).toBe(false);
    expect(await table.storeMove(audit, move(2), 1_800_000_000)).toBe(true);
    expect((await table.storedMove(audit))?.revision).toBe(2);
  });

  test('that cannot be read is named', async () => {
    const Item = { pk: `AUDIT#${audit.account}#${audit.region}#${audit.taskId}`, sk: 'COMPARISON', schemaVersion: 1 };
    await items.send(new PutCommand({ TableName, Item }));

    await expect(table.storedMove(audit)).rejects.toThrow(MalformedItemError);
  });
});

test('A change of a check is kept once per audit, with what was and what is', async () => {
  const ledger = new Ledger();
  ledger.move({ [CHECK]: buildNonCompliant() }, night(1));
  const [change] = ledger.move({ [CHECK]: buildCompliant() }, night(2)).checks;
  if (change === undefined) throw new Error('The check did not change.');

  await table.putChange(audit, night(2).startedAt, change, 1_800_000_000);
  await table.putChange(audit, night(2).startedAt, change, 1_800_000_000);

  const { Items } = await items.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `HISTORY#${audit.account}#${audit.region}#${CHECK}` },
    }),
  );
  expect(Items).toEqual([
    expect.objectContaining({
      taskId: audit.taskId,
      startedAt: night(2).startedAt,
      change: 'RECOVERED',
      before: expect.objectContaining({ outcome: 'NON_COMPLIANT', resources: 3 }),
      now: expect.objectContaining({ outcome: 'COMPLIANT' }),
      expiresAt: 1_800_000_000,
    }),
  ]);
});
