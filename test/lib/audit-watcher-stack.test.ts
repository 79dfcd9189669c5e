import { describe, expect, it } from '@jest/globals';
import { matchesEventPattern } from '../../local/compute/event-pattern.ts';
import { propertiesOf, readable, resourcesOf, synthesize } from './synthesize.ts';

const template = synthesize();
const withEverything = synthesize({
  alertEmails: 'a@example.com,b@example.com',
  operationsEmails: 'ops@example.com',
  alertWhenCompliant: 'true',
  repeat: 'changes',
  digest: 'weekly',
  digestDay: 'FRI',
  digestHour: '17',
  digestTimeZone: 'Europe/Berlin',
  watchLimitHours: '48',
  minWaitSeconds: '10',
  maxWaitSeconds: '600',
  retentionDays: '130',
  retainData: 'false',
  logRetentionDays: '7',
  slackWorkspaceId: 'T0123ABCDEF',
  slackChannelId: 'C0123ABCDEF',
});

describe('the table', () => {
  it('has the keys, indexes and expiry of the contract, is encrypted, backed up, and protected', () => {
    const { AttributeDefinitions, ...table } = propertiesOf(template, 'AWS::DynamoDB::Table');
    const keys = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ];

    expect(table).toEqual({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'byAudit', KeySchema: keys('auditKey', 'auditStartTime'), Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'open', KeySchema: keys('open', 'dueAt'), Projection: { ProjectionType: 'ALL' } },
        {
          IndexName: 'byStart',
          KeySchema: keys('place', 'auditStartTime'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      DeletionProtectionEnabled: true,
    });
    expect(AttributeDefinitions).toContainEqual({ AttributeName: 'dueAt', AttributeType: 'N' });
  });
});

describe('an existing table', () => {
  const NAME = 'AuditWatcher-AuditWatcherTable1A2B3C4D-5E6F7G8H9I0J';
  const withTable = synthesize({ existingTableName: NAME });

  it('takes the place of a new one, and is not part of the stack, so that nothing in it can be changed or deleted', () => {
    expect(resourcesOf(withTable, 'AWS::DynamoDB::Table')).toEqual([]);
    expect(withTable.findOutputs('TableName')).toMatchObject({ TableName: { Value: NAME } });
  });

  it('is what every function uses, and may use', () => {
    const names = resourcesOf(withTable, 'AWS::Lambda::Function').map(([, { Environment }]) => Environment);
    const usedArns = JSON.stringify(readable(withTable.toJSON())).match(/arn:[^"]*:table\/[^"]*/g);

    expect(names).toEqual(Array(4).fill({ Variables: expect.objectContaining({ TABLE_NAME: NAME }) }));
    const arn = `arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${NAME}`;
    expect([...new Set(usedArns)].toSorted()).toEqual([arn, `${arn}/index/byAudit`, `${arn}/index/open`]);
  });
});

describe('data', () => {
  const deletionPolicies = (synthesized: typeof template, type: string) =>
    Object.values(synthesized.findResources(type)).map(({ DeletionPolicy }) => DeletionPolicy);

  it('outlives the stack by default', () => {
    expect(deletionPolicies(template, 'AWS::DynamoDB::Table')).toEqual(['Retain']);
    // The logs of a first deployment that failed are deleted.
    expect(deletionPolicies(template, 'AWS::Logs::LogGroup')).toEqual(Array(5).fill('RetainExceptOnCreate'));
  });

  it('is deleted with the stack, and not protected, when it need not be retained', () => {
    expect(deletionPolicies(withEverything, 'AWS::DynamoDB::Table')).toEqual(['Delete']);
    expect(deletionPolicies(withEverything, 'AWS::Logs::LogGroup')).toEqual(Array(5).fill('Delete'));
    expect(propertiesOf(withEverything, 'AWS::DynamoDB::Table')).toMatchObject({ DeletionProtectionEnabled: false });
  });

  it('in logs is kept as long as configured, and the log of the executions has a name of its own in each stack', () => {
    const retentions = (synthesized: typeof template) =>
      resourcesOf(synthesized, 'AWS::Logs::LogGroup').map(([, { RetentionInDays }]) => RetentionInDays);

    expect(retentions(template)).toEqual(Array(5).fill(90));
    expect(retentions(withEverything)).toEqual(Array(5).fill(7));
    expect(propertiesOf(template, 'AWS::Logs::LogGroup', 'LoopLogs').LogGroupName).toMatchInlineSnapshot(`
{
  "Fn::Join": [
    "",
    [
      "/aws/vendedlogs/states/AuditWatcherLoopEE0F324D-",
      {
        "Fn::Select": [
          2,
          {
            "Fn::Split": [
              "/",
              {
                "Ref": "AWS::StackId",
              },
            ],
          },
        ],
      },
    ],
  ],
}
`);
  });
});

