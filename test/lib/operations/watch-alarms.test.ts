import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib/core';
import { PRICE } from '../../../bench/cost/price-list.ts';
import { METRIC } from '../../../lambda/contract.ts';
import { AuditWatcher } from '../../../lib/audit-watcher.ts';
import { PROJECT, readable, resourcesOf, synthesize } from '../synthesize.ts';

const EVERYTHING = {
  alertEmails: 'a@example.com',
  operationsEmails: 'ops@example.com',
  chatTopic: 'true',
  alertSubscriptions: JSON.stringify([{ protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:123456789012:alerts' }]),
  slackWorkspaceId: 'T0123ABCDEF',
  slackChannelId: 'C0123ABCDEF',
  slackWebhookSecretName: 'team/slack',
};
const byDefault = alarmsOf(synthesize());
const withEverything = synthesize(EVERYTHING);
const alarms = alarmsOf(withEverything);
const text = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

describe('the alarms', () => {
  it('are these, each with what it watches and when it goes off', () => {
    expect(alarms.map(({ summary }) => summary)).toMatchInlineSnapshot(`
[
  "ExecutionFailed: Sum of AWS/States ExecutionsFailed >= 1 in 1 of 1 x 300 s",
  "ExecutionTimedOut: Sum of AWS/States ExecutionsTimedOut >= 1 in 1 of 1 x 300 s",
  "ExecutionAborted: Sum of AWS/States ExecutionsAborted >= 1 in 1 of 1 x 300 s",
  "HistoryNearLimit: Maximum of AuditWatcher Poll >= 1032 in 1 of 1 x 300 s",
  "FunctionsThrottled: Sum of AWS/Lambda Throttles >= 1 in 2 of 3 x 300 s",
  "PollsFailing: Sum of AWS/Lambda Errors >= 1 in 6 of 6 x 300 s",
  "FindingsNotRead: Sum of AWS/Lambda Errors >= 4 in 1 of 1 x 300 s",
  "ItemsUnreadable: Sum of AuditWatcher UnreadableItems >= 1 in 1 of 1 x 300 s",
  "StartEventNotDelivered: Maximum of AWS/SQS ApproximateNumberOfMessagesVisible >= 1 in 1 of 1 x 300 s",
  "RuleNotInvoked: Sum of AWS/Events FailedInvocations + AWS/Events InvocationsFailedToBeSentToDlq >= 1 in 1 of 1 x 300 s",
  "AlertsNotSent: Sum of AWS/Lambda Errors >= 3 in 1 of 1 x 300 s",
  "AlertUncertain: Sum of AuditWatcher UncertainAlerts >= 1 in 1 of 1 x 300 s",
  "AlertNotDelivered: Maximum of AWS/SQS ApproximateNumberOfMessagesVisible >= 1 in 1 of 1 x 300 s",
  "SlackWebhookNotHandedOver: Maximum of AWS/SQS ApproximateNumberOfMessagesVisible >= 1 in 1 of 1 x 300 s",
  "SlackWebhookNotPosted: Maximum of AWS/SQS ApproximateNumberOfMessagesVisible >= 1 in 1 of 1 x 300 s",
  "SweepMissing: Sum of AWS/Lambda Invocations + AWS/Lambda Errors < 1 in 3 of 3 x 300 s",
  "SweepNotDelivered: Sum of AWS/Scheduler TargetErrorCount + AWS/Scheduler InvocationDroppedCount + AWS/Scheduler InvocationsFailedToBeSentToDeadLetterCount >= 2 in 1 of 1 x 300 s",
  "SweepDeadLetters: Maximum of AWS/SQS ApproximateNumberOfMessagesVisible >= 1 in 1 of 1 x 300 s",
  "SweepAlertPendingTooLong: Maximum of AuditWatcher OldestPendingAlert >= 3600 in 1 of 1 x 300 s",
  "SweepAuditsNotWatched: Maximum of AuditWatcher OldestUnwatched >= 3600 in 1 of 1 x 300 s",
  "NotDeliveredAlertTopic: Sum of AWS/SNS NumberOfNotificationsFailed + AWS/SNS NumberOfNotificationsFailedToRedriveToDlq >= 1 in 1 of 1 x 300 s",
  "NotDeliveredChatTopic: Sum of AWS/SNS NumberOfNotificationsFailed >= 1 in 1 of 1 x 300 s",
  "NotDeliveredOperationsTopic: Sum of AWS/SNS NumberOfNotificationsFailed >= 1 in 1 of 1 x 300 s",
]
`);
  });

  it('are all there by default, but for those of what is not', () => {
    const names = (of: readonly AlarmFacts[]) => of.map(({ name }) => name);

    expect(names(alarms).filter((name) => !names(byDefault).includes(name))).toEqual([
      'AlertNotDelivered',
      'SlackWebhookNotHandedOver',
      'SlackWebhookNotPosted',
      'NotDeliveredChatTopic',
    ]);
  });

  it.each(alarms)('$name says what to do, with an entry in the runbook', ({ properties }) => {
    const { AlarmActions, AlarmDescription, OKActions } = properties;
    const [, anchor = ''] = /^[A-Z].*\. See docs\/runbook\.md#([a-z-]+)$/.exec(String(AlarmDescription)) ?? [];

    expect(readable(AlarmActions)).toEqual(['<OperationsTopic>']);
    expect(OKActions).toBeUndefined();
    expect(String(AlarmDescription).length).toBeLessThanOrEqual(1024);
    expect(headings()).toContain(anchor);
  });

  it('take no data for quiet, but for the dead man’s switch', () => {
    const breaching = alarms.filter(({ properties }) => properties.TreatMissingData === 'breaching');
    const quiet = alarms.filter(({ properties }) => properties.TreatMissingData === 'notBreaching');

    expect(breaching.map(({ name }) => name)).toEqual(['SweepMissing']);
    expect(quiet).toHaveLength(alarms.length - 1);
  });

  it('see every queue', () => {
    const queues = resourcesOf(withEverything, 'AWS::SQS::Queue').map(([id]) => id);
    const watched = alarms
      .flatMap(({ metrics }) => metrics)
      .filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible')
      .flatMap(({ Dimensions }) => Dimensions)
      .map(({ Value }) => (Value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt']?.[0]);

    expect(queues.length).toBeGreaterThan(4);
    expect(watched.sort()).toEqual(queues.sort());
  });

  it('see the throttling of every function', () => {
    const functions = resourcesOf(withEverything, 'AWS::Lambda::Function').map(([id]) => id);
    const throttles = alarms.find(({ name }) => name === 'FunctionsThrottled')?.metrics ?? [];
    const watched = throttles.flatMap(({ Dimensions }) =>
      Dimensions.map(({ Value }) => (Value as { Ref: string }).Ref),
    );

    expect(watched.sort()).toEqual(functions.sort());
  });

  it('read custom metrics only by the function of their own stack, under a name that exists', () => {
    const custom = alarms.flatMap(({ metrics }) => metrics).filter(({ Namespace }) => Namespace === 'AuditWatcher');

    const by = (name: string, metric: string) => [
      metric,
      [
        { Name: 'function', Value: `<${name}>` },
        { Name: 'service', Value: 'audit-watcher' },
      ],
    ];
    expect(custom.map(({ MetricName, Dimensions }) => [MetricName, readable(Dimensions)])).toEqual([
      by('LoopCheckAudit', METRIC.poll),
      // Of every function that reads the table.
      by('LoopCheckAudit', METRIC.unreadableItems),
      by('LoopReadFindings', METRIC.unreadableItems),
      by('LoopSendAlerts', METRIC.unreadableItems),
      by('SweepFindAudits', METRIC.unreadableItems),
      by('LoopSendAlerts', METRIC.uncertainAlerts),
      by('SweepFindAudits', METRIC.uncertainAlerts),
      by('SweepFindAudits', METRIC.oldestPendingAlert),
      by('SweepFindAudits', METRIC.oldestUnwatched),
    ]);
  });

  it('cost what the documentation says', () => {
    const metrics = byDefault.flatMap((alarm) => alarm.metrics).length;

    expect(text('docs/cost.md')).toContain(
      `| ${byDefault.length} alarms on ${metrics} metrics | ${(metrics * PRICE.alarmMetric).toFixed(2)} |`,
    );
  });
});

describe('the alarm of a sweep that is missing', () => {
  const periodsAt = (sweepMinutes: string) =>
    alarmsOf(synthesize({ sweepMinutes }))
      .filter(({ name }) => /SweepMissing|AlertPendingTooLong/.test(name))
      .flatMap(({ metrics }) => metrics.map(({ Period }) => Period));

  it('has periods in which at least one sweep begins, and never shorter than five minutes', () => {
    expect(periodsAt('1')).toEqual([300, 300, 300]);
    expect(periodsAt('5')).toEqual([300, 300, 300]);
    expect(periodsAt('17')).toEqual([1020, 1020, 1020]);
    expect(periodsAt('60')).toEqual([3600, 3600, 3600]);
  });
});

it('Two watchers in one stack have their own alarms, dashboards and queries', () => {
  const stack = new Stack(undefined, 'Twice', { analyticsReporting: false });
  stack.node.setContext('aws:cdk:bundling-stacks', []);
  new AuditWatcher(stack, 'One');
  new AuditWatcher(stack, 'Two');

  const template = Template.fromStack(stack);

  template.resourceCountIs('AWS::CloudWatch::Alarm', 2 * byDefault.length);
  const names = resourcesOf(template, 'AWS::CloudWatch::Dashboard').map(([, { DashboardName }]) =>
    JSON.stringify(DashboardName),
  );
  expect(new Set(names).size).toBe(2);
});

interface AlarmMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { Name: string; Value: unknown }[];
  readonly Period: number;
  readonly Statistic: string;
}

interface AlarmFacts {
  readonly name: string;
  readonly summary: string;
  readonly metrics: readonly AlarmMetric[];
  readonly properties: Record<string, unknown>;
}

function alarmsOf(template: Template): AlarmFacts[] {
  return resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id, properties]) => {
    const name = id.replace(/^AuditWatcherAlarms/, '').replace(/[0-9A-F]{8}$/, '');
    const metrics = metricsOf(properties);
    const { ComparisonOperator, Threshold, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = properties;
    const [{ Statistic, Period } = { Statistic: '', Period: 0 }] = metrics;
    const what = [...new Set(metrics.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`))].join(' + ');
    const operator = ComparisonOperator === 'LessThanThreshold' ? '<' : '>=';
    return {
      name,
      metrics,
      properties,
      summary: `${name}: ${Statistic} of ${what} ${operator} ${Threshold} in ${DatapointsToAlarm} of ${EvaluationPeriods} x ${Period} s`,
    };
  });
}

function metricsOf(properties: Record<string, unknown>): AlarmMetric[] {
  const { Metrics } = properties as {
    Metrics?: { MetricStat?: { Metric: AlarmMetric; Period: number; Stat: string } }[];
  };
  if (Metrics === undefined) return [properties as unknown as AlarmMetric];
  return Metrics.flatMap(({ MetricStat }) =>
    MetricStat ? [{ ...MetricStat.Metric, Period: MetricStat.Period, Statistic: MetricStat.Stat }] : [],
  );
}

/** As GitHub makes anchors of headings. */
function headings(): string[] {
  return [...text('docs/runbook.md').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
