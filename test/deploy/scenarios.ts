import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { auditPartition } from '../../lambda/contract.ts';
import { targetInput } from '../../local/compute/target-input.ts';
import type { DeployedStack, WatchReport } from './deployed-stack.ts';
import { ACCOUNT, REGION } from './ministack.ts';
import type { PlayedAudits } from './played-audits.ts';
import { waitFor } from './wait-for.ts';

/** What a scenario has to work with. */
export interface Lab {
  readonly stack: DeployedStack;
  readonly audits: PlayedAudits;
}

export interface Scenario {
  /** As the local scenarios call it, where they have it too. */
  readonly name: string;
  readonly run: (lab: Lab) => Promise<void>;
}

/** Step Functions ends an execution there. */
const HISTORY_LIMIT = 25_000;

const SCHEMA_FILE = new URL('../../docs/alert-schema.json', import.meta.url);
const isAlert = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));

const bothAlerts = ['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS'];

/** Each has an audit of its own, so they can run side by side. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'The sample is watched to its end, and its findings are stored',
    run: async ({ stack, audits }) => {
      await audits.play('sample', 'sample');
      await stack.putStartEvent('sample');

      const report = await stack.ended('sample');
      // The same as `npm start` gives, and .ci/run checks.
      assert.deepEqual(report.kinds, ['NON_COMPLIANT_DETECTED', 'CHECK_FAILED', 'COMPLETED_WITH_FINDINGS']);
      assertWatchedOnce(report);
      await assertAlertsWellFormed(stack, 'sample');
      const summary = report.items.find(({ sk }) => sk === 'FINDINGS');
      assert.equal(summary?.count, 21);
      assert.equal(report.watch.findings, 'STORED');
      assert.ok(report.items.some(({ sk }) => /^FINDINGS#.+#000001$/.test(String(sk))));
    },
  },
  {
    name: 'An audit that goes to its end is watched without an alert when it is compliant',
    run: async ({ stack, audits }) => {
      await audits.play('compliant', 'compliant', { speed: 2 });
      await stack.putStartEvent('compliant');

      const report = await stack.ended('compliant');
      assert.deepEqual(report.kinds, []);
      assertWatchedOnce(report);
    },
  },
  {
    name: 'An audit that goes to its end alerts when it ends as CANCELED',
    run: async ({ stack, audits }) => {
      await audits.play('canceled', 'canceled', { speed: 50 });
      await stack.putStartEvent('canceled');

      const report = await stack.ended('canceled');
      assert.deepEqual(report.kinds, ['NON_COMPLIANT_DETECTED', 'AUDIT_NOT_COMPLETED']);
      assertWatchedOnce(report);
      const [, closing] = await stack.mailbox.alertsOf('canceled');
      assert.equal(closing?.alert.taskStatus, 'CANCELED');
      // It repeats what the audit found before it ended, and is as severe as that.
      assert.equal(closing?.alert.severity, 'CRITICAL');
    },
  },
  {
    name: 'An audit that goes to its end is closed with one poll when it was over before the event came',
    run: async ({ stack, audits }) => {
      await audits.play('over', 'completed-answer');
      await stack.putStartEvent('over');

      const report = await stack.ended('over');
      assert.deepEqual(report.kinds, ['COMPLETED_WITH_FINDINGS']);
      assert.equal(report.snapshots.length, 1);
      assertWatchedOnce(report);
    },
  },
  {
    name: 'An event that comes again while the audit is watched changes nothing',
    run: async ({ stack, audits }) => {
      await audits.play('again', 'nightly-after', { speed: 0.5 });
      await stack.putStartEvent('again');
      await waitFor('the first poll', 30, () => stack.watchOf('again'));
      await stack.putStartEvent('again');

      assertSecondChangedNothing(await stack.ended('again', 2));
    },
  },
  {
    name: 'An event that comes again after the audit was watched to its end changes nothing',
    run: async ({ stack, audits }) => {
      await audits.play('late-again', 'nightly-after');
      await stack.putStartEvent('late-again');
      await stack.ended('late-again');
      await stack.putStartEvent('late-again');

      assertSecondChangedNothing(await stack.ended('late-again', 2));
    },
  },
  {
    name: 'DescribeAuditTask throttled is tried again until it answers',
    run: async ({ stack, audits }) => {
      // Three calls are the SDK's own attempts: the fourth must be another try by Step Functions.
      await audits.play('throttled', 'nightly-after', { throttledCalls: 4 });
      await stack.putStartEvent('throttled');

      const report = await stack.ended('throttled');
      const [failure] = retriesIn(report);
      // MiniStack calls every error of a function Runtime.HandlerError, so another policy retries it there.
      assert.match(failure ?? 'nothing failed', /^again after (ThrottledError|Runtime\.HandlerError)$/);
      assert.deepEqual(report.kinds, ['COMPLETED_WITH_FINDINGS']);
      assertWatchedOnce(report);
    },
  },
  {
    name: 'A task id that looks like JSON writes no field of its own into the input of an execution',
    run: async ({ stack }) => {
      const taskId = 'quoted","account":"210987654321","detail":{"taskId":"quoted\n\\';
      await stack.putStartEvent(taskId);

      const execution = await waitFor('the execution', 60, async () => (await stack.stepFunctions.ofAudit(taskId))[0]);
      assert.deepEqual(execution.input, { account: ACCOUNT, region: REGION, detail: { taskId } });
      // MiniStack calls every error of a function Runtime.HandlerError, so that it would be retried for minutes.
      await stack.stepFunctions.stop(execution.executionArn);
    },
  },
  {
    name: 'The record that CloudTrail makes of an on-demand audit starts its watch',
    run: async ({ stack, audits }) => {
      const { events } = stack.clients;
      const event = cloudTrailRecord({ taskId: 'on-demand' });
      // Nobody but AWS may put an event of a source that begins with aws.; MiniStack refuses it just so.
      const { Entries = [] } = await events.send(
        new PutEventsCommand({
          Entries: [{ Source: event.source, DetailType: event['detail-type'], Detail: JSON.stringify(event.detail) }],
        }),
      );
      assert.equal(Entries[0]?.ErrorCode, 'NotAuthorizedForSourceException');

      // So MiniStack judges the deployed pattern, and the execution is started with what the deployed target selects.
      const name = (await stack.resource('AWS::Events::Rule', 'OnDemandAudit')).split('|').at(-1);
      const { EventPattern, State } = await events.send(new DescribeRuleCommand({ Name: name }));
      assert.equal(State, 'ENABLED');
      const matches = async (tested: unknown) =>
        (await events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(tested) }))).Result;
      assert.equal(await matches(event), true);
      assert.equal(await matches(cloudTrailRecord(null)), false, 'A failed call has no task id.');
      assert.equal(await matches({ ...event, account: '210987654321' }), false, 'The audit of another account.');
      assert.equal(await matches({ ...event, region: 'eu-west-1' }), false, 'The audit of another Region.');
      const { Targets: [target] = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name }));
      assert.equal(target?.Arn, stack.output('StateMachineArn'));
      assert.ok(target.DeadLetterConfig?.Arn, 'The target has no dead-letter queue.');
      await audits.play('on-demand', 'compliant', { speed: 3 });
      await stack.stepFunctions.start(targetInput(target, event));

      assertWatchedOnce(await stack.ended('on-demand'));
    },
  },
  {
    name: 'The sweep finds an audit that no event announced',
    run: async ({ stack, audits }) => {
      await audits.play('unheard-of', 'completed-answer');

      // Nobody invokes it here but its schedule, within a minute.
      const report = await stack.ended('unheard-of', 1, 120);
      assert.deepEqual(report.kinds, ['COMPLETED_WITH_FINDINGS']);
      assertWatchedOnce(report);
    },
  },
  {
    name: 'An execution that dies is replaced by a new one once its lease has expired, and no alert is lost or repeated',
    run: async ({ stack, audits }) => {
      await audits.play('taken-over', 'sample', { heldAtSeconds: 10, speed: 4 });
      await stack.putStartEvent('taken-over');
      await waitFor('the first alert', 60, async () => (await stack.mailbox.alertsOf('taken-over'))[0]);
      const [first] = await stack.stepFunctions.ofAudit('taken-over');
      assert.ok(first);
      await stack.stepFunctions.stop(first.executionArn);
      await sleep(2_000); // a poll that was under way

      await stack.sweep();
      assert.equal((await stack.stepFunctions.ofAudit('taken-over')).length, 1, 'The lease was not respected.');
      await expireLease(stack, 'taken-over');
      await stack.sweep();
      await waitFor('another execution to take the lease', 30, async () => {
        const watch = await stack.watchOf('taken-over');
        return watch?.execution === first.executionArn ? undefined : watch;
      });
      audits.release('taken-over');

      const report = await stack.ended('taken-over', 2);
      assert.deepEqual(
        report.executions.map(({ status, path }) => [status, path.at(-1)]),
        [
          ['ABORTED', 'Wait'],
          ['SUCCEEDED', 'Finished'],
        ],
      );
      assert.deepEqual(report.kinds, bothAlerts);
      assertSnapshotsContiguous(report);
    },
  },
  {
    name: 'A subscriber with a floor gets the alerts that reach it, and nothing else',
    run: async ({ stack, audits }) => {
      await audits.play('floor', 'canceled', { speed: 60 });
      await stack.putStartEvent('floor');
      await stack.ended('floor');

      const all = await stack.mailbox.alertsOf('floor');
      assert.deepEqual(
        all.map(({ attributes }) => attributes.severity),
        // The message that the audit was canceled is sent as widely as the trouble before it.
        ['CRITICAL', 'CRITICAL'],
      );
      const critical = await stack.criticalMailbox.alertsOf('floor');
      assert.deepEqual(
        critical.map(({ alert }) => alert.severity),
        ['CRITICAL', 'CRITICAL'],
      );
    },
  },
  {
    name: 'An alarm of the stack reaches the operations topic',
    run: async ({ stack }) => {
      const { cloudWatch } = stack.clients;
      const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
      const alarm = MetricAlarms.find(({ AlarmActions }) => AlarmActions?.includes(stack.output('OperationsTopicArn')));
      assert.ok(alarm, 'No alarm has the operations topic for its action.');
      const poll = (StateValue: 'ALARM' | 'OK') =>
        cloudWatch.send(
          new SetAlarmStateCommand({ AlarmName: alarm.AlarmName, StateValue, StateReason: 'A deployment test.' }),
        );

      await poll('ALARM');

      await waitFor('the message of the alarm', 20, async () => {
        await stack.mailbox.receive();
        return stack.mailbox.deliveries.find(({ topicArn }) => topicArn === stack.output('OperationsTopicArn'));
      });
      await poll('OK');
    },
  },
];

/** One execution took the audit to its end; whichever else came did nothing. */
export function assertWatchedOnce(report: WatchReport): void {
  const finals = report.executions.map(({ status, path }) => `${status} ${path.at(-1)}`);
  const finished = report.executions.filter(({ path }) => path.at(-1) === 'Finished');
  assert.equal(finished.length, 1, finals.join(', '));
  assert.deepEqual(
    finals.filter((final) => final !== 'SUCCEEDED Finished' && final !== 'SUCCEEDED Already watched'),
    [],
  );
  assert.ok(report.executions.every(({ events }) => events < HISTORY_LIMIT / 10));
  // Some recordings count resources without listing findings: their lists are read again for a day.
  if (report.watch.findings === 'PENDING') assert.equal(report.watch.ledger, 'MOVED');
  else assert.equal(report.watch.open, undefined, 'The watch is still open.');
  assert.ok(report.watch.endedAt);
  assertSnapshotsContiguous(report);
}

