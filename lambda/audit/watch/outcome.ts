import type { Watch } from './watch.ts';

/** How an audit came out, or that it still runs. INCOMPLETE: nothing is non-compliant, but not every check has a result. */
export const AUDIT_OUTCOMES = [
  'RUNNING',
  'COMPLIANT',
  'WITH_FINDINGS',
  'INCOMPLETE',
  'FAILED',
  'CANCELED',
  'GAVE_UP',
] as const;
export type WatchedOutcome = (typeof AUDIT_OUTCOMES)[number];

/** How a watched audit came out. Only an audit with a compliant result for every check is compliant. */
export function watchedOutcome({ endedAt, ledger, taskStatus, counts = {} }: Watch): WatchedOutcome {
  if (endedAt === undefined) return 'RUNNING';
  // The end of an audit moves the ledger; a watch that gave up never saw it.
  if (ledger === undefined) return 'GAVE_UP';
  if (taskStatus === 'FAILED' || taskStatus === 'CANCELED') return taskStatus;
  const { total, compliant, nonCompliant } = counts;
  if (nonCompliant !== undefined && nonCompliant > 0) return 'WITH_FINDINGS';
  return total !== undefined && total > 0 && compliant === total ? 'COMPLIANT' : 'INCOMPLETE';
}
