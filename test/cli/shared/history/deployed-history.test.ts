import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { optionsOf } from '../../../../cli/shared/aws/target.ts';
import { type DynamoDb, startDynamoDb } from '../../../../local/services/dynamodb.ts';
import type { FaultHook } from '../../../../local/services/endpoint.ts';
import { mockStack } from '../../deployed-table.ts';
import { NOW, recordFleet } from '../../fleet-history.ts';
import { RecordedHistory } from '../../recorded-history.ts';
import { runCli } from '../../terminal.ts';

const environment = { ...process.env };

let directory = '';
let dynamodb: DynamoDb;
let cloudFormation: AwsClientStub<CloudFormationClient>;
let onCall: FaultHook = () => undefined;
beforeAll(async () => {
  directory = await recordFleet();
  dynamodb = await startDynamoDb({
    directory: `${directory}/tables`,
    now: () => Date.parse(NOW),
    onCall: (call) => onCall(call),
  });
});
afterAll(async () => {
  await dynamodb.close();
  await RecordedHistory.remove(directory);
});
beforeEach(() => {
  process.env = { ...environment, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'eu-west-1' };
  cloudFormation = mockClient(CloudFormationClient);
});
afterEach(() => {
  process.env = environment;
  onCall = () => undefined;
  cloudFormation.restore();
});

function status() {
  return runCli(['status', '--endpoint-url', dynamodb.url], { now: NOW });
}

describe('A command that asks a deployment', () => {
  test('reads the table of the stack, in its account and Region', async () => {
    mockStack(cloudFormation);

    const { code, out } = await status();

    expect(code).toBe(0);
    expect(out).toContain('Account 123456789012, eu-west-1');
    expect(out).toContain('4 checks: 1 non-compliant, 2 unknown, 1 compliant');
  });

  test('leads with its next command to the same deployment', async () => {
    mockStack(cloudFormation);
    const there = ['--stack-name', 'Fleet', '--region', 'eu-west-1', '--endpoint-url', dynamodb.url];

    const { err } = await runCli(['status', ...there], { now: NOW, columns: 80 });

    expect(err).toContain(`Next: npx audit-watcher findings --open ${there.join(' ')}\n`);
  });

  test('ends with 1 and the remedy when there is no such stack, or it is another one', async () => {
    const missing = Object.assign(new Error('Stack with id AuditWatcher does not exist'), { name: 'ValidationError' });
    cloudFormation.on(DescribeStacksCommand).rejectsOnce(missing);
    const without = await status();
    mockStack(cloudFormation, {});
    const another = await status();

    expect([without.code, without.err]).toEqual([1, expect.stringContaining('There is no stack AuditWatcher in')]);
    expect([another.code, another.err]).toEqual([1, expect.stringContaining('has no output TableName')]);
  });

  test('ends with 1 and says what to do when a call fails', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDenied' });
    cloudFormation.on(DescribeStacksCommand).rejectsOnce(denied);
    const refused = await status();
    mockStack(cloudFormation, { TableName: 'Gone' });
    const gone = await status();

    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Allow cloudformation:DescribeStacks')]);
    expect([gone.code, gone.err]).toEqual([1, 'The table Gone does not exist. Deploy the stack again.\n']);
  });
});

test.each([
  ['Error', 'Region is missing'],
  ['CredentialsProviderError', 'Could not load credentials from any providers'],
])('A command without AWS configuration (%s) says how to get one', async (name, message) => {
  cloudFormation.on(DescribeStacksCommand).rejectsOnce(Object.assign(new Error(message), { name }));

  const { code, err } = await status();

  expect([code, err]).toEqual([1, expect.stringContaining('Set up the AWS CLI (aws configure), or give --region')]);
});

describe('A command whose reads AWS refuses', () => {
  test('ends with 1, what AWS said, and the permission to ask for', async () => {
    mockStack(cloudFormation);
    onCall = ({ operation }) =>
      operation === 'Query' ? { type: 'error', name: 'AccessDeniedException', statusCode: 400 } : undefined;

    const { code, err } = await status();

    expect(code).toBe(1);
    expect(err).toContain('AccessDeniedException');
    expect(err).toContain('Allow dynamodb:Query, GetItem or BatchGetItem to these credentials');
  });
});

describe('A command that asks the local run', () => {
  test('ends with 1 when there are no tables, and makes none', async () => {
    const { code, err } = await runCli(['status', '--local', `${directory}/nowhere`]);

    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^There are no tables in .*nowhere\. Make some \(npm start\)/),
    ]);
  });

  test('ends with 1 when a run uses the tables', async () => {
    const { code, err } = await runCli(['status', '--local', directory]);

    expect([code, err]).toEqual([1, expect.stringContaining('another run is using them. Wait for it to end')]);
  });
});

test('The name of a profile is quoted in the next command, and the usual stack left out', () => {
  const options = optionsOf({ stackName: 'AuditWatcher', region: 'eu-west-1', profile: 'our fleet' });

  expect(options).toBe(" --region eu-west-1 --profile 'our fleet'");
});
