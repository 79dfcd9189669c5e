import { DescribeTableCommand, DescribeTimeToLiveCommand, type TableDescription } from '@aws-sdk/client-dynamodb';
import { TABLE } from '../../../lambda/contract.ts';
import { ask } from '../../shared/aws/failed-call.ts';
import type { AwsCommand } from '../aws-command.ts';
import { type Check, ofTable, type StackProbe } from '../probe.ts';
import { fail, pass, type Verdict, warn } from '../verdict.ts';

/** What is known of the table. */
interface TableFacts {
  readonly table: Pick<TableDescription, 'KeySchema' | 'GlobalSecondaryIndexes'>;
  /** Attribute by which items expire; undefined when they do not. */
  readonly expiresBy?: string;
}

/** Whether the table has what the functions use. A table that was taken up with existingTableName is not part of the stack. */
export const tableCheck: Check<StackProbe> = {
  name: 'Table',
  worst: 'FAIL',
  run: (probe) => ofTable(probe, async (table) => judgeTable(table, await tableFacts(probe, table), probe.command)),
};

async function tableFacts({ clients: { dynamoDb } }: StackProbe, TableName: string): Promise<TableFacts> {
  const [{ Table = {} }, { TimeToLiveDescription = {} }] = await Promise.all([
    ask('dynamodb:DescribeTable', dynamoDb.send(new DescribeTableCommand({ TableName }))),
    ask('dynamodb:DescribeTimeToLive', dynamoDb.send(new DescribeTimeToLiveCommand({ TableName }))),
  ]);
  const { TimeToLiveStatus, AttributeName } = TimeToLiveDescription;
  const isExpiring = TimeToLiveStatus === 'ENABLED' || TimeToLiveStatus === 'ENABLING';
  return { table: Table, expiresBy: isExpiring ? AttributeName : undefined };
}

export function judgeTable(name: string, { table, expiresBy }: TableFacts, command: AwsCommand): Verdict {
  const indexes = [TABLE.byAuditIndex, TABLE.openIndex];
  const lacking = [
    ...(hasKeys(table, TABLE) ? [] : [`the keys ${TABLE.partitionKey} and ${TABLE.sortKey}`]),
    ...indexes
      .filter(
        (index) => !table.GlobalSecondaryIndexes?.some((one) => one.IndexName === index.name && hasKeys(one, index)),
      )
      .map((index) => `the index ${index.name} by ${index.partitionKey} and ${index.sortKey}`),
  ];
  if (lacking.length > 0) {
    return fail(
      `${name} lacks ${lacking.join(' and ')}.`,
      'It is not a table of this version. Take it out of existingTableName, and deploy to get a new one:',
      'npx cdk deploy',
    );
  }
  if (expiresBy !== TABLE.timeToLive) {
    return warn(
      `${name} is never tidied up: its items do not expire by ${TABLE.timeToLive}.`,
      'Let them expire:',
      command(
        ...['dynamodb', 'update-time-to-live', '--table-name', name],
        ...['--time-to-live-specification', `Enabled=true,AttributeName=${TABLE.timeToLive}`],
      ),
    );
  }
  return pass(`${name}: keys, indexes and expiry are as they must be`);
}

function hasKeys(
  { KeySchema = [] }: Pick<TableDescription, 'KeySchema'>,
  { partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string },
): boolean {
  const nameOf = (type: string) => KeySchema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return nameOf('HASH') === partitionKey && nameOf('RANGE') === sortKey;
}
