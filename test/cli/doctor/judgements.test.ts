import type { AdvancedEventSelector, EventSelector } from '@aws-sdk/client-cloudtrail';
import { describe, expect, test } from '@jest/globals';
import { awsCommand } from '../../../cli/doctor/aws-command.ts';
import { judgeAlarms } from '../../../cli/doctor/checks/alarms.ts';
import { judgeConfiguration, judgeSchedules } from '../../../cli/doctor/checks/audit-settings.ts';
import { judgeChat } from '../../../cli/doctor/checks/chat.ts';
import { letsCriticalThrough } from '../../../cli/doctor/checks/filter-policy.ts';
import { judgeQueues } from '../../../cli/doctor/checks/queues.ts';
import { judgeStack } from '../../../cli/doctor/checks/stack.ts';
import { judgeSubscribers, labelOf, type Subscriber } from '../../../cli/doctor/checks/subscriptions.ts';
import { judgeSweep } from '../../../cli/doctor/checks/sweep.ts';
import { judgeTable } from '../../../cli/doctor/checks/table.ts';
import { judgeTrails, takesRecord, takesRecordAdvanced } from '../../../cli/doctor/checks/trail.ts';
import { judgeUncertain } from '../../../cli/doctor/checks/uncertain-alerts.ts';
import { judgeExpired, judgeGivenUp, judgePending } from '../../../cli/doctor/checks/watches.ts';
import { unknownVerdict } from '../../../cli/doctor/unknown-verdict.ts';
import { listed } from '../../../cli/doctor/verdict.ts';
import { FailedCallError } from '../../../cli/shared/aws/failed-call.ts';
import { TABLE } from '../../../lambda/contract.ts';
import { awsError, NOW, OUTPUTS, stackWith, TABLE_DESCRIPTION } from './deployment.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const command = awsCommand({}, 'eu-west-1');

describe('The stack', () => {
  test.each([
    ['CREATE_COMPLETE', 'PASS'],
    ['UPDATE_COMPLETE', 'PASS'],
    ['IMPORT_COMPLETE', 'PASS'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'WARN'],
    ['UPDATE_ROLLBACK_COMPLETE', 'WARN'],
    ['UPDATE_ROLLBACK_FAILED', 'FAIL'],
    ['ROLLBACK_COMPLETE', 'FAIL'],
  ] as const)('that is %s: %s', (StackStatus, status) => {
    expect(judgeStack({ ...stackWith(OUTPUTS), StackStatus }, 'AuditWatcher', 'eu-west-1')).toMatchObject({ status });
  });

  test('of something else has not our outputs', () => {
    expect(judgeStack(stackWith({ TableName: 't' }), 'Other', 'eu-west-1')).toMatchObject({
      status: 'FAIL',
      found: 'UPDATE_COMPLETE; outputs are missing: AlertTopicArn, OperationsTopicArn, StateMachineArn.',
    });
  });
});

