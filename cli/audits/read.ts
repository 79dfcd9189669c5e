import { secondsBetween } from '../../lambda/audit/text/duration.ts';
import { ALERT_SLOTS } from '../../lambda/audit/watch/alert-kinds.ts';
import { watchedOutcome } from '../../lambda/audit/watch/end.ts';
import { auditStartOf } from '../../lambda/audit/watch/previous-audit.ts';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import type { AuditRow } from './schema.ts';

/** Which audits to read; what is absent narrows nothing down. */
export interface AuditsQuery {
  readonly name?: string;
  readonly outcome?: AuditRow['outcome'];
}

/** The audits that are asked for, as they are read. */
export async function* auditRows(
  watches: AsyncIterable<Watch>,
  { name, outcome }: AuditsQuery,
): AsyncGenerator<AuditRow> {
  for await (const watch of watches) {
    const row = auditRow(watch);
    if ((name === undefined || row.auditName === name) && (outcome === undefined || row.outcome === outcome)) yield row;
  }
}

/** An audit in short. */
export function auditRow(watch: Watch): AuditRow {
  const { taskId, auditName, endedAt, ran, counts = {}, alerts, late = false } = watch;
  const startedAt = auditStartOf(watch);
  return {
    taskId,
    auditName,
    outcome: watchedOutcome(watch),
    startedAt,
    endedAt,
    ranSeconds: ran?.atMost ?? secondsBetween(startedAt, endedAt),
    checks: counts.total,
    compliantChecks: counts.compliant,
    nonCompliantChecks: counts.nonCompliant,
    failedChecks: counts.failed,
    alerts: ALERT_SLOTS.map((slot) => alerts[slot])
      .filter((alert) => alert !== undefined)
      .map(({ kind, status, settledAt, registeredAt }) => ({ kind, status, at: settledAt ?? registeredAt })),
    late,
  };
}
