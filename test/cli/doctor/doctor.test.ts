import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  type CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import { DescribeAlarmsCommand, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DescribeAccountAuditConfigurationCommand, ListScheduledAuditsCommand } from '@aws-sdk/client-iot';
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { doctorOptions } from '../../../cli/doctor/command.ts';
import { examine } from '../../../cli/doctor/examination.ts';
import { reportText } from '../../../cli/doctor/report.ts';
import { auditPartition, placeKey, sweepKey, uncertainPartition } from '../../../lambda/contract.ts';
import { runCli } from '../terminal.ts';
import {
  ACCOUNT,
  ALERT_TOPIC,
  awsError,
  CHAT_TOPIC,
  mockDeployment,
  NOW,
  OPERATIONS_TOPIC,
  OUTPUTS,
  REGION,
  RESOURCES,
  SWEEP_KEY,
  stackWith,
} from './deployment.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const POLICY = readFileSync(join(PROJECT, 'docs/doctor-policy.json'), 'utf8');
const MINUTE = 60_000;
const AT_REGION = ['--region', REGION];

const environment = { ...process.env };
const profiles = join(mkdtempSync(join(tmpdir(), 'audit-watcher-aws-')), 'config');
writeFileSync(profiles, '[profile fleet]\nregion = eu-west-1\n\n[sso-session company]\n');

