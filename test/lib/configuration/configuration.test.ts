import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Configuration, ConfigurationError, readConfiguration } from '../../../lib/configuration/configuration.ts';

const DEFAULT_CONFIGURATION: Configuration = {
  alertEmails: [],
  alertSubscriptions: [],
  chatTopic: false,
  operationsEmails: [],
  alertWhenCompliant: false,
  repeat: 'always',
  sweepMinutes: 5,
  lateAfterHours: 24,
  watchLimitHours: 24,
  alertDelay: 'prompt',
  minWaitSeconds: 5,
  maxWaitSeconds: 900,
  retentionDays: 400,
  retainData: true,
  logRetentionDays: 90,
  dashboard: true,
  slackWebhookMinSeverity: 'LOW',
};

const SLACK_URL = 'https://hooks.slack.com/services/T0000/B0000/XXXX';
const EXAMPLE = '{"protocol":"email","endpoint":"name@example.com","minSeverity":"HIGH"}';
const SECRET_URL =
  "the URL is a secret, and would stand in the template. For Slack's webhook give slackWebhookSecretName; elsewhere let the endpoint verify the signature of SNS instead of a password.";

describe('readConfiguration', () => {
  it('has a default for everything', () => {
    expect(readConfiguration({})).toEqual(DEFAULT_CONFIGURATION);
  });

  it('finds exactly the defaults in cdk.json, where every key is spelt out', () => {
    const { context } = JSON.parse(readFileSync(`${import.meta.dirname}/../../../cdk.json`, 'utf8'));

    expect(readConfiguration(context)).toEqual(DEFAULT_CONFIGURATION);
    expect(Object.keys(context.auditWatcher).sort()).toEqual(
      [...Object.keys(DEFAULT_CONFIGURATION), 'slackWorkspaceId', 'slackChannelId', 'slackWebhookSecretName'].sort(),
    );
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
      slackWorkspaceId: 'T0123ABCDEF',
      slackChannelId: 'C0123ABCDEF',
      slackWebhookSecretName: 'audit-watcher/slack-webhook',
      slackWebhookMinSeverity: 'HIGH',
      chatTopic: 'true',
      repeat: 'changes',
    });

    expect(configuration).toEqual({
      ...DEFAULT_CONFIGURATION,
      alertEmails: ['a@example.com', 'b@example.com'],
      watchLimitHours: 12,
      retainData: false,
      logRetentionDays: 7,
      dashboard: false,
      slackWorkspaceId: 'T0123ABCDEF',
      slackChannelId: 'C0123ABCDEF',
      slackWebhookSecretName: 'audit-watcher/slack-webhook',
      slackWebhookMinSeverity: 'HIGH',
      chatTopic: true,
      repeat: 'changes',
    });
  });

  it('takes subscriptions as a list, and on the command line as its JSON', () => {
    const alertSubscriptions = [
      { protocol: 'email', endpoint: 'a@example.com', minSeverity: 'HIGH' },
      { protocol: 'sqs', endpoint: 'arn:aws:sqs:us-east-1:999999999999:alerts' },
      { protocol: 'lambda', endpoint: 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:act:live' },
      { protocol: 'https', endpoint: 'https://example.com/alerts?team=x', auditNames: ['Nightly', 'ON_DEMAND'] },
    ];

    const inFile = readConfiguration({ auditWatcher: { alertSubscriptions } });
    const onCommandLine = readConfiguration({ alertSubscriptions: JSON.stringify(alertSubscriptions) });

    expect(inFile.alertSubscriptions).toEqual(alertSubscriptions);
    expect(onCommandLine).toEqual(inFile);
  });

  it('keeps an audit name that is given twice once', () => {
    const subscription = { protocol: 'email', endpoint: 'a@example.com', auditNames: ['Nightly', 'Nightly'] };

    const { alertSubscriptions } = readConfiguration({ alertSubscriptions: [subscription] });

    expect(alertSubscriptions).toEqual([{ ...subscription, auditNames: ['Nightly'] }]);
  });

  it('takes a secret by its ARN too', () => {
    const slackWebhookSecretName = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:slack-AbCdEf';

    expect(readConfiguration({ slackWebhookSecretName })).toMatchObject({ slackWebhookSecretName });
  });

  it('takes an empty text as none', () => {
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
    });

    expect(configuration).toEqual(DEFAULT_CONFIGURATION);
  });

  it('keeps an address that is given twice once: it can subscribe only once', () => {
    const { alertEmails } = readConfiguration({ alertEmails: 'a@example.com,a@example.com' });

    expect(alertEmails).toEqual(['a@example.com']);
  });

  it("leaves the CDK's own context keys alone", () => {
    const ofTheCdk = {
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:enablePartitionLiterals': true,
      'availability-zones:account=111122223333:region=eu-west-1': [],
      'acknowledged-issue-numbers': [1],
      'cli-telemetry': false,
    };

    expect(readConfiguration(ofTheCdk)).toEqual(DEFAULT_CONFIGURATION);
  });
});

