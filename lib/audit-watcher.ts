import { Key } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Repeat } from '../lambda/contract.ts';
import { type AlertDelay, PATIENCE_SECONDS } from './configuration/alert-delay.ts';
import { DEFAULTS } from './configuration/defaults.ts';
import type { AlertSubscription, SeverityFloor } from './delivery/alert-subscription.ts';
import { AlertSubscriptions } from './delivery/alert-subscriptions.ts';
import { AlertTopic } from './delivery/alert-topic.ts';
import { ChatTopic } from './delivery/chat-topic.ts';
import { SlackChannel } from './delivery/slack-channel.ts';
import { SlackWebhook } from './delivery/slack-webhook.ts';
import { OperationsTopic } from './operations/operations-topic.ts';
import { SavedQueries } from './operations/saved-queries.ts';
import { WatchAlarms } from './operations/watch-alarms.ts';
import { WatchDashboard } from './operations/watch-dashboard.ts';
import { WatchTable } from './resources/watch-table.ts';
import { AuditSweep } from './watching/audit-sweep.ts';
import { StartEvents } from './watching/start-events.ts';
import { WatchLoop } from './watching/watch-loop.ts';

/** Props of the AuditWatcher. All are optional: without any, it watches and keeps, and tells only its topics. */
export interface AuditWatcherProps {
  /**
   * Addresses that get every alert. AWS asks each of them to confirm.
   *
   * @default none
   */
  readonly alertEmails?: readonly string[];
  /**
   * Who else gets alerts, and which: by severity, by audit. The owner of a queue or function must let the topic in.
   *
   * @default none
   */
  readonly alertSubscriptions?: readonly AlertSubscription[];
  /**
   * Whether the chat form of the alerts has a topic of its own, so that the https subscribers of `alertTopic` get
   * machine-readable JSON.
   *
   * @default false
   */
  readonly chatTopic?: boolean;
  /**
   * Addresses that hear when the watcher itself has trouble.
   *
   * @default none
   */
  readonly operationsEmails?: readonly string[];
  /**
   * Whether an audit without findings is worth an alert.
   *
   * @default false
   */
  readonly alertWhenCompliant?: boolean;
  /**
   * Whether a closing alert is sent that says the same as in the previous comparable audit.
   *
   * @default 'always'
   */
  readonly repeat?: Repeat;
  /**
   * Time between two sweeps for audits that nobody watches, in whole minutes up to an hour.
   *
   * @default Duration.minutes(5)
   */
  readonly sweepInterval?: Duration;
  /**
   * An audit from before the deployment that ended longer ago than this is recorded without alerts. In whole hours.
   *
   * @default Duration.hours(24)
   */
  readonly lateAfter?: Duration;
  /**
   * Time after which a watch gives up, in whole hours.
   *
   * @default Duration.hours(24)
   */
  readonly watchLimit?: Duration;
  /**
   * How soon alerts come: the later, the fewer looks. What each costs is in docs/cost.md.
   *
   * @default 'prompt'
   */
  readonly alertDelay?: AlertDelay;
  /**
   * Shortest pause between two looks at an audit.
   *
   * @default Duration.seconds(5)
   */
  readonly minWait?: Duration;
  /**
   * Longest pause between two looks at an audit. With a longer watch limit it must be longer too, see watch-pace.ts.
   *
   * @default Duration.minutes(15)
   */
  readonly maxWait?: Duration;
  /**
   * How long snapshots are kept, in whole days. AWS itself keeps audit results for 90.
   *
   * @default Duration.days(400)
   */
  readonly retention?: Duration;
  /**
   * How long logs are kept.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * What becomes of table and logs when the stack is deleted. RETAIN also protects the table from deletion.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Whether there are a CloudWatch dashboard and saved queries. The dashboard costs $3 a month; the first three of an account are free.
   *
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * Slack channel that shows the alerts.
   *
   * @default none: Amazon Q Developer can also be pointed at `alertTopic`, or at `chatTopic`, by hand
   */
  readonly slackChannel?: { readonly workspaceId: string; readonly channelId: string };
  /**
   * Incoming webhook of a Slack channel, for workspaces that do not admit Amazon Q: the name or ARN of the secret that
   * holds its URL, and the lowest severity that the channel hears about.
   *
   * @default none
   */
  readonly slackWebhook?: { readonly secretName: string; readonly minSeverity?: SeverityFloor };
}

