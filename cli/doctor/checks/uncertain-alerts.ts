import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { plural } from '../../../lambda/audit/text/words.ts';
import { TABLE, uncertainPartition } from '../../../lambda/contract.ts';
import { ask, everyItem } from '../../shared/aws/failed-call.ts';
import { type Check, ofTable, type StackProbe } from '../probe.ts';
import { fail, listed, pass, type Verdict } from '../verdict.ts';

/** Alerts that nobody knows to be sent, until somebody deletes their entries. */
export const uncertainAlertsCheck: Check<StackProbe> = {
  name: 'Uncertain alerts',
  worst: 'FAIL',
  run: (probe) => ofTable(probe, async (table) => judgeUncertain(await uncertainKeys(probe, table))),
};

async function uncertainKeys({ clients, account, region }: StackProbe, TableName: string): Promise<string[]> {
  const pages = paginateQuery(
    { client: clients.dynamoDb },
    {
      TableName,
      KeyConditionExpression: '#pk = :uncertain',
      ExpressionAttributeNames: { '#pk': TABLE.partitionKey },
      ExpressionAttributeValues: { ':uncertain': uncertainPartition({ account, region }) },
    },
  );
  const entries = await ask(
    'dynamodb:Query',
    everyItem(pages, ({ Items }) => Items),
  );
  return entries.map(({ [TABLE.sortKey]: key }) => String(key));
}

/** @param keys of the alerts */
export function judgeUncertain(keys: readonly string[]): Verdict {
  if (keys.length === 0) return pass('No alert is uncertain');
  return fail(
    `Ten attempts each left open whether ${plural(keys.length, 'alert')} ${keys.length === 1 ? 'was' : 'were'} sent: ${listed(keys, 3)}.`,
    'Ask the subscribers, then send again what did not arrive: see docs/runbook.md#alert-uncertain',
  );
}