let mocks = mockDeployment();
beforeEach(() => {
  mocks.restore();
  mocks = mockDeployment();
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) delete process.env[name];
  Object.assign(process.env, { AWS_CONFIG_FILE: profiles, AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
});
afterEach(() => {
  mocks.restore();
  process.env = { ...environment };
});
afterAll(() => rmSync(dirname(profiles), { recursive: true }));

/** Runs the command line at the time of the deployment. */
function doctor(...argv: readonly string[]) {
  return runCli(['doctor', ...argv], { now: new Date(NOW).toISOString() });
}

function parseDoctorOptions(argv: readonly string[]) {
  return doctorOptions()
    .exitOverride()
    .parse([...argv], { from: 'user' })
    .opts();
}

async function rows(...argv: readonly string[]) {
  return (await examine(parseDoctorOptions([...AT_REGION, ...argv]), NOW)).rows;
}

async function row(check: string, ...argv: readonly string[]) {
  return (await rows(...argv)).find((one) => one.check === check);
}

describe('The doctor', () => {
  test('finds nothing wrong with a healthy deployment', async () => {
    const examination = await examine(parseDoctorOptions([...AT_REGION, '--send-test-alert']), NOW);

    expect(reportText(examination, false)).toMatchInlineSnapshot(`
"Stack AuditWatcher of account 123456789012 in eu-west-1, 2026-11-23 12:00:00 UTC

STATUS  CHECK                FOUND
PASS    Credentials          arn:aws:sts::123456789012:assumed-role/Admin/you in eu-west-1
PASS    Stack                UPDATE_COMPLETE; 5 outputs
PASS    CloudTrail           management: logs management write events
PASS    Audit configuration  2 of 2 checks enabled, with role AWSIoTDeviceDefenderAudit: Device
                             certificate expiring (within 60 days), Logging disabled
PASS    Scheduled audits     NightlyFleetAudit (daily)
PASS    Table                AuditWatcher-Table-1A2B3C: keys, indexes and expiry are as they must be
PASS    Sweep                The last sweep was 2 min ago; one is due every 5 min. The history is
                             filled until 2026-11-23T11:58:00.000Z.
PASS    Expired watches      0 open, none due for more than 30 min
PASS    Audits given up      The watcher gave up on no audit
PASS    Pending alerts       No alert waits for longer than an hour
PASS    Uncertain alerts     No alert is uncertain
PASS    Unreadable items     Open watches, schedules, ledger and its findings can be read
PASS    Alert topic          1 subscription: email fleet@example.com
PASS    Chat topic           1 subscription: email fleet@example.com
PASS    Operations topic     1 subscription: email fleet@example.com
PASS    Slack channel        AuditWatcher-alerts: no trouble reported in 24 h
PASS    Dead-letter queues   1 queue, all empty
PASS    Alarms               1 alarm, all quiet
PASS    Test alert           Published; message id 6c5d1f0e-8a1b-5c2d-9e3f-0a1b2c3d4e5f
PASS    Test alert to chat   Published; message id 6c5d1f0e-8a1b-5c2d-9e3f-0a1b2c3d4e5f

20 checks: 20 PASS, 0 WARN, 0 FAIL, 0 SKIP
"
`);
  });

  test('says what to do about a broken one, as docs/doctor-example.txt shows it', async () => {
    breakEverything();

    const examination = await examine(parseDoctorOptions([...AT_REGION, '--profile', 'fleet']), NOW);

    expect(reportText(examination, false)).toBe(readFileSync(join(PROJECT, 'docs/doctor-example.txt'), 'utf8'));
  });

  test('names the items that the next sweep and the next audit would skip by their keys', async () => {
    const place = { account: ACCOUNT, region: REGION };
    const checks = `CHECKS#${placeKey(place)}`;
    mocks.dynamoDb.on(GetCommand, { Key: sweepKey(place) }).resolves({
      Item: { ...sweepKey(place), schedules: { Nightly: null } },
    });
    mocks.dynamoDb.on(QueryCommand, { ExpressionAttributeValues: { ':checks': checks } }).resolves({
      Items: [{ pk: checks, sk: 'LOGGING_DISABLED_CHECK', schemaVersion: 9, entry: {} }],
    });

    const { pk, sk } = sweepKey(place);
    expect(await row('Unreadable items')).toMatchObject({
      status: 'WARN',
      found: `2 items cannot be read, and are skipped: ${pk} / ${sk}, ${checks} / LOGGING_DISABLED_CHECK.`,
      remedy: { text: 'See docs/runbook.md#items-unreadable' },
    });
  });

  test('keeps to 100 columns, but for a long option of a command', async () => {
    breakEverything();

    const lines = reportText(await examine(parseDoctorOptions(AT_REGION), NOW), false).split('\n');

    expect(lines.filter((line) => line.length > 100 && !/^ +--\S+ \S+ \\$/.test(line))).toEqual([]);
  });

  test('lets nothing from the account move the cursor', async () => {
    mocks.iot.on(ListScheduledAuditsCommand).resolves({
      scheduledAudits: [{ scheduledAuditName: '\u001b[2JNightly\nAudit', frequency: 'DAILY' }],
    });

    const text = reportText(await examine(parseDoctorOptions(AT_REGION), NOW), false);

    expect(text).toContain('Scheduled audits     [2JNightly Audit (daily)\n');
  });

  test('skips what needs a stack where there is no stack', async () => {
    mocks.cloudFormation
      .on(DescribeStacksCommand)
      .rejects(awsError('ValidationError', 'Stack with id AuditWatcher does not exist'));

    const found = await rows();

    expect(found.map(({ check, status }) => `${status} ${check}`)).toEqual([
      'PASS Credentials',
      'FAIL Stack',
      'PASS CloudTrail',
      'PASS Audit configuration',
      'PASS Scheduled audits',
      'SKIP Table',
      'SKIP Sweep',
      'SKIP Expired watches',
      'SKIP Audits given up',
      'SKIP Pending alerts',
      'SKIP Uncertain alerts',
      'SKIP Unreadable items',
      'SKIP Alert topic',
      'SKIP Chat topic',
      'SKIP Operations topic',
      'SKIP Slack channel',
      'SKIP Dead-letter queues',
      'SKIP Alarms',
    ]);
    expect(new Set(found.filter(({ status }) => status !== 'PASS').map((one) => one.found))).toEqual(
      new Set(['There is no stack AuditWatcher in eu-west-1.']),
    );
  });

  test('skips what a stack without outputs and resources does not have', async () => {
    mocks.cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [stackWith({})] });
    mocks.cloudFormation.on(ListStackResourcesCommand).resolves({});

    const skipped = (await rows('--send-test-alert')).filter(({ status }) => status === 'SKIP');

    expect(skipped.map(({ check }) => check)).toEqual([
      'Table',
      'Sweep',
      'Expired watches',
      'Audits given up',
      'Pending alerts',
      'Uncertain alerts',
      'Unreadable items',
      'Alert topic',
      'Chat topic',
      'Operations topic',
      'Slack channel',
      'Dead-letter queues',
      'Alarms',
      'Test alert',
      'Test alert to chat',
    ]);
    expect(mocks.sns.commandCalls(PublishCommand)).toHaveLength(0);
  });

  test('fails over a stack without a sweep', async () => {
    const StackResourceSummaries = RESOURCES.filter(({ ResourceType }) => !ResourceType?.includes('Scheduler'));
    mocks.cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries });

    expect(await row('Sweep')).toMatchObject({ status: 'FAIL', remedy: { command: 'npx cdk deploy' } });
  });

  test('follows every page of an answer, and asks for the resources once', async () => {
    const [first, ...others] = RESOURCES;
    mocks.cloudFormation
      .on(ListStackResourcesCommand)
      .resolvesOnce({ StackResourceSummaries: first ? [first] : [], NextToken: 'more' })
      .resolves({ StackResourceSummaries: others });

    expect(await row('Alarms')).toMatchObject({ status: 'PASS', found: '1 alarm, all quiet' });
    expect(mocks.cloudFormation.commandCalls(ListStackResourcesCommand)).toHaveLength(2);
  });
});