describe('the functions', () => {
  const functions = resourcesOf(template, 'AWS::Lambda::Function');
  const COMMON = {
    POWERTOOLS_SERVICE_NAME: 'audit-watcher',
    POWERTOOLS_METRICS_NAMESPACE: 'AuditWatcher',
    AWS_RETRY_MODE: 'adaptive',
    AWS_MAX_ATTEMPTS: '3',
    TABLE_NAME: '<Table>',
  };

  it('are four, on the current runtime, traced, with their own role and log group', () => {
    const shape = functions.map(([, { Code, Description, Environment, ...rest }]) => readable(rest));

    expect(shape).toEqual(
      (
        [
          ['LoopCheckAudit', 'check-audit', 60],
          ['LoopReadFindings', 'read-findings', 900],
          ['LoopSendAlerts', 'send-alerts', 150],
          ['SweepFindAudits', 'find-audits', 300],
        ] as const
      ).map(([name, entry, Timeout]) => ({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: `${entry}.handler`,
        MemorySize: 512,
        Timeout,
        Role: `<${name}Role.Arn>`,
        LoggingConfig: { LogFormat: 'JSON', LogGroup: `<${name}Logs>` },
        TracingConfig: { Mode: 'Active' },
      })),
    );
  });

  it('get every setting that they read', () => {
    expect(environmentOf(template, 'CheckAudit')).toEqual({
      ...COMMON,
      WATCH_LIMIT_HOURS: '24',
      MIN_WAIT_SECONDS: '5',
      MAX_WAIT_SECONDS: '900',
      PATIENCE_SECONDS: '4',
      MOST_LEARNED_POLLS: '700',
      LATE_AFTER_HOURS: '24',
      RETENTION_DAYS: '400',
    });
    expect(environmentOf(template, 'ReadFindings')).toEqual({ ...COMMON, RETENTION_DAYS: '400' });
    expect(environmentOf(template, 'SendAlerts')).toEqual({
      ...COMMON,
      REPEAT: 'always',
      ALERT_WHEN_COMPLIANT: 'false',
      WATCH_LIMIT_HOURS: '24',
      RETENTION_DAYS: '400',
      ALERT_TOPIC_ARN: '<AlertTopic>',
    });
    expect(environmentOf(template, 'FindAudits')).toEqual({
      ...COMMON,
      AWS_MAX_ATTEMPTS: '8',
      ALERT_TOPIC_ARN: '<AlertTopic>',
      DIGEST: 'none',
      DIGEST_DAY: 'MON',
      DIGEST_HOUR: '8',
      DIGEST_TIME_ZONE: 'UTC',
    });
  });

  it('get what the user configured', () => {
    expect(environmentOf(withEverything, 'CheckAudit')).toMatchObject({
      WATCH_LIMIT_HOURS: '48',
      MIN_WAIT_SECONDS: '10',
      MAX_WAIT_SECONDS: '600',
      RETENTION_DAYS: '130',
    });
    expect(environmentOf(withEverything, 'SendAlerts')).toMatchObject({
      ALERT_WHEN_COMPLIANT: 'true',
      WATCH_LIMIT_HOURS: '48',
      RETENTION_DAYS: '130',
      REPEAT: 'changes',
    });
    expect(environmentOf(withEverything, 'FindAudits')).toMatchObject({
      DIGEST: 'weekly',
      DIGEST_DAY: 'FRI',
      DIGEST_HOUR: '17',
      DIGEST_TIME_ZONE: 'Europe/Berlin',
    });
  });

  function environmentOf(synthesized: typeof template, name: string): unknown {
    const { Environment } = propertiesOf(synthesized, 'AWS::Lambda::Function', name);
    return (readable(Environment) as { Variables: unknown }).Variables;
  }
});

