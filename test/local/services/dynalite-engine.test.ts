import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { startDynalite } from '../../../local/services/dynalite-engine.ts';

const QUERY = {
  TableName: 'Watches',
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: 'AUDIT' } },
};

test('A store that is closed answers what is under way first', async () => {
  const engine = await startDynalite(undefined);
  const client = engine.client();
  await client.send(
    new CreateTableCommand({
      TableName: 'Watches',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: 'Watches' });
  client.destroy();
  const order: string[] = [];

  const answer = engine.answer({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.Query',
      'x-amz-date': '20261002T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20261002/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(QUERY),
  });
  await Promise.all([answer.then(() => order.push('answered')), engine.close().then(() => order.push('closed'))]);

  expect(order).toEqual(['answered', 'closed']);
  expect(JSON.parse((await answer).body)).toEqual({ Count: 0, ScannedCount: 0, Items: [] });
});
