import { setImmediate } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

/** The table is there, but not as the stack now has it. */
export class TableShapeError extends Error {
  override readonly name = 'TableShapeError';
}

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = z.object({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const indexes = z.array(z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projection })).optional();

/** What of `AWS::DynamoDB::Table` the engine knows. Recovery, encryption, tags and time to live have no effect here. */
const tableProperties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: indexes,
  LocalSecondaryIndexes: indexes,
});

type TableProperties = z.infer<typeof tableProperties>;

/** Creates the table, or keeps the one that is there when it has the same keys and indexes. */
export async function ensureTable(client: DynamoDBClient, properties: unknown, tableName: string): Promise<void> {
  const wanted = tableProperties.parse(properties);
  const existing = await describe(client, tableName);
  if (existing === undefined) {
    await client.send(new CreateTableCommand(createInput(wanted, tableName)));
    while ((await describe(client, tableName))?.TableStatus !== 'ACTIVE') await setImmediate();
    return;
  }
  if (shapeOf(existing) !== shapeOf(wanted)) {
    const message = `The table ${tableName} has other keys or indexes than the stack now gives it.`;
    throw new TableShapeError(`${message} Use --fresh to begin with empty tables, or --data to keep these elsewhere.`);
  }
}

async function describe(client: DynamoDBClient, tableName: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function createInput(properties: TableProperties, tableName: string): CreateTableCommandInput {
  return { ...properties, TableName: tableName, BillingMode: 'PAY_PER_REQUEST' };
}

/** Keys, their types and indexes as one text, in an order of its own. */
function shapeOf(table: TableProperties | TableDescription): string {
  const attributes = table.AttributeDefinitions?.map((one) => `${one.AttributeName}:${one.AttributeType}`).toSorted();
  const indexTexts = (of: TableDescription['GlobalSecondaryIndexes']) =>
    (of ?? [])
      .map((index) => [
        index.IndexName,
        keyText(index.KeySchema),
        index.Projection?.ProjectionType,
        (index.Projection?.NonKeyAttributes ?? []).toSorted(),
      ])
      .toSorted();
  return JSON.stringify([
    attributes,
    keyText(table.KeySchema),
    indexTexts(table.GlobalSecondaryIndexes),
    indexTexts(table.LocalSecondaryIndexes),
  ]);
}

function keyText(keys: TableDescription['KeySchema']): string {
  return (keys ?? [])
    .map((key) => `${key.KeyType}:${key.AttributeName}`)
    .toSorted()
    .join();
}