function assertSecondChangedNothing(report: WatchReport): void {
  const [first, ...others] = report.executions;
  assert.equal(first?.path.at(-1), 'Finished');
  for (const { path } of others) assert.deepEqual(path, ['Check audit', 'What next?', 'Already watched']);
  assert.deepEqual(report.kinds, ['COMPLETED_WITH_FINDINGS']);
  assertWatchedOnce(report);
}

function assertSnapshotsContiguous({ snapshots, watch }: WatchReport): void {
  assert.deepEqual(
    snapshots.map(({ poll }) => poll),
    Array.from({ length: watch.poll }, (_, n) => n + 1),
  );
}

/** As docs/alert-schema.json has it, with the attributes that filter policies need. */
async function assertAlertsWellFormed(stack: DeployedStack, taskId: string): Promise<void> {
  for (const { alert, attributes, subject, topicArn } of await stack.mailbox.alertsOf(taskId)) {
    assert.ok(isAlert(alert), JSON.stringify(isAlert.errors));
    assert.equal(attributes.kind, alert.kind);
    assert.equal(attributes.severity, alert.severity);
    assert.equal(attributes.auditName, alert.scheduledAuditName);
    assert.match(subject ?? '', /^\[[A-Z]+\] /);
    assert.equal(topicArn, stack.output('AlertTopicArn'));
  }
}

/** As time would do it. The lease is a quarter of an hour longer than a test should be. */
async function expireLease(stack: DeployedStack, taskId: string): Promise<void> {
  await stack.clients.documents.send(
    new UpdateCommand({
      TableName: stack.output('TableName'),
      Key: { pk: auditPartition({ account: ACCOUNT, region: REGION, taskId }), sk: 'WATCH' },
      UpdateExpression: 'SET leaseUntil = :past, dueAt = :past',
      ExpressionAttributeValues: { ':past': Date.now() - 60_000 },
    }),
  );
}

function retriesIn({ executions }: WatchReport): string[] {
  return executions.flatMap(({ path }) => path.filter((entry) => entry.startsWith('again after')));
}

function cloudTrailRecord(responseElements: { readonly taskId: string } | null) {
  return {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: [],
    source: 'aws.iot',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventVersion: '1.08',
      eventSource: 'iot.amazonaws.com',
      eventName: 'StartOnDemandAuditTask',
      awsRegion: REGION,
      responseElements,
    },
  };
}