describe('A trail', () => {
  const working = { name: 'management', isLogging: true, hasRecord: true };

  test.each([
    [
      'logs what is needed',
      [{ ...working, isLogging: false }, working],
      'PASS',
      'management: logs management write events',
    ],
    ['is stopped', [{ ...working, isLogging: false }], 'WARN', 'management is not logging.'],
    ['logs something else', [{ ...working, hasRecord: false }], 'WARN', 'does not log management write events'],
    [
      'cannot be read',
      [{ ...working, isLogging: false, error: 'denied' }],
      'WARN',
      'management cannot be read (denied).',
    ],
    ['is not there', [], 'WARN', 'No trail covers eu-west-1.'],
  ])('%s', (_, trails, status, found) => {
    expect(judgeTrails(trails, 'eu-west-1', 'aws')).toMatchObject({ status, found: expect.stringContaining(found) });
  });

  test.each<[EventSelector, boolean]>([
    [{}, true],
    [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }, true],
    [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }, false],
    [{ ReadWriteType: 'All', IncludeManagementEvents: false }, false],
    [{ ExcludeManagementEventSources: ['kms.amazonaws.com'] }, true],
    [{ ExcludeManagementEventSources: ['iot.amazonaws.com'] }, false],
  ])('with the classic selector %j takes the record of an audit: %s', (selector, expected) => {
    expect(takesRecord(selector)).toBe(expected);
  });

  test.each<[AdvancedEventSelector['FieldSelectors'], boolean]>([
    [undefined, false],
    [[{ Field: 'eventCategory', Equals: ['Management'] }], true],
    [[{ Field: 'eventCategory', Equals: ['Data'] }], false],
    [[management(), { Field: 'readOnly', Equals: ['true'] }], false],
    [[management(), { Field: 'readOnly', Equals: ['false'] }], true],
    [[management(), { Field: 'eventSource', NotEquals: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] }], true],
    [[management(), { Field: 'eventSource', NotEquals: ['iot.amazonaws.com'] }], false],
    [[management(), { Field: 'eventName', StartsWith: ['Start'], NotEndsWith: ['Instances'] }], true],
    [[management(), { Field: 'eventName', EndsWith: ['Policy'] }], false],
    [[management(), { Field: 'eventName', NotStartsWith: ['Start'] }], false],
    [[management(), { Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:sts::1'] }], true],
  ])('with the advanced selector %j takes it: %s', (FieldSelectors, expected) => {
    expect(takesRecordAdvanced({ FieldSelectors })).toBe(expected);
  });
});

describe('Audit settings', () => {
  test('without a role let no audit run', () => {
    expect(judgeConfiguration({ auditCheckConfigurations: { A: { enabled: true } } }, command)).toMatchObject({
      status: 'FAIL',
      found: 'No audit role is set, so no audit can run.',
    });
  });

  test('without a check fail', () => {
    const configuration = { roleArn: 'arn:aws:iam::1:role/Audit', auditCheckConfigurations: { A: {} } };

    expect(judgeConfiguration(configuration, command)).toMatchObject({ status: 'FAIL' });
  });

  test('show each enabled check with its settings', () => {
    const configuration = {
      roleArn: 'arn:aws:iam::1:role/Audit',
      auditCheckConfigurations: {
        LOGGING_DISABLED_CHECK: { enabled: true },
        DEVICE_CERTIFICATE_EXPIRING_CHECK: { enabled: true },
        DEVICE_CERTIFICATE_AGE_CHECK: { enabled: true, configuration: { CERT_AGE_THRESHOLD_IN_DAYS: '365' } },
        // The SDK does not know what AWS may add.
        BRAND_NEW_CHECK: { enabled: true, configuration: Object.fromEntries([['LIMIT', '3']]) },
      },
    };

    expect(judgeConfiguration(configuration, command)).toEqual({
      status: 'PASS',
      found:
        "4 of 4 checks enabled, with role Audit: Brand new (LIMIT 3), Device certificate age (from 365 days), Device certificate expiring (limit: AWS's default), Logging disabled",
    });
  });

  test('with a check that is off are worth a warning', () => {
    const auditCheckConfigurations = { LOGGING_DISABLED_CHECK: { enabled: true }, CA_CERTIFICATE_EXPIRING_CHECK: {} };

    expect(judgeConfiguration({ roleArn: 'role/Audit', auditCheckConfigurations }, command)).toMatchObject({
      status: 'WARN',
      found: '1 of 2 checks enabled, with role Audit: Logging disabled. Off: CA certificate expiring.',
      remedy: {
        command:
          'aws iot update-account-audit-configuration --audit-check-configurations \'{"CA_CERTIFICATE_EXPIRING_CHECK":{"enabled":true}}\' --region eu-west-1',
      },
    });
  });

  test('without a schedule are worth a warning', () => {
    expect(judgeSchedules([], command)).toMatchObject({ status: 'WARN', found: 'There is no scheduled audit.' });
  });
});

