import type { AlertInput } from './alert.ts';
import { type CheckChange, type Comparison, isUnchanged } from './comparison.ts';

/**
 * True when an alert would tell what the previous comparable audit told already: for the closing message the same
 * findings, for a message while the audit runs no trouble but what was there before. In doubt false.
 */
export function saysNothingNew({ kind, comparison }: Pick<AlertInput, 'kind' | 'comparison'>): boolean {
  if (comparison === undefined || 'first' in comparison) return false;
  switch (kind) {
    case 'COMPLETED_WITH_FINDINGS':
      return isUnchanged(comparison);
    case 'NON_COMPLIANT_DETECTED':
      return hasOnlyOldTrouble(comparison, 'NON_COMPLIANT');
    case 'CHECK_FAILED':
      return hasOnlyOldTrouble(comparison, 'FAILED');
    default:
      return false;
  }
}

/** Every check that is in trouble now was in the same trouble before, with no fewer resources. */
function hasOnlyOldTrouble(comparison: Comparison, trouble: 'NON_COMPLIANT' | 'FAILED'): boolean {
  if (comparison.hasUnnamedTrouble || comparison.notCompared.length > 0) return false;
  const troubled = comparison.checks.filter(({ now }) => now?.outcome === trouble);
  return troubled.length > 0 && troubled.every((check) => wasThere(check, trouble));
}

function wasThere({ before, change }: CheckChange, trouble: 'NON_COMPLIANT' | 'FAILED'): boolean {
  // A failed check has no result to compare: that it failed before is all that counts.
  return before?.outcome === trouble && (trouble === 'FAILED' || change === 'SAME' || change === 'BETTER');
}
