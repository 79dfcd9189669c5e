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
import { turnsNearHistoryLimit } from '../watching/watch-pace.ts';
import { MOST, OperationsAlarm, type OperationsAlarmProps, SUM } from './operations-alarm.ts';
import { SweepAlarms } from './sweep-alarms.ts';
import { TopicAlarms, type WatchTopics } from './topic-alarms.ts';

/** Props of the WatchAlarms. */
export interface WatchAlarmsProps extends WatchTopics {
  /** Its executions and its functions are watched. */
  readonly loop: WatchLoop;
  /** Its rules and its dead-letter queue are watched. */
  readonly startEvents: StartEvents;
  /** That it runs, and what it finds, is watched. */
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
 * Fewer errors have been mended by a retry.
 */
const TRIES_OF_FINDINGS = 4;

/** Rings when the watcher itself is in trouble. Each description says what to do; the runbook has the steps. */
export class WatchAlarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, props: WatchAlarmsProps) {
    super(scope, id);
    this.#topic = props.operationsTopic;
    this.#ringForExecutions(props);
    this.#ringForFunctions(props);
    this.#ringForStartEvents(props);
    this.#ringForDeliveries(props);
    new SweepAlarms(this, 'Sweep', { sweep: props.sweep, topic: props.operationsTopic });
    new TopicAlarms(this, 'NotDelivered', props);
  }

  /** Every alarm. */
  get alarms(): readonly OperationsAlarm[] {
    return this.node.findAll().filter((construct) => construct instanceof OperationsAlarm);
  }

  #ring(name: string, props: Omit<OperationsAlarmProps, 'topic'>): void {
    new OperationsAlarm(this, name, { topic: this.#topic, ...props });
  }

  #ringForExecutions({ loop: { stateMachine, functions, pace } }: WatchAlarmsProps): void {
    this.#ring('ExecutionFailed', {
      metric: stateMachine.metricFailed(SUM),
      runbook: 'execution-failed',
      description:
        'A watch of an audit failed. Open the failed execution, read its error, and check the audit in the console.',
    });
    this.#ring('ExecutionTimedOut', {
      metric: stateMachine.metricTimedOut(SUM),
      runbook: 'execution-timed-out',
      description:
        'A watch of an audit timed out. The sweep takes it over by itself. Check the audit in the console, then why retries took so long.',
    });
    this.#ring('ExecutionAborted', {
      metric: stateMachine.metricAborted(SUM),
      runbook: 'execution-aborted',
      description:
        'Somebody stopped the watch of an audit. The sweep takes it over by itself once its lease has expired. If it shall stay stopped, close the watch.',
    });
    this.#ring('HistoryNearLimit', {
      metric: functions.checkAudit.metricWritten(METRIC.turn, MOST),
      threshold: turnsNearHistoryLimit(pace),
      runbook: 'history-near-limit',
      description:
        'A watch has made more looks than its pauses allow for, and its execution nears the limit of history events. Find out why they come so quickly; stop the execution, and the sweep goes on with a new one.',
    });
  }

  #ringForFunctions({ loop: { functions }, sweep, slackWebhook }: WatchAlarmsProps): void {
    const all: WatchFunction[] = [
      ...Object.values(functions),
      sweep.findAudits,
      ...(slackWebhook ? [slackWebhook.poster] : []),
    ];

    this.#ring('FunctionsThrottled', {
      metric: sumOf(
        all.map((each) => each.metricThrottles(SUM)),
        'Throttled invocations',
        SUM,
      ),
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      runbook: 'functions-throttled',
      description:
        'Lambda has refused to run functions of the watcher for minutes: the account runs too many at a time. What was refused is tried again. Look what else uses the concurrency of the account, or have it raised.',
    });
    this.#ring('LooksFailing', {
      // Retries of a single watch are at most five minutes apart, and go on for an hour.
      metric: functions.checkAudit.metricErrors(SUM),
      evaluationPeriods: 6,
      runbook: 'polls-failing',
      description:
        'Looks at audits have failed for half an hour, and watches give up after an hour of it. Read the error in the log of the function that looks, and mend it.',
    });
    this.#ring('FindingsNotRead', {
      metric: functions.readFindings.metricErrors(SUM),
      threshold: TRIES_OF_FINDINGS,
      runbook: 'findings-not-read',
      description:
        'The findings of an audit could not be read, so its closing alert names no resources. It is tried again. Read the error in the log of the function that reads them.',
    });
  }

  #ringForStartEvents({ startEvents }: WatchAlarmsProps): void {
    this.#ring('StartEventNotDelivered', {
      metric: startEvents.metricNotDelivered(MOST),
      runbook: 'start-event-not-delivered',
      description:
        'An event could not start the watch of an audit; the sweep finds the audit instead. Mend the cause that stands in the dead-letter queue, then delete the event there.',
    });
    this.#ring('RuleNotInvoked', {
      metric: startEvents.metricNotStarted(SUM),
      runbook: 'rule-not-invoked',
      description:
        'A rule took an event and could neither start an execution nor, perhaps, keep the event. The sweep finds the audit instead. Deploy the stack again, which mends the permissions of the rules.',
    });
  }

  #ringForDeliveries({ loop, subscriptions, slackWebhook }: WatchAlarmsProps): void {
    this.#ring('AlertsNotSent', {
      // One failed try is what retries are for; they come quickly at first, so that real trouble makes several at once.
      metric: loop.metricAlertsNotSent(SUM),
      threshold: 3,
      runbook: 'alerts-not-sent',
      description:
        'Alerts could not be published in several tries; they are kept and tried again. Read the error in the log of the function that sends them, and mend the topic, its key or the permissions.',
    });
    if (subscriptions.deadLetterQueue) {
      this.#ring('AlertNotDelivered', {
        metric: subscriptions.deadLetterQueue.metricNotDelivered(MOST),
        runbook: 'alert-not-delivered',
        description:
          'A subscriber did not get an alert. Find which in the dead-letter queue (UnsubscribeURL), and let its owner allow the topic; then give them the alert by hand and delete it there.',
      });
    }
    if (slackWebhook) {
      this.#ring('SlackWebhookNotHandedOver', {
        metric: slackWebhook.notHandedOver.metricNotDelivered(MOST),
        runbook: 'slack-webhook-not-delivered',
        description:
          'An alert did not reach the function that posts to Slack. Deploy the stack again, which mends its permissions, then invoke the function with the message in the dead-letter queue.',
      });
      this.#ring('SlackWebhookNotPosted', {
        metric: slackWebhook.notPosted.metricNotDelivered(MOST),
        runbook: 'slack-webhook-not-delivered',
        description:
          'An alert could not be posted to Slack. Read the error in the dead-letter queue, mend the webhook or the secret with its URL, then invoke the function again with the event in the queue.',
      });
    }
  }
}
