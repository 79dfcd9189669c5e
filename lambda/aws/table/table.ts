import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  paginateQuery,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { MalformedAnswerError, NotFoundError, TableNotFoundError, ThrottledError } from '../../errors.ts';
import { CLIENT_DEFAULTS } from '../client-defaults.ts';
import { withNamedErrors } from '../named-errors.ts';

/** An item, or a key, as the document client gives and takes it. */
export type Item = Record<string, unknown>;

/** As many as AWS gives in one call. */
const KEYS_PER_CALL = 100;
const BATCH_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 100;

/**
 * A DynamoDB table. Errors are named by their nature, but a missing table is TableNotFoundError, to tell it from an audit that
 * AWS does not know.
 */
export class Table {
  readonly #name: string;
  readonly #client: DynamoDBDocumentClient;

  constructor(name: string, client = new DynamoDBClient(CLIENT_DEFAULTS)) {
    this.#name = name;
    this.#client = DynamoDBDocumentClient.from(withNamedErrors(client), {
      // A check may be named like anything; an object with a `constructor` key is no class instance to refuse.
      marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
      // By default a number that no integer of JavaScript can hold is an error, and takes all other items of a page with it.
      unmarshallOptions: { wrapNumbers: Number },
    });
  }

  /** Reads an item as it is now. */
  async get(Key: Item): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.#name, Key, ConsistentRead: true });
    return (await this.#named(() => this.#client.send(command))).Item;
  }

  /** Puts an item. Returns false, and changes nothing, when the condition did not hold. */
  async put(input: Omit<PutCommandInput, 'TableName'>): Promise<boolean> {
    const command = new PutCommand({ TableName: this.#name, ...input });
    return (await this.#conditional(() => this.#client.send(command))) !== undefined;
  }

  /** Updates an item, and returns all of it; undefined when the condition did not hold. */
  async update(input: Omit<UpdateCommandInput, 'TableName' | 'ReturnValues'>): Promise<Item | undefined> {
    const command = new UpdateCommand({ TableName: this.#name, ReturnValues: 'ALL_NEW', ...input });
    const output = await this.#conditional(() => this.#client.send(command));
    return output && present('UpdateItem', 'Attributes', output.Attributes);
  }

  /** The items of a query, read page by page as they are asked for. */
  async *query(input: Omit<QueryCommandInput, 'TableName'>, pageSize?: number): AsyncGenerator<Item> {
    const pages = paginateQuery({ client: this.#client, pageSize }, { TableName: this.#name, ...input });
    try {
      for await (const { Items } of pages) yield* present('Query', 'Items', Items);
    } catch (error) {
      throw this.#nameOf(error);
    }
  }

  /**
   * Reads many items, of those that exist. Reads are eventually consistent.
   *
   * @param attributes to read; all without it
   * @throws ThrottledError when DynamoDB leaves keys unread again and again
   */
  async getMany(keys: readonly Item[], attributes: readonly string[] = []): Promise<Item[]> {
    const names = Object.fromEntries(attributes.map((attribute, n) => [`#attribute${n}`, attribute]));
    const found: Item[] = [];
    for (let from = 0; from < keys.length; from += KEYS_PER_CALL) {
      found.push(...(await this.#getBatch(keys.slice(from, from + KEYS_PER_CALL), names)));
    }
    return found;
  }

  async #getBatch(keys: readonly Item[], names: Record<string, string>): Promise<Item[]> {
    const hasNames = Object.keys(names).length > 0;
    const read = hasNames
      ? { ExpressionAttributeNames: names, ProjectionExpression: Object.keys(names).join(', ') }
      : {};
    const found: Item[] = [];
    let left = [...keys];
    for (let attempt = 1; ; attempt += 1) {
      const command = new BatchGetCommand({ RequestItems: { [this.#name]: { Keys: left, ...read } } });
      const { Responses, UnprocessedKeys } = await this.#named(() => this.#client.send(command));
      found.push(...(present('BatchGetItem', 'Responses', Responses)[this.#name] ?? []));
      left = UnprocessedKeys?.[this.#name]?.Keys ?? [];
      if (left.length === 0) return found;
      if (attempt === BATCH_ATTEMPTS) throw leftUnread(left.length);
      await sleep(FIRST_PAUSE_MS * 2 ** attempt);
    }
  }

  /** Sends a conditional write; undefined when the condition did not hold. */
  async #conditional<T>(send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#named(send);
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
      throw error;
    }
  }

  async #named<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw this.#nameOf(error);
    }
  }

  #nameOf(error: unknown): unknown {
    return error instanceof NotFoundError ? new TableNotFoundError(this.#name, error) : error;
  }
}

/** A missing member is not an empty one. @throws MalformedAnswerError */
function present<T>(operation: string, member: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new MalformedAnswerError(operation, member, value, 'what the API reference says');
}

function leftUnread(count: number): ThrottledError {
  return new ThrottledError('BatchGetItem', new Error(`${count} keys were left unread ${BATCH_ATTEMPTS} times.`));
}
