import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { REPEAT, type Repeat } from '../../lambda/contract.ts';
import { type AlertSubscription, filterPolicy, type SeverityFloor } from '../delivery/alert-subscription.ts';
import { LONGEST_WAIT_SECONDS, LONGEST_WATCH_HOURS, paceProblem } from '../watching/watch-pace.ts';
import { ALERT_DELAYS, type AlertDelay, PATIENCE_SECONDS } from './alert-delay.ts';
import { alertSubscriptions, subscriptionProblems } from './alert-subscription-setting.ts';
import { DEFAULTS } from './defaults.ts';
import {
  emails,
  flag,
  logRetention,
  oneOf,
  secretName,
  severityFloor,
  shown,
  slackId,
  wholeNumber,
} from './setting.ts';

/**
 * What a user may set: in the `auditWatcher` context of cdk.json, or one key at a time on the command line
 * (`-c alertEmails=a@example.com,b@example.com`), which wins.
 */
export interface Configuration {
  /** Addresses that get every alert. AWS asks each of them to confirm. @default none */
  readonly alertEmails: readonly string[];
  /** Who else gets alerts, and which. On the command line as JSON. @default none */
  readonly alertSubscriptions: readonly AlertSubscription[];
  /** Whether the chat form has a topic of its own, and https subscribers get machine-readable JSON. @default false */
  readonly chatTopic: boolean;
  /** Addresses that hear when the watcher itself has trouble. @default none */
  readonly operationsEmails: readonly string[];
  /** Whether an audit without findings is worth an alert. @default false */
  readonly alertWhenCompliant: boolean;
  /** Whether a closing alert is sent that says the same as in the previous comparable audit. @default always */
  readonly repeat: Repeat;
  /** Minutes between two sweeps for audits that nobody watches, 1 to 60. @default 5 */
  readonly sweepMinutes: number;
  /** Hours: an audit from before the deployment that ended longer ago is recorded without alerts, 1 to 2160. @default 24 */
  readonly lateAfterHours: number;
  /** Hours after which a watch gives up, 1 to 72. @default 24 */
  readonly watchLimitHours: number;
  /** How soon alerts come: the later, the fewer looks. @default prompt */
  readonly alertDelay: AlertDelay;
  /** Shortest pause between two looks in seconds, 1 to 3600. @default 5 */
  readonly minWaitSeconds: number;
  /** Longest pause between two looks in seconds, minWaitSeconds to 3600. @default 900 */
  readonly maxWaitSeconds: number;
  /** Days that snapshots are kept, 1 to 3650. AWS itself keeps audit results for 90. @default 400 */
  readonly retentionDays: number;
  /** Whether table and logs outlive the stack. @default true */
  readonly retainData: boolean;
  /** Days that logs are kept, one of the values that CloudWatch Logs allows. @default 90 */
  readonly logRetentionDays: RetentionDays;
  /** Whether there are a CloudWatch dashboard and saved queries of the logs. @default true */
  readonly dashboard: boolean;
  /** Slack workspace, authorized once in the Amazon Q Developer console. Goes with slackChannelId. @default none */
  readonly slackWorkspaceId?: string;
  /** Slack channel that gets the alerts. Goes with slackWorkspaceId. @default none */
  readonly slackChannelId?: string;
  /** Name or ARN of the secret with the URL of a Slack webhook, for workspaces without Amazon Q. @default none */
  readonly slackWebhookSecretName?: string;
  /** The lowest severity that goes to the webhook. @default LOW, which is everything */
  readonly slackWebhookMinSeverity: SeverityFloor;
}

/** The configuration cannot be used. The message has one sentence for each problem, each on its line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** The context object in cdk.json. */
const SECTION = 'auditWatcher';

/** Plain keys that the CDK CLI itself keeps in the context; all its other keys have a ':' or '/' in them. */
const CLI_KEYS = ['acknowledged-issue-numbers', 'cli-telemetry'];

/** AWS lists audits for 90 days: one whose watch was forgotten before would be watched, and told, again. */
const SHORTEST_RETENTION_DAYS = 100;

