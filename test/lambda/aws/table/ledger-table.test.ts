import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditMove, VersionedEntry } from '../../../../lambda/audit/ledger/comparison.ts';
import { zipJson } from '../../../../lambda/aws/table/items/zipped-json.ts';
import { LedgerTable } from '../../../../lambda/aws/table/ledger-table.ts';
import type { AuditId } from '../../../../lambda/contract.ts';
import type { MalformedItemError } from '../../../../lambda/errors.ts';
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
const unreadable: MalformedItemError[] = [];

beforeAll(async () => {
  dynamodb = await startDynamoDb({ now: () => Date.parse(night(1).startedAt), engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TableName);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 2 });
  items = DynamoDBDocumentClient.from(client);
  table = new LedgerTable(TableName, client, (error) => unreadable.push(error));
});

afterAll(async () => {
  client.destroy();
  await dynamodb.close();
});

beforeEach(() => {
  unreadable.length = 0;
  accounts += 1;
  audit = { ...auditId('ledger'), account: String(accounts) };
});

function entry(overrides: Partial<VersionedEntry> = {}): VersionedEntry {
  const ledger = new Ledger();
  ledger.move({ [CHECK]: buildNonCompliant() }, night(1));
  return { ...(ledger.entries[0] ?? { checkName: CHECK }), version: 0, ...overrides };
}

function move(revision: number): AuditMove {
  const comparison = new Ledger().move({ [CHECK]: buildNonCompliant() }, night(revision));
  return { comparison, entries: [entry()] };
}

function store(revision: number): Promise<boolean> {
  return table.storeMove(audit, move(revision), revision, 1_800_000_000);
}

async function entries(): Promise<VersionedEntry[]> {
  const read = await table.entries(audit);
  expect(unreadable).toEqual([]);
  return read;
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

    expect(await table.entries({ ...audit, region: 'eu-west-2' })).toEqual([]);
    expect(await table.entries({ ...audit, account: '000000000000' })).toEqual([]);
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

  const { version: _, ...unversioned } = entry();
  test.each<[string, Record<string, unknown>]>([
    ['of another version', { schemaVersion: 2, entry: entry({ version: 4 }) }],
    ['without a version of the schema', { entry: entry({ version: 4 }) }],
    ['that is gone', { schemaVersion: 1 }],
    ['that is null', { schemaVersion: 1, entry: null }],
    ['that is text', { schemaVersion: 1, entry: '{}' }],
    ['without a name', { schemaVersion: 1, entry: { version: 1 } }],
    ['of another check', { schemaVersion: 1, entry: entry({ checkName: 'ANOTHER', version: 1 }) }],
    ['without a version', { schemaVersion: 1, entry: unversioned }],
    ['with a version that is text', { schemaVersion: 1, entry: { ...entry(), version: '1' } }],
    ['with version 0', { schemaVersion: 1, entry: entry() }],
    [
      'with a version that is no whole number',
      { schemaVersion: 1, entry: entry({ result: undefined, version: -1.5 }) },
    ],
    ['with a result that is null', { schemaVersion: 1, entry: { ...entry({ version: 3 }), result: null } }],
    ['whose result lacks its audit', { schemaVersion: 1, entry: { ...entry({ version: 3 }), result: { since: '' } } }],
    ['with audits that are no list', { schemaVersion: 1, entry: { ...entry({ version: 3 }), movedBy: 'night-1' } }],
  ])('%s is not known, hides no other, and is written again', async (_, item) => {
    const pk = `CHECKS#${audit.account}#${audit.region}`;
    await items.send(new PutCommand({ TableName, Item: { pk, sk: CHECK, ...item } }));
    await table.putEntry(audit, entry({ checkName: 'Z_SOUND' }));

    const [bad, sound] = await table.entries(audit);

    expect(bad).toEqual({ checkName: CHECK, version: expect.any(Number) });
    expect(sound).toMatchObject({ checkName: 'Z_SOUND', version: 1 });
    expect(unreadable.map(({ message }) => message)).toEqual([expect.stringContaining(`${pk} / ${CHECK}`)]);

    const again = entry({ version: bad?.version ?? -1 });
    expect(await table.putEntry(audit, again)).toBe(true);
    expect(await table.putEntry(audit, again)).toBe(false);
    unreadable.length = 0;
    const [read] = await entries();
    expect([read?.checkName, read?.result]).toEqual([CHECK, entry().result]);
  });

  test('with a number beyond all integers hides no other', async () => {
    const pk = `CHECKS#${audit.account}#${audit.region}`;
    const Item = { pk: { S: pk }, sk: { S: CHECK }, entry: { M: { version: { N: '1E+40' } } } };
    await client.send(new PutItemCommand({ TableName, Item }));
    await table.putEntry(audit, entry({ checkName: 'Z_SOUND' }));

    expect((await table.entries(audit)).map(({ checkName, version }) => [checkName, version])).toEqual([
      [CHECK, 0],
      ['Z_SOUND', 1],
    ]);
    expect(await table.putEntry(audit, entry())).toBe(true);
  });
});