describe('The table', () => {
  const [byAudit, open] = TABLE_DESCRIPTION.GlobalSecondaryIndexes;
  const expiresBy = 'expiresAt';

  test.each([
    ['has all that is needed', { table: TABLE_DESCRIPTION, expiresBy }, 'PASS', 'Old: keys, indexes and expiry'],
    ['never expires', { table: TABLE_DESCRIPTION }, 'WARN', 'its items do not expire by expiresAt'],
    ['expires by something else', { table: TABLE_DESCRIPTION, expiresBy: 'ttl' }, 'WARN', 'do not expire by expiresAt'],
    [
      'has no key',
      { table: { ...TABLE_DESCRIPTION, KeySchema: [] }, expiresBy },
      'FAIL',
      'Old lacks the keys pk and sk.',
    ],
    [
      'has no index',
      { table: { KeySchema: TABLE_DESCRIPTION.KeySchema }, expiresBy },
      'FAIL',
      `Old lacks the index ${TABLE.byAuditIndex.name} by ${TABLE.byAuditIndex.partitionKey} and ${TABLE.byAuditIndex.sortKey} and the index ${TABLE.openIndex.name}`,
    ],
    [
      'has an index by something else',
      {
        table: { ...TABLE_DESCRIPTION, GlobalSecondaryIndexes: [{ ...byAudit, KeySchema: open?.KeySchema }] },
        expiresBy,
      },
      'FAIL',
      `Old lacks the index ${TABLE.byAuditIndex.name} by`,
    ],
  ])('that %s', (_, facts, status, found) => {
    expect(judgeTable('Old', facts, command)).toMatchObject({ status, found: expect.stringContaining(found) });
  });
});

describe('The sweep', () => {
  const schedule = { State: 'ENABLED', ScheduleExpression: 'rate(5 minutes)' } as const;
  const minutesAgo = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();
  const sweptBefore = (minutes: number) => ({ lastSweepAt: minutesAgo(minutes) });

  test.each([
    ['ran just now', { schedule, item: sweptBefore(0) }, 'PASS'],
    ['missed less than three', { schedule, item: sweptBefore(15) }, 'PASS'],
    ['missed more than three', { schedule, item: sweptBefore(16) }, 'FAIL'],
    ['has a clock ahead of ours', { schedule, item: sweptBefore(-2) }, 'PASS'],
    ['never ran', { schedule }, 'FAIL'],
    ['wrote something else', { schedule, item: { lastSweepAt: 'soon' } }, 'FAIL'],
    ['is switched off', { schedule: { ...schedule, State: 'DISABLED' as const }, item: sweptBefore(1) }, 'FAIL'],
    ['has an unknown state', { schedule: {}, item: sweptBefore(1) }, 'FAIL'],
    ['is not in the stack', {}, 'FAIL'],
    ['found audits an hour ago', { schedule, item: { ...sweptBefore(1), coveredUntil: minutesAgo(61) } }, 'PASS'],
    ['found audits before that', { schedule, item: { ...sweptBefore(1), coveredUntil: minutesAgo(62) } }, 'FAIL'],
    [
      'found audits with the sweep before, a while ago',
      {
        schedule: { ...schedule, ScheduleExpression: 'rate(2 hours)' },
        item: { ...sweptBefore(1), coveredUntil: minutesAgo(121) },
      },
      'PASS',
    ],
  ])('that %s', (_, facts, status) => {
    expect(judgeSweep(facts, NOW)).toMatchObject({ status });
  });

  test.each([
    ['rate(1 minute)', '1 min'],
    ['rate(10 minutes)', '10 min'],
    ['rate(2 hours)', '2 h'],
    ['rate(1 day)', '24 h'],
    ['cron(0 2 * * ? *)', '5 min'],
    ['rate(0 minutes)', '5 min'],
    [undefined, '5 min'],
  ])('at %s is due every %s', (ScheduleExpression, period) => {
    const verdict = judgeSweep({ schedule: { ...schedule, ScheduleExpression }, item: sweptBefore(0) }, NOW);

    expect(verdict.found).toContain(`one is due every ${period}.`);
  });
});

