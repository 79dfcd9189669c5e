import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Configuration, ConfigurationError, readConfiguration } from '../../lib/configuration.ts';

const DEFAULT_CONFIGURATION: Configuration = {
  alertEmails: [],
  operationsEmails: [],
  alertWhenCompliant: false,
  watchLimitHours: 24,
  minWaitSeconds: 5,
  maxWaitSeconds: 300,
  retentionDays: 400,
  retainData: true,
  logRetentionDays: 90,
};

describe('readConfiguration', () => {
  it('has a default for everything', () => {
    expect(readConfiguration({})).toEqual(DEFAULT_CONFIGURATION);
  });

  it('finds exactly the defaults in cdk.json, where every key is spelt out', () => {
    const { context } = JSON.parse(readFileSync(`${import.meta.dirname}/../../cdk.json`, 'utf8'));

    expect(readConfiguration(context)).toEqual(DEFAULT_CONFIGURATION);
    expect(Object.keys(context.auditWatcher)).toEqual([
      ...Object.keys(DEFAULT_CONFIGURATION),
      'slackWorkspaceId',
      'slackChannelId',
    ]);
  });

  it('prefers the command line, where everything is text, to cdk.json', () => {
    const auditWatcher = { alertEmails: ['old@example.com'], watchLimitHours: 2, retainData: true };

    const configuration = readConfiguration({
      auditWatcher,
      alertEmails: 'a@example.com, b@example.com',
      watchLimitHours: '12',
      retainData: 'false',
      logRetentionDays: '7',
      slackWorkspaceId: 'T0123ABCDEF',
      slackChannelId: 'C0123ABCDEF',
    });

    expect(configuration).toEqual({
      ...DEFAULT_CONFIGURATION,
      alertEmails: ['a@example.com', 'b@example.com'],
      watchLimitHours: 12,
      retainData: false,
      logRetentionDays: 7,
      slackWorkspaceId: 'T0123ABCDEF',
      slackChannelId: 'C0123ABCDEF',
    });
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
      slackWorkspaceId: '',
      slackChannelId: '',
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
    [{ watchLimitHours: '0' }, inRange('watchLimitHours', '0', 1, 72)],
    [{ watchLimitHours: 73 }, inRange('watchLimitHours', '73', 1, 72)],
    [{ watchLimitHours: 'a day' }, inRange('watchLimitHours', '"a day"', 1, 72)],
    [{ watchLimitHours: '1.5' }, inRange('watchLimitHours', '"1.5"', 1, 72)],
    [{ minWaitSeconds: '-1' }, inRange('minWaitSeconds', '"-1"', 1, 3600)],
    [{ maxWaitSeconds: 0.5 }, inRange('maxWaitSeconds', '0.5', 1, 3600)],
    [{ maxWaitSeconds: '' }, inRange('maxWaitSeconds', '""', 1, 3600)],
    [{ retentionDays: '3651' }, inRange('retentionDays', '3651', 1, 3650)],
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

  it('is shortened in the message when it is long', () => {
    const [problem] = problemsOf({ retainData: 'x'.repeat(1000) });

    expect(problem).toMatch(/^retainData: "x{76}\.\.\. is not true or false\./);
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
    'Allowed: alertEmails, operationsEmails, alertWhenCompliant, watchLimitHours, minWaitSeconds, maxWaitSeconds, retentionDays, retainData, logRetentionDays, slackWorkspaceId, slackChannelId.';

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

function problemsOf(context: Record<string, unknown>): readonly string[] {
  try {
    readConfiguration(context);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