describe('a value that cannot be used', () => {
  const LOG_DAYS =
    '1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653';
  const addresses = (key: string) =>
    `Give addresses like name@example.com, separated by commas (-c ${key}=a@example.com,b@example.com).`;
  const inRange = (key: string, got: string, least: number, most: number) =>
    `${key}: ${got} is not a whole number from ${least} to ${most}. Give one in that range (-c ${key}=${least}).`;
  const logDays = (got: string) =>
    `logRetentionDays: ${got} is not a number of days that CloudWatch Logs allows. Give one of ${LOG_DAYS} (-c logRetentionDays=90).`;

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
    [
      { alertWhenCompliant: 'yes' },
      'alertWhenCompliant: "yes" is not true or false. Give one of the two (-c alertWhenCompliant=true).',
    ],
    [{ retainData: null }, 'retainData: null is not true or false. Give one of the two (-c retainData=true).'],
    [{ sweepMinutes: '0' }, inRange('sweepMinutes', '0', 1, 60)],
    [{ lateAfterHours: 2161 }, inRange('lateAfterHours', '2161', 1, 2160)],
    [{ watchLimitHours: '0' }, inRange('watchLimitHours', '0', 1, 72)],
    [{ watchLimitHours: 73 }, inRange('watchLimitHours', '73', 1, 72)],
    [{ watchLimitHours: 'a day' }, inRange('watchLimitHours', '"a day"', 1, 72)],
    [{ watchLimitHours: '1.5' }, inRange('watchLimitHours', '"1.5"', 1, 72)],
    [{ minWaitSeconds: '-1' }, inRange('minWaitSeconds', '"-1"', 1, 3600)],
    [{ maxWaitSeconds: 0.5 }, inRange('maxWaitSeconds', '0.5', 1, 3600)],
    [{ maxWaitSeconds: '' }, inRange('maxWaitSeconds', '""', 1, 3600)],
    [{ retentionDays: '3651' }, inRange('retentionDays', '3651', 100, 3650)],
    [{ logRetentionDays: '2' }, logDays('2')],
    [{ logRetentionDays: 9999 }, logDays('9999')],
    [{ logRetentionDays: 'ONE_DAY' }, logDays('"ONE_DAY"')],
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
      'slackWebhookMinSeverity: "INFO" is not one of LOW, MEDIUM, HIGH, CRITICAL. Give the lowest severity to hear about; LOW is everything (-c slackWebhookMinSeverity=LOW).',
    ],
    [
      { slackWebhookSecretName: 'a secret' },
      'slackWebhookSecretName: "a secret" is not the name of a secret. Give the name of a secret, or its whole ARN (-c slackWebhookSecretName=audit-watcher/slack-webhook).',
    ],
    [
      { slackWebhookSecretName: SLACK_URL },
      'slackWebhookSecretName: the value is a URL, and the URL of a webhook is a secret. Store it in Secrets Manager as plain text. Give the name of a secret, or its whole ARN (-c slackWebhookSecretName=audit-watcher/slack-webhook).',
    ],
    [
      { minWaitSeconds: 60, maxWaitSeconds: 30 },
      'maxWaitSeconds: 30 is less than minWaitSeconds, which is 60. Give 60 to 3600, or lower minWaitSeconds.',
    ],
    [
      { watchLimitHours: 72, maxWaitSeconds: 60 },
      'maxWaitSeconds: 60 is too small for watchLimitHours 72: a watch that long could reach the 25000 history events at which Step Functions ends it. Give 258 to 3600, or lower watchLimitHours.',
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
      '[0]: unknown key minSeverty. Allowed: protocol, endpoint, minSeverity, auditNames.',
    ],
    [
      [{ ...to('email', 'a@example.com'), minSeverity: 'INFO' }],
      '[0].minSeverity: "INFO" is not one of LOW, MEDIUM, HIGH, CRITICAL. Give the lowest severity to hear about; LOW is everything.',
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
      '[0].auditNames: 150 names are more than a filter policy of SNS has room for. Give at most 149, or leave auditNames out.',
    ],
    [
      [{ ...to('email', 'a@example.com'), minSeverity: 'HIGH', auditNames: names(75) }],
      '[0].auditNames: 75 names are more than a filter policy of SNS has room for with minSeverity HIGH. Give at most 74, or leave auditNames out.',
    ],
    [
      [to('email', 'a@example.com'), { ...to('email', 'a@example.com'), minSeverity: 'HIGH' }],
      '[1].endpoint: "a@example.com" is subscribed already, and a topic has one subscription for each endpoint. Give it once, in alertEmails or in alertSubscriptions.',
    ],
    [
      names(201).map((name) => ({ ...to('email', `${name}@example.com`), minSeverity: 'HIGH' })),
      ': 201 filters are more than the 200 that SNS allows on a topic. Give fewer subscriptions with minSeverity or auditNames.',
    ],
  ])('in alertSubscriptions is refused, and it is told where: %j', (alertSubscriptions, sentence) => {
    expect(problemsOf({ alertSubscriptions })).toEqual([`alertSubscriptions${sentence}`]);
    expect(problemsOf({ alertSubscriptions: JSON.stringify(alertSubscriptions) })).toEqual([
      `alertSubscriptions${sentence}`,
    ]);
  });

  it('may not be an address that alertEmails has too', () => {
    const problems = problemsOf({
      alertEmails: 'a@example.com',
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
    'Allowed: alertEmails, alertSubscriptions, chatTopic, operationsEmails, alertWhenCompliant, repeat, sweepMinutes, lateAfterHours, watchLimitHours, alertDelay, minWaitSeconds, maxWaitSeconds, retentionDays, retainData, logRetentionDays, dashboard, slackWorkspaceId, slackChannelId, slackWebhookSecretName, slackWebhookMinSeverity.';

  it('is refused on the command line, where a misspelt key would leave its owner without alerts', () => {
    expect(problemsOf({ alertEmail: 'a@example.com' })).toEqual([`alertEmail: unknown key in the context. ${ALLOWED}`]);
  });

  it('is refused in cdk.json', () => {
    expect(problemsOf({ auditWatcher: { 'alert:emails': [] } })).toEqual([
      `alert:emails: unknown key in the auditWatcher context. ${ALLOWED}`,
    ]);
  });

  it('is refused when it is the section itself that is wrong', () => {
    expect(problemsOf({ auditWatcher: 'a@example.com' })).toEqual([
      'auditWatcher: "a@example.com" is not an object. Give the settings in cdk.json as "auditWatcher": { "alertEmails": [...], ... }, or one by one (-c alertEmails=a@example.com).',
    ]);
  });
});

function to(protocol: string, endpoint: string) {
  return { protocol, endpoint };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}

function problemsOf(context: Record<string, unknown>): readonly string[] {
  try {
    readConfiguration(context);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
