import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DIGEST_ALL_WELL } from '../../../cli/preview/example-digests.ts';
import { composeAlert } from '../../../lambda/audit/alert/message.ts';
import { SEVERITIES } from '../../../lambda/audit/answer/severity.ts';
import { ALERT_KIND } from '../../../lambda/contract.ts';
import {
  type AlertFilter,
  filterPolicy,
  mostAuditNames,
  SEVERITY_FLOORS,
} from '../../../lib/delivery/alert-subscription.ts';
import { matchesEventPattern } from '../../../local/compute/event-pattern.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildDetails,
  buildGaveUp,
  buildNonCompliant,
  buildSnapshot,
} from '../../builders.ts';
import { compared } from '../../lambda/audit/alert/nights.ts';
import { night } from '../../lambda/audit/ledger/ledgers.ts';
import { propertiesOf, readable, resourcesOf, synthesize } from '../synthesize.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:999999999999:alerts';
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:act:live';
const TROUBLE = buildDetails({ LOGGING_DISABLED_CHECK: buildNonCompliant() });
const template = synthesize({
  alertEmails: 'all@example.com',
  alertSubscriptions: JSON.stringify([
    { protocol: 'email', endpoint: 'on-call@example.com', minSeverity: 'HIGH' },
    { protocol: 'email', endpoint: 'weekly@example.com', kinds: ['DIGEST'] },
    { protocol: 'email', endpoint: 'each@example.com', exceptKinds: ['DIGEST'] },
    { protocol: 'sqs', endpoint: QUEUE, auditNames: ['Nightly', 'ON_DEMAND'] },
    { protocol: 'lambda', endpoint: FUNCTION, minSeverity: 'CRITICAL', auditNames: ['Nightly'] },
    { protocol: 'https', endpoint: 'https://example.com/alerts', minSeverity: 'LOW' },
  ]),
});

describe('the subscriptions', () => {
  const deadLetters = { RedrivePolicy: { deadLetterTargetArn: '<AlertSubscriptionsDeadLetterQueue.Arn>' } };
  const to = { TopicArn: '<AlertTopic>', FilterPolicyScope: 'MessageAttributes' };

  it('are those that are configured, each with its filter, and a dead-letter queue unless it is email', () => {
    const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription').map(([, properties]) => readable(properties));

    expect(subscriptions).toEqual([
      { ...to, Protocol: 'email', Endpoint: 'all@example.com' },
      {
        ...to,
        Protocol: 'email',
        Endpoint: 'on-call@example.com',
        FilterPolicy: { severity: ['HIGH', 'CRITICAL'] },
      },
      { ...to, Protocol: 'email', Endpoint: 'weekly@example.com', FilterPolicy: { kind: ['DIGEST', 'TEST'] } },
      {
        ...to,
        Protocol: 'email',
        Endpoint: 'each@example.com',
        FilterPolicy: { kind: [{ 'anything-but': ['DIGEST'] }] },
      },
      {
        ...to,
        ...deadLetters,
        Protocol: 'sqs',
        Endpoint: QUEUE,
        FilterPolicy: { auditNames: ['Nightly', 'ON_DEMAND', { exists: false }] },
      },
      {
        ...to,
        ...deadLetters,
        Protocol: 'lambda',
        Endpoint: FUNCTION,
        FilterPolicy: { severity: ['CRITICAL'], auditNames: ['Nightly', { exists: false }] },
      },
      { ...to, ...deadLetters, Protocol: 'https', Endpoint: 'https://example.com/alerts' },
    ]);
  });

  it('share one dead-letter queue: encrypted, kept for 14 days, filled by the topic alone and over TLS', () => {
    const { PolicyDocument } = propertiesOf(template, 'AWS::SQS::QueuePolicy', 'AlertSubscriptions');

    expect(propertiesOf(template, 'AWS::SQS::Queue', 'AlertSubscriptions')).toEqual({
      MessageRetentionPeriod: 14 * 86_400,
      SqsManagedSseEnabled: true,
    });
    expect(readable(PolicyDocument)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Resource: '<AlertSubscriptionsDeadLetterQueue.Arn>',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: '<AlertSubscriptionsDeadLetterQueue.Arn>',
          Condition: { ArnEquals: { 'aws:SourceArn': '<AlertTopic>' } },
        },
      ],
    });
  });

  it('make an alarm go off when an alert ends in that queue', () => {
    expect(readable(propertiesOf(template, 'AWS::CloudWatch::Alarm', 'AlertNotDelivered'))).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: '<AlertSubscriptionsDeadLetterQueue.QueueName>' }],
      AlarmActions: ['<OperationsTopic>'],
      AlarmDescription: expect.stringContaining('See docs/runbook.md#alert-not-delivered'),
    });
  });

  it('print what owners of queues and functions must allow, and touch neither', () => {
    const { SubscribersMustAllow } = template.findOutputs('*');

    expect(readable(SubscribersMustAllow?.Value)).toBe(
      'sqs:SendMessage (queues), lambda:InvokeFunction (functions) for sns.amazonaws.com if aws:SourceArn is <AlertTopic>',
    );
    expect(resourcesOf(template, 'AWS::Lambda::Permission')).toEqual([]);
    expect(synthesize({ subscriberAccounts: '999999999999' }).findOutputs('*')).toHaveProperty('SubscribersMustAllow');
  });

  it('need neither queue nor alarm nor note when all are email', () => {
    const emailOnly = synthesize({ alertEmails: 'a@example.com' });

    expect(resourcesOf(emailOnly, 'AWS::SQS::Queue').map(([id]) => readable({ Ref: id }))).toEqual([
      '<SweepDeadLetterQueue>',
      '<StartEventsDeadLetterQueue>',
    ]);
    expect(resourcesOf(emailOnly, 'AWS::CloudWatch::Alarm').filter(([id]) => id.includes('AlertNotDelivered'))).toEqual(
      [],
    );
    expect(emailOnly.findOutputs('*')).not.toHaveProperty('SubscribersMustAllow');
  });

  it('keep their logical ids when the list changes or an address gets a filter, so that nobody must confirm again', () => {
    const idsOf = (settings: Record<string, string>) =>
      Object.fromEntries(
        resourcesOf(synthesize(settings), 'AWS::SNS::Subscription').map(([id, { Endpoint }]) => [Endpoint, id]),
      );
    const filtered = { protocol: 'email', endpoint: 'all@example.com', minSeverity: 'HIGH' };
    const queue = { protocol: 'sqs', endpoint: QUEUE };

    const before = idsOf({ alertEmails: 'all@example.com', alertSubscriptions: JSON.stringify([queue]) });
    const after = idsOf({ alertSubscriptions: JSON.stringify([filtered, queue]) });

    expect(after).toEqual(before);
  });
});

