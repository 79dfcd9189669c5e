import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { propertiesOf, readable, resourcesOf, synthesize } from '../synthesize.ts';

const template = synthesize({ slackWebhookSecretName: 'team/slack', slackWebhookMinSeverity: 'HIGH' });
const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/slack-AbCdEf';
const withArn = synthesize({ slackWebhookSecretName: secretArn });

describe('the Slack webhook', () => {
  it('is left out by default', () => {
    const ids = Object.keys(synthesize().toJSON().Resources);

    expect(ids.filter((id) => id.includes('Slack'))).toEqual([]);
  });

  it('is a function that gets the place of the URL, not the URL', () => {
    const { Code, Environment, ...shape } = propertiesOf(template, 'AWS::Lambda::Function', 'SlackWebhookPost');

    expect(readable(shape)).toEqual({
      Description: 'Posts alerts to the incoming webhook of a Slack channel.',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'slack-webhook.handler',
      MemorySize: 512,
      Timeout: 60,
      Role: '<SlackWebhookPostRole.Arn>',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: '<SlackWebhookPostLogs>' },
      TracingConfig: { Mode: 'Active' },
    });
    expect(readable(Environment)).toMatchObject({ Variables: { SLACK_WEBHOOK_SECRET: 'team/slack' } });
  });

  it('may read that one secret, keep what it could not post, log and trace', () => {
    expect(permissionsOf(template)).toEqual([
      'logs:CreateLogStream,logs:PutLogEvents on <SlackWebhookPostLogs.Arn>',
      'xray:PutTelemetryRecords,xray:PutTraceSegments on *',
      'secretsmanager:GetSecretValue on arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:team/slack-??????',
      'sqs:SendMessage on <SlackWebhookNotPosted.Arn>',
    ]);
    expect(permissionsOf(withArn)).toContain(`secretsmanager:GetSecretValue on ${secretArn}`);
  });

  it('gets alerts from its floor up, from the alert topic alone', () => {
    const { Principal, SourceArn, Action } = propertiesOf(template, 'AWS::Lambda::Permission');

    expect(readable(propertiesOf(template, 'AWS::SNS::Subscription'))).toEqual({
      TopicArn: '<AlertTopic>',
      Protocol: 'lambda',
      Endpoint: '<SlackWebhookPost.Arn>',
      FilterPolicy: { severity: ['HIGH', 'CRITICAL'] },
      FilterPolicyScope: 'MessageAttributes',
      RedrivePolicy: { deadLetterTargetArn: '<SlackWebhookNotHandedOver.Arn>' },
    });
    expect(propertiesOf(withArn, 'AWS::SNS::Subscription')).not.toHaveProperty('FilterPolicy');
    expect(readable({ Principal, SourceArn, Action })).toEqual({
      Principal: 'sns.amazonaws.com',
      SourceArn: '<AlertTopic>',
      Action: 'lambda:InvokeFunction',
    });
  });

  it('is tried three times, then the event is kept with the error', () => {
    expect(readable(propertiesOf(template, 'AWS::Lambda::EventInvokeConfig', 'SlackWebhook'))).toMatchObject({
      FunctionName: '<SlackWebhookPost>',
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: '<SlackWebhookNotPosted.Arn>' } },
    });
  });

  it('has dead-letter queues that are encrypted and reached over TLS; only SNS may fill that of the subscription', () => {
    const statements = ['NotHandedOver', 'NotPosted'].map((queue) => {
      const { PolicyDocument } = propertiesOf(template, 'AWS::SQS::QueuePolicy', queue);
      return (PolicyDocument as Policy).Statement.map(({ Effect, Principal, Action, Condition }) =>
        readable({ Effect, Principal, Action, Condition }),
      );
    });
    const noTls = {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sqs:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };

    expect(statements).toEqual([
      [
        noTls,
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': '<AlertTopic>' } },
        },
      ],
      [noTls],
    ]);
    for (const queue of ['NotHandedOver', 'NotPosted']) {
      expect(propertiesOf(template, 'AWS::SQS::Queue', queue)).toEqual({
        MessageRetentionPeriod: 14 * 86_400,
        SqsManagedSseEnabled: true,
      });
    }
  });

  it('has an alarm for either queue, with its entry in the runbook', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm')
      .filter(([id]) => id.includes('SlackWebhook'))
      .map(([, { MetricName, Dimensions, AlarmActions, AlarmDescription }]) =>
        readable({
          MetricName,
          Dimensions,
          AlarmActions,
          runbook: String(AlarmDescription).replace(/^.*#/, ''),
        }),
      );

    const alarmOn = (queue: string) => ({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: `<${queue}.QueueName>` }],
      AlarmActions: ['<OperationsTopic>'],
      runbook: 'slack-webhook-not-delivered',
    });
    expect(alarms).toEqual([alarmOn('SlackWebhookNotHandedOver'), alarmOn('SlackWebhookNotPosted')]);
  });

  it('keeps its log as long as the others', () => {
    const settings = { slackWebhookSecretName: 'slack', logRetentionDays: '7', retainData: 'false' };
    const { RetentionInDays } = propertiesOf(synthesize(settings), 'AWS::Logs::LogGroup', 'SlackWebhookPostLogs');

    expect(RetentionInDays).toBe(7);
  });
});

interface Policy {
  readonly Statement: readonly Record<'Effect' | 'Principal' | 'Action' | 'Resource' | 'Condition', unknown>[];
}

function permissionsOf(synthesized: Template): string[] {
  const { PolicyDocument } = propertiesOf(synthesized, 'AWS::IAM::Policy', 'SlackWebhookPostRole');
  return (PolicyDocument as Policy).Statement.map(({ Effect, Action, Resource, Condition }) => {
    expect({ Effect, Condition }).toEqual({ Effect: 'Allow', Condition: undefined });
    return `${[Action].flat()} on ${readable(Resource)}`;
  });
}
