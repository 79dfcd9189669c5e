import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { sumOf } from '../resources/metric-sum.ts';
import { OperationsAlarm, SUM } from './operations-alarm.ts';

/** The topics of an AuditWatcher. */
export interface WatchTopics {
  /** Alerts about audits. */
  readonly alertTopic: ITopic;
  /**
   * The same in chat form.
   *
   * @default none
   */
  readonly chatTopic?: ITopic;
  /** Alarms about the watcher itself. */
  readonly operationsTopic: ITopic;
}

/** Alarms that go off when SNS could not deliver a message. */
export class TopicAlarms extends Construct {
  constructor(scope: Construct, id: string, { alertTopic, chatTopic, operationsTopic }: WatchTopics) {
    super(scope, id);

    new OperationsAlarm(this, 'AlertTopic', {
      topic: operationsTopic,
      metric: sumOf(
        [
          alertTopic.metricNumberOfNotificationsFailed(SUM),
          alertTopic.metric('NumberOfNotificationsFailedToRedriveToDlq', SUM),
        ],
        'Alerts that were not delivered',
        SUM,
      ),
      runbook: 'topic-not-delivered',
      description:
        'SNS could not deliver an alert to a subscriber. Find out which one, fix the subscription, and forward the alert by hand.',
    });
    if (chatTopic) {
      new OperationsAlarm(this, 'ChatTopic', {
        topic: operationsTopic,
        metric: chatTopic.metricNumberOfNotificationsFailed(SUM),
        runbook: 'topic-not-delivered',
        description:
          'SNS could not deliver an alert to the chat. Check the configuration of the channel in Amazon Q Developer.',
      });
    }
    // Published to the topic that is in trouble: the subscribers that still work get it.
    new OperationsAlarm(this, 'OperationsTopic', {
      topic: operationsTopic,
      metric: operationsTopic.metricNumberOfNotificationsFailed(SUM),
      runbook: 'topic-not-delivered',
      description:
        'SNS could not deliver an alarm to one of the operators. Check the subscriptions of the operations topic, and which alarms are going off now.',
    });
  }
}
