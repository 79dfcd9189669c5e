import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/contract.ts';
import { sumOf } from '../resources/metric-sum.ts';
import type { AuditSweep } from '../watching/audit-sweep.ts';
import { MOST, OperationsAlarm, SUM } from './operations-alarm.ts';

/** Props of the SweepAlarms. */
export interface SweepAlarmsProps {
  /** What is watched. */
  readonly sweep: AuditSweep;
  /** Hears when an alarm rings. */
  readonly topic: ITopic;
}

/** What no sweep could mend for this long will not heal by itself: an alert that is not out, an audit that nobody watches. */
const LONGEST_WAIT = Duration.hours(1);

/**
 * Rings when the sweep does not run, and for what it finds and cannot mend. All that heals by itself heals by the sweep: so
 * its silence is the one that must be heard.
 */
export class SweepAlarms extends Construct {
  constructor(scope: Construct, id: string, { sweep, topic }: SweepAlarmsProps) {
    super(scope, id);
    const { findAudits, scheduleGroup, deadLetterQueue } = sweep;
    const period = periodOf(sweep.every);

    new OperationsAlarm(this, 'Missing', {
      topic,
      metric: new MathExpression({
        label: 'Completed sweeps',
        period,
        expression: 'invocations - FILL(errors, 0)',
        usingMetrics: {
          invocations: findAudits.metricInvocations({ ...SUM, period }),
          errors: findAudits.metricErrors({ ...SUM, period }),
        },
      }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      // The dead man's switch: here no data is the trouble.
      treatMissingData: TreatMissingData.BREACHING,
      runbook: 'sweep-missing',
      description:
        'No sweep came to its end in three periods: scheduled audits are not found, and nothing heals by itself. Look whether the schedule is enabled, and read the error in the log of the function that finds audits.',
    });
    new OperationsAlarm(this, 'NotDelivered', {
      topic,
      metric: sumOf(
        [
          scheduleGroup.metricTargetErrors(SUM),
          scheduleGroup.metricDropped(SUM),
          scheduleGroup.metricFailedToBeSentToDLQ(undefined, SUM),
        ],
        'Sweeps that were not started',
        SUM,
      ),
      // An error that a retry mends counts once; what is dropped counts as an error and as dropped.
      threshold: 2,
      runbook: 'sweep-not-delivered',
      description:
        'The schedule could not start a sweep. Deploy the stack again, which mends its permissions; the next sweep makes up for it.',
    });
    new OperationsAlarm(this, 'DeadLetters', {
      topic,
      metric: deadLetterQueue.metricNotDelivered(MOST),
      runbook: 'sweep-not-delivered',
      description:
        'The schedule could not start a sweep. Read why in the dead-letter queue, mend it, then delete the message; the next sweep makes up for it.',
    });
    new OperationsAlarm(this, 'AlertPendingTooLong', {
      topic,
      // Written once in each sweep: in a shorter period it would come and go.
      metric: findAudits.metricWritten(METRIC.oldestPendingAlert, { ...MOST, period }),
      threshold: LONGEST_WAIT.toSeconds(),
      runbook: 'alert-pending-too-long',
      description:
        'An alert has waited for an hour, and every sweep has it tried again. Read the error in the log of the function that sends alerts, or for AUDIT_OVERDUE of the one that finds audits, and mend the topic, its key or the permissions.',
    });
    new OperationsAlarm(this, 'AuditsNotWatched', {
      topic,
      metric: findAudits.metricWritten(METRIC.oldestUnwatched, { ...MOST, period }),
      threshold: LONGEST_WAIT.toSeconds(),
      runbook: 'audits-not-watched',
      description:
        'The sweep finds audits, and for an hour nobody has begun to watch them: its start events lead to nothing. Look whether the rule AnyAudit is enabled, and read the errors of the function that looks.',
    });
  }
}

/** At least one sweep begins in each. CloudWatch takes whole minutes. */
function periodOf(every: Duration): Duration {
  return Duration.minutes(Math.max(5, Math.ceil(every.toMinutes({ integral: false }))));
}