describe('the comparison of an audit', () => {
  test('is read back as it was stored', async () => {
    expect(await table.storedMove(audit)).toBeUndefined();
    await store(1);

    expect(await table.storedMove(audit)).toEqual({ revision: 1, move: JSON.parse(JSON.stringify(move(1))) });
  });

  test('is replaced only by the revision after it', async () => {
    await store(1);

    expect(await store(1)).toBe(false);
    expect(await store(3)).toBe(false);
    expect(await store(2)).toBe(true);
    expect((await table.storedMove(audit))?.revision).toBe(2);
  });

  test.each<[string, Record<string, unknown>]>([
    ['that is empty', { schemaVersion: 1 }],
    ['of another version', { schemaVersion: 2, revision: 3, move: zipJson(move(1)) }],
    ['that is null', { schemaVersion: 1, revision: 3, move: zipJson(null) }],
    ['that lacks its checks', { schemaVersion: 1, revision: 3, move: zipJson({ comparison: {}, entries: [] }) }],
    ['that is not compressed', { schemaVersion: 1, revision: 3, move: JSON.stringify(move(1)) }],
    ['whose revision is text', { schemaVersion: 1, revision: '3', move: zipJson(move(1)) }],
  ])('%s is named, and stored again', async (_, item) => {
    const Key = { pk: `AUDIT#${audit.account}#${audit.region}#${audit.taskId}`, sk: 'COMPARISON' };
    await items.send(new PutCommand({ TableName, Item: { ...Key, ...item } }));

    const stored = await table.storedMove(audit);

    expect(stored).toEqual({ revision: expect.any(Number) });
    expect(unreadable.map(({ message }) => message)).toEqual([expect.stringContaining('COMPARISON')]);
    expect(await store((stored?.revision ?? 0) + 1)).toBe(true);
    expect(await table.storedMove(audit)).toHaveProperty('move');
  });
});

test('A change of a check is kept once per audit, with what was and what is', async () => {
  const ledger = new Ledger();
  ledger.move({ [CHECK]: buildNonCompliant() }, night(1));
  const [change] = ledger.move({ [CHECK]: buildCompliant() }, night(2)).checks;
  if (change === undefined) throw new Error('The check did not change.');

  await table.putChange(audit, night(2, { taskId: audit.taskId }), change, 1_800_000_000);
  await table.putChange(audit, night(2, { taskId: audit.taskId }), change, 1_800_000_000);

  const { Items } = await items.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `HISTORY#${audit.account}#${audit.region}#${CHECK}` },
    }),
  );
  expect(Items).toEqual([
    expect.objectContaining({
      ...night(2, { taskId: audit.taskId }),
      change: 'RECOVERED',
      before: expect.objectContaining({ outcome: 'NON_COMPLIANT', resources: 3 }),
      now: expect.objectContaining({ outcome: 'COMPLIANT' }),
      expiresAt: 1_800_000_000,
    }),
  ]);
});
