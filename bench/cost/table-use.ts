import { TABLE } from '../../lambda/contract.ts';
import { isObject, parseJson } from '../../lambda/json.ts';
import type { StackCall } from '../../local/local-stack-options.ts';
import type { ServiceAnswer } from '../../local/services/service.ts';
import { sizeOf, type WireItem } from './item-size.ts';

const TABLE_KEYS: readonly string[] = [TABLE.partitionKey, TABLE.sortKey];
const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
/** What DynamoDB stores beside an item, and charges for. */
const STORED_BESIDE = 100;

/** An index, as the template has it. */
export interface IndexKeys {
  readonly name: string;
  readonly keys: readonly string[];
  /** It has only its own keys and those of the table; otherwise every attribute. */
  readonly keysOnly?: boolean;
}

/** Units that some calls used. */
export interface Units {
  readonly write: number;
  readonly read: number;
}

/**
 * Counts the units that each call to the table uses, as DynamoDB does: by the size of the items before and after, for the
 * table and for each index. Calls that DynamoDB refuses are not seen.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export class TableUse {
  readonly #indexes: readonly IndexKeys[];
  readonly #items = new Map<string, WireItem>();

  constructor(indexes: readonly IndexKeys[]) {
    this.#indexes = indexes;
  }

  /** @param call to the table, which took effect */
  unitsOf({ operation, parameters }: StackCall, { body }: ServiceAnswer): Units {
    const input = Object(parameters);
    const answer = Object(parseJson(body));
    switch (operation) {
      case 'PutItem':
        return { write: this.#write(input.Item), read: 0 };
      case 'UpdateItem':
        return { write: this.#write(answer.Attributes), read: 0 };
      case 'GetItem':
        return { write: 0, read: readUnits(answer.Item === undefined ? 0 : sizeOf(answer.Item), input.ConsistentRead) };
      case 'Query':
        return { write: 0, read: readUnits(sum(answer.Items.map(sizeOf)), input.ConsistentRead) };
      case 'BatchGetItem': {
        const items: WireItem[] = Object.values(
          isObject(answer.Responses) ? answer.Responses : {},
        ).flat() as WireItem[];
        // Items that are not there cost half a unit too; what a projection leaves out is paid for all the same.
        const asked = Object.values<{ Keys: unknown[] }>(input.RequestItems).flatMap(({ Keys }) => Keys).length;
        const found = items.map((item) => readUnits(sizeOf(this.#items.get(keyOf(item)) ?? item), false));
        return { write: 0, read: sum(found) + (asked - items.length) / 2 };
      }
      default:
        throw new Error(`The functions call ${operation}, and the bench does not know what that costs.`);
    }
  }

  /** Bytes that are stored for the items of an audit, indexes included. */
  storedBytes(partitionKey: string): number {
    const items = [...this.#items.values()].filter(({ pk }) => pk?.S === partitionKey);
    return sum(
      items.map(
        (item) =>
          sizeOf(item) +
          STORED_BESIDE +
          sum(
            this.#indexes
              .filter((index) => isIn(item, index))
              .map((index) => sizeOf(projected(item, index)) + STORED_BESIDE),
          ),
      ),
    );
  }

  /** Items of an audit as they are now. */
  itemsOf(partitionKey: string): WireItem[] {
    return [...this.#items.values()].filter(({ pk }) => pk?.S === partitionKey);
  }

  #write(after: WireItem): number {
    const before = this.#items.get(keyOf(after));
    this.#items.set(keyOf(after), after);
    const inTable = writeUnits(Math.max(sizeOf(after), before === undefined ? 0 : sizeOf(before)));
    return inTable + sum(this.#indexes.map((index) => indexUnits(index, before, after)));
  }
}

function indexUnits(index: IndexKeys, before: WireItem | undefined, after: WireItem): number {
  const was = before !== undefined && isIn(before, index) ? projected(before, index) : undefined;
  if (!isIn(after, index)) return was === undefined ? 0 : writeUnits(sizeOf(was));
  const is = projected(after, index);
  if (was === undefined) return writeUnits(sizeOf(is));
  const moves = index.keys.some((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
  if (moves) return writeUnits(sizeOf(was)) + writeUnits(sizeOf(is));
  return JSON.stringify(was) === JSON.stringify(is) ? 0 : writeUnits(Math.max(sizeOf(was), sizeOf(is)));
}

function projected(item: WireItem, { keys, keysOnly }: IndexKeys): WireItem {
  if (keysOnly !== true) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => [...TABLE_KEYS, ...keys].includes(name)));
}

function isIn(item: WireItem, { keys }: IndexKeys): boolean {
  return keys.every((key) => item[key] !== undefined);
}

function keyOf({ pk, sk }: WireItem): string {
  return JSON.stringify([pk, sk]);
}

function writeUnits(bytes: number): number {
  return Math.ceil(bytes / WRITE_UNIT_BYTES);
}

function readUnits(bytes: number, consistent: unknown): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent === true ? 1 : 0.5);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
