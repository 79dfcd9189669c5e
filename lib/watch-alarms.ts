import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { AlertSubscriptions } from './alert-subscriptions.ts';
import type { SlackWebhook } from './slack-webhook.ts';
import type { StartEvents } from './start-events.ts';
import type { WatchLoop } from './watch-loop.ts';

/** Props of the WatchAlarms. */
export interface WatchAlarmsProps {
  /** Its executions and its alerts are watched. */
  readonly loop: WatchLoop;
  /** Its dead-letter queue is watched. */
  readonly startEvents: StartEvents;
  /** Their dead-letter queue is watched. */
  readonly subscriptions: AlertSubscriptions;
  /**
   * Its dead-letter queues are watched.
   *
   * @default none
   */
  readonly slackWebhook?: SlackWebhook;
  /** Hears when an alarm rings. Not when it is over: that comes by itself, before anybody has mended anything. */
  readonly topic: ITopic;
}

/** Rings when the watcher itself is in trouble. Each description says what to do; the runbook has the steps. */
export class WatchAlarms extends Construct {
  constructor(scope: Construct, id: string, props: WatchAlarmsProps) {
    super(scope, id);
    const { loop, startEvents, subscriptions, slackWebhook, topic } = props;
    const { stateMachine } = loop;
    const sum: MetricOptions = { period: Duration.minutes(5), statistic: 'Sum' };
    const most: MetricOptions = { period: Duration.minutes(5), statistic: 'Maximum' };
    const ring = (
      name: string,
      metric: Metric,
      runbook: string,
      description: string,
      pattern: Partial<AlarmProps> = {},
    ) => {
      const alarm = new Alarm(this, name, {
        metric,
        alarmDescription: `${description} See docs/runbook.md#${runbook}`,
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // No executions, no data: that is the quiet state, not a broken one.
        treatMissingData: TreatMissingData.NOT_BREACHING,
        ...pattern,
      });
      alarm.addAlarmAction(new SnsAction(topic));
    };

    ring(
      'ExecutionFailed',
      stateMachine.metricFailed(sum),
      'execution-failed',
      'A watch of an audit failed. Open the failed execution, read its error, and check the audit in the console.',
    );
    ring(
      'ExecutionTimedOut',
      stateMachine.metricTimedOut(sum),
      'execution-timed-out',
      'A watch of an audit timed out, and nobody was told. Check the audit in the console, then why retries took so long.',
    );
    ring(
      'ExecutionAborted',
      stateMachine.metricAborted(sum),
      'execution-aborted',
      'Somebody stopped the watch of an audit, so it alerts no more. If that was a mistake, start it again with the same input once its lease has expired.',
    );
    ring(
      'StartEventNotDelivered',
      startEvents.metricNotDelivered(most),
      'start-event-not-delivered',
      'An audit started and is not watched. Send the event in the dead-letter queue again, then delete it there.',
    );
    ring(
      'AlertsNotSent',
      loop.metricAlertsNotSent(sum),
      'alerts-not-sent',
      'Alerts could not be published in several tries; they are kept and tried again. Read the error in the log of the function that sends them, and mend the topic, its key or the permissions.',
      // One failed try is what retries are for; they come quickly at first, so that real trouble makes several at once.
      { threshold: 3 },
    );
    if (subscriptions.deadLetterQueue) {
      ring(
        'AlertNotDelivered',
        subscriptions.deadLetterQueue.metricNotDelivered(most),
        'alert-not-delivered',
        'A subscriber did not get an alert. Find which in the dead-letter queue (UnsubscribeURL), and let its owner allow the topic; then give them the alert by hand and delete it there.',
      );
    }
    if (slackWebhook) {
      ring(
        'SlackWebhookNotHandedOver',
        slackWebhook.notHandedOver.metricNotDelivered(most),
        'slack-webhook-not-delivered',
        'An alert did not reach the function that posts to Slack. Deploy the stack again, which mends its permissions, then invoke the function with the message in the dead-letter queue.',
      );
      ring(
        'SlackWebhookNotPosted',
        slackWebhook.notPosted.metricNotDelivered(most),
        'slack-webhook-not-delivered',
        'An alert could not be posted to Slack. Read the error in the dead-letter queue, mend the webhook or the secret with its URL, then invoke the function again with the event in the queue.',
      );
    }
  }
}