describe('A check that cannot be done', () => {
  test.each([
    ['Stack', 'FAIL', 'cloudformation:DescribeStacks', () => mocks.cloudFormation.on(DescribeStacksCommand)],
    ['CloudTrail', 'WARN', 'cloudtrail:DescribeTrails', () => mocks.cloudTrail.on(DescribeTrailsCommand)],
    [
      'Audit configuration',
      'FAIL',
      'iot:DescribeAccountAuditConfiguration',
      () => mocks.iot.on(DescribeAccountAuditConfigurationCommand),
    ],
    ['Scheduled audits', 'WARN', 'iot:ListScheduledAudits', () => mocks.iot.on(ListScheduledAuditsCommand)],
    ['Table', 'FAIL', 'dynamodb:DescribeTable', () => mocks.dynamoDb.on(DescribeTableCommand)],
    ['Table', 'FAIL', 'dynamodb:DescribeTimeToLive', () => mocks.dynamoDb.on(DescribeTimeToLiveCommand)],
    ['Sweep', 'FAIL', 'scheduler:GetSchedule', () => mocks.scheduler.on(GetScheduleCommand)],
    ['Sweep', 'FAIL', 'dynamodb:GetItem', () => mocks.dynamoDb.on(GetCommand)],
    ['Expired watches', 'WARN', 'dynamodb:Query', () => mocks.dynamoDb.on(QueryCommand)],
    ['Audits given up', 'WARN', 'dynamodb:Query', () => mocks.dynamoDb.on(QueryCommand)],
    ['Pending alerts', 'FAIL', 'dynamodb:Query', () => mocks.dynamoDb.on(QueryCommand)],
    ['Uncertain alerts', 'FAIL', 'dynamodb:Query', () => mocks.dynamoDb.on(QueryCommand)],
    ['Unreadable items', 'WARN', 'dynamodb:Query or GetItem', () => mocks.dynamoDb.on(QueryCommand)],
    ['Alert topic', 'FAIL', 'sns:ListSubscriptionsByTopic', () => mocks.sns.on(ListSubscriptionsByTopicCommand)],
    ['Chat topic', 'WARN', 'sns:GetSubscriptionAttributes', () => mocks.sns.on(GetSubscriptionAttributesCommand)],
    ['Slack channel', 'WARN', 'cloudwatch:ListMetrics', () => mocks.cloudWatch.on(ListMetricsCommand)],
    ['Alarms', 'FAIL', 'cloudformation:ListStackResources', () => mocks.cloudFormation.on(ListStackResourcesCommand)],
    ['Alarms', 'FAIL', 'cloudwatch:DescribeAlarms', () => mocks.cloudWatch.on(DescribeAlarmsCommand)],
    ['Dead-letter queues', 'FAIL', 'sqs:GetQueueAttributes', () => mocks.sqs.on(GetQueueAttributesCommand)],
    ['Test alert', 'FAIL', 'sns:Publish', () => mocks.sns.on(PublishCommand)],
  ])('(%s) counts as %s, names %s and stops no other', async (check, status, action, call) => {
    call().rejects(awsError('AccessDeniedException'));

    const found = await rows('--send-test-alert');

    expect(found.find((one) => one.check === check)).toMatchObject({
      status,
      found: `Not checked: ${action} is denied.`,
    });
    expect(found).toHaveLength(20);
    expect(found.filter((one) => one.status === 'PASS').length).toBeGreaterThanOrEqual(4);
  });

  test('of the stack is why the rest is skipped', async () => {
    mocks.cloudFormation.on(DescribeStacksCommand).rejects(awsError('AccessDeniedException'));

    expect(await row('Alarms')).toEqual({
      check: 'Alarms',
      status: 'SKIP',
      found: 'Not checked: cloudformation:DescribeStacks is denied.',
    });
  });

  test('is named even when it is one of several calls for one row', async () => {
    mocks.cloudTrail.on(GetTrailStatusCommand).rejects(awsError('AccessDeniedException', 'no'));

    expect(await row('CloudTrail')).toMatchObject({
      status: 'WARN',
      found: 'management cannot be read (cloudtrail:GetTrailStatus: AccessDeniedException: no).',
    });
  });

  test('finds its permission in docs/doctor-policy.json, which has no other', () => {
    const sources = globSync(['cli/doctor/**/*.ts', 'cli/shared/aws/stack.ts'], { cwd: PROJECT }).map((file) =>
      readFileSync(join(PROJECT, file), 'utf8'),
    );
    const asked = new Set(sources.flatMap((text) => text.match(/(?<=')[a-z]+:[A-Z]\w+(?=')/g) ?? []));
    const allowed = JSON.parse(POLICY).Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);

    expect(['sts:GetCallerIdentity', ...allowed].sort()).toEqual(
      [...asked, 'kms:Decrypt', 'kms:GenerateDataKey'].sort(),
    );
  });

  test('describes an unknown answer, and a defect, in one sentence', async () => {
    mocks.iot.on(ListScheduledAuditsCommand).rejects(awsError('UnknownOperationException', 'no such\noperation'));
    mocks.cloudWatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [null as never] });

    expect(await row('Scheduled audits')).toMatchObject({
      status: 'WARN',
      found: 'Not checked: iot:ListScheduledAudits: UnknownOperationException: no such operation',
    });
    expect(await row('Alarms')).toMatchObject({
      status: 'FAIL',
      found: expect.stringContaining('Not checked: TypeError'),
    });
  });
});

