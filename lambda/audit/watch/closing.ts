import { ALERT_KIND } from '../../contract.ts';
import type { AuditReading } from '../answer/reading.ts';
import { type Comparison, isComplete } from '../ledger/comparison.ts';
import type { Change } from '../ledger/move.ts';
import { isSome } from '../text/words.ts';
import type { AuditAlertKind } from './alert-kinds.ts';

/** What decides about the closing message besides the audit itself. */
export interface ClosingContext {
  readonly alertWhenCompliant: boolean;
  /** An alert was sent while the audit ran: its recipients are waiting for the end. */
  readonly wasAlerted: boolean;
}

/** Kind of the closing message of an audit that has ended; undefined when it needs no message. The first that matches wins. */
export function closingKind(
  reading: AuditReading,
  comparison: Comparison,
  { alertWhenCompliant, wasAlerted }: ClosingContext,
): AuditAlertKind | undefined {
  if (reading.phase !== 'COMPLETED') return ALERT_KIND.auditNotCompleted;
  if (isSome(reading.counts.nonCompliant) || isSome(reading.counts.failed)) return ALERT_KIND.completedWithFindings;
  if (!isComplete(reading) || comparison.missing.length > 0) return ALERT_KIND.completedIncomplete;
  if (hasPublished(comparison, 'RECOVERED')) return ALERT_KIND.recovered;
  if (hasPublished(comparison, 'SUPPRESSED')) return ALERT_KIND.suppressed;
  if (comparison.dropped.length > 0) return ALERT_KIND.completedIncomplete;
  return alertWhenCompliant || wasAlerted ? ALERT_KIND.completedCompliant : undefined;
}

/** True when the audit ends trouble that was published: its recipients are owed the end, however late the audit is found. */
export function endsPublishedTrouble(comparison: Comparison): boolean {
  return hasPublished(comparison, 'RECOVERED') || hasPublished(comparison, 'SUPPRESSED');
}

function hasPublished({ checks }: Comparison, wanted: Change): boolean {
  return checks.some(({ change, before }) => change === wanted && before?.published !== undefined);
}
