import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { EVERY_OPTION, propertiesOf, readable, resourcesOf, synthesize } from './synthesize.ts';

const everything = synthesize(EVERY_OPTION);
const template = synthesize({ slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' });

describe('the roles', () => {
  it('are all tested here, without managed policies', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role');

    expect(roles.map(([id]) => readable({ Ref: id }))).toEqual([
      '<LoopCheckAuditRole>',
      '<LoopReadFindingsRole>',
      '<LoopSendAlertsRole>',
      '<LoopRole>',
      '<SweepFindAuditsRole>',
      '<SweepRole>',
      '<StartEventsRole>',
      '<SlackConfigurationRole>',
    ]);
    expect(roles.filter(([, { ManagedPolicyArns }]) => ManagedPolicyArns)).toEqual([]);
  });

  it('let Check audit describe audits, keep items, log and trace', () => {
    expect(permissionsOf('CheckAuditRole')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on <LoopCheckAuditLogs.Arn>',
      'iot:DescribeAuditTask, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on <Table.Arn>',
      'dynamodb:Query on <Table.Arn>/index/byAudit',
    ]);
  });

  it('let Read findings list findings and the things of certificates, keep items, log and trace', () => {
    expect(permissionsOf('ReadFindingsRole')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on <LoopReadFindingsLogs.Arn>',
      'iot:ListAuditFindings, iot:ListPrincipalThings, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query, dynamodb:UpdateItem on <Table.Arn>',
      'dynamodb:Query on <Table.Arn>/index/byAudit',
    ]);
  });

  it('let Send alerts keep items, publish to the one encrypted topic, log and trace', () => {
    expect(permissionsOf('SendAlertsRole')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on <LoopSendAlertsLogs.Arn>',
      'xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query, dynamodb:UpdateItem on <Table.Arn>',
      'dynamodb:Query on <Table.Arn>/index/byAudit',
      'sns:Publish on <AlertTopic>',
      'kms:Decrypt, kms:GenerateDataKey on <TopicKey.Arn>',
    ]);
  });

  it('let the state machine call the three functions, log and trace', () => {
    const { Policies } = propertiesOf(template, 'AWS::IAM::Role', 'LoopRole');

    expect((Policies as Policy[]).flatMap(sentences)).toEqual([
      'lambda:InvokeFunction on <LoopCheckAudit.Arn>, <LoopReadFindings.Arn>, <LoopSendAlerts.Arn>',
      'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, ' +
        'logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery on *',
      'xray:GetSamplingRules, xray:GetSamplingTargets, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
    ]);
  });

  it('let Find audits list audits, find watches, put start events and publish missed runs', () => {
    const { PolicyDocument } = propertiesOf(template, 'AWS::IAM::Policy', 'FindAuditsRole') as unknown as Policy;

    expect(PolicyDocument.Statement.map(fullSentence)).toEqual([
      'Allow logs:CreateLogStream, logs:PutLogEvents on <SweepFindAuditsLogs.Arn>',
      'Allow iot:ListAuditTasks, iot:ListScheduledAudits, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'Allow events:PutEvents on arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default' +
        ' if StringEquals events:source=device-defender-audit-watcher, events:detail-type=Device Defender Audit Started',
      'Allow dynamodb:BatchGetItem, dynamodb:GetItem, dynamodb:UpdateItem on <Table.Arn>',
      'Allow dynamodb:Query on <Table.Arn>/index/byAudit, <Table.Arn>/index/open',
      'Allow sns:Publish on <AlertTopic>',
      'Allow kms:Decrypt, kms:GenerateDataKey on <TopicKey.Arn>',
    ]);
  });

  it('let the schedule, and no other of the account, start sweeps and keep what it could not deliver', () => {
    const role = propertiesOf(template, 'AWS::IAM::Role', 'SweepRole');
    const { Statement: trust } = role.AssumeRolePolicyDocument as Policy['PolicyDocument'];

    expect((role.Policies as Policy[]).flatMap(sentences)).toEqual([
      'lambda:InvokeFunction on <SweepFindAudits.Arn>',
      'sqs:SendMessage on <SweepDeadLetterQueue.Arn>',
    ]);
    expect(trust[0]?.Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' }, 'aws:SourceArn': expect.anything() },
    });
  });

  it('let the event rules start executions', () => {
    const { Policies } = propertiesOf(template, 'AWS::IAM::Role', 'StartEventsRole');

    expect((Policies as Policy[]).flatMap(sentences)).toEqual(['states:StartExecution on <LoopStateMachine>']);
  });

  it('let Slack do nothing', () => {
    expect(resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes('Slack'))).toEqual([]);
  });
});