describe('The options that say where', () => {
  test('send chat metrics to us-east-1 and everything else to the Region', async () => {
    mocks.cloudWatch.on(ListMetricsCommand).resolves({ Metrics: [{ MetricName: 'MessageDeliveryFailure' }] });
    mocks.cloudWatch
      .on(GetMetricDataCommand)
      .resolves({ MetricDataResults: [{ Label: 'MessageDeliveryFailure', Values: [1, 2] }] });

    expect(await row('Slack channel')).toMatchObject({
      status: 'WARN',
      found: 'AuditWatcher-alerts, last 24 h: MessageDeliveryFailure 3.',
    });
  });

  describe('that lead nowhere fail the first check, and the rest are skipped for the same reason', () => {
    async function firstAndRest(...argv: readonly string[]) {
      const { rows: found, account } = await examine(parseDoctorOptions(argv), NOW);
      const [first, ...others] = found;
      expect(account).toBeUndefined();
      expect(first?.status).toBe('FAIL');
      expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['SKIP']));
      return [first?.found, ...new Set(others.map((one) => one.found))];
    }

    test('without a Region', async () => {
      expect(await firstAndRest()).toEqual(['No Region is set.', 'No Region is set.']);
    });

    test('with a profile that does not exist', async () => {
      expect(await firstAndRest(...AT_REGION, '--profile', 'flet')).toEqual([
        'There is no profile flet. Known: fleet.',
        'There is no profile flet.',
      ]);
    });

    test('with a profile in the environment that does not exist', async () => {
      process.env.AWS_PROFILE = 'flet';
      process.env.AWS_CONFIG_FILE = '/dev/null';

      expect(await firstAndRest()).toEqual(['There is no profile flet. Known: none.', 'There is no profile flet.']);
    });

    test.each([
      ['AWS_ENDPOINT_URL', 'localhost:4566'],
      ['AWS_ENDPOINT_URL_SNS', '127.0.0.1'],
    ])('with something else than a URL in %s', async (name, value) => {
      process.env[name] = value;

      expect(await firstAndRest(...AT_REGION)).toEqual([
        `${name} is "${value}", which is not a URL that begins with http:// or https://.`,
        `${name} is not a URL.`,
      ]);
    });

    test.each([
      [
        awsError('CredentialsProviderError'),
        'There are no usable credentials: CredentialsProviderError: It did not work.',
      ],
      [awsError('ExpiredTokenException'), 'There are no usable credentials: ExpiredTokenException: It did not work.'],
    ])('without usable credentials (%s)', async (error, text) => {
      mocks.sts.on(GetCallerIdentityCommand).rejects(error);

      expect(await firstAndRest(...AT_REGION)).toEqual([text, 'There are no usable credentials.']);
    });

    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address: '127.0.0.1', port: 4566 });
    const severally = Object.assign(new AggregateError([refused, refused], ''), { code: 'ECONNREFUSED' });
    const unknownHost = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', hostname: 'no.such.host' });

    test.each<[string, Error, string]>([
      ['refuses', refused, '127.0.0.1:4566 refuses connections.'],
      ['refuses at each address', severally, '127.0.0.1:4566 refuses connections.'],
      ['does not exist', unknownHost, 'There is no host no.such.host.'],
    ])('at an endpoint that %s', async (_, error, text) => {
      mocks.sts.on(GetCallerIdentityCommand).rejects(error);

      expect(await firstAndRest(...AT_REGION)).toEqual([text, text]);
    });

    test('at an endpoint that answers something else', async () => {
      mocks.sts.on(GetCallerIdentityCommand).rejects(awsError('NotFound', 'Unknown'));

      expect(await firstAndRest(...AT_REGION)).toEqual([
        'STS does not say who you are: NotFound: Unknown',
        'STS does not say who you are.',
      ]);
    });
  });

  test('ask for the selectors of a trail in its home Region', async () => {
    const TrailARN = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/everywhere';
    mocks.cloudTrail.on(DescribeTrailsCommand).resolves({
      trailList: [{ Name: 'everywhere', TrailARN, HomeRegion: 'us-east-1', IsMultiRegionTrail: true }],
    });
    mocks.cloudTrail.on(GetEventSelectorsCommand).resolves({ EventSelectors: [{ ReadWriteType: 'ReadOnly' }] });

    expect(await row('CloudTrail')).toMatchObject({
      status: 'WARN',
      remedy: { command: `aws cloudtrail get-event-selectors --trail-name ${TrailARN} --region us-east-1` },
    });
    const regions = mocks.cloudTrail
      .commandCalls(GetEventSelectorsCommand)
      .map(({ thisValue }) => (thisValue as CloudTrailClient).config.region());
    expect(await Promise.all(regions)).toEqual(['us-east-1']);
  });
});

