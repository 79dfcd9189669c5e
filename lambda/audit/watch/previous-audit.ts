import type { Snapshot } from '../answer/aws-answers.ts';
import { readAudit } from '../answer/reading.ts';
import type { PreviousAudit } from '../ledger/comparison.ts';
import type { Watch } from './watch.ts';

/** The comparable audit before another one, and its last snapshot. */
export interface PreviousWatch {
  readonly watch: Watch;
  readonly snapshot: Snapshot;
}

/** Start of a watched audit, or of its watch where AWS gave none. ISO 8601, UTC. */
export function auditStartOf({ auditStartTime, watchedSince }: Watch): string {
  return auditStartTime ?? watchedSince;
}

/** An earlier audit as it takes part in a comparison; without findings, only its checks do. */
export function asPreviousAudit(
  { watch, snapshot }: PreviousWatch,
  findings?: PreviousAudit['findings'],
): PreviousAudit {
  return { startedAt: auditStartOf(watch), reading: readAudit(snapshot.answer), findings };
}