/** The grants of the sweep that a digest widens. */
const FOR_A_DIGEST: Readonly<Record<string, string>> = {
  'Allow iot:ListAuditTasks, iot:ListScheduledAudits, xray:PutTelemetryRecords, xray:PutTraceSegments on *':
    'Allow iot:ListAuditSuppressions, iot:ListAuditTasks, iot:ListScheduledAudits, xray:PutTelemetryRecords, xray:PutTraceSegments on *',
  'Allow dynamodb:Query on <Table.Arn>/index/byAudit, <Table.Arn>/index/open':
    'Allow dynamodb:Query on <Table.Arn>, <Table.Arn>/index/byAudit, <Table.Arn>/index/byStart, <Table.Arn>/index/open',
};

describe('the roles with every option on', () => {
  const idsOf = (synthesized: Template) =>
    resourcesOf(synthesized, 'AWS::IAM::Role').map(([id]) => String(readable({ Ref: id })).slice(1, -1));

  it('are one more, for the Slack webhook, and only the guardrail is a managed policy', () => {
    const added = idsOf(everything).filter((id) => !idsOf(template).includes(id));

    expect(added).toEqual(['SlackWebhookPostRole']);
    expect(resourcesOf(everything, 'AWS::IAM::Role').filter(([, { ManagedPolicyArns }]) => ManagedPolicyArns)).toEqual(
      [],
    );
    expect(readable(propertiesOf(everything, 'AWS::Chatbot::SlackChannelConfiguration').GuardrailPolicies)).toEqual([
      'arn:<AWS::Partition>:iam::aws:policy/AWSDenyAll',
    ]);
  });

  it('let the function of the Slack webhook read its secret, keep what it could not post, log and trace', () => {
    expect(permissionsOf('SlackWebhookPostRole', everything)).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on <SlackWebhookPostLogs.Arn>',
      'xray:PutTelemetryRecords, xray:PutTraceSegments on *',
      'secretsmanager:GetSecretValue on ' +
        'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:team/slack-??????',
      'sqs:SendMessage on <SlackWebhookNotPosted.Arn>',
    ]);
  });

  it('let the two that publish reach the chat topic too, and the others no more than before', () => {
    for (const id of idsOf(template)) {
      const before = grantsOf(id, template);
      const publishes = before.includes('Allow sns:Publish on <AlertTopic>');

      expect([id, publishes]).toEqual([id, ['LoopSendAlertsRole', 'SweepFindAuditsRole'].includes(id)]);
      expect([id, grantsOf(id, everything)]).toEqual([
        id,
        before.map((grant) =>
          grant === 'Allow sns:Publish on <AlertTopic>'
            ? 'Allow sns:Publish on <AlertTopic>, <ChatTopic>'
            : ((id === 'SweepFindAuditsRole' ? FOR_A_DIGEST[grant] : undefined) ?? grant),
        ),
      ]);
    }
  });

  it('let the sweep read what a digest says, and write nothing more', () => {
    const added = grantsOf('SweepFindAuditsRole', synthesize({ digest: 'daily' }));

    expect(added).toEqual(grantsOf('SweepFindAuditsRole', template).map((grant) => FOR_A_DIGEST[grant] ?? grant));
    expect(added).toEqual(expect.arrayContaining(Object.values(FOR_A_DIGEST)));
  });
});

