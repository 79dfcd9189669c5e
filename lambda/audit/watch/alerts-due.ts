import { ALERT_KIND } from '../../contract.ts';
import type { AuditReading, CheckOutcome } from '../answer/reading.ts';
import { isSome } from '../text/words.ts';
import type { AlertSlot, AuditAlertKind } from './alert-kinds.ts';
import type { AlertOutbox } from './watch.ts';

/** An alert to register. */
export interface DueAlert {
  readonly slot: AlertSlot;
  readonly kind: AuditAlertKind;
}

/**
 * The alerts that this poll of a running audit calls for and that the outbox does not hold yet: first non-compliant check,
 * first failed check, stuck. One that was held back is due again when a further check gets into trouble.
 */
export function alertsDue(reading: AuditReading, outbox: AlertOutbox, isStuck: boolean): DueAlert[] {
  const { counts } = reading;
  const due: DueAlert[] = [];
  if (isSome(counts.nonCompliant) && isFree(outbox, 'NON_COMPLIANT_DETECTED', checksWith(reading, 'NON_COMPLIANT'))) {
    due.push({ slot: 'NON_COMPLIANT_DETECTED', kind: ALERT_KIND.nonCompliantDetected });
  }
  if (isSome(counts.failed) && isFree(outbox, 'CHECK_FAILED', checksWith(reading, 'FAILED'))) {
    due.push({ slot: 'CHECK_FAILED', kind: ALERT_KIND.checkFailed });
  }
  if (isStuck && isFree(outbox, 'AUDIT_STUCK', [])) due.push({ slot: 'AUDIT_STUCK', kind: ALERT_KIND.auditStuck });
  return due;
}

/** Names of the checks with an outcome. */
function checksWith({ checks }: AuditReading, outcome: CheckOutcome): string[] {
  return checks.filter((check) => check.outcome === outcome).map(({ name }) => name);
}

function isFree(outbox: AlertOutbox, slot: AlertSlot, checkNames: readonly string[]): boolean {
  const alert = outbox[slot];
  if (alert?.status !== 'HELD') return alert === undefined;
  return checkNames.some((name) => alert.heldChecks?.includes(name) !== true);
}