describe('Subscribers', () => {
  const rule = { worst: 'FAIL', silence: 'so nobody hears', remedy: 'Subscribe:' } as const;
  const subscriber = (label: string, given: Partial<Subscriber> = {}): Subscriber => ({
    label,
    isConfirmed: true,
    getsCritical: true,
    ...given,
  });

  test.each<[string, Subscriber[], string, string, number?]>([
    ['nobody', [], 'FAIL', 'Nobody subscribes, so nobody hears.'],
    ['one who has not confirmed', [subscriber('a', { isConfirmed: false })], 'FAIL', 'Nobody has confirmed'],
    [
      'one of two who has not confirmed',
      [subscriber('a'), subscriber('b', { isConfirmed: false })],
      'WARN',
      '1 subscription: a. Not confirmed: b.',
    ],
    [
      'one who filters all out',
      [subscriber('a', { getsCritical: false })],
      'WARN',
      'Filtered out even when CRITICAL: a.',
    ],
    ['two who hear', [subscriber('a'), subscriber('b')], 'PASS', '2 subscriptions: a, b'],
    [
      'nobody any more',
      [],
      'FAIL',
      'Nobody subscribes, so nobody hears: 2 subscriptions of the stack no longer exist.',
      2,
    ],
    ['one, and another no more', [subscriber('a')], 'WARN', '1 subscription of the stack no longer exists.', 1],
  ])('%s', (_, subscribers, status, found, gone = 0) => {
    expect(judgeSubscribers(subscribers, gone, rule)).toMatchObject({ status, found: expect.stringContaining(found) });
  });

  test('who have not confirmed are not subscribed again by hand, which would leave their filter and the stack behind', () => {
    const verdict = judgeSubscribers([subscriber('a', { isConfirmed: false })], 0, rule, 'aws sns subscribe');

    expect(verdict).toMatchObject({
      remedy: {
        text: expect.stringContaining('take the subscriber out of the settings, deploy, put it back, and deploy'),
      },
    });
    expect(verdict).not.toHaveProperty('remedy.command', expect.anything());
  });

  test.each([
    [{ Protocol: 'email', Endpoint: 'you@example.com' }, 'email you@example.com'],
    [{ Protocol: 'sqs', Endpoint: 'arn:aws:sqs:eu-west-1:123456789012:tickets' }, 'sqs tickets'],
    [{ Protocol: 'https', Endpoint: 'https://hooks.example.com/secret' }, 'https hooks.example.com'],
    [{ Protocol: 'https', Endpoint: '****' }, 'https endpoint'],
    [{}, 'unknown '],
  ])('are shown without secrets: %j', (subscription, label) => {
    expect(labelOf(subscription)).toBe(label);
  });

  test.each([
    [undefined, true],
    ['{', true],
    ['[]', true],
    ['{"auditNames":["A"]}', true],
    ['{"severity":["HIGH","CRITICAL"]}', true],
    ['{"severity":["HIGH"]}', false],
    ['{"severity":[]}', false],
    ['{"severity":[{"anything-but":["CRITICAL"]}]}', false],
    ['{"severity":[{"anything-but":"LOW"}]}', true],
    ['{"severity":[{"anything-but":{"prefix":"CRIT"}}]}', false],
    ['{"severity":[{"prefix":"CRIT"}]}', true],
    ['{"severity":[{"suffix":"LOW"}]}', false],
    ['{"severity":[{"equals-ignore-case":"critical"}]}', true],
    ['{"severity":[{"exists":false}]}', false],
    ['{"severity":[{"exists":true}]}', true],
    ['{"severity":[{"numeric":["=",1]}]}', false],
    ['{"severity":[{"cidr":"10.0.0.0/8"}]}', true],
    ['{"$or":[{"severity":["LOW"]},{"severity":["HIGH"]}]}', false],
    ['{"$or":[{"severity":["LOW"]},{"kind":["RECOVERED"]}]}', true],
  ])('with the filter policy %s hear what is CRITICAL: %s', (policy, expected) => {
    expect(letsCriticalThrough(policy)).toBe(expected);
  });
});

