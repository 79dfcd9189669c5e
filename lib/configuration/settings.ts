import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy, Tokenization } from 'aws-cdk-lib/core';
import { DIGEST, DIGEST_DAYS, ENV, REPEAT } from '../../lambda/contract.ts';
import { SEVERITY_FLOORS } from '../delivery/alert-subscription.ts';
import { LONGEST_WAIT_SECONDS, LONGEST_WATCH_HOURS } from '../watching/watch-pace.ts';
import { ALERT_DELAYS } from './alert-delay.ts';
import { subscriptions } from './alert-subscription-setting.ts';
import {
  accounts,
  asProp,
  duration,
  emails,
  flag,
  number,
  type Setting,
  secretName,
  slackId,
  tableName,
  timeZone,
  word,
} from './setting.ts';

/** AWS lists audits for 90 days: one whose watch expired before would be watched again, and its alerts sent again. */
const SHORTEST_RETENTION_DAYS = 100;

/** CloudWatch Logs takes only certain numbers of days. It could keep logs for ever, but that would never be the intent. */
const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

const RETAINS = new Map([
  [RemovalPolicy.RETAIN, true],
  [RemovalPolicy.DESTROY, false],
]);

/**
 * What a user can set, each setting described here and nowhere else: the keys of `-c` and cdk.json, the props of the
 * construct, docs/configuration.md and the variables of the functions all come from this table.
 */
