import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { watchKey } from '../../lambda/aws/table/keys.ts';
import type { LocalStack } from '../../local/local-stack.ts';
import { PLACE } from '../../local/place.ts';

/** How a second execution comes to an audit that another one works on. */
export type SecondExecution =
  /** A start event too many, as a duplicate or one of the sweep is. */
  | 'duplicate'
  /** The lease runs out first, while its holder is still at work. */
  | 'take-over';

/** Starts it now. The clock stands still until it runs, so that it meets the call that is under way. */
export async function startSecond(stack: LocalStack, taskId: string, second: SecondExecution): Promise<void> {
  const starting = stack.clock.join(() => undefined);
  try {
    if (second === 'take-over') await endLease(stack, taskId);
    stack.startExecution({ ...PLACE, taskId });
  } finally {
    stack.clock.leave(starting);
  }
}

async function endLease({ tableUrl, tableName }: LocalStack, taskId: string): Promise<void> {
  const client = new DynamoDBClient({
    region: PLACE.region,
    endpoint: tableUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    await DynamoDBDocumentClient.from(client).send(
      new UpdateCommand({
        TableName: tableName,
        Key: watchKey({ ...PLACE, taskId }),
        UpdateExpression: 'SET leaseUntil = :past',
        ConditionExpression: 'attribute_exists(leaseUntil)',
        ExpressionAttributeValues: { ':past': 0 },
      }),
    );
  } catch (error) {
    // The call under way is the one that takes the first lease.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  } finally {
    client.destroy();
  }
}