describe('the chat topic', () => {
  const slack = { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' };
  const withChat = synthesize({ ...slack, chatTopic: 'true' });

  it('is left out by default', () => {
    const topics = resourcesOf(synthesize(slack), 'AWS::SNS::Topic');

    expect(topics.map(([id]) => readable({ Ref: id }))).toEqual(['<AlertTopic>', '<OperationsTopic>']);
  });

  it('is what Amazon Q shows in the channel, in place of the alert topic', () => {
    const { SnsTopicArns } = propertiesOf(withChat, 'AWS::Chatbot::SlackChannelConfiguration');

    expect(readable(SnsTopicArns)).toEqual(['<ChatTopic>']);
    expect(readable(withChat.findOutputs('ChatTopicArn').ChatTopicArn?.Value)).toBe('<ChatTopic>');
  });

  it('is encrypted, and nobody reaches it without TLS', () => {
    const { PolicyDocument } = propertiesOf(withChat, 'AWS::SNS::TopicPolicy', 'ChatTopic');

    expect(readable(propertiesOf(withChat, 'AWS::SNS::Topic', 'ChatTopic'))).toMatchObject({
      KmsMasterKeyId: '<TopicKey.Arn>',
    });
    expect(readable(PolicyDocument)).toMatchObject({
      Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    });
  });

  it('may be published to by Send alerts, which knows its ARN', () => {
    const { PolicyDocument } = propertiesOf(withChat, 'AWS::IAM::Policy', 'SendAlertsRole');
    const { Environment } = propertiesOf(withChat, 'AWS::Lambda::Function', 'SendAlerts');

    expect(JSON.stringify(readable(PolicyDocument))).toContain(
      '{"Action":"sns:Publish","Effect":"Allow","Resource":["<AlertTopic>","<ChatTopic>"]}',
    );
    expect(readable(Environment)).toMatchObject({
      Variables: { ALERT_TOPIC_ARN: '<AlertTopic>', CHAT_TOPIC_ARN: '<ChatTopic>' },
    });
  });
});

describe('a filter', () => {
  const trouble = buildSnapshot({ answer: buildAnswer({ auditDetails: TROUBLE }) });
  const low = composeAlert(buildAlertInput({ kind: 'COMPLETED_WITH_FINDINGS', snapshot: trouble })).attributes;
  const recovered = composeAlert(
    buildAlertInput({ kind: 'RECOVERED', comparison: compared(buildAnswer(), [{ details: TROUBLE }]) }),
  ).attributes;
  const compliant = composeAlert(buildAlertInput({ kind: 'COMPLETED_COMPLIANT' })).attributes;
  const digest = DIGEST_ALL_WELL.attributes;
  const gaveUp = composeAlert(
    buildAlertInput({ kind: 'WATCHER_GAVE_UP', slot: 'WATCHER_GAVE_UP', snapshot: undefined, gaveUp: buildGaveUp() }),
  ).attributes;

  it('by severity lets through that one and all above, whatever the kind of alert', () => {
    const passing = SEVERITY_FLOORS.map((minSeverity) =>
      SEVERITIES.filter((severity) => passes({ minSeverity }, { ...low, severity })),
    );

    expect(passing).toEqual([
      ['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'],
      ['MEDIUM', 'HIGH', 'CRITICAL'],
      ['HIGH', 'CRITICAL'],
      ['CRITICAL'],
    ]);
  });

  it('delivers a recovery to exactly the subscribers who got the first alert', () => {
    for (const minSeverity of SEVERITY_FLOORS) {
      expect(passes({ minSeverity }, recovered)).toBe(passes({ minSeverity }, low));
    }
  });

  it('by audit name lets through the end of trouble that the named audit published', () => {
    const weekly = night(1, { auditName: 'Weekly' });
    const comparison = compared(buildAnswer(), [{ details: TROUBLE, audit: weekly }]);
    const { attributes } = composeAlert(buildAlertInput({ kind: 'RECOVERED', comparison }));

    expect(attributes.auditNames).toEqual(['NightlyFleetAudit', 'Weekly']);
    expect(passes({ auditNames: ['Weekly'] }, attributes)).toBe(true);
    expect(passes({ auditNames: ['Monthly'] }, attributes)).toBe(false);
  });

  it('sends only those who want everything the news that all is well', () => {
    expect(passes({}, compliant)).toBe(true);
    expect(passes({ auditNames: ['NightlyFleetAudit'] }, compliant)).toBe(true);
    expect(passes({ minSeverity: 'MEDIUM' }, compliant)).toBe(false);
  });

  it('by audit name leaves out other audits, but not a watch that ended before it knew the name of its audit', () => {
    expect(gaveUp).not.toHaveProperty('auditNames');
    expect(passes({ auditNames: ['NightlyFleetAudit'] }, low)).toBe(true);
    expect(passes({ auditNames: ['Weekly'] }, low)).toBe(false);
    expect(passes({ auditNames: ['Weekly'] }, gaveUp)).toBe(true);
    expect(passes({ auditNames: ['Weekly'], minSeverity: 'HIGH' }, gaveUp)).toBe(true);
    expect(passes({ auditNames: ['Weekly'], minSeverity: 'CRITICAL' }, gaveUp)).toBe(false);
  });

  it('by kind lets through these alone, or all but these', () => {
    expect(passes({ kinds: ['DIGEST'] }, digest)).toBe(true);
    expect(passes({ kinds: ['DIGEST'] }, low)).toBe(false);
    expect(passes({ exceptKinds: ['DIGEST'] }, digest)).toBe(false);
    expect(passes({ exceptKinds: ['DIGEST'] }, low)).toBe(true);
    expect(passes({ exceptKinds: ['DIGEST'], minSeverity: 'MEDIUM' }, low)).toBe(false);
  });

  it('by severity or audit name never drops a digest: its absence would look like a week in which all was well', () => {
    for (const minSeverity of SEVERITY_FLOORS) {
      expect(passes({ minSeverity, auditNames: ['Weekly'] }, digest)).toBe(true);
    }
  });

  it('names on-demand audits as the alerts do', () => {
    const onDemand = buildAnswer({ taskType: 'ON_DEMAND_AUDIT_TASK', scheduledAuditName: undefined });
    const { attributes } = composeAlert(buildAlertInput({ snapshot: buildSnapshot({ answer: onDemand }) }));

    expect(passes({ auditNames: ['ON_DEMAND'] }, attributes)).toBe(true);
    expect(passes({ auditNames: ['Nightly'] }, attributes)).toBe(false);
  });

  const someKinds = fc.uniqueArray(fc.constantFrom(...Object.values(ALERT_KIND)), { minLength: 1 });
  const anyFilter: fc.Arbitrary<AlertFilter> = fc
    .tuple(fc.constantFrom(...SEVERITY_FLOORS), someKinds, fc.constantFrom('kinds', 'exceptKinds', 'neither'))
    .map(([minSeverity, kinds, how]) => (how === 'neither' ? { minSeverity } : { minSeverity, [how]: kinds }));
  const valueCount = (values: readonly unknown[]) =>
    values.flatMap((value) => Object(value)['anything-but'] ?? [value]).length;

  it('with as many names as are allowed, however long, is within the limits of SNS, and with one more it is not', () => {
    fc.assert(
      fc.property(anyFilter, fc.integer({ min: 1, max: 128 }), (filter, length) => {
        const names = (count: number) => Array.from({ length: count }, (_, index) => String(index).padEnd(length, 'x'));
        const combinations = (count: number) => {
          const values = Object.values(filterPolicy({ ...filter, auditNames: names(count) }) ?? {});
          return values.map(valueCount).reduce((product, some) => product * some, 1);
        };
        const most = mostAuditNames(filter);
        const policy = filterPolicy({ ...filter, auditNames: names(most) }) ?? {};

        expect(combinations(most)).toBeLessThanOrEqual(150);
        expect(combinations(most + 1)).toBeGreaterThan(150);
        expect(Object.keys(policy).length).toBeLessThanOrEqual(5);
        expect(JSON.stringify(policy).length).toBeLessThan(256 * 1024);
      }),
    );
  });

  /** SNS matches attributes as EventBridge matches events. */
  function passes(filter: AlertFilter, attributes: Readonly<Record<string, unknown>>): boolean {
    const policy = filterPolicy(filter);
    return policy === undefined || matchesEventPattern(policy, attributes);
  }
});
