import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib/core';
import { FLAGS } from 'aws-cdk-lib/cx-api';
import { ALERT_KIND } from '../../../lambda/contract.ts';
import { propsOf, readConfiguration, readProps } from '../../../lib/configuration/configuration.ts';
import { ConfigurationError } from '../../../lib/configuration/problem.ts';
import { DEFAULTS, SETTINGS, type SettingProps } from '../../../lib/configuration/settings.ts';

const SLACK_URL = 'https://hooks.slack.com/services/T0000/B0000/XXXX';
const EXAMPLE = '{"protocol":"email","endpoint":"name@example.com","minSeverity":"HIGH"}';
const SECRET_URL =
  'the URL is a secret, and would be readable in the template. For a Slack webhook give slackWebhookSecretName; elsewhere let the endpoint verify the signature of SNS instead of a password.';

describe('readConfiguration', () => {
  it('finds exactly the defaults in cdk.json, where every key is spelt out', () => {
    const { context } = JSON.parse(readFileSync(`${import.meta.dirname}/../../../cdk.json`, 'utf8'));

    expect(readConfiguration(context)).toEqual(DEFAULTS);
    expect(Object.keys(context.auditWatcher)).toEqual(Object.keys(SETTINGS));
  });

  it('prefers the command line, where everything is text, to cdk.json', () => {
    const auditWatcher = { alertEmails: ['old@example.com'], watchLimitHours: 2, retainData: true };

    const configuration = readConfiguration({
      auditWatcher,
      alertEmails: 'a@example.com, b@example.com',
      watchLimitHours: '12',
      retainData: 'false',
      logRetentionDays: '7',
      dashboard: 'false',
      readerPolicy: 'true',
      slackWorkspaceId: 'T0123ABCDEF',
      slackChannelId: 'C0123ABCDEF',
      slackWebhookSecretName: 'audit-watcher/slack-webhook',
      slackWebhookMinSeverity: 'HIGH',
      chatTopic: 'true',
      repeat: 'changes',
      subscriberAccounts: '111122223333, 444455556666,111122223333',
      existingTableName: 'AuditWatcher-Table-1A2B',
      digest: 'weekly',
      digestDay: 'FRI',
      digestHour: '0',
      digestTimeZone: 'America/Argentina/Buenos_Aires',
    });

    expect(configuration).toEqual({
      ...DEFAULTS,
      alertEmails: ['a@example.com', 'b@example.com'],
      watchLimitHours: 12,
      retainData: false,
      logRetentionDays: 7,
      dashboard: false,
      readerPolicy: true,
      slackWorkspaceId: 'T0123ABCDEF',
      slackChannelId: 'C0123ABCDEF',
      slackWebhookSecretName: 'audit-watcher/slack-webhook',
      slackWebhookMinSeverity: 'HIGH',
      chatTopic: true,
      repeat: 'changes',
      subscriberAccounts: ['111122223333', '444455556666'],
      existingTableName: 'AuditWatcher-Table-1A2B',
      digest: 'weekly',
      digestDay: 'FRI',
      digestHour: 0,
      digestTimeZone: 'America/Argentina/Buenos_Aires',
    });
  });

  it('takes subscriptions as a list, and on the command line as its JSON', () => {
    const alertSubscriptions = [
      { protocol: 'email', endpoint: 'a@example.com', minSeverity: 'HIGH' },
      { protocol: 'sqs', endpoint: 'arn:aws:sqs:us-east-1:999999999999:alerts' },
      { protocol: 'lambda', endpoint: 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:act:live' },
      { protocol: 'https', endpoint: 'https://example.com/alerts?team=x', auditNames: ['Nightly', 'ON_DEMAND'] },
      { protocol: 'email', endpoint: 'weekly@example.com', kinds: ['DIGEST'] },
      { protocol: 'email', endpoint: 'on-call@example.com', exceptKinds: ['DIGEST'], auditNames: ['Nightly'] },
    ];

    const inFile = readConfiguration({ auditWatcher: { alertSubscriptions } });
    const onCommandLine = readConfiguration({ alertSubscriptions: JSON.stringify(alertSubscriptions) });

    expect(inFile.alertSubscriptions).toEqual(alertSubscriptions);
    expect(onCommandLine).toEqual(inFile);
  });

  it('takes a secret by its ARN too', () => {
    const slackWebhookSecretName = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:slack-AbCdEf';

    expect(readConfiguration({ slackWebhookSecretName })).toMatchObject({ slackWebhookSecretName });
  });

  it('takes an empty text as nothing', () => {
    const auditWatcher = {
      alertEmails: ['a@example.com'],
      slackWorkspaceId: 'T0123ABCDEF',
      slackChannelId: 'C0123ABCDEF',
    };

    const configuration = readConfiguration({
      auditWatcher,
      alertEmails: '',
      alertSubscriptions: ' ',
      slackWorkspaceId: '',
      slackChannelId: '',
      slackWebhookSecretName: '',
      subscriberAccounts: '',
      existingTableName: '',
    });

    expect(configuration).toEqual(DEFAULTS);
  });

  it('keeps one address of those that are the same or differ only in case: it can subscribe only once', () => {
    const { alertEmails } = readConfiguration({ alertEmails: 'A@example.com,a@example.com,A@example.com' });

    expect(alertEmails).toEqual(['A@example.com']);
  });

  it("leaves the CDK's own context keys alone", () => {
    const ofTheCdk = {
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:enablePartitionLiterals': true,
      'availability-zones:account=111122223333:region=eu-west-1': [],
      'acknowledged-issue-numbers': [1],
      'cli-telemetry': false,
      ...Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, true])),
    };

    expect(readConfiguration(ofTheCdk)).toEqual(DEFAULTS);
  });
});