describe('Dead-letter queues', () => {
  const queue = (logicalId: string, messages?: number) => ({ logicalId, messages });

  test('that are empty are well', () => {
    expect(judgeQueues([queue('A', 0), queue('B', 0)])).toEqual({ status: 'PASS', found: '2 queues, all empty' });
  });

  test('that hold messages are named, each with its entry of the runbook', () => {
    const queues = [
      'StartEventsDeadLetterQueue',
      'AlertSubscriptionsDeadLetterQueue',
      'SlackWebhookNotPosted',
      'Other',
    ];

    expect(judgeQueues(queues.map((name) => queue(name, 1)))).toMatchObject({
      status: 'FAIL',
      found: expect.stringContaining('1 message in SlackWebhookNotPosted'),
      remedy: {
        text: 'Something was not delivered: see docs/runbook.md#start-event-not-delivered and docs/runbook.md#alert-not-delivered and docs/runbook.md#slack-webhook-not-delivered and docs/runbook.md',
      },
    });
  });

  test('that do not report a number are not taken for empty', () => {
    expect(judgeQueues([queue('A', 0), queue('B')])).toMatchObject({ status: 'FAIL' });
  });
});

describe('Alarms', () => {
  const alarm = { AlarmName: 'a', StateValue: 'OK', ActionsEnabled: true, AlarmActions: ['topic'] } as const;

  test.each([
    ['go off', [{ ...alarm, StateValue: 'ALARM' as const }], 'FAIL', 'Going off: a.'],
    ['have no data', [{ ...alarm, StateValue: 'INSUFFICIENT_DATA' as const }], 'PASS', '1 alarm, all quiet'],
    ['are gone', [], 'WARN', 'Missing: a.'],
    [
      'have no action',
      [{ ...alarm, AlarmActions: undefined }],
      'WARN',
      'Without actions, so nobody would be notified: a.',
    ],
    ['have actions that are off', [{ ...alarm, ActionsEnabled: false }], 'WARN', 'Without actions'],
  ])('that %s', (_, alarms, status, found) => {
    const copies = alarms.map((one) => ({ ...one, AlarmActions: one.AlarmActions && [...one.AlarmActions] }));

    expect(judgeAlarms(['a'], copies)).toMatchObject({ status, found: expect.stringContaining(found) });
  });
});

