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
  /** Notified when an alarm goes off. */
  readonly topic: ITopic;
}

/** An unsent alert or unwatched audit that sweeps could not fix for this long will not recover by itself. */
const LONGEST_WAIT = Duration.hours(1);

/**
 * Alarms that go off when the sweep does not run, or finds something that it cannot fix. Everything that recovers by itself
 * does so through the sweep, so a sweep that stops running must not go unnoticed.
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
      // The dead man's switch: missing data is what this alarm is for.
      treatMissingData: TreatMissingData.BREACHING,
      runbook: 'sweep-missing',
      description:
        'No sweep has completed in three periods: scheduled audits are not found, and nothing recovers by itself. Check that the schedule is enabled, and read the error in the log of the function that finds audits.',
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
      // An error that a retry fixes counts once; a dropped invocation counts both as an error and as dropped.
      threshold: 2,
      runbook: 'sweep-not-delivered',
      description:
        'The schedule could not start a sweep. Deploy the stack again, which restores its permissions; the next sweep makes up for it.',
    });
    new OperationsAlarm(this, 'DeadLetters', {
      topic,
      metric: deadLetterQueue.metricNotDelivered(MOST),
      runbook: 'sweep-not-delivered',
      description:
        'The schedule could not start a sweep. Read the cause in the dead-letter queue, fix it, then delete the message; the next sweep makes up for it.',
    });
    new OperationsAlarm(this, 'AlertPendingTooLong', {
      topic,
      // Written once in each sweep: in a shorter period it would come and go.
      metric: findAudits.metricWritten(METRIC.oldestPendingAlert, { ...MOST, period }),
      threshold: LONGEST_WAIT.toSeconds(),
      runbook: 'alert-pending-too-long',
      description:
        'An alert has been pending for an hour, although every sweep retries it. Read the error in the log of the function that sends alerts (for AUDIT_OVERDUE and DIGEST: of the one that finds audits), and fix the topic, its key or the permissions.',
    });
    new OperationsAlarm(this, 'AuditsNotWatched', {
      topic,
      metric: findAudits.metricWritten(METRIC.oldestUnwatched, { ...MOST, period }),
      threshold: LONGEST_WAIT.toSeconds(),
      runbook: 'audits-not-watched',
      description:
        'For an hour, audits that the sweep found have not been watched, or those from before the deployment not been read. Check that the rule AnyAudit is enabled, and read the errors of the function that polls.',
    });
  }
}

/** At least one sweep begins in each. CloudWatch takes whole minutes. */
function periodOf(every: Duration): Duration {
  return Duration.minutes(Math.max(5, Math.ceil(every.toMinutes({ integral: false }))));
}