describe('a value that cannot be used', () => {
  const LOG_DAYS =
    '1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653';
  const addresses = (key: string) =>
    `Give addresses like name@example.com, separated by commas (-c ${key}=a@example.com,b@example.com).`;
  const nearest = (key: string, value: number) => `The nearest is ${value} (-c ${key}=${value}).`;
  const inRange = (key: string, got: number | string, least: number, most: number, remedy: string) =>
    `${key}: ${got} is not a whole number from ${least} to ${most}. ${remedy}`;
  const logDays = (got: string, remedy: string) => `logRetentionDays: ${got} is not one of ${LOG_DAYS}. ${remedy}`;

  it.each<[Record<string, unknown>, string]>([
    [
      { alertEmails: 'not-an-address' },
      `alertEmails: "not-an-address" is not an email address. ${addresses('alertEmails')}`,
    ],
    [{ alertEmails: 'a@example.com,' }, `alertEmails: "" is not an email address. ${addresses('alertEmails')}`],
    [
      { alertEmails: 'a@example.com b@example.com' },
      `alertEmails: "a@example.com b@example.com" is not an email address. ${addresses('alertEmails')}`,
    ],
    [{ operationsEmails: [7] }, `operationsEmails: 7 is not an email address. ${addresses('operationsEmails')}`],
    [
      { operationsEmails: true },
      `operationsEmails: true is not a list of email addresses. ${addresses('operationsEmails')}`,
    ],
    [{ digest: 'monthly' }, 'digest: "monthly" is not one of none, daily, weekly. Give one of them (-c digest=none).'],
    [
      { digestDay: 'Monday' },
      'digestDay: "Monday" is not one of MON, TUE, WED, THU, FRI, SAT, SUN. Give one of them (-c digestDay=MON).',
    ],
    [{ digestHour: 24 }, inRange('digestHour', 24, 0, 23, nearest('digestHour', 23))],
    ...['Berlin', '+02:00', 'Europe/Atlantis', ''].map((zone): [Record<string, unknown>, string] => [
      { digestTimeZone: zone },
      `digestTimeZone: "${zone}" is not a time zone of the IANA database. Give a name like Europe/Berlin, or UTC (-c digestTimeZone=Europe/Berlin).`,
    ]),
    [
      { alertWhenCompliant: 'yes' },
      'alertWhenCompliant: "yes" is not true or false. Give one of the two (-c alertWhenCompliant=true).',
    ],
    [
      { subscriberAccounts: '111122223333,4444' },
      'subscriberAccounts: "4444" is not an account id. Give ids of 12 digits in quotes, or separated by commas (-c subscriberAccounts=111122223333,444455556666).',
    ],
    [
      { subscriberAccounts: [111122223333] },
      'subscriberAccounts: 111122223333 is not an account id. Give ids of 12 digits in quotes, or separated by commas (-c subscriberAccounts=111122223333,444455556666).',
    ],
    [
      { subscriberAccounts: 111122223333 },
      'subscriberAccounts: 111122223333 is not a list of account ids. Give ids of 12 digits in quotes, or separated by commas (-c subscriberAccounts=111122223333,444455556666).',
    ],
    [
      { existingTableName: 'arn:aws:dynamodb:eu-west-1:123456789012:table/Audits' },
      'existingTableName: "arn:aws:dynamodb:eu-west-1:123456789012:table/Audits" is not the name of a table. Give the name alone, without the ARN (-c existingTableName=AuditWatcher-AuditWatcherTable1A2B3C4D-5E6F7G8H9I0J); docs/runbook.md#deployment says how to find it.',
    ],
    [{ retainData: null }, 'retainData: null is not true or false. Give one of the two (-c retainData=true).'],
    [{ sweepMinutes: '0' }, inRange('sweepMinutes', 0, 1, 60, nearest('sweepMinutes', 1))],
    [{ lateAfterHours: 2161 }, inRange('lateAfterHours', 2161, 1, 2160, nearest('lateAfterHours', 2160))],
    [{ watchLimitHours: '0' }, inRange('watchLimitHours', 0, 1, 72, nearest('watchLimitHours', 1))],
    [{ watchLimitHours: '73' }, inRange('watchLimitHours', 73, 1, 72, nearest('watchLimitHours', 72))],
    [
      { watchLimitHours: 'a day' },
      inRange('watchLimitHours', '"a day"', 1, 72, 'Give one of them (-c watchLimitHours=24).'),
    ],
    [{ watchLimitHours: '2.4' }, inRange('watchLimitHours', 2.4, 1, 72, nearest('watchLimitHours', 2))],
    [{ minWaitSeconds: '-1' }, inRange('minWaitSeconds', -1, 1, 3600, nearest('minWaitSeconds', 1))],
    [{ maxWaitSeconds: 0.5 }, inRange('maxWaitSeconds', 0.5, 1, 3600, nearest('maxWaitSeconds', 1))],
    [{ maxWaitSeconds: '' }, inRange('maxWaitSeconds', '""', 1, 3600, 'Give one of them (-c maxWaitSeconds=900).')],
    [{ retentionDays: '99' }, inRange('retentionDays', 99, 100, 3650, nearest('retentionDays', 100))],
    [{ logRetentionDays: '2' }, logDays('2', nearest('logRetentionDays', 3))],
    [{ logRetentionDays: 9999 }, logDays('9999', nearest('logRetentionDays', 3653))],
    [{ logRetentionDays: 'ONE_DAY' }, logDays('"ONE_DAY"', 'Give one of them (-c logRetentionDays=90).')],
    [
      { slackWorkspaceId: 'my-team', slackChannelId: 'C0123ABCDEF' },
      'slackWorkspaceId: "my-team" is not a Slack workspace id. Copy it from Slack; it looks like T0123ABCDEF (-c slackWorkspaceId=T0123ABCDEF).',
    ],
    [
      { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: '#alerts' },
      'slackChannelId: "#alerts" is not a Slack channel id. Copy it from Slack; it looks like C0123ABCDEF (-c slackChannelId=C0123ABCDEF).',
    ],
    [
      { slackWorkspaceId: 'T0123ABCDEF' },
      'slackChannelId: missing, although slackWorkspaceId is given. Slack needs both: give slackChannelId too, or leave both out.',
    ],
    [
      { slackChannelId: 'C0123ABCDEF' },
      'slackWorkspaceId: missing, although slackChannelId is given. Slack needs both: give slackWorkspaceId too, or leave both out.',
    ],
    [{ repeat: 'never' }, 'repeat: "never" is not one of always, changes. Give one of them (-c repeat=always).'],
    [{ chatTopic: 1 }, 'chatTopic: 1 is not true or false. Give one of the two (-c chatTopic=true).'],
    [
      { slackWebhookMinSeverity: 'INFO' },
      'slackWebhookMinSeverity: "INFO" is not one of LOW, MEDIUM, HIGH, CRITICAL. Give one of them (-c slackWebhookMinSeverity=LOW).',
    ],
    [
      { slackWebhookSecretName: 'a secret' },
      'slackWebhookSecretName: "a secret" is not the name or ARN of a secret. Give the name, or the whole ARN (-c slackWebhookSecretName=audit-watcher/slack-webhook).',
    ],
    [
      { slackWebhookSecretName: SLACK_URL },
      'slackWebhookSecretName: the value is a URL, and the URL of a webhook is a secret. Store it in Secrets Manager as plain text. Give the name, or the whole ARN (-c slackWebhookSecretName=audit-watcher/slack-webhook).',
    ],
    [
      { minWaitSeconds: 60, maxWaitSeconds: 30 },
      'maxWaitSeconds: 30 is less than minWaitSeconds, which is 60. Give 60 to 3600, or lower minWaitSeconds.',
    ],
    [
      { watchLimitHours: 72, maxWaitSeconds: 60 },
      'maxWaitSeconds: 60 is too small for watchLimitHours 72: a watch that long could reach the 25000 history events at which Step Functions ends it. Give 229 to 3600, or lower watchLimitHours.',
    ],
  ])('%j is refused with one sentence, the same from cdk.json and from the command line', (settings, sentence) => {
    expect(problemsOf(settings)).toEqual([sentence]);
    expect(problemsOf({ auditWatcher: settings })).toEqual([sentence]);
  });

  it.each<[unknown, string]>([
    [
      'nobody',
      `: "nobody" is not a list of subscriptions. Give JSON like [${EXAMPLE}] (-c alertSubscriptions='[${EXAMPLE}]').`,
    ],
    [['nobody'], `[0]: "nobody" is not a subscription. Give an object like ${EXAMPLE}.`],
    [[{}], '[0].protocol: undefined is not one of email, sqs, lambda, https. Give one of them.'],
    [[to('sms', '+123')], '[0].protocol: "sms" is not one of email, sqs, lambda, https. Give one of them.'],
    [[to('email', 'me')], '[0].endpoint: "me" is not an email address. Give one like name@example.com.'],
    [
      [to('email', 'a@example.com'), to('sqs', 'arn:aws:sqs:eu-west-1:123456789012:alerts.fifo')],
      '[1].endpoint: "arn:aws:sqs:eu-west-1:123456789012:alerts.fifo" is not the ARN of a standard queue. Give one like arn:aws:sqs:eu-west-1:123456789012:alerts.',
    ],
    [
      [to('lambda', 'act')],
      '[0].endpoint: "act" is not the ARN of a function. Give one like arn:aws:lambda:eu-west-1:123456789012:function:alerts.',
    ],
    [
      [to('https', 'http://example.com/')],
      '[0].endpoint: "http://example.com/" is not an https URL. Give one like https://example.com/alerts.',
    ],
    [
      [to('https', 'https://[')],
      '[0].endpoint: "https://[" is not an https URL. Give one like https://example.com/alerts.',
    ],
    [[to('https', SLACK_URL)], `[0].endpoint: ${SECRET_URL}`],
    [[to('https', 'https://me:password@example.com/')], `[0].endpoint: ${SECRET_URL}`],
    [
      [{ ...to('email', 'a@example.com'), minSeverty: 'HIGH' }],
      '[0]: minSeverty: unknown key. Did you mean minSeverity? Allowed: protocol, endpoint, minSeverity, auditNames, kinds, exceptKinds.',
    ],
    [
      [{ ...to('email', 'a@example.com'), minSeverity: 'INFO' }],
      '[0].minSeverity: "INFO" is not one of LOW, MEDIUM, HIGH, CRITICAL. Give the lowest severity to send; LOW sends everything.',
    ],
    [
      [{ ...to('email', 'a@example.com'), auditNames: 'Nightly' }],
      '[0].auditNames: "Nightly" is not a list of audit names. Give names as AWS IoT lists them, or ON_DEMAND for the on-demand audits.',
    ],
    [
      [{ ...to('email', 'a@example.com'), auditNames: [] }],
      '[0].auditNames: [] is not a list of audit names. Leave it out for all audits.',
    ],
    [
      [{ ...to('email', 'a@example.com'), auditNames: ['Nightly', 'every night'] }],
      '[0].auditNames[1]: "every night" is not a name of a scheduled audit. Give names as AWS IoT lists them, or ON_DEMAND for the on-demand audits.',
    ],
    [
      [{ ...to('email', 'a@example.com'), auditNames: names(150) }],
      '[0].auditNames: 150 names do not fit into an SNS filter policy. Give at most 149, or leave auditNames out.',
    ],
    [
      [{ ...to('email', 'a@example.com'), minSeverity: 'HIGH', auditNames: names(75) }],
      '[0].auditNames: 75 names do not fit into an SNS filter policy with minSeverity HIGH. Give at most 74, or leave auditNames out.',
    ],
    [
      [{ ...to('email', 'a@example.com'), minSeverity: 'MEDIUM', kinds: ['DIGEST'], auditNames: names(25) }],
      '[0].auditNames: 25 names do not fit into an SNS filter policy with minSeverity MEDIUM and kinds. Give at most 24, or leave auditNames out.',
    ],
    [
      [{ ...to('email', 'a@example.com'), kinds: 'DIGEST' }],
      '[0].kinds: "DIGEST" is not a list of alert kinds. Give a list like ["DIGEST"]; docs/alerts.md has all kinds.',
    ],
    [
      [{ ...to('email', 'a@example.com'), exceptKinds: [] }],
      '[0].exceptKinds: [] is not a list of alert kinds. Leave it out for all kinds.',
    ],
    [
      [{ ...to('email', 'a@example.com'), kinds: ['DIGEST', 'DIGST'], auditNames: names(150) }],
      `[0].kinds[1]: "DIGST" is not one of ${Object.values(ALERT_KIND).join(', ')}. Give one of them.`,
    ],
    [
      [{ ...to('email', 'a@example.com'), kinds: ['RECOVERED'], exceptKinds: ['DIGEST'] }],
      '[0].exceptKinds: given beside kinds. Give kinds for these alone, or exceptKinds for all others.',
    ],
    [
      [to('email', 'a@example.com'), { ...to('email', 'a@example.com'), minSeverity: 'HIGH' }],
      '[1].endpoint: "a@example.com" is subscribed already, and a topic has one subscription for each endpoint. Give it once, in alertEmails or in alertSubscriptions.',
    ],
    [
      names(201).map((name) => ({ ...to('email', `${name}@example.com`), minSeverity: 'HIGH' })),
      ': 201 filters are more than the 200 that SNS allows on a topic. Give fewer subscriptions with minSeverity, auditNames, kinds or exceptKinds.',
    ],
  ])('in alertSubscriptions is refused with its place: %j', (alertSubscriptions, sentence) => {
    expect(problemsOf({ alertSubscriptions })).toEqual([`alertSubscriptions${sentence}`]);
    expect(problemsOf({ alertSubscriptions: JSON.stringify(alertSubscriptions) })).toEqual([
      `alertSubscriptions${sentence}`,
    ]);
  });

  it('may not be an address that alertEmails has too, even in another case', () => {
    const problems = problemsOf({
      alertEmails: 'A@example.com',
      alertSubscriptions: [{ ...to('email', 'a@example.com'), minSeverity: 'HIGH' }],
    });

    expect(problems).toEqual([
      expect.stringMatching(/^alertSubscriptions\[0\]\.endpoint: "a@example\.com" is subscribed/),
    ]);
  });

  it('is one filter too many when the webhook of Slack has one as well', () => {
    const alertSubscriptions = names(200).map((name) => ({
      ...to('email', `${name}@example.com`),
      minSeverity: 'HIGH',
    }));

    expect(problemsOf({ alertSubscriptions, slackWebhookMinSeverity: 'HIGH' })).toEqual([]);
    expect(
      problemsOf({ alertSubscriptions, slackWebhookSecretName: 'slack', slackWebhookMinSeverity: 'HIGH' }),
    ).toEqual([expect.stringContaining('201 filters')]);
  });

  it('never shows a secret that got into the wrong place', () => {
    const places = ['alertEmails', 'alertSubscriptions', 'slackWebhookSecretName', 'slackChannelId', 'retainData'];

    const problems = places.flatMap((key) => problemsOf({ [key]: SLACK_URL }));

    expect(problems.length).toBeGreaterThanOrEqual(places.length);
    expect(problems.join()).not.toContain('B0000');
    expect(problemsOf({ retainData: 'https://me:password@example.com' }).join()).not.toContain('password');
  });

  it('is shortened in the message when it is long', () => {
    const [problem] = problemsOf({ retainData: 'x'.repeat(1000) });

    expect(problem).toMatch(/^retainData: "x{76}\.\.\. is not true or false\./);
  });

  it('is not shown when it is nested too deep', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

    expect(problemsOf({ retainData: deep })[0]).toMatch(/^retainData: a value nested too deep to be shown is not true/);
  });

  it('does not hide the other problems', () => {
    const problems = problemsOf({ alertEmails: 'a,b', watchLimitHours: 'x', auditWatcher: { slackChannelId: 1 } });

    expect(problems.map((problem) => problem.split(' is not')[0])).toEqual([
      'alertEmails: "a"',
      'alertEmails: "b"',
      'watchLimitHours: "x"',
      'slackChannelId: 1',
    ]);
  });
});

