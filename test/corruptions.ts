import { TABLE } from '../lambda/contract.ts';

/** As the document client gives and takes it. */
export type Item = Readonly<Record<string, unknown>>;

/** Attributes that DynamoDB holds to their type: keys of the table and its indexes. */
const KEYS = new Set([
  'pk',
  'sk',
  ...Object.values(TABLE).flatMap((index) => (typeof index === 'object' ? [index.partitionKey, index.sortKey] : [])),
]);

function each(to: (value: unknown, name: string) => unknown): (item: Item) => Item {
  return (item) =>
    Object.fromEntries(Object.entries(item).map(([name, value]) => [name, KEYS.has(name) ? value : to(value, name)]));
}

/** What somebody, or another version, may have made of an item. */
export const CORRUPTIONS: readonly (readonly [string, (item: Item) => Item])[] = [
  ['of another version', (item) => ({ ...item, schemaVersion: 9 })],
  ['with nothing but its key', ({ pk, sk }) => ({ pk, sk })],
  ['with nulls', each((value, name) => (name === 'schemaVersion' ? value : null))],
  ['with texts', each((value, name) => (name === 'schemaVersion' ? value : '{"x":'))],
  ['with empty maps', each((value) => (typeof value === 'object' ? {} : value))],
  ['with cut bytes', each((value) => (value instanceof Uint8Array ? value.subarray(0, -9) : null))],
];