describe('Subscriptions', () => {
  const OTHER = '999999999999';

  test('of another account do not keep the others from being examined', async () => {
    const queue = `arn:aws:sqs:eu-west-1:${OTHER}:alerts`;
    mocks.sns.on(ListSubscriptionsByTopicCommand).resolves({
      Subscriptions: [
        { SubscriptionArn: `${ALERT_TOPIC}:1`, Protocol: 'sqs', Endpoint: queue, Owner: OTHER },
        { SubscriptionArn: `${ALERT_TOPIC}:2`, Protocol: 'sqs', Endpoint: `${queue}-2`, Owner: '123456789012' },
        { SubscriptionArn: `${ALERT_TOPIC}:3`, Protocol: 'email', Endpoint: 'a@example.com', Owner: '123456789012' },
      ],
    });
    mocks.sns.on(GetSubscriptionAttributesCommand).rejects(awsError('AuthorizationErrorException'));
    mocks.sns
      .on(GetSubscriptionAttributesCommand, { SubscriptionArn: `${ALERT_TOPIC}:3` })
      .resolves({ Attributes: { FilterPolicy: '{"severity":["LOW"]}' } });

    expect(await row('Alert topic')).toMatchObject({
      status: 'WARN',
      found: `3 subscriptions: sqs alerts of account ${OTHER}, sqs alerts-2 of account ${OTHER}, email a@example.com. Filtered out even when CRITICAL: email a@example.com.`,
    });
  });

  test('of the stack that SNS no longer has are counted, but not those that still wait for an answer', async () => {
    const subscription = (id: string) => ({
      ResourceType: 'AWS::SNS::Subscription',
      LogicalResourceId: `AuditWatcherAlertTopic${id}`,
      PhysicalResourceId: `${ALERT_TOPIC}:${id}`,
      LastUpdatedTimestamp: new Date(0),
      ResourceStatus: 'CREATE_COMPLETE' as const,
    });
    mocks.cloudFormation
      .on(ListStackResourcesCommand)
      .resolves({ StackResourceSummaries: [...RESOURCES, ...['1a2b3c', 'waits', 'expired'].map(subscription)] });
    mocks.sns.on(ListSubscriptionsByTopicCommand, { TopicArn: ALERT_TOPIC }).resolves({
      Subscriptions: [
        { SubscriptionArn: `${ALERT_TOPIC}:1a2b3c`, Protocol: 'email', Endpoint: 'a@example.com' },
        { SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'b@example.com' },
      ],
    });

    expect(await row('Alert topic')).toMatchObject({
      status: 'WARN',
      found: '1 subscription: email a@example.com. 1 subscription of the stack no longer exists.',
      remedy: { text: expect.stringContaining('Take it out of the settings, deploy, put it back, deploy') },
    });
    expect(await row('Operations topic')).toMatchObject({ status: 'PASS' });
  });
});

