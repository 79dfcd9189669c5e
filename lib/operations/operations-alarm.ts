import { Alarm, type AlarmProps, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** What is counted, in five minutes. */
export const SUM = { period: Duration.minutes(5), statistic: 'Sum' };
/** What is measured, in five minutes. */
export const MOST = { period: Duration.minutes(5), statistic: 'Maximum' };

/** Props of the OperationsAlarm. By default, the alarm goes off as soon as the metric is 1. */
export interface OperationsAlarmProps extends Partial<AlarmProps> {
  readonly metric: IMetric;
  /** Notified when the alarm goes off, but not when it clears: it clears by itself, even if nobody has fixed anything. */
  readonly topic: ITopic;
  /** What has happened and what to do, in two or three sentences. */
  readonly description: string;
  /** Anchor of its entry in docs/runbook.md. */
  readonly runbook: string;
}

/** An alarm for those who operate the watcher. */
export class OperationsAlarm extends Alarm {
  constructor(scope: Construct, id: string, { topic, description, runbook, ...props }: OperationsAlarmProps) {
    super(scope, id, {
      alarmDescription: `${description} See docs/runbook.md#${runbook}`,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // No executions, no data: that is the quiet state, not a broken one.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    this.addAlarmAction(new SnsAction(topic));
  }
}
