import { Key } from 'aws-cdk-lib/aws-kms';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { readProps } from './configuration/configuration.ts';
import type { SettingProps } from './configuration/settings.ts';
import type { AlertSubscription } from './delivery/alert-subscription.ts';
import { AlertSubscriptions } from './delivery/alert-subscriptions.ts';
import { AlertTopic } from './delivery/alert-topic.ts';
import { ChatTopic } from './delivery/chat-topic.ts';
import { SlackChannel } from './delivery/slack-channel.ts';
import { SlackWebhook } from './delivery/slack-webhook.ts';
import { OperationsTopic } from './operations/operations-topic.ts';
import { SavedQueries } from './operations/saved-queries.ts';
import { WatchAlarms } from './operations/watch-alarms.ts';
import { WatchDashboard } from './operations/watch-dashboard.ts';
import { ReaderPolicy } from './resources/reader-policy.ts';
import { WatchTable } from './resources/watch-table.ts';
import { AuditSweep } from './watching/audit-sweep.ts';
import { StartEvents } from './watching/start-events.ts';
import { WatchLoop } from './watching/watch-loop.ts';

/** Props of the AuditWatcher, all optional. docs/configuration.md says what each does. */
export type AuditWatcherProps = SettingProps;

/**
 * Watches every AWS IoT Device Defender audit of its account and Region: keeps each snapshot and alerts the moment a check
 * turns non-compliant or fails. Subscribe other systems to `alertTopic`.
 */
export class AuditWatcher extends Construct {
  /** Alerts about audits, for people and systems. */
  readonly alertTopic: AlertTopic;
  /** The same alerts in chat form only, for Amazon Q Developer; absent unless asked for. */
  readonly chatTopic?: ChatTopic;
  /** Alarms about the watcher itself. */
  readonly operationsTopic: OperationsTopic;
  /** Lets people read the history; absent unless asked for. */
  readonly readerPolicy?: ReaderPolicy;
  /** Snapshots and watches. */
  readonly table: WatchTable;
  /** One execution watches one audit. */
  readonly stateMachine: StateMachine;
  /** Finds the audits that no event announced. */
  readonly sweep: AuditSweep;

  /** @throws ConfigurationError with a sentence for each prop that cannot be used */
  constructor(scope: Construct, id: string, props: AuditWatcherProps = {}) {
    super(scope, id);
    const settings = readProps(props, accountOf(this));
    const { alertEmails, alertSubscriptions, operationsEmails, slackWorkspaceId, slackChannelId } = settings;
    const { logRetentionDays: logRetention, slackWebhookSecretName, slackWebhookMinSeverity } = settings;
    const tableRemoval = settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    // Logs are not worth keeping of a first deployment that failed and is undone; the protected table could not be deleted.
    const removalPolicy = settings.retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    const key = new Key(this, 'TopicKey', {
      description: 'Encrypts alerts of the Device Defender audit watcher on their way through SNS.',
      enableKeyRotation: true,
      // It protects messages in flight only: with the topics gone, nothing is left to decrypt.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (settings.chatTopic) this.chatTopic = new ChatTopic(this, 'ChatTopic', { key });
    this.alertTopic = new AlertTopic(this, 'AlertTopic', {
      key,
      chatTopic: this.chatTopic,
      subscriberAccounts: settings.subscriberAccounts,
    });
    const subscriptions = new AlertSubscriptions(this, 'AlertSubscriptions', {
      topic: this.alertTopic,
      subscriptions: [
        ...alertEmails.map((endpoint): AlertSubscription => ({ protocol: 'email', endpoint })),
        ...alertSubscriptions,
      ],
    });
    this.operationsTopic = new OperationsTopic(this, 'OperationsTopic', { key, emails: operationsEmails });
    this.table = new WatchTable(this, 'Table', {
      existingTableName: settings.existingTableName,
      removalPolicy: tableRemoval,
    });
    if (settings.readerPolicy) this.readerPolicy = new ReaderPolicy(this, 'ReaderPolicy', { table: this.table });
    const loop = new WatchLoop(this, 'Loop', {
      table: this.table,
      alertTopic: this.alertTopic,
      settings,
      logRetention,
      removalPolicy,
    });
    this.stateMachine = loop.stateMachine;
    this.sweep = new AuditSweep(this, 'Sweep', {
      table: this.table,
      alertTopic: this.alertTopic,
      settings,
      every: Duration.minutes(settings.sweepMinutes),
      logRetention,
      removalPolicy,
    });

    const startEvents = new StartEvents(this, 'StartEvents', { stateMachine: this.stateMachine });
    const slackWebhook = slackWebhookSecretName
      ? new SlackWebhook(this, 'SlackWebhook', {
          secretName: slackWebhookSecretName,
          minSeverity: slackWebhookMinSeverity,
          topic: this.alertTopic,
          logRetention,
          removalPolicy,
        })
      : undefined;
    if (slackWorkspaceId && slackChannelId) {
      new SlackChannel(this, 'Slack', {
        workspaceId: slackWorkspaceId,
        channelId: slackChannelId,
        topic: this.chatTopic ?? this.alertTopic,
      });
    }
    const { alertTopic, chatTopic, operationsTopic, sweep } = this;
    const topics = { alertTopic, chatTopic, operationsTopic };
    const { alarms } = new WatchAlarms(this, 'Alarms', {
      loop,
      startEvents,
      sweep,
      subscriptions,
      slackWebhook,
      ...topics,
    });
    const otherFunctions = slackWebhook ? [slackWebhook.poster] : [];
    if (settings.dashboard) {
      new SavedQueries(this, 'Queries', { loop, sweep, otherFunctions });
      new WatchDashboard(this, 'Overview', { loop, sweep, alarms, otherFunctions });
    }
  }
}

/** Where the stack is to go, if synth can know: the CDK command line passes the account of its credentials to the app. */
function accountOf(scope: Construct): string | undefined {
  const { account } = Stack.of(scope);
  return Token.isUnresolved(account) ? process.env.CDK_DEFAULT_ACCOUNT : account;
}