const SCHEMA = z.object({
  alertEmails: emails('alertEmails').default([]),
  alertSubscriptions: alertSubscriptions('alertSubscriptions').default([]),
  chatTopic: flag('chatTopic').default(DEFAULTS.chatTopic),
  operationsEmails: emails('operationsEmails').default([]),
  alertWhenCompliant: flag('alertWhenCompliant').default(DEFAULTS.alertWhenCompliant),
  repeat: oneOf('repeat', REPEAT).default(DEFAULTS.repeat),
  sweepMinutes: wholeNumber('sweepMinutes', 1, 60).default(DEFAULTS.sweepMinutes),
  lateAfterHours: wholeNumber('lateAfterHours', 1, 2160).default(DEFAULTS.lateAfterHours),
  watchLimitHours: wholeNumber('watchLimitHours', 1, LONGEST_WATCH_HOURS).default(DEFAULTS.watchLimitHours),
  alertDelay: oneOf('alertDelay', ALERT_DELAYS).default(DEFAULTS.alertDelay),
  minWaitSeconds: wholeNumber('minWaitSeconds', 1, LONGEST_WAIT_SECONDS).default(DEFAULTS.minWaitSeconds),
  maxWaitSeconds: wholeNumber('maxWaitSeconds', 1, LONGEST_WAIT_SECONDS).default(DEFAULTS.maxWaitSeconds),
  retentionDays: wholeNumber('retentionDays', SHORTEST_RETENTION_DAYS, 3650).default(DEFAULTS.retentionDays),
  retainData: flag('retainData').default(DEFAULTS.retainData),
  logRetentionDays: logRetention('logRetentionDays').default(DEFAULTS.logRetentionDays),
  dashboard: flag('dashboard').default(DEFAULTS.dashboard),
  slackWorkspaceId: slackId(
    'slackWorkspaceId',
    /^[TE][A-Z0-9]{6,30}$/,
    'a Slack workspace id',
    'T0123ABCDEF',
  ).optional(),
  slackChannelId: slackId('slackChannelId', /^[CG][A-Z0-9]{6,30}$/, 'a Slack channel id', 'C0123ABCDEF').optional(),
  slackWebhookSecretName: secretName('slackWebhookSecretName').optional(),
  slackWebhookMinSeverity: severityFloor('slackWebhookMinSeverity').default(DEFAULTS.slackWebhookMinSeverity),
});

const KEYS = Object.keys(SCHEMA.shape);

/**
 * Reads the configuration from the app's whole context.
 *
 * @throws ConfigurationError naming every key that cannot be used, the value got, what is allowed, and the remedy. A key
 *   that nobody knows is refused too: a misspelt `alertEmails` would otherwise leave its owner without alerts.
 */
export function readConfiguration(context: Readonly<Record<string, unknown>>): Configuration {
  const section = context[SECTION] ?? {};
  if (!isRecord(section)) throw new ConfigurationError([notASection(section)]);
  const overrides = Object.entries(context).filter(([key]) => KEYS.includes(key));
  const parsed = SCHEMA.safeParse({ ...section, ...Object.fromEntries(overrides) });
  const problems = [
    ...unknownKeys(Object.keys(section), `in the ${SECTION} context`),
    ...unknownKeys(Object.keys(context).filter(mayBeOurs), 'in the context'),
    ...(parsed.success ? contradictions(parsed.data) : parsed.error.issues.map(({ message }) => message)),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);
  return parsed.data;
}

function mayBeOurs(contextKey: string): boolean {
  return contextKey !== SECTION && !/[:@/]/.test(contextKey) && !CLI_KEYS.includes(contextKey);
}

function unknownKeys(keys: readonly string[], where: string): string[] {
  return keys
    .filter((key) => !KEYS.includes(key))
    .map((key) => `${key}: unknown key ${where}. Allowed: ${KEYS.join(', ')}.`);
}

function notASection(value: unknown): string {
  return `${SECTION}: ${shown(value)} is not an object. Give the settings in cdk.json as "${SECTION}": { "alertEmails": [...], ... }, or one by one (-c alertEmails=a@example.com).`;
}

/** What is wrong with settings that are each fine alone. */
function contradictions(configuration: Configuration): string[] {
  const { alertEmails, alertSubscriptions, slackWebhookSecretName, slackWebhookMinSeverity } = configuration;
  const webhookFilter = slackWebhookSecretName && filterPolicy({ minSeverity: slackWebhookMinSeverity }) ? 1 : 0;
  return [
    paceProblem({ ...configuration, patienceSeconds: PATIENCE_SECONDS[configuration.alertDelay] }),
    slackProblem(configuration),
    ...subscriptionProblems(alertEmails, alertSubscriptions, webhookFilter),
  ].filter((problem) => problem !== undefined);
}

function slackProblem({ slackWorkspaceId, slackChannelId }: Configuration): string | undefined {
  if ((slackWorkspaceId === undefined) === (slackChannelId === undefined)) return undefined;
  const [given, missing] =
    slackChannelId === undefined ? ['slackWorkspaceId', 'slackChannelId'] : ['slackChannelId', 'slackWorkspaceId'];
  return `${missing}: missing, although ${given} is given. Slack needs both: give ${missing} too, or leave both out.`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