describe('the start events', () => {
  const fromHere = { account: ['<AWS::AccountId>'], region: ['<AWS::Region>'] };
  const target = (path: string, name: string) => ({
    Id: 'Target0',
    Arn: '<LoopStateMachine>',
    RoleArn: '<StartEventsRole.Arn>',
    // Placeholders outside of quotes: EventBridge writes strings and objects there as JSON.
    InputTransformer: {
      InputPathsMap: { account: '$.account', region: '$.region', [name]: path },
      InputTemplate: `{"account":<account>,"region":<region>,"detail":<${name}>}`,
    },
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    DeadLetterConfig: { Arn: '<StartEventsDeadLetterQueue.Arn>' },
  });

  it('are the CloudTrail record of an on-demand audit that did start', () => {
    const { EventPattern, Targets } = propertiesOf(template, 'AWS::Events::Rule', 'OnDemandAudit');

    expect(readable(EventPattern)).toEqual({
      ...fromHere,
      source: ['aws.iot'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['iot.amazonaws.com'],
        eventName: ['StartOnDemandAuditTask'],
        responseElements: { taskId: [{ exists: true }] },
      },
    });
    expect(readable(Targets)).toEqual([target('$.detail.responseElements', 'detail-responseElements')]);
  });

  it('are our own event, which anyone in the account may send', () => {
    const { EventPattern, Targets } = propertiesOf(template, 'AWS::Events::Rule', 'AnyAudit');

    expect(readable(EventPattern)).toEqual({
      ...fromHere,
      source: ['device-defender-audit-watcher'],
      'detail-type': ['Device Defender Audit Started'],
      detail: { taskId: [{ exists: true }] },
    });
    expect(readable(Targets)).toEqual([target('$.detail', 'detail')]);
  });

  it.each(['OnDemandAudit', 'AnyAudit'])('of another account or Region do not match the rule %s', (rule) => {
    const pattern = readable(propertiesOf(template, 'AWS::Events::Rule', rule).EventPattern);
    const event = {
      account: '<AWS::AccountId>',
      region: '<AWS::Region>',
      source: rule === 'AnyAudit' ? 'device-defender-audit-watcher' : 'aws.iot',
      'detail-type': rule === 'AnyAudit' ? 'Device Defender Audit Started' : 'AWS API Call via CloudTrail',
      detail: {
        taskId: 'task-7',
        eventSource: 'iot.amazonaws.com',
        eventName: 'StartOnDemandAuditTask',
        responseElements: { taskId: 'task-7' },
      },
    };

    expect(matchesEventPattern(pattern, event)).toBe(true);
    expect(matchesEventPattern(pattern, { ...event, account: '999999999999' })).toBe(false);
    expect(matchesEventPattern(pattern, { ...event, region: 'us-east-1' })).toBe(false);
  });

  it('that cannot be delivered are kept for 14 days, encrypted', () => {
    expect(propertiesOf(template, 'AWS::SQS::Queue', 'StartEvents')).toEqual({
      MessageRetentionPeriod: 14 * 86_400,
      SqsManagedSseEnabled: true,
    });
  });
});

