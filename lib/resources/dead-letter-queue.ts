import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Keeps what could not be delivered for 14 days, encrypted. Each one needs an alarm on `metricNotDelivered`. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue; an alarm watches it.',
    });
  }

  /** Messages that wait in it. */
  metricNotDelivered(props?: MetricOptions): Metric {
    return this.metricApproximateNumberOfMessagesVisible(props);
  }
}
