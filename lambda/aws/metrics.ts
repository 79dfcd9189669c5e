import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AlertKind } from '../audit/alert.ts';
import type { CheckCounts } from '../audit/reading.ts';

/** Embedded metric format on standard output: CloudWatch reads it from the log, no API call. */
const metrics = new Metrics();

/** One stored snapshot and, where the answer told them, its trouble counts, by audit name. */
export function countSnapshot(auditName: string, { nonCompliant, failed }: CheckCounts): void {
  metrics.addDimension('auditName', auditName);
  metrics.addMetric('Snapshots', MetricUnit.Count, 1);
  if (nonCompliant !== undefined) metrics.addMetric('NonCompliantChecks', MetricUnit.Count, nonCompliant);
  if (failed !== undefined) metrics.addMetric('FailedChecks', MetricUnit.Count, failed);
  metrics.publishStoredMetrics();
}

/** One published alert, by audit name and kind. */
export function countAlert(auditName: string, kind: AlertKind): void {
  metrics.addDimensions({ auditName, kind });
  metrics.addMetric('Alerts', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** What one sweep found, by the function that swept: a stack's own, so that an alarm sees no other stack's. */
export function countSweep(sweep: SweepCounts): void {
  metrics.addDimension('function', process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'local');
  metrics.addMetric('AuditsFound', MetricUnit.Count, sweep.found);
  metrics.addMetric('WatchesTakenOver', MetricUnit.Count, sweep.takenOver);
  metrics.addMetric('AuditsOverdue', MetricUnit.Count, sweep.overdue);
  metrics.addMetric('OpenWatches', MetricUnit.Count, sweep.openWatches);
  metrics.addMetric('OldestPendingAlert', MetricUnit.Seconds, sweep.oldestPending);
  metrics.publishStoredMetrics();
}

export interface SweepCounts {
  readonly found: number;
  readonly takenOver: number;
  readonly overdue: number;
  readonly openWatches: number;
  /** Seconds. */
  readonly oldestPending: number;
}