describe('npm run doctor', () => {
  test('ends with 0 when all is well', async () => {
    const { code, out } = await doctor(...AT_REGION);

    expect(code).toBe(0);
    expect(out).toContain('18 checks: 18 PASS, 0 WARN, 0 FAIL, 0 SKIP');
  });

  test('ends with 0 after warnings, and publishes nothing unless asked', async () => {
    mocks.iot.on(ListScheduledAuditsCommand).resolves({});

    const { code, out } = await doctor(...AT_REGION);

    expect(code).toBe(0);
    expect(out).toContain('1 WARN');
    expect(mocks.sns.commandCalls(PublishCommand)).toHaveLength(0);
  });

  test('ends with 1 when something failed', async () => {
    mocks.sns.on(ListSubscriptionsByTopicCommand).resolves({});

    expect((await doctor(...AT_REGION)).code).toBe(1);
  });

  test('ends with 2 and one sentence for a bad command line', async () => {
    expect(await doctor('--region', 'Ireland')).toEqual({
      code: 2,
      out: '',
      err:
        "Option '--region <region>' argument 'Ireland' is invalid. Allowed: the id of a Region. For example: eu-west-1\n" +
        'Try: audit-watcher doctor --help\n',
    });
  });

  test('ends with 0 after the help', async () => {
    const { code, out } = await doctor('--help');

    expect(code).toBe(0);
    expect(out).toContain('--send-test-alert');
  });

  test('prints one JSON document on demand', async () => {
    mocks.sns.on(ListSubscriptionsByTopicCommand).resolves({});

    const { code, out } = await doctor(...AT_REGION, '--json');

    const document = JSON.parse(out);
    expect(code).toBe(1);
    expect(document).toMatchObject({
      stackName: 'AuditWatcher',
      account: '123456789012',
      region: REGION,
      failed: true,
    });
    expect(document.checks[0]).toEqual({
      check: 'Credentials',
      status: 'PASS',
      found: 'arn:aws:sts::123456789012:assumed-role/Admin/you in eu-west-1',
    });
    expect(document.checks.find(({ check }: { check: string }) => check === 'Alert topic')).toMatchObject({
      status: 'FAIL',
      remedy: { command: expect.stringContaining(`--topic-arn ${ALERT_TOPIC}`) },
    });
  });

  test('shows colours on a terminal only, and none with NO_COLOR', async () => {
    const now = new Date(NOW).toISOString();

    const terminal = await runCli(['doctor', ...AT_REGION], { columns: 120, now });
    const plain = await runCli(['doctor', ...AT_REGION], { columns: 120, now, env: { NO_COLOR: '1' } });

    expect(terminal.out).toContain('\u001b[32mPASS\u001b[39m    Credentials');
    expect(plain.out).not.toContain('\u001b');
  });

  test('sends a test to both topics in the shapes of real alerts', async () => {
    expect((await doctor(...AT_REGION, '--send-test-alert')).code).toBe(0);

    const sent = mocks.sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
    expect(sent.map(({ TopicArn }) => TopicArn)).toEqual([ALERT_TOPIC, CHAT_TOPIC]);
    expect(sent[0]?.MessageStructure).toBe('json');
    expect(Object.keys(JSON.parse(sent[0]?.Message ?? ''))).toEqual(['default', 'email']);
    expect(JSON.parse(sent[1]?.Message ?? '')).toMatchObject({ source: 'custom' });
  });

  test('sends the chat form to the alert topic where chats have no topic of their own', async () => {
    const { ChatTopicArn: _, ...outputs } = OUTPUTS;
    mocks.cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [stackWith(outputs)] });

    expect((await doctor(...AT_REGION, '--send-test-alert')).code).toBe(0);

    const [sent, ...others] = mocks.sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
    expect(Object.keys(JSON.parse(sent?.Message ?? ''))).toEqual(['default', 'email', 'https']);
    expect(others).toEqual([]);
  });
});

