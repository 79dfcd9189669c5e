import type { Snapshot } from '../answer/aws-answers.ts';
import type { AuditReference } from '../ledger/entry.ts';
import type { Watch } from './watch.ts';

/** The audit of the same schedule before another one, and its last snapshot. */
export interface PreviousWatch {
  readonly watch: Watch;
  readonly snapshot: Snapshot;
}

/** Start of a watched audit, or of its watch if AWS gave no start. ISO 8601, UTC. */
export function auditStartOf({ auditStartTime, watchedSince }: Pick<Watch, 'auditStartTime' | 'watchedSince'>): string {
  return auditStartTime ?? watchedSince;
}

/** A watched audit, as the ledger refers to it. */
export function referenceOf(watch: Watch, auditName: string): AuditReference {
  return { taskId: watch.taskId, auditName, startedAt: auditStartOf(watch) };
}
