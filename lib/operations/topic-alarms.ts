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
  /** Trouble of the watcher itself. */
  readonly operationsTopic: ITopic;
}

/** Rings when SNS could not deliver what was published. */
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
        'SNS could not deliver an alert to a subscriber. Find out to which, mend that, and give them the alert by hand.',
    });
    if (chatTopic) {
      new OperationsAlarm(this, 'ChatTopic', {
        topic: operationsTopic,
        metric: chatTopic.metricNumberOfNotificationsFailed(SUM),
        runbook: 'topic-not-delivered',
        description:
          'SNS could not deliver an alert to the chat. Look at the configuration of the channel in Amazon Q Developer.',
      });
    }
    // To the topic that has the trouble: what one of its subscribers misses, the others get.
    new OperationsAlarm(this, 'OperationsTopic', {
      topic: operationsTopic,
      metric: operationsTopic.metricNumberOfNotificationsFailed(SUM),
      runbook: 'topic-not-delivered',
      description:
        'SNS could not deliver an alarm to one of those who operate the watcher. Look at the subscriptions of the operations topic, and at the alarms that ring now.',
    });
  }
}
