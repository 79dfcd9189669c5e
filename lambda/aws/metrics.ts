import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AuditReading, CheckCounts } from '../audit/answer/reading.ts';
import { isComplete } from '../audit/ledger/comparison.ts';
import {
  ALERT_KIND,
  type AlertKind,
  AUDIT_OUTCOME,
  type AuditOutcome,
  ERROR,
  METRIC,
  type MetricName,
} from '../contract.ts';

/** Embedded metric format on standard output: CloudWatch reads it from the log, no API call. */
const metrics = new Metrics();

/** One stored snapshot and, where the answer has them, its counts of trouble, by audit name. */
export function countSnapshot(auditName: string, { nonCompliant, failed }: CheckCounts): void {
  write(
    { auditName },
    { [METRIC.snapshots]: 1, [METRIC.nonCompliantChecks]: nonCompliant, [METRIC.failedChecks]: failed },
  );
}

/** The number of a poll in its watch: it grows with the history of the execution, which has a limit. */
export function countPollNumber(poll: number): void {
  write(byFunction(), { [METRIC.poll]: poll });
}

/** An audit that ended, by its outcome. */
export function countEnded(reading: AuditReading): void {
  const outcome = outcomeOf(reading);
  if (outcome !== undefined) write({ outcome }, { [METRIC.auditsEnded]: 1 });
}

/** One published alert, by audit name and kind. With that of giving up, the watch has ended too. */
export function countAlert(auditName: string, kind: AlertKind): void {
  write({ auditName, kind }, { [METRIC.alerts]: 1 });
  if (kind === ALERT_KIND.watcherGaveUp) write({ outcome: AUDIT_OUTCOME.gaveUp }, { [METRIC.auditsEnded]: 1 });
}

/** An alert that may or may not have been published, after as many attempts as it gets. */
export function countUncertainAlert(): void {
  write(byFunction(), { [METRIC.uncertainAlerts]: 1 });
}

/** Seconds from the poll that registered an alert (ISO 8601) to now, when it is out. */
export function countAlertDelay(registeredAt: string): void {
  const seconds = (Date.now() - Date.parse(registeredAt)) / 1000;
  write(byFunction(), { [METRIC.alertDelay]: Math.max(0, seconds) });
}

/** A throttling error that ended an invocation although the SDK had retried. */
export function countThrottling(error: unknown): void {
  if (error instanceof Error && error.name === ERROR.throttled) write(byFunction(), { [METRIC.throttledCalls]: 1 });
}

/** An item of the table that could not be read, and was skipped. */
export function countUnreadableItem(): void {
  write(byFunction(), { [METRIC.unreadableItems]: 1 });
}

/** What one sweep found. Zeros are not written: there are thousands of sweeps a month. */
export function countSweep(sweep: SweepCounts): void {
  write(byFunction(), {
    [METRIC.auditsFound]: sweep.found || undefined,
    [METRIC.watchesTakenOver]: sweep.takenOver || undefined,
    [METRIC.runsMissed]: sweep.missedRuns || undefined,
    [METRIC.openWatches]: sweep.openWatches || undefined,
    [METRIC.oldestPendingAlert]: sweep.oldestPending || undefined,
    [METRIC.oldestUnwatched]: sweep.oldestUnwatched || undefined,
  });
}

interface SweepCounts {
  readonly found: number;
  readonly takenOver: number;
  readonly missedRuns: number;
  /** Undefined when they could not be read. */
  readonly openWatches?: number;
  /** Seconds; of alerts that could be read. */
  readonly oldestPending: number;
  /** Seconds; undefined when audits could not be listed. */
  readonly oldestUnwatched?: number;
}

const IN_SECONDS: readonly string[] = [METRIC.alertDelay, METRIC.oldestPendingAlert, METRIC.oldestUnwatched];

/** One line with these dimensions and what is known of the values. */
function write(dimensions: Record<string, string>, values: Partial<Record<MetricName, number | undefined>>): void {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  if (known.length === 0) return;
  metrics.addDimensions(dimensions);
  for (const [name, value] of known) {
    metrics.addMetric(name, IN_SECONDS.includes(name) ? MetricUnit.Seconds : MetricUnit.Count, value);
  }
  metrics.publishStoredMetrics();
}

function byFunction(): { readonly function: string } {
  return { function: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'local' };
}

function outcomeOf(reading: AuditReading): AuditOutcome | undefined {
  const { nonCompliant, failed } = reading.counts;
  switch (reading.phase) {
    case 'COMPLETED':
      if (nonCompliant || failed) return AUDIT_OUTCOME.withFindings;
      return isComplete(reading) ? AUDIT_OUTCOME.compliant : AUDIT_OUTCOME.incomplete;
    case 'FAILED':
      return AUDIT_OUTCOME.failed;
    case 'CANCELED':
      return AUDIT_OUTCOME.canceled;
    case 'RUNNING':
    case 'UNKNOWN':
      return undefined;
  }
}