describe('a key that nobody knows', () => {
  const ALLOWED =
    'Allowed: alertEmails, alertSubscriptions, subscriberAccounts, chatTopic, operationsEmails, alertWhenCompliant, repeat, digest, digestDay, digestHour, digestTimeZone, sweepMinutes, lateAfterHours, watchLimitHours, alertDelay, minWaitSeconds, maxWaitSeconds, retentionDays, retainData, existingTableName, logRetentionDays, dashboard, readerPolicy, slackWorkspaceId, slackChannelId, slackWebhookSecretName, slackWebhookMinSeverity.';

  it.each([
    ['alertEmail', ' Did you mean alertEmails?'],
    ['alertemails', ' Did you mean alertEmails?'],
    ['AuditWatcher:alertEmails', ' Did you mean alertEmails?'],
    ['AuditWatcher:alertEmial', ' Did you mean alertEmails?'],
    ['OtherStack:DASHBOARD', ' Did you mean dashboard?'],
    ['auditWatcher.minWaitSecond', ' Did you mean minWaitSeconds?'],
    ['subscribers', ''],
  ])('is refused on the command line, with the name that was probably meant: %s', (key, suggestion) => {
    expect(problemsOf({ [key]: 'a@example.com' })).toEqual([
      `${key}: unknown key in the context.${suggestion} ${ALLOWED.replace(/\.$/, ', auditWatcher.')}`,
    ]);
  });

  it('is refused in cdk.json', () => {
    expect(problemsOf({ auditWatcher: { 'alert:emails': [] } })).toEqual([
      `alert:emails: unknown key in the auditWatcher context. ${ALLOWED}`,
    ]);
    expect(problemsOf({ auditwatcher: {} })).toEqual([
      expect.stringContaining('auditwatcher: unknown key in the context. Did you mean auditWatcher?'),
    ]);
  });

  it('is refused when it is the section itself that is wrong', () => {
    expect(problemsOf({ auditWatcher: 'a@example.com' })).toEqual([
      'auditWatcher: "a@example.com" is not an object. Give the settings in cdk.json as "auditWatcher": { "alertEmails": [...], ... }, or one by one (-c alertEmails=a@example.com).',
    ]);
  });
});