export const SETTINGS = {
  alertEmails: emails('Addresses that get every alert, once they have confirmed.'),
  alertSubscriptions: subscriptions(
    'More subscribers, each like `{ protocol, endpoint, minSeverity?, auditNames?, kinds?, exceptKinds? }`: `protocol` is email, sqs, lambda or https; `minSeverity` is the lowest severity to send (LOW, MEDIUM, HIGH, CRITICAL); `auditNames` lists schedules, and `ON_DEMAND` for on-demand audits; `kinds` or `exceptKinds`: see docs/alerts.md#the-digest. JSON on the command line.',
  ),
  subscriberAccounts: accounts(
    'Other accounts that may subscribe queues and functions of their own to the alert topic: see docs/security.md.',
  ),
  chatTopic: flag(
    false,
    'Whether chats have a topic of their own, so that HTTPS subscribers of the alert topic get JSON.',
  ),
  operationsEmails: emails('Addresses that get the alarms about the watcher itself.'),
  alertWhenCompliant: flag(false, 'Whether an audit without findings sends an alert.'),
  repeat: word(
    REPEAT,
    'always',
    '`changes` holds back an alert that says what is known and was published. It is still recorded.',
  ),
  digest: word(DIGEST, 'none', 'How often a digest is sent, also when all is well: see docs/alerts.md#the-digest.'),
  digestDay: word(DIGEST_DAYS, 'MON', 'Day of a weekly digest.'),
  digestHour: number<number>(HOURS, {
    meaning: 'Hour of the digest. The next sweep sends it.',
    allowed: 'a whole number from 0 to 23',
    default: 8,
  }),
  digestTimeZone: timeZone('UTC', 'Time zone of day and hour.'),
  sweepMinutes: duration(
    { prop: 'sweepInterval', unit: 'minutes', least: 1, most: 60, default: 5 },
    'Minutes between two sweeps.',
  ),
  lateAfterHours: duration(
    { prop: 'lateAfter', unit: 'hours', least: 1, most: 2160, default: 24, mayBeToken: true },
    'An audit from before the deployment that had ended this many hours ago is recorded without alerts.',
  ),
  watchLimitHours: duration(
    { prop: 'watchLimit', unit: 'hours', least: 1, most: LONGEST_WATCH_HOURS, default: 24 },
    'Hours after which a watch gives up.',
  ),
  alertDelay: word(
    ALERT_DELAYS,
    'balanced',
    'How soon alerts arrive: the later, the fewer polls. docs/schedule.md compares polls, delay and dollars.',
  ),
  minWaitSeconds: duration(
    { prop: 'minWait', unit: 'seconds', least: 1, most: LONGEST_WAIT_SECONDS, default: 5 },
    'Shortest pause between two polls, in seconds.',
  ),
  maxWaitSeconds: duration(
    { prop: 'maxWait', unit: 'seconds', least: 1, most: LONGEST_WAIT_SECONDS, default: 900 },
    'Longest pause between two polls, in seconds, and at least `minWaitSeconds`.',
  ),
  // More than a year by default, so that this year's audit can be compared with last year's.
  retentionDays: duration(
    { prop: 'retention', unit: 'days', least: SHORTEST_RETENTION_DAYS, most: 3650, default: 400, mayBeToken: true },
    'Days that snapshots, findings and watches are kept.',
  ),
  retainData: asProp(
    'removalPolicy',
    flag(true, 'Whether table and logs outlive the stack. `true` also protects the table from deletion.'),
    (policy: RemovalPolicy) => RETAINS.get(policy) ?? policy,
    (retain) => (retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY),
  ),
  existingTableName: tableName(
    'Table of an earlier stack in this account and Region, to continue with its history. The stack never deletes it.',
  ),
  logRetentionDays: asProp(
    'logRetention',
    number<RetentionDays>(LOG_RETENTION_DAYS, {
      meaning: 'Days that logs are kept.',
      allowed: `one of ${LOG_RETENTION_DAYS.join(', ')}`,
      default: RetentionDays.THREE_MONTHS,
      mayBeToken: true,
    }),
    (days: RetentionDays) => days,
    (days) => days,
  ),
  dashboard: flag(
    true,
    'Whether there are a CloudWatch dashboard and saved queries. The dashboard costs $3 a month; the first three of an account are free.',
  ),
  readerPolicy: flag(
    false,
    'Whether there is a managed policy for people who ask with `audit-watcher`: output `ReaderPolicyArn`.',
  ),
  slackWorkspaceId: slackId(
    /^[TE][A-Z0-9]{6,30}$/,
    'a Slack workspace id',
    'T0123ABCDEF',
    'Workspace of `slackChannelId`, authorized once in the Amazon Q Developer console.',
  ),
  slackChannelId: slackId(
    /^[CG][A-Z0-9]{6,30}$/,
    'a Slack channel id',
    'C0123ABCDEF',
    'Channel that gets the alerts. Needs `slackWorkspaceId`.',
  ),
  slackWebhookSecretName: secretName(
    'Secret that holds the URL of an incoming Slack webhook, alone and as plain text. For workspaces without Amazon Q.',
  ),
  slackWebhookMinSeverity: word(
    SEVERITY_FLOORS,
    'LOW',
    'Lowest severity to post to that webhook; `LOW` posts everything.',
  ),
};

type Settings = typeof SETTINGS;
type SettingName = keyof Settings;

/** A value for every setting, by the names of `-c` and cdk.json. */
export type Configuration = {
  readonly [Name in SettingName]: Settings[Name] extends Setting<infer Value> ? Value : never;
};

/** What holds where nothing is set. */
export const DEFAULTS = Object.fromEntries(
  Object.entries(SETTINGS).map(([name, setting]) => [name, setting.default]),
) as Configuration;

/** Props of the construct: all optional, by their own names where the table gives one, and times as Duration. */
export type SettingProps = {
  readonly [Name in SettingName as PropName<Name>]?: Settings[Name] extends { toProp(value: never): infer Prop }
    ? Prop
    : Configuration[Name];
};
type PropName<Name extends SettingName> = Settings[Name] extends { readonly prop: infer Prop extends string }
  ? Prop
  : Name;

/** The environment variables that hand these settings to a function. */
export function variablesOf(
  configuration: Configuration,
  ...names: readonly (SettingName & keyof typeof ENV)[]
): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const value = configuration[name];
      return [ENV[name], typeof value === 'number' ? Tokenization.stringifyNumber(value) : String(value)];
    }),
  );
}