describe('who may take on a role', () => {
  it('is one service each, for this account where AWS says for whom', () => {
    const roles = resourcesOf(everything, 'AWS::IAM::Role').map(([id, { AssumeRolePolicyDocument }]) => [
      String(readable({ Ref: id })).slice(1, -1),
      ...(AssumeRolePolicyDocument as Policy['PolicyDocument']).Statement.map(trustSentence),
    ]);

    expect(Object.fromEntries(roles.map(([role, ...trust]) => [role, trust]))).toEqual({
      LoopCheckAuditRole: ['Allow lambda.amazonaws.com sts:AssumeRole'],
      LoopReadFindingsRole: ['Allow lambda.amazonaws.com sts:AssumeRole'],
      LoopSendAlertsRole: ['Allow lambda.amazonaws.com sts:AssumeRole'],
      LoopRole: [
        'Allow states.amazonaws.com sts:AssumeRole if StringEquals aws:SourceAccount=<AWS::AccountId>' +
          ' if ArnLike aws:SourceArn=arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:*',
      ],
      SweepFindAuditsRole: ['Allow lambda.amazonaws.com sts:AssumeRole'],
      SweepRole: [
        'Allow scheduler.amazonaws.com sts:AssumeRole if StringEquals aws:SourceAccount=<AWS::AccountId>,' +
          ' aws:SourceArn=<SweepGroup.Arn>',
      ],
      StartEventsRole: [
        'Allow events.amazonaws.com sts:AssumeRole if StringEquals aws:SourceAccount=<AWS::AccountId>' +
          ' if ArnLike aws:SourceArn=arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/*',
      ],
      SlackConfigurationRole: ['Allow chatbot.amazonaws.com sts:AssumeRole'],
      SlackWebhookPostRole: ['Allow lambda.amazonaws.com sts:AssumeRole'],
    });
  });
});

describe('what others may do to our resources', () => {
  it('is for the alert topic: nobody without TLS', () => {
    expect(resourcePolicy('AWS::SNS::TopicPolicy', 'AlertTopic')).toEqual([
      'Deny * sns:Publish on <AlertTopic> if Bool aws:SecureTransport=false',
    ]);
  });

  it('is for the operations topic: alarms and identities of this account may publish, over TLS', () => {
    expect(resourcePolicy('AWS::SNS::TopicPolicy', 'OperationsTopic')).toEqual([
      'Deny * sns:Publish on <OperationsTopic> if Bool aws:SecureTransport=false',
      'Allow cloudwatch.amazonaws.com sns:Publish on <OperationsTopic> if StringEquals aws:SourceAccount=<AWS::AccountId>',
      'Allow arn:<AWS::Partition>:iam::<AWS::AccountId>:root sns:GetTopicAttributes, sns:ListSubscriptionsByTopic, ' +
        'sns:Publish, sns:Subscribe on <OperationsTopic>',
    ]);
  });

  it("is for the key: the account, and this account's alarms on the way to the operations topic", () => {
    const { KeyPolicy, EnableKeyRotation } = propertiesOf(template, 'AWS::KMS::Key');

    expect(EnableKeyRotation).toBe(true);
    expect((KeyPolicy as Policy['PolicyDocument']).Statement.map(fullSentence)).toEqual([
      'Allow arn:<AWS::Partition>:iam::<AWS::AccountId>:root kms:* on *',
      'Allow cloudwatch.amazonaws.com kms:Decrypt, kms:GenerateDataKey on * if StringEquals aws:SourceAccount=<AWS::AccountId>',
    ]);
  });

  it('is for the chat topic: nobody without TLS', () => {
    expect(resourcePolicy('AWS::SNS::TopicPolicy', 'ChatTopic', everything)).toEqual([
      'Deny * sns:Publish on <ChatTopic> if Bool aws:SecureTransport=false',
    ]);
  });

  it('is for the dead-letter queues of subscriptions: the alert topic may fill them, over TLS', () => {
    for (const queue of ['AlertSubscriptionsDeadLetterQueue', 'SlackWebhookNotHandedOver']) {
      expect(resourcePolicy('AWS::SQS::QueuePolicy', queue, everything)).toEqual([
        `Deny * sqs:* on <${queue}.Arn> if Bool aws:SecureTransport=false`,
        `Allow sns.amazonaws.com sqs:SendMessage on <${queue}.Arn> if ArnEquals aws:SourceArn=<AlertTopic>`,
      ]);
    }
  });

  it('is for the dead-letter queues that our roles fill: nobody without TLS', () => {
    for (const queue of ['SweepDeadLetterQueue', 'SlackWebhookNotPosted']) {
      expect(resourcePolicy('AWS::SQS::QueuePolicy', queue, everything)).toEqual([
        `Deny * sqs:* on <${queue}.Arn> if Bool aws:SecureTransport=false`,
      ]);
    }
  });

  it('is for the function of the Slack webhook: the alert topic may invoke it', () => {
    expect(resourcesOf(everything, 'AWS::Lambda::Permission').map(([, properties]) => readable(properties))).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: '<SlackWebhookPost.Arn>',
        Principal: 'sns.amazonaws.com',
        SourceArn: '<AlertTopic>',
      },
    ]);
  });

  it('is for the dead-letter queue: the two rules may fill it, over TLS', () => {
    expect(resourcePolicy('AWS::SQS::QueuePolicy', 'StartEvents')).toEqual([
      'Deny * sqs:* on <StartEventsDeadLetterQueue.Arn> if Bool aws:SecureTransport=false',
      'Allow events.amazonaws.com sqs:SendMessage on <StartEventsDeadLetterQueue.Arn> if ArnEquals aws:SourceArn=<StartEventsOnDemandAudit.Arn>',
      'Allow events.amazonaws.com sqs:SendMessage on <StartEventsDeadLetterQueue.Arn> if ArnEquals aws:SourceArn=<StartEventsAnyAudit.Arn>',
    ]);
  });
});

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** All that a role's default policy allows, one statement a line. */
function permissionsOf(role: string, synthesized = template): string[] {
  return sentences(propertiesOf(synthesized, 'AWS::IAM::Policy', role) as unknown as Policy);
}