describe('Open watches', () => {
  const watch = (given: Readonly<Record<string, unknown>> = {}) => ({
    taskId: 't',
    dueAt: NOW,
    alerts: {},
    ...given,
  });
  const pending = (minutes: number) => ({
    TERMINAL: { status: 'PENDING', registeredAt: new Date(NOW - minutes * MINUTE).toISOString() },
  });

  test.each([
    [[watch()], 'PASS'],
    [[watch({ dueAt: NOW - 29 * MINUTE })], 'PASS'],
    [[watch(), watch({ dueAt: NOW - 31 * MINUTE })], 'WARN'],
    [[watch({ dueAt: 'never' })], 'PASS'],
  ])('%j: expired is %s', (open, status) => {
    expect(judgeExpired(open, NOW)).toMatchObject({ status });
  });

  test('on which the watcher gave up are named, with the last day on which it tries one again', () => {
    const watched = { taskId: 'w', watchedSince: '2026-10-05T02:00:00.000Z' };
    const gaveUp = ['a', 'b', 'c', 'd'].map((taskId, n) => ({
      ...watched,
      taskId,
      auditStartTime: `2026-10-0${n + 1}T02:00:00.000Z`,
      gaveUpAt: '2026-10-05T03:00:00.000Z',
    }));

    expect(judgeGivenUp([watched])).toMatchObject({ status: 'PASS' });
    expect(judgeGivenUp([watched, ...gaveUp])).toMatchObject({
      status: 'WARN',
      found:
        '4 audits could not be watched to the end (a, b, c and 1 more): tried again at least once a day until 2027-01-02 01:00 UTC.',
    });
  });

  test.each([
    [[watch({ alerts: pending(59) })], 'PASS'],
    [[watch({ alerts: pending(61) })], 'FAIL'],
    [[watch({ alerts: { TERMINAL: { status: 'SENT', registeredAt: '2020-01-01T00:00:00Z' } } })], 'PASS'],
    [[watch({ alerts: null }), watch({ alerts: { TERMINAL: 'odd' } })], 'PASS'],
  ])('%j: pending is %s', (open, status) => {
    expect(judgePending(open, undefined, NOW)).toMatchObject({ status });
  });

  test.each([
    [{ Nightly: { missed: { status: 'PENDING', judgedAt: new Date(NOW - 61 * MINUTE).toISOString() } } }, 'FAIL'],
    [{ Nightly: { missed: { status: 'PENDING', judgedAt: new Date(NOW - 59 * MINUTE).toISOString() } } }, 'PASS'],
    [{ Nightly: { missed: { status: 'SENT', judgedAt: '2020-01-01T00:00:00Z' } }, Weekly: {}, Odd: null }, 'PASS'],
    ['odd', 'PASS'],
  ])('with the schedules %j: pending is %s', (schedules, status) => {
    expect(judgePending([], { schedules }, NOW)).toMatchObject({ status });
  });

  test('and missed runs whose alert was not sent are named together', () => {
    const missed = { status: 'PENDING', judgedAt: new Date(NOW - 2 * HOUR).toISOString() };

    expect(judgePending([watch({ alerts: pending(61) })], { schedules: { Nightly: { missed } } }, NOW)).toMatchObject({
      found: 'Alerts wait for more than an hour: 2 audits (t, Nightly).',
    });
  });
});

describe('Alerts that nobody knows to be sent', () => {
  test('fail with their keys', () => {
    expect(judgeUncertain([])).toMatchObject({ status: 'PASS' });
    expect(judgeUncertain(['123456789012#eu-west-1#t#TERMINAL'])).toMatchObject({
      status: 'FAIL',
      found: 'Ten attempts each left open whether 1 alert was sent: 123456789012#eu-west-1#t#TERMINAL.',
    });
  });
});

describe('A chat', () => {
  test('that reports zeros has no trouble', () => {
    expect(judgeChat('alerts', new Map([['EventsThrottled', 0]]))).toMatchObject({ status: 'PASS' });
  });
});

describe('A failed call', () => {
  const remedyOf = (cause: unknown) => unknownVerdict(new FailedCallError('sns:Publish', cause), 'WARN');

  test.each([
    [awsError('AuthorizationErrorException'), 'sns:Publish is denied', 'Allow sns:Publish'],
    [awsError('KMSAccessDeniedException'), 'kms:Decrypt and kms:GenerateDataKey are denied', 'Allow kms:Decrypt'],
    [awsError('NotFoundException'), 'sns:Publish: NotFoundException', 'deleted outside of CloudFormation'],
    [
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      'sns:Publish: ECONNREFUSED: connect',
      'the network',
    ],
    [awsError('TimeoutError', ''), 'sns:Publish: TimeoutError', 'the network'],
    [awsError('ThrottlingException'), 'ThrottlingException', 'Run the doctor again'],
    [new AggregateError([], ''), 'AggregateError', 'Run the doctor again'],
    ['odd', 'sns:Publish: odd', 'Run the doctor again'],
    ['', 'unknown error', 'Run the doctor again'],
  ])('(%s) is described with a remedy', (cause, found, text) => {
    expect(remedyOf(cause)).toMatchObject({
      status: 'WARN',
      found: expect.stringContaining(found),
      remedy: { text: expect.stringContaining(text) },
    });
  });
});

describe('Wording', () => {
  test('of a long list ends with a count', () => {
    expect(listed(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  });
});

function management() {
  return { Field: 'eventCategory', Equals: ['Management'] };
}