/**
 * Watches every AWS IoT Device Defender audit of its account and Region: keeps each snapshot and alerts the moment a check
 * turns non-compliant or fails. What else should hear of it subscribes to `alertTopic`.
 */
export class AuditWatcher extends Construct {
  /** Alerts about audits, for people and systems. */
  readonly alertTopic: AlertTopic;
  /** The same alerts in chat form only, for Amazon Q Developer; absent unless asked for. */
  readonly chatTopic?: ChatTopic;
  /** Trouble of the watcher itself. */
  readonly operationsTopic: OperationsTopic;
  /** Snapshots and watches. */
  readonly table: WatchTable;
  /** One execution watches one audit. */
  readonly stateMachine: StateMachine;
  /** Finds what no event told of. */
  readonly sweep: AuditSweep;

  /** @throws Error when a watch could outgrow the history that Step Functions allows an execution */
  constructor(scope: Construct, id: string, props: AuditWatcherProps = {}) {
    super(scope, id);
    const { removalPolicy = RemovalPolicy.RETAIN, logRetention = DEFAULTS.logRetentionDays } = props;
    const { alertEmails = [], alertSubscriptions = [] } = props;
    const key = new Key(this, 'TopicKey', {
      description: 'Encrypts alerts of the Device Defender audit watcher on their way through SNS.',
      enableKeyRotation: true,
      // It protects messages in flight only: with the topics gone, nothing is left to decrypt.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (props.chatTopic) this.chatTopic = new ChatTopic(this, 'ChatTopic', { key });
    this.alertTopic = new AlertTopic(this, 'AlertTopic', { key, chatTopic: this.chatTopic });
    const subscriptions = new AlertSubscriptions(this, 'AlertSubscriptions', {
      topic: this.alertTopic,
      subscriptions: [
        ...alertEmails.map((endpoint): AlertSubscription => ({ protocol: 'email', endpoint })),
        ...alertSubscriptions,
      ],
    });
    this.operationsTopic = new OperationsTopic(this, 'OperationsTopic', { key, emails: props.operationsEmails });
    this.table = new WatchTable(this, 'Table', { removalPolicy });
    const loop = new WatchLoop(this, 'Loop', {
      table: this.table,
      alertTopic: this.alertTopic,
      pace: {
        watchLimitHours: props.watchLimit?.toHours() ?? DEFAULTS.watchLimitHours,
        minWaitSeconds: props.minWait?.toSeconds() ?? DEFAULTS.minWaitSeconds,
        maxWaitSeconds: props.maxWait?.toSeconds() ?? DEFAULTS.maxWaitSeconds,
        patienceSeconds: PATIENCE_SECONDS[props.alertDelay ?? DEFAULTS.alertDelay],
      },
      lateAfter: props.lateAfter ?? Duration.hours(DEFAULTS.lateAfterHours),
      retentionDays: props.retention?.toDays() ?? DEFAULTS.retentionDays,
      alertWhenCompliant: props.alertWhenCompliant ?? DEFAULTS.alertWhenCompliant,
      repeat: props.repeat ?? DEFAULTS.repeat,
      logRetention,
      removalPolicy,
    });
    this.stateMachine = loop.stateMachine;
    this.sweep = new AuditSweep(this, 'Sweep', {
      table: this.table,
      alertTopic: this.alertTopic,
      every: props.sweepInterval ?? Duration.minutes(DEFAULTS.sweepMinutes),
      logRetention,
      removalPolicy,
    });

    const startEvents = new StartEvents(this, 'StartEvents', { stateMachine: this.stateMachine });
    const slackWebhook = props.slackWebhook
      ? new SlackWebhook(this, 'SlackWebhook', {
          ...props.slackWebhook,
          topic: this.alertTopic,
          logRetention,
          removalPolicy,
        })
      : undefined;
    if (props.slackChannel) {
      new SlackChannel(this, 'Slack', { ...props.slackChannel, topic: this.chatTopic ?? this.alertTopic });
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
    if (props.dashboard ?? DEFAULTS.dashboard) {
      new SavedQueries(this, 'Queries', { loop, sweep, otherFunctions });
      new WatchDashboard(this, 'Overview', { loop, sweep, alertTopic, alarms, otherFunctions });
    }
  }
}