/** All that a role may do, by its inline policies and its default policy. */
function grantsOf(role: string, synthesized: Template): string[] {
  const [, { Policies = [] } = {}] =
    resourcesOf(synthesized, 'AWS::IAM::Role').find(([id]) => readable({ Ref: id }) === `<${role}>`) ?? [];
  const attached = resourcesOf(synthesized, 'AWS::IAM::Policy')
    .filter(([, { Roles }]) => JSON.stringify(readable(Roles)) === JSON.stringify([`<${role}>`]))
    .map(([, properties]) => properties as unknown as Policy);
  return [...(Policies as Policy[]), ...attached].flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.map(fullSentence),
  );
}

function sentences({ PolicyDocument }: Policy): string[] {
  return PolicyDocument.Statement.map((statement) => {
    expect(statement.Effect).toBe('Allow');
    expect(statement.Condition).toBeUndefined();
    return sentence(statement);
  });
}

function resourcePolicy(type: string, name = '', synthesized = template): string[] {
  const { PolicyDocument } = propertiesOf(synthesized, type, name) as unknown as Policy;
  return PolicyDocument.Statement.map(fullSentence);
}

/** Whom a role trusts: such a statement is about the role, and names no resource. */
function trustSentence(statement: Statement): string {
  expect(statement.Resource).toBeUndefined();
  return fullSentence(statement).replace(' on ', '');
}

function fullSentence(statement: Statement): string {
  const who =
    typeof statement.Principal === 'object' ? Object.values(statement.Principal ?? {}) : [statement.Principal];
  const conditions = Object.entries(statement.Condition ?? {}).map(([test, operands]) => {
    const operand = Object.entries(operands).map(([key, value]) => `${key}=${readable(value)}`);
    return ` if ${test} ${operand.join(', ')}`;
  });
  const principal = statement.Principal === undefined ? '' : `${readable(who)} `;
  return `${statement.Effect} ${principal}${sentence(statement)}${conditions.join('')}`;
}

function sentence({ Action, Resource }: Statement): string {
  const list = (value: unknown) => [readable(value)].flat().join(', ');
  return `${list(Action)} on ${list(Resource)}`;
}
