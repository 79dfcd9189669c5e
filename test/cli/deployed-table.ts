import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { startDynalite } from '../../local/services/dynalite-engine.ts';
import { startDynamoDb } from '../../local/services/dynamodb.ts';
import { RecordedHistory } from './recorded-history.ts';

/** A stack as CloudFormation describes it, with its table at an endpoint for as long as a test needs it. */
export interface DeployedTable {
  /** For --endpoint-url. */
  readonly url: string;
  readonly history: RecordedHistory;
  close(): Promise<void>;
}

export async function deployTable(): Promise<DeployedTable> {
  const engine = await startDynalite(undefined);
  const client = engine.client();
  const dynamodb = await startDynamoDb({ engine, now: Date.now });
  const cloudFormation = mockClient(CloudFormationClient);
  mockStack(cloudFormation);
  return {
    url: dynamodb.url,
    history: await RecordedHistory.over(client),
    close: async () => {
      cloudFormation.restore();
      client.destroy();
      await dynamodb.close();
    },
  };
}

/** Lets CloudFormation describe a stack with these outputs. */
export function mockStack(
  cloudFormation: AwsClientStub<CloudFormationClient>,
  outputs: Readonly<Record<string, string>> = { TableName: 'AuditWatcherTable' },
): void {
  const stack = {
    StackName: 'AuditWatcher',
    StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/AuditWatcher/1',
    CreationTime: new Date(0),
    StackStatus: 'CREATE_COMPLETE' as const,
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };
  cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [stack] });
}
