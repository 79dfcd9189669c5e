import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, ListScheduleGroupsCommand } from '@aws-sdk/client-scheduler';
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
    'Audits given up',
    'Pending alerts',
    'Uncertain alerts',
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
export async function destroy(cdk: Cdk, { stack, audits }: Lab): Promise<void> {
  const table = stack.output('TableName');
  const { clients } = stack;
  const [watched = ''] = audits.taskIds;
  const scheduleGroups = async () => {
    const { ScheduleGroups = [] } = await clients.scheduler.send(new ListScheduleGroupsCommand({}));
    return ScheduleGroups.flatMap(({ Name = '' }) => (Name === 'default' ? [] : Name));
  };
  assert.equal((await scheduleGroups()).length, 1);

  await cdk.runAssembly('destroy', '--force', STACK);

  const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName: table }));
  assert.equal(Table?.DeletionProtectionEnabled, true);
  assert.ok((await stack.itemsOf(watched)).length > 0, 'The items are gone.');
  const { Topics = [] } = await clients.sns.send(new ListTopicsCommand({}));
  assert.deepEqual(
    Topics.filter(({ TopicArn }) => TopicArn?.includes(STACK)),
    [],
  );
  assert.deepEqual(await scheduleGroups(), []);
}

/** Once more: nothing that was kept is in the way, and nothing of it is known. */
export async function deployAgain(cdk: Cdk, { stack, audits }: Lab, kept: string): Promise<void> {
  audits.forget();

  // The CDK uploads a template under the hash of what was synthesized, and not again what is there: so a setting must differ.
  await deploy(cdk, { ...settings(stack), lateAfterHours: 25 }, 'Second');
  await stack.connect();

  assert.notEqual(stack.output('TableName'), kept);
  await audits.play('second', 'nightly-after');
  await stack.putStartEvent('second');
  const report = await stack.ended('second');
  assert.deepEqual(report.kinds, ['COMPLETED_WITH_FINDINGS']);
  assertWatchedOnce(report);
  assert.deepEqual(await stack.itemsOf('late-again'), []);
}

/** The table of the first deployment, whose ledger knows what the audit finds. */
export async function deployOntoKeptTable(cdk: Cdk, { stack, audits }: Lab, kept: string): Promise<void> {
  audits.forget();

  await deploy(cdk, { ...settings(stack), existingTableName: kept });
  await stack.connect();

  assert.equal(stack.output('TableName'), kept);
  assert.ok((await stack.itemsOf('late-again')).length > 0, 'The history is gone.');
  await audits.play('third', 'nightly-after');
  await stack.putStartEvent('third');
  const report = await stack.ended('third');
  assertWatchedOnce(report);
  // The ledger of the new table knew nothing, that of the kept table does.
  const closings = [...(await stack.mailbox.alertsOf('second')), ...(await stack.mailbox.alertsOf('third'))];
  assert.deepEqual(
    closings.map(({ alert }) => [alert.taskId, Object(alert.changes).firstAudit]),
    [
      ['second', true],
      ['third', undefined],
    ],
  );
}

/** @param generation differs for each new stack of this name */
async function deploy(cdk: Cdk, configuration: Readonly<Record<string, unknown>>, generation = 'First'): Promise<void> {
  await cdk.run('synth', '--quiet', '--no-notices', ...context(configuration), STACK);
  fitToMiniStack(cdk.assembly, generation);
  await cdk.runAssembly('deploy', '--require-approval', 'never', '--no-notices', STACK);
}

/**
 * MiniStack refuses alarms on metric math, which AWS has. It makes the same names for each stack of one name, where AWS adds
 * random letters: so what is kept gets a name that is new in each generation. All the rest is deployed as it is.
 */
function fitToMiniStack(assembly: string, generation: string): void {
  const file = join(assembly, `${STACK}.template.json`);
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  const resources = Object.entries(template.Resources)
    .filter(([, { Type, Properties }]) => Type !== 'AWS::CloudWatch::Alarm' || Properties?.Metrics === undefined)
    .map(([id, resource]) => {
      if (resource.Type !== 'AWS::DynamoDB::Table') return [id, resource];
      return [id, { ...resource, Properties: { TableName: `${STACK}-${id}-${generation}`, ...resource.Properties } }];
    });
  writeFileSync(file, JSON.stringify({ ...template, Resources: Object.fromEntries(resources) }));
}

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Metrics?: unknown };
}

function retentionDays(snapshot: Readonly<Record<string, unknown>> | undefined): number {
  const { capturedAt, expiresAt } = snapshot ?? {};
  return Math.round((Number(expiresAt) - Date.parse(String(capturedAt)) / 1000) / DAY_SECONDS);
}
