import { isUnchanged } from '../ledger/comparison.ts';
import type { AlertInput } from './alert-input.ts';

/**
 * True when a closing message would tell what the previous comparable audit told already: the same findings. Messages
 * while the audit runs are never held back: their slot is used once, and new trouble may follow. In doubt false.
 */
export function saysNothingNew({ kind, comparison }: Pick<AlertInput, 'kind' | 'comparison'>): boolean {
  if (kind !== 'COMPLETED_WITH_FINDINGS' || comparison === undefined || 'first' in comparison) return false;
  return isUnchanged(comparison);
}
