import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/contract.ts';
import type { AlertSubscriptions } from '../delivery/alert-subscriptions.ts';
import type { SlackWebhook } from '../delivery/slack-webhook.ts';
import { sumOf } from '../resources/metric-sum.ts';
import type { WatchFunction } from '../resources/watch-function.ts';
import type { AuditSweep } from '../watching/audit-sweep.ts';
import type { StartEvents } from '../watching/start-events.ts';
import type { WatchLoop } from '../watching/watch-loop.ts';
import { pollsNearHistoryLimit } from '../watching/watch-pace.ts';
import { MOST, OperationsAlarm, type OperationsAlarmProps, SUM } from './operations-alarm.ts';
import { SweepAlarms } from './sweep-alarms.ts';
import { TopicAlarms, type WatchTopics } from './topic-alarms.ts';

/** Props of the WatchAlarms. */
export interface WatchAlarmsProps extends WatchTopics {
  /** Its executions and its functions are watched. */
  readonly loop: WatchLoop;
  /** Its rules and its dead-letter queue are watched. */
  readonly startEvents: StartEvents;
  /** Its runs and what it finds are watched. */
  readonly sweep: AuditSweep;
  /** Their dead-letter queue is watched. */
  readonly subscriptions: AlertSubscriptions;
  /**
   * Its function and its dead-letter queues are watched.
   *
   * @default none
   */
  readonly slackWebhook?: SlackWebhook;
}

/**
 * *Read findings* has four tries before its alert goes out without resources (BRIEF_RETRY_POLICIES of retry-policies.ts).
 * If there are fewer errors, a retry succeeded.
 */
const TRIES_OF_FINDINGS = 4;

