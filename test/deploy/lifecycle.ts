import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { type Cdk, context } from './cdk.ts';
import { run } from './children.ts';
import { type DeployedStack, STACK } from './deployed-stack.ts';
import { ACCOUNT, REGION } from './ministack.ts';
import { assertWatchedOnce, type Lab } from './scenarios.ts';
import { waitFor } from './wait-for.ts';

const DAY_SECONDS = 24 * 3600;

/** Short pauses, for here all time is real. */
function settings({ criticalMailbox }: DeployedStack): Readonly<Record<string, unknown>> {
  return {
    alertDelay: 'prompt',
    minWaitSeconds: 1,
    sweepMinutes: 1,
    // MiniStack has no saved queries.
    dashboard: false,
    alertEmails: 'fleet@example.com',
    operationsEmails: 'operations@example.com',
    alertSubscriptions: [{ protocol: 'sqs', endpoint: criticalMailbox.arn, minSeverity: 'CRITICAL' }],
  };
}

/** Makes the environment of the CDK, and the stack in it. */
export async function bootstrapAndDeploy(cdk: Cdk, stack: DeployedStack): Promise<void> {
  await cdk.run('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  await deploy(cdk, settings(stack));
  await stack.connect();

  for (const output of ['AlertTopicArn', 'OperationsTopicArn', 'TableName', 'StateMachineArn']) stack.output(output);
  const schedule = await stack.clients.scheduler.send(
    new GetScheduleCommand({
      GroupName: await stack.resource('AWS::Scheduler::ScheduleGroup', 'Sweep'),
      Name: await stack.resource('AWS::Scheduler::Schedule', 'Sweep'),
    }),
  );
  assert.equal(schedule.State, 'ENABLED');
  assert.match(schedule.ScheduleExpression ?? '', /^rate\(1 minutes?\)$/);
}

/** `cdk deploy` with changed configuration, while an audit is being watched. */
export async function updateDuringAWatch(cdk: Cdk, { stack, audits }: Lab): Promise<void> {
  await audits.play('update', 'sample', { heldAtSeconds: 10, speed: 4 });
  await stack.putStartEvent('update');
  const before = await waitFor('the first poll', 60, () => stack.watchOf('update'));

  await deploy(cdk, { ...settings(stack), retentionDays: 500, watchLimitHours: 30 });
  const [execution] = await stack.stepFunctions.ofAudit('update');
  assert.equal(execution?.status, 'RUNNING', 'The deployment ended the execution.');
  audits.release('update');

  const report = await stack.ended('update');
  assert.deepEqual(report.kinds, ['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS']);
  assertWatchedOnce(report);
  // The execution is the old one, the functions are the new ones.
  assert.ok(report.watch.poll > before.poll);
  assert.equal(retentionDays(report.snapshots[0]), 400);
  assert.equal(retentionDays(report.snapshots.at(-1)), 500);
}

/** The doctor examines the deployment: what MiniStack has must be well. It has no Device Defender and no trail. */
export async function examine(environment: NodeJS.ProcessEnv, url: string, { stack }: Lab): Promise<void> {
  const doctor = join(import.meta.dirname, '../../bin/audit-watcher.ts');
  const options = ['doctor', '--endpoint-url', url, '--json', '--send-test-alert'];
  const { exitCode, stdout, output } = await run(process.execPath, [doctor, ...options], { env: environment });

  assert.ok(exitCode === 0 || exitCode === 1, output);
  const { checks } = JSON.parse(stdout) as { checks: { check: string; status: string; found: string }[] };
  const wanted = [
    'Credentials',
    'Stack',
    'Sweep',
    'Expired watches',
    'Pending alerts',
    'Alert topic',
    'Operations topic',
    'Dead-letter queues',
    'Alarms',
    'Test alert',
  ];
  const rows = checks.filter(({ check }) => wanted.includes(check));
  assert.deepEqual(
    rows.map(({ check, status, found }) => (status === 'PASS' ? check : `${check}: ${status} ${found}`)),
    wanted,
  );
  await waitFor('the test alert', 20, async () => {
    await stack.mailbox.receive();
    return stack.mailbox.deliveries.find(({ attributes }) => attributes.kind === 'TEST');
  });
}

/** `cdk destroy`: what was recorded stays. */
export async function destroy(cdk: Cdk, { stack }: Lab): Promise<void> {
  const table = stack.output('TableName');
  const { clients } = stack;

  await cdk.run('destroy', '--force', STACK);

  const { TableNames = [] } = await clients.dynamoDb.send(new ListTablesCommand({}));
  assert.ok(TableNames.includes(table), 'The table is gone.');
  const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName: table }));
  assert.equal(Table?.DeletionProtectionEnabled, true);
  assert.ok((await stack.itemsOf('update')).length > 0, 'The items are gone.');
  const { Topics = [] } = await clients.sns.send(new ListTopicsCommand({}));
  assert.deepEqual(
    Topics.filter(({ TopicArn }) => TopicArn?.includes(STACK)),
    [],
  );
}

async function deploy(cdk: Cdk, configuration: Readonly<Record<string, unknown>>): Promise<void> {
  await cdk.run('synth', '--quiet', '--no-notices', ...context(configuration), STACK);
  leaveOutAlarmsOnMath(cdk.assembly);
  await cdk.runAssembly('deploy', '--require-approval', 'never', '--no-notices', STACK);
}

/** MiniStack refuses alarms on metric math, which AWS has. All the rest of the template is deployed as it is. */
function leaveOutAlarmsOnMath(assembly: string): void {
  const file = join(assembly, `${STACK}.template.json`);
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  const kept = Object.entries(template.Resources).filter(
    ([, { Type, Properties }]) => Type !== 'AWS::CloudWatch::Alarm' || Properties?.Metrics === undefined,
  );
  writeFileSync(file, JSON.stringify({ ...template, Resources: Object.fromEntries(kept) }));
}

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Metrics?: unknown };
}

function retentionDays(snapshot: Readonly<Record<string, unknown>> | undefined): number {
  const { capturedAt, expiresAt } = snapshot ?? {};
  return Math.round((Number(expiresAt) - Date.parse(String(capturedAt)) / 1000) / DAY_SECONDS);
}