describe('a prop of the construct', () => {
  it.each<{ props: SettingProps; settings: Record<string, unknown> }>([
    { props: { minWait: Duration.seconds(0) }, settings: { minWaitSeconds: 0 } },
    { props: { minWait: Duration.millis(1500) }, settings: { minWaitSeconds: 1.5 } },
    { props: { maxWait: Duration.hours(2) }, settings: { maxWaitSeconds: 7200 } },
    { props: { watchLimit: Duration.hours(0) }, settings: { watchLimitHours: 0 } },
    { props: { watchLimit: Duration.days(7) }, settings: { watchLimitHours: 168 } },
    {
      props: { watchLimit: Duration.days(3), maxWait: Duration.minutes(1) },
      settings: { watchLimitHours: 72, maxWaitSeconds: 60 },
    },
    { props: { sweepInterval: Duration.seconds(90) }, settings: { sweepMinutes: 1.5 } },
    { props: { lateAfter: Duration.days(91) }, settings: { lateAfterHours: 2184 } },
    { props: { retention: Duration.days(30) }, settings: { retentionDays: 30 } },
    { props: { logRetention: 9999 }, settings: { logRetentionDays: 9999 } },
    { props: { removalPolicy: RemovalPolicy.SNAPSHOT as RemovalPolicy.RETAIN }, settings: { retainData: 'snapshot' } },
    { props: { alertEmails: ['nobody'] }, settings: { alertEmails: 'nobody' } },
    { props: { slackChannelId: 'C0123ABCDEF' }, settings: { slackChannelId: 'C0123ABCDEF' } },
  ])('is refused with the sentence that the command line gives (%#)', ({ props, settings }) => {
    const problems = problemsIn(() => readProps(props));

    expect(problems).toHaveLength(1);
    expect(problems).toEqual(problemsOf(settings));
  });

  it('that is unknown is refused', () => {
    const props: SettingProps = Object.fromEntries([['minWaitSeconds', 5]]);

    expect(problemsIn(() => readProps(props))).toEqual([
      expect.stringMatching(/^minWaitSeconds: unknown prop\..* Allowed: alertEmails,.* minWait, /),
    ]);
  });

  it('that is a token passes, unless the stack is built by its value', () => {
    const later = Lazy.string({ produce: () => 'known at deployment' });
    const someDays = Duration.days(Lazy.number({ produce: () => 400 }));
    const alertSubscriptions = [{ protocol: 'sqs', endpoint: later, auditNames: [later] } as const];

    const texts = { alertEmails: [later], alertSubscriptions, slackWebhookSecretName: later };

    const configuration = readProps({ ...texts, retention: someDays });

    expect(configuration).toMatchObject({ ...texts, retentionDays: someDays.toDays() });
    expect(problemsIn(() => readProps({ minWait: Duration.seconds(Lazy.number({ produce: () => 5 })) }))).toEqual([
      'minWaitSeconds: a value known only at deployment is not a whole number from 1 to 3600. Give one of them (-c minWaitSeconds=5).',
    ]);
  });

  it('stands for the setting, and the setting for it', () => {
    const settings = {
      watchLimitHours: '48',
      retainData: 'false',
      logRetentionDays: '7',
      alertEmails: 'a@example.com',
    };
    const configuration = readConfiguration(settings);

    const props = propsOf(configuration);

    expect(props).toMatchObject({ watchLimit: Duration.hours(48), removalPolicy: 'destroy', logRetention: 7 });
    expect(readProps(props)).toEqual(configuration);
    expect(readProps({})).toEqual(DEFAULTS);
  });
});

function to(protocol: string, endpoint: string) {
  return { protocol, endpoint };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}

function problemsOf(context: Record<string, unknown>): readonly string[] {
  return problemsIn(() => readConfiguration(context));
}

function problemsIn(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
