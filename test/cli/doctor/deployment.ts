import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DescribeAccountAuditConfigurationCommand, IoTClient, ListScheduledAuditsCommand } from '@aws-sdk/client-iot';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { sweepKey, TABLE } from '../../../lambda/contract.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';
export const SWEEP_KEY = sweepKey({ account: ACCOUNT, region: REGION });
export const NOW = Date.parse('2026-11-23T12:00:00.000Z');

export const ALERT_TOPIC = topicArn('AuditWatcher-AlertTopic5F61BF58-8Kq2');
export const CHAT_TOPIC = topicArn('AuditWatcher-ChatTopicA5F31A43-1Zp9');
export const OPERATIONS_TOPIC = topicArn('AuditWatcher-OperationsTopic9F920627-4Lm7');
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/123456789012/AuditWatcher-StartEventsDeadLetterQueue-6Tt1';
const TRAIL = 'arn:aws:cloudtrail:eu-west-1:123456789012:trail/management';

export const OUTPUTS: Readonly<Record<string, string>> = {
  TableName: 'AuditWatcher-Table-1A2B3C',
  AlertTopicArn: ALERT_TOPIC,
  ChatTopicArn: CHAT_TOPIC,
  OperationsTopicArn: OPERATIONS_TOPIC,
  StateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Watch-1A2B3C',
};

export const RESOURCES: readonly StackResourceSummary[] = [
  resource('AWS::SQS::Queue', 'AuditWatcherStartEventsDeadLetterQueue469F2DEA', QUEUE),
  resource('AWS::CloudWatch::Alarm', 'AuditWatcherAlarmsExecutionFailed3D13FE28', 'ExecutionFailed-1A2B'),
  resource('AWS::Scheduler::Schedule', 'AuditWatcherSweepSchedule0A1B2C3D', 'Sweep-1A2B'),
  resource('AWS::Scheduler::ScheduleGroup', 'AuditWatcherSweepGroup0A1B2C3D', 'Sweeps-3C4D'),
  resource(
    'AWS::Chatbot::SlackChannelConfiguration',
    'AuditWatcherSlack335C0413',
    'arn:aws:chatbot::123456789012:chat-configuration/slack-channel/AuditWatcher-alerts',
  ),
];

const keys = ({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) => [
  { AttributeName: partitionKey, KeyType: 'HASH' as const },
  { AttributeName: sortKey, KeyType: 'RANGE' as const },
];

/** As lib/resources/watch-table.ts makes it. */
export const TABLE_DESCRIPTION = {
  KeySchema: keys(TABLE),
  GlobalSecondaryIndexes: [TABLE.byAuditIndex, TABLE.openIndex].map((index) => ({
    IndexName: index.name,
    KeySchema: keys(index),
  })),
};

/** Mocks every client as a deployment answers in which all is well. A test overrides what it wants otherwise. */
export function mockDeployment(now = NOW) {
  const mocks = {
    sts: mockClient(STSClient),
    cloudFormation: mockClient(CloudFormationClient),
    cloudTrail: mockClient(CloudTrailClient),
    cloudWatch: mockClient(CloudWatchClient),
    dynamoDb: mockClient(DynamoDBDocumentClient),
    iot: mockClient(IoTClient),
    scheduler: mockClient(SchedulerClient),
    sns: mockClient(SNSClient),
    sqs: mockClient(SQSClient),
  };
  const { sts, cloudFormation, cloudTrail, cloudWatch, dynamoDb, iot, scheduler, sns, sqs } = mocks;
  sts
    .on(GetCallerIdentityCommand)
    .resolves({ Account: ACCOUNT, Arn: 'arn:aws:sts::123456789012:assumed-role/Admin/you' });
  cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [stackWith(OUTPUTS)] });
  cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [...RESOURCES] });
  cloudTrail.on(DescribeTrailsCommand).resolves({
    trailList: [{ Name: 'management', TrailARN: TRAIL, HomeRegion: REGION }],
  });
  cloudTrail.on(GetTrailStatusCommand).resolves({ IsLogging: true });
  cloudTrail
    .on(GetEventSelectorsCommand)
    .resolves({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' }] });
  iot.on(DescribeAccountAuditConfigurationCommand).resolves({
    roleArn: 'arn:aws:iam::123456789012:role/service-role/AWSIoTDeviceDefenderAudit',
    auditCheckConfigurations: {
      LOGGING_DISABLED_CHECK: { enabled: true },
      DEVICE_CERTIFICATE_EXPIRING_CHECK: {
        enabled: true,
        configuration: { CERT_EXPIRATION_THRESHOLD_IN_DAYS: '60' },
      },
    },
  });
  iot.on(ListScheduledAuditsCommand).resolves({
    scheduledAudits: [{ scheduledAuditName: 'NightlyFleetAudit', frequency: 'DAILY' }],
  });
  scheduler
    .on(GetScheduleCommand, { Name: 'Sweep-1A2B', GroupName: 'Sweeps-3C4D' })
    .resolves({ State: 'ENABLED', ScheduleExpression: 'rate(5 minutes)' });
  const lastSweepAt = new Date(now - 2 * 60_000).toISOString();
  dynamoDb.on(GetCommand).resolves({});
  dynamoDb.on(GetCommand, { Key: SWEEP_KEY }).resolves({
    Item: {
      ...SWEEP_KEY,
      lastSweepAt,
      historyUntil: '2026-11-23T11:58:00.000Z',
    },
  });
  dynamoDb.on(QueryCommand).resolves({ Items: [] });
  dynamoDb.on(DescribeTableCommand).resolves({ Table: TABLE_DESCRIPTION });
  dynamoDb
    .on(DescribeTimeToLiveCommand)
    .resolves({ TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: TABLE.timeToLive } });
  sns.on(ListSubscriptionsByTopicCommand).resolves({
    Subscriptions: [
      {
        SubscriptionArn: `${ALERT_TOPIC}:1a2b3c`,
        Protocol: 'email',
        Endpoint: 'fleet@example.com',
        TopicArn: ALERT_TOPIC,
      },
    ],
  });
  sns.on(GetSubscriptionAttributesCommand).resolves({ Attributes: {} });
  sns.on(PublishCommand).resolves({ MessageId: '6c5d1f0e-8a1b-5c2d-9e3f-0a1b2c3d4e5f' });
  sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: '0' } });
  cloudWatch.on(ListMetricsCommand).resolves({ Metrics: [] });
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  cloudWatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [
      {
        AlarmName: 'ExecutionFailed-1A2B',
        AlarmDescription: 'A watch of an audit failed. See docs/runbook.md#execution-failed',
        StateValue: 'OK',
        ActionsEnabled: true,
        AlarmActions: [OPERATIONS_TOPIC],
      },
    ],
  });
  return {
    ...mocks,
    restore: () => {
      for (const mock of Object.values(mocks)) mock.restore();
    },
  };
}

export function stackWith(outputs: Readonly<Record<string, string>>) {
  return {
    StackName: 'AuditWatcher',
    StackStatus: 'UPDATE_COMPLETE' as const,
    CreationTime: new Date(0),
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };
}

/** As the SDK throws what AWS answered. */
export function awsError(name: string, message = 'It did not work.'): Error {
  return Object.assign(new Error(message), { name });
}

function resource(ResourceType: string, LogicalResourceId: string, PhysicalResourceId: string): StackResourceSummary {
  return {
    ResourceType,
    LogicalResourceId,
    PhysicalResourceId,
    LastUpdatedTimestamp: new Date(0),
    ResourceStatus: 'CREATE_COMPLETE',
  };
}

function topicArn(name: string): string {
  return `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
}