/** Alarms that go off when the watcher itself is in trouble. Each description says what to do; the runbook has the steps. */
export class WatchAlarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, props: WatchAlarmsProps) {
    super(scope, id);
    this.#topic = props.operationsTopic;
    this.#alarmsForExecutions(props);
    this.#alarmsForFunctions(props);
    this.#alarmsForStartEvents(props);
    this.#alarmsForDeliveries(props);
    new SweepAlarms(this, 'Sweep', { sweep: props.sweep, topic: props.operationsTopic });
    new TopicAlarms(this, 'NotDelivered', props);
  }

  /** Every alarm. */
  get alarms(): readonly OperationsAlarm[] {
    return this.node.findAll().filter((construct) => construct instanceof OperationsAlarm);
  }

  #alarm(name: string, props: Omit<OperationsAlarmProps, 'topic'>): void {
    new OperationsAlarm(this, name, { topic: this.#topic, ...props });
  }

  #alarmsForExecutions({ loop: { stateMachine, functions, pace } }: WatchAlarmsProps): void {
    this.#alarm('ExecutionFailed', {
      metric: stateMachine.metricFailed(SUM),
      runbook: 'execution-failed',
      description:
        'A watch of an audit failed. Open the failed execution, read its error, and check the audit in the console.',
    });
    this.#alarm('ExecutionTimedOut', {
      metric: stateMachine.metricTimedOut(SUM),
      runbook: 'execution-timed-out',
      description:
        'A watch of an audit timed out. The sweep takes it over by itself. Check the audit in the console, then why retries took so long.',
    });
    this.#alarm('ExecutionAborted', {
      metric: stateMachine.metricAborted(SUM),
      runbook: 'execution-aborted',
      description:
        'Somebody stopped the watch of an audit. The sweep takes it over by itself once its lease has expired. To keep it stopped, close the watch.',
    });
    this.#alarm('HistoryNearLimit', {
      metric: functions.checkAudit.metricWritten(METRIC.poll, MOST),
      threshold: pollsNearHistoryLimit(pace),
      runbook: 'history-near-limit',
      description:
        'A watch has polled more often than its pauses allow for, and its execution nears the limit of history events. Find out why it polls so quickly, then stop the execution: the sweep starts a new one.',
    });
  }

  #alarmsForFunctions({ loop: { functions }, sweep, slackWebhook }: WatchAlarmsProps): void {
    const readers: WatchFunction[] = [...Object.values(functions), sweep.findAudits];
    const all = [...readers, ...(slackWebhook ? [slackWebhook.poster] : [])];

    this.#alarm('FunctionsThrottled', {
      metric: sumOf(
        all.map((each) => each.metricThrottles(SUM)),
        'Throttled invocations',
        SUM,
      ),
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      runbook: 'functions-throttled',
      description:
        'Lambda has refused to run functions of the watcher for minutes: the account runs too many functions at a time. The refused invocations are retried. Find out what else uses the concurrency of the account, or have its limit raised.',
    });
    this.#alarm('PollsFailing', {
      // Retries of a single watch are at most five minutes apart, and go on for an hour.
      metric: functions.checkAudit.metricErrors(SUM),
      evaluationPeriods: 6,
      runbook: 'polls-failing',
      description:
        'Polls of audits have failed for half an hour, and watches give up after an hour. Read the error in the log of the function that polls, and fix its cause.',
    });
    this.#alarm('FindingsNotRead', {
      metric: functions.readFindings.metricErrors(SUM),
      threshold: TRIES_OF_FINDINGS,
      runbook: 'findings-not-read',
      description:
        'The findings of an audit could not be read, so its closing alert names no resources. It is tried again. Read the error in the log of the function that reads them.',
    });
    this.#alarm('ItemsUnreadable', {
      metric: sumOf(
        readers.map((each) => each.metricWritten(METRIC.unreadableItems, SUM)),
        'Items that were skipped',
        SUM,
      ),
      runbook: 'items-unreadable',
      description:
        'An item of the table cannot be read and was skipped, so what it said is not known, and an alert that it was needed for may be missing. Find its key in the log of the function, and restore or delete it as the runbook says.',
    });
  }

  #alarmsForStartEvents({ startEvents }: WatchAlarmsProps): void {
    this.#alarm('StartEventNotDelivered', {
      metric: startEvents.metricNotDelivered(MOST),
      runbook: 'start-event-not-delivered',
      description:
        'An event could not start the watch of an audit; the sweep finds the audit instead. Fix the cause, which the dead-letter queue gives, then delete the event there.',
    });
    this.#alarm('RuleNotInvoked', {
      metric: startEvents.metricNotStarted(SUM),
      runbook: 'rule-not-invoked',
      description:
        'A rule took an event and could neither start an execution nor, perhaps, keep the event. The sweep finds the audit instead. Deploy the stack again, which restores the permissions of the rules.',
    });
  }

  #alarmsForDeliveries({ loop, sweep, subscriptions, slackWebhook }: WatchAlarmsProps): void {
    this.#alarm('AlertsNotSent', {
      // Retries handle a single failure. The first ones follow quickly, so a lasting problem soon makes several failures.
      metric: loop.metricAlertsNotSent(SUM),
      threshold: 3,
      runbook: 'alerts-not-sent',
      description:
        'Alerts could not be published in several tries; they are kept and tried again. Read the error in the log of the function that sends them, and fix the topic, its key or the permissions.',
    });
    this.#alarm('AlertUncertain', {
      metric: sumOf(
        [loop.functions.sendAlerts, sweep.findAudits].map((each) => each.metricWritten(METRIC.uncertainAlerts, SUM)),
        'Uncertain alerts',
        SUM,
      ),
      runbook: 'alert-uncertain',
      description:
        'Ten attempts to publish an alert got no clear answer, so nobody knows whether it was sent, and it is not tried again. The doctor names it. Ask its subscribers, and send it again by hand if it did not arrive.',
    });
    if (subscriptions.deadLetterQueue) {
      this.#alarm('AlertNotDelivered', {
        metric: subscriptions.deadLetterQueue.metricNotDelivered(MOST),
        runbook: 'alert-not-delivered',
        description:
          'A subscriber did not get an alert. Find out which one in the dead-letter queue (UnsubscribeURL), and have its owner allow the topic; then forward the alert by hand and delete it from the queue.',
      });
    }
    if (slackWebhook) {
      this.#alarm('SlackWebhookNotHandedOver', {
        metric: slackWebhook.notHandedOver.metricNotDelivered(MOST),
        runbook: 'slack-webhook-not-delivered',
        description:
          'An alert did not reach the function that posts to Slack. Deploy the stack again, which restores its permissions, then invoke the function with the message in the dead-letter queue.',
      });
      this.#alarm('SlackWebhookNotPosted', {
        metric: slackWebhook.notPosted.metricNotDelivered(MOST),
        runbook: 'slack-webhook-not-delivered',
        description:
          'An alert could not be posted to Slack. Read the error in the dead-letter queue, fix the webhook or the secret with its URL, then invoke the function again with the event in the queue.',
      });
    }
  }
}