function breakEverything(): void {
  const { cloudFormation, cloudTrail, cloudWatch, dynamoDb, iot, sns, sqs } = mocks;
  const place = { account: ACCOUNT, region: REGION };
  cloudFormation
    .on(DescribeStacksCommand)
    .resolves({ Stacks: [{ ...stackWith(OUTPUTS), StackStatus: 'UPDATE_ROLLBACK_COMPLETE' }] });
  cloudTrail.on(GetEventSelectorsCommand).resolves({ EventSelectors: [{ ReadWriteType: 'ReadOnly' }] });
  iot.on(DescribeAccountAuditConfigurationCommand).resolves({ roleArn: 'arn:aws:iam::123456789012:role/Audit' });
  iot.on(ListScheduledAuditsCommand).rejects(awsError('AccessDeniedException'));
  dynamoDb.on(GetCommand, { Key: SWEEP_KEY }).resolves({ Item: { lastSweepAt: '2026-11-23T07:10:00.000Z' } });
  dynamoDb
    .on(QueryCommand, { ExpressionAttributeValues: { ':uncertain': uncertainPartition(place) } })
    .resolves({ Items: [{ sk: `${ACCOUNT}#${REGION}#9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL` }] });
  dynamoDb.on(QueryCommand, { IndexName: 'open' }).resolves({
    Items: [
      {
        pk: auditPartition({ ...place, taskId: '9f71b6e90cfb57d4ac671be3a4898e6a' }),
        sk: 'WATCH',
        taskId: '9f71b6e90cfb57d4ac671be3a4898e6a',
        dueAt: NOW - 200 * MINUTE,
        alerts: { TERMINAL: { status: 'PENDING', registeredAt: new Date(NOW - 210 * MINUTE).toISOString() } },
      },
    ],
  });
  sns.on(ListSubscriptionsByTopicCommand, { TopicArn: ALERT_TOPIC }).resolves({});
  sns.on(ListSubscriptionsByTopicCommand, { TopicArn: OPERATIONS_TOPIC }).resolves({
    Subscriptions: [{ SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'ops@example.com' }],
  });
  cloudWatch.on(ListMetricsCommand).resolves({ Metrics: [{ MetricName: 'UnsupportedEvents' }] });
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [{ Label: 'UnsupportedEvents', Values: [1, 3] }] });
  sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: '2' } });
  cloudWatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [
      {
        AlarmName: 'ExecutionFailed-1A2B',
        AlarmDescription: 'A watch of an audit failed. See docs/runbook.md#execution-failed',
        StateValue: 'ALARM',
      },
    ],
  });
}
