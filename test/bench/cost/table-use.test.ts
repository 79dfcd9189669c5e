import { beforeEach, describe, expect, test } from '@jest/globals';
import type { WireItem } from '../../../bench/cost/item-size.ts';
import { TableUse } from '../../../bench/cost/table-use.ts';

const key = { pk: { S: 'AUDIT#a' }, sk: { S: 'WATCH' } };
const named = { ...key, auditName: { S: 'Nightly' }, auditStartTime: { S: '2026' } };
const open = { open: { S: 'OPEN' }, dueAt: { N: '1' } };
const text = (bytes: number) => ({ text: { S: 'x'.repeat(bytes) } });

let table: TableUse;

beforeEach(() => {
  table = new TableUse([
    { name: 'byAudit', keys: ['auditName', 'auditStartTime'] },
    { name: 'open', keys: ['open', 'dueAt'] },
  ]);
});

function units(operation: string, parameters: object, answer: object = {}) {
  return table.unitsOf(
    { service: 'dynamodb', operation, parameters },
    { statusCode: 200, headers: {}, body: JSON.stringify(answer) },
  );
}

const put = (Item: WireItem) => units('PutItem', { Item }).write;
const updateTo = (Attributes: WireItem) => units('UpdateItem', {}, { Attributes }).write;

describe('A write', () => {
  test('takes a unit for each kilobyte that is begun', () => {
    expect([put({ ...key, ...text(1000) }), put({ pk: key.pk, sk: { S: 'B' }, ...text(1024) })]).toEqual([1, 2]);
  });

  test('takes what the larger of the two items takes', () => {
    put({ ...key, ...text(3000) });

    expect(updateTo({ ...key, ...text(10) })).toBe(3);
  });

  test('that brings an item into an index, or takes it out, writes there too', () => {
    put(key);

    expect(updateTo({ ...named, ...open })).toBe(3);
    expect(updateTo(named)).toBe(3);
    expect(updateTo(key)).toBe(2);
  });

  test('that moves an entry of an index deletes it and puts it again', () => {
    put({ ...named, ...open });

    expect(updateTo({ ...named, ...open, dueAt: { N: '2' } })).toBe(1 + 1 + 2);
  });

  test('that changes something else changes every entry once', () => {
    put({ ...named, ...open });

    expect(updateTo({ ...named, ...open, poll: { N: '2' } })).toBe(3);
  });

  test('that changes nothing is paid in the table only', () => {
    put({ ...named, ...open });

    expect(updateTo({ ...named, ...open })).toBe(1);
  });
});

test('An index of keys only is written when its keys change, and by their size', () => {
  table = new TableUse([{ name: 'byStart', keys: ['auditStartTime'], keysOnly: true }]);
  const large = { ...named, ...text(3500) };

  expect(put(large)).toBe(4 + 1);
  expect(updateTo({ ...large, poll: { N: '2' } })).toBe(4);
  expect(updateTo({ ...large, auditStartTime: { S: '2027' } })).toBe(4 + 2);
});

describe('A read', () => {
  test('takes a unit for each 4 KB when it is consistent, half of that when it is not', () => {
    const Item = { ...key, ...text(5000) };

    expect(units('GetItem', { ConsistentRead: true }, { Item }).read).toBe(2);
    expect(units('GetItem', {}, { Item }).read).toBe(1);
    expect(units('GetItem', { ConsistentRead: true }).read).toBe(1);
  });

  test('of a query adds its items up first', () => {
    expect(units('Query', {}, { Items: [named, named, named] }).read).toBe(0.5);
    expect(units('Query', {}, { Items: [text(3000), text(3000)] }).read).toBe(1);
  });

  test('of many keys takes for each what the whole item takes, and half a unit where there is none', () => {
    put({ ...key, ...text(5000) });
    const RequestItems = { table: { Keys: [key, { pk: { S: 'AUDIT#b' }, sk: { S: 'WATCH' } }] } };

    expect(units('BatchGetItem', { RequestItems }, { Responses: { table: [key] } }).read).toBe(1.5);
  });
});

test('A call that nobody has counted yet is no guess', () => {
  expect(() => units('TransactWriteItems', {})).toThrow('TransactWriteItems');
});

test('What stays of an audit are its items and their entries in the indexes, with what DynamoDB adds to each', () => {
  put({ pk: { S: 'AUDIT#a' }, sk: { S: 'FINDINGS' } });
  put(named);
  put({ pk: { S: 'AUDIT#b' }, sk: { S: 'WATCH' } });
  const findings = 'pkAUDIT#askFINDINGS'.length;
  const watch = 'pkAUDIT#askWATCHauditNameNightlyauditStartTime2026'.length;

  expect(table.storedBytes('AUDIT#a')).toBe(findings + 100 + 2 * (watch + 100));
});
