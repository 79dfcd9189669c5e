import { TABLE } from '../../lambda/contract.ts';
import { isObject, parseJson } from '../../lambda/json.ts';
import { startDynalite, type TableEngine } from './dynalite-engine.ts';
import { ensureTable } from './dynamodb-table.ts';
import { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts';
import { jsonAnswer, operationOf } from './service.ts';

export interface DynamoDbOptions extends EndpointOptions {
  /** Where the tables live; undefined: in memory. */
  readonly directory?: string;
  /** @default dynalite, for this endpoint alone */
  readonly engine?: TableEngine;
}

export interface DynamoDb extends Endpoint {
  /**
   * Creates the table from resolved `AWS::DynamoDB::Table` properties. A table that is there with the same keys and
   * indexes is kept with its data; one of another shape is an error. Counts as no call.
   */
  createTableFrom(properties: Record<string, unknown>, tableName: string): Promise<void>;
}

const AUDIT_KEY = /^AUDIT#\d{12}#[a-z0-9-]+#([a-zA-Z0-9-]{1,40})$/;

/** DynamoDB by a real engine, behind a front that sees every call and can make it fail. */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const engine = options.engine ?? (await startDynalite(options.directory));
  const front = await startEndpoint(
    {
      read: (request) => {
        const parameters = parseJson(request.body);
        return {
          service: 'dynamodb',
          operation: operationOf(request, 'DynamoDB_20120810'),
          parameters,
          taskId: taskIdOf(parameters),
        };
      },
      answer: (_call, request) => engine.answer(request),
      renderError: ({ name, statusCode, message }) =>
        jsonAnswer(statusCode, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }),
    },
    options,
  );
  let closing: Promise<void> | undefined;
  return {
    url: front.url,
    createTableFrom: async (properties, tableName) => {
      const client = engine.client();
      try {
        await ensureTable(client, properties, tableName);
      } finally {
        client.destroy();
      }
    },
    close: () => {
      closing ??= front.close().then(() => engine.close());
      return closing;
    },
  };
}

/** Best effort: the audit whose item the call reads or writes. */
function taskIdOf(parameters: unknown): string | undefined {
  if (!isObject(parameters)) return undefined;
  const { Key: key, Item: item, ExpressionAttributeValues: values } = parameters;
  const keys = [key, item].flatMap((part) => (isObject(part) ? [part[TABLE.partitionKey]] : []));
  const candidates = [...keys, ...(isObject(values) ? Object.values(values) : [])];
  const texts = candidates.flatMap((value) => (isObject(value) && typeof value.S === 'string' ? [value.S] : []));
  return texts.map((text) => AUDIT_KEY.exec(text)?.[1]).find((taskId) => taskId !== undefined);
}
