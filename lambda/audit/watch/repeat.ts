import { type Comparison, isUnchanged, wasPublished, wasPublishedTo } from '../ledger/comparison.ts';
import type { TroubleOutcome } from '../ledger/entry.ts';
import type { CheckChange } from '../ledger/move.ts';
import type { AlertSlot } from './alert-kinds.ts';
import type { AlertOutbox } from './watch.ts';

/** What must be known already for an alert to be a repeat: the trouble with one outcome, or the whole audit. */
export type Repeatable = TroubleOutcome | 'AUDIT';

/**
 * True when an alert would say what the ledger says already and what was published to the same subscribers: with
 * `repeat: changes` it is held back. In doubt false.
 */
export function isRepeat(repeatable: Repeatable | undefined, comparison: Comparison, outbox: AlertOutbox): boolean {
  if (repeatable === undefined) return false;
  if (repeatable !== 'AUDIT') return isKnownTrouble(comparison, repeatable);
  // An alert during the run announced a closing message.
  return announcedBy(outbox).length === 0 && isUnchanged(comparison) && wasPublished(comparison);
}

/** The alerts before the end of an audit that were sent, or will be: they announced a closing message. */
export function announcedBy(outbox: AlertOutbox): AlertSlot[] {
  return (['NON_COMPLIANT_DETECTED', 'CHECK_FAILED', 'AUDIT_STUCK', 'WATCHER_GAVE_UP'] as const).filter(
    (slot) => outbox[slot] !== undefined && outbox[slot].status !== 'HELD',
  );
}

function isKnownTrouble({ audit, checks, hasUnnamedTrouble }: Comparison, outcome: TroubleOutcome): boolean {
  const troubled = checks.filter(({ now }) => now.outcome === outcome);
  const isKnown = (check: CheckChange) => isSame(check) && wasPublishedTo(check, audit.auditName);
  return !hasUnnamedTrouble && troubled.length > 0 && troubled.every(isKnown);
}

function isSame({ before, now }: CheckChange): boolean {
  if (now.outcome === 'FAILED') {
    return before?.unknown?.outcome === 'FAILED' && before.unknown.errorCode === now.errorCode;
  }
  return (
    before?.unknown === undefined &&
    before?.result?.outcome === 'NON_COMPLIANT' &&
    before.result.resources !== undefined &&
    before.result.resources === now.resources
  );
}
