import { type AuditReading, isResultMissing } from '../answer/reading.ts';
import { ALERT_KIND, type AlertSlot, type AuditAlertKind } from './alert-kinds.ts';
import type { AlertOutbox } from './watch.ts';

/** An alert to register. */
export interface DueAlert {
  readonly slot: AlertSlot;
  readonly kind: AuditAlertKind;
  /** RECOVERED only: turns of the earlier looks that had trouble. */
  readonly earlierTurns?: readonly number[];
}

/** What the user wants to hear about. */
export interface AlertPreferences {
  /** Also tell about an audit that found nothing. */
  readonly alertWhenCompliant: boolean;
}

/** What is known of the audit before this one. */
export interface History {
  /** A check that had trouble in the previous comparable audit is compliant in this one. */
  readonly recovered: boolean;
  /** The audit is silent far beyond what audits of its name usually take. */
  readonly stuck?: boolean;
}

/**
 * The alerts that this look calls for and that the outbox does not hold yet. At most four over the life of an audit: first
 * non-compliant check, first failed check, stuck, one closing message. Trouble first seen in the closing look gives the
 * closing message alone.
 */
export function alertsDue(
  reading: AuditReading,
  outbox: AlertOutbox,
  preferences: AlertPreferences,
  history: History = { recovered: false },
): DueAlert[] {
  const due = isEnded(reading) ? closingAlert(reading, outbox, preferences, history) : interimAlerts(reading, history);
  return due.filter(({ slot }) => outbox[slot] === undefined);
}

/** True when the audit is over and its answer says how it ended. An unknown status is neither over nor running. */
export function isEnded(reading: AuditReading): boolean {
  switch (reading.phase) {
    case 'COMPLETED':
      return !isResultMissing(reading);
    case 'FAILED':
    case 'CANCELED':
      return true;
    case 'RUNNING':
    case 'UNKNOWN':
      return false;
  }
}

function interimAlerts({ counts }: AuditReading, { stuck }: History): DueAlert[] {
  const due: DueAlert[] = [];
  if (isSome(counts.nonCompliant)) due.push({ slot: 'NON_COMPLIANT_DETECTED', kind: ALERT_KIND.nonCompliantDetected });
  if (isSome(counts.failed)) due.push({ slot: 'CHECK_FAILED', kind: ALERT_KIND.checkFailed });
  if (stuck) due.push({ slot: 'AUDIT_STUCK', kind: ALERT_KIND.auditStuck });
  return due;
}

/** True when an audit ended well and nothing was found: what is left to tell is what recovered. */
export function isClean(reading: AuditReading): boolean {
  return reading.phase === 'COMPLETED' && reading.counts.nonCompliant === 0 && reading.counts.failed === 0;
}

function closingAlert(
  { phase, counts }: AuditReading,
  outbox: AlertOutbox,
  wants: AlertPreferences,
  { recovered }: History,
): DueAlert[] {
  if (phase !== 'COMPLETED') return [{ slot: 'TERMINAL', kind: ALERT_KIND.auditNotCompleted }];
  if (isSome(counts.nonCompliant) || isSome(counts.failed)) {
    return [{ slot: 'TERMINAL', kind: ALERT_KIND.completedWithFindings }];
  }
  const troubled = [outbox.NON_COMPLIANT_DETECTED, outbox.CHECK_FAILED].filter((alert) => alert !== undefined);
  if (troubled.length > 0) {
    return [{ slot: 'TERMINAL', kind: ALERT_KIND.recovered, earlierTurns: troubled.map(({ turn }) => turn) }];
  }
  if (recovered) return [{ slot: 'TERMINAL', kind: ALERT_KIND.recovered }];
  return wants.alertWhenCompliant ? [{ slot: 'TERMINAL', kind: ALERT_KIND.completedCompliant }] : [];
}

function isSome(count: number | undefined): boolean {
  return count !== undefined && count > 0;
}