describe('the sweep', () => {
  it('has a schedule group that goes with the stack, under a name that no other stack has', () => {
    const [group] = Object.values(template.findResources('AWS::Scheduler::ScheduleGroup'));

    expect(group).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    expect(JSON.stringify(group?.Properties.Name)).toContain('"AWS::StackId"');
    // A GUID is 36 characters long, and a name at most 64.
    expect(group?.Properties.Name['Fn::Join'][1][0].length).toBeLessThanOrEqual(64 - 36);
  });

  it('runs every five minutes, and leaves what cannot be delivered in its own queue', () => {
    const schedule = propertiesOf(template, 'AWS::Scheduler::Schedule');

    expect(readable(schedule)).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: '<SweepFindAudits.Arn>',
        RoleArn: '<SweepRole.Arn>',
        DeadLetterConfig: { Arn: '<SweepDeadLetterQueue.Arn>' },
        RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 3 },
      },
    });
  });

  it('runs as often, and finds audits late, as configured', () => {
    const hourly = synthesize({ sweepMinutes: '60', lateAfterHours: '48' });
    const { Environment } = propertiesOf(hourly, 'AWS::Lambda::Function', 'CheckAudit');

    expect(propertiesOf(hourly, 'AWS::Scheduler::Schedule').ScheduleExpression).toBe('rate(1 hour)');
    expect(Environment).toMatchObject({ Variables: { LATE_AFTER_HOURS: '48' } });
  });
});

describe('the topics', () => {
  it('are both encrypted with the key whose policy lets their publishers in', () => {
    const keys = resourcesOf(template, 'AWS::SNS::Topic').map(([, { KmsMasterKeyId }]) => readable(KmsMasterKeyId));

    expect(keys).toEqual(['<TopicKey.Arn>', '<TopicKey.Arn>']);
  });

  it('have no subscriptions by default, and those that are configured', () => {
    const subscriptions = resourcesOf(withEverything, 'AWS::SNS::Subscription').map(([, properties]) => properties);
    const byEmail = { Protocol: 'email', FilterPolicyScope: 'MessageAttributes' };

    expect(resourcesOf(template, 'AWS::SNS::Subscription')).toEqual([]);
    expect(subscriptions.map(readable)).toEqual([
      { ...byEmail, Endpoint: 'a@example.com', TopicArn: '<AlertTopic>' },
      { ...byEmail, Endpoint: 'b@example.com', TopicArn: '<AlertTopic>' },
      { ...byEmail, Endpoint: 'ops@example.com', TopicArn: '<OperationsTopic>' },
    ]);
  });
});

describe('Slack', () => {
  it('is left out by default: an account can configure a channel only once', () => {
    expect(resourcesOf(template, 'AWS::Chatbot::SlackChannelConfiguration')).toEqual([]);
  });

  it('shows the alerts and may do nothing else', () => {
    const slack = propertiesOf(withEverything, 'AWS::Chatbot::SlackChannelConfiguration');

    expect(readable(slack)).toEqual({
      // Names are unique in an account over all Regions; another workspace means another configuration.
      ConfigurationName: 'AuditWatcher91401C74-<AWS::Region>-T0123ABCDEF',
      SlackWorkspaceId: 'T0123ABCDEF',
      SlackChannelId: 'C0123ABCDEF',
      SnsTopicArns: ['<AlertTopic>'],
      IamRoleArn: '<SlackConfigurationRole.Arn>',
      GuardrailPolicies: ['arn:<AWS::Partition>:iam::aws:policy/AWSDenyAll'],
      LoggingLevel: 'ERROR',
    });
  });
});

it('has outputs whose names stay as they are', () => {
  const outputs = Object.entries(template.findOutputs('*')).map(([name, { Value }]) => [name, readable(Value)]);

  expect(Object.fromEntries(outputs)).toEqual({
    AlertTopicArn: '<AlertTopic>',
    OperationsTopicArn: '<OperationsTopic>',
    TableName: '<Table>',
    StateMachineArn: '<LoopStateMachine>',
  });
});
