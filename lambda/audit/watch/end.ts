import { type AuditReading, isContradictory } from '../answer/reading.ts';
import type { Watch } from './watch.ts';

/** A COMPLETED audit whose checks are not all decided is polled again for this long: AWS may still be writing its result. */
const SETTLING_SECONDS = 180;
const FIRST_PAUSE_SECONDS = 15;

/** How an audit that says COMPLETED is followed to its last word. */
export interface Settling {
  /** No further poll follows. */
  readonly isOver: boolean;
  /** Until the next poll, each pause longer than the one before; 0 when it is over. */
  readonly waitSeconds: number;
}

/** True when the audit has ended, with a result or without. An unknown status is neither ended nor running. */
export function isEnded({ phase }: AuditReading): boolean {
  switch (phase) {
    case 'COMPLETED':
    case 'FAILED':
    case 'CANCELED':
      return true;
    case 'RUNNING':
    case 'UNKNOWN':
      return false;
  }
}

/**
 * Whether an audit that has ended needs no further poll: it is not COMPLETED, or every check is compliant, non-compliant or
 * failed, or it has been COMPLETED for some minutes.
 *
 * @param secondsCompleted since the first poll that found it COMPLETED
 */
export function settlingOf(reading: AuditReading, secondsCompleted: number): Settling {
  if (reading.phase !== 'COMPLETED' || isDecided(reading) || secondsCompleted >= SETTLING_SECONDS) {
    return { isOver: true, waitSeconds: 0 };
  }
  return { isOver: false, waitSeconds: FIRST_PAUSE_SECONDS + Math.max(0, Math.floor(secondsCompleted)) };
}

function isDecided(reading: AuditReading): boolean {
  const { counts, checks } = reading;
  const { total, compliant = 0, nonCompliant = 0, failed = 0 } = counts;
  // Neither counts nor details: AWS may write them after the status.
  if (total === undefined) return false;
  const areAllDecided = checks.every(({ outcome }) => ['COMPLIANT', 'NON_COMPLIANT', 'FAILED'].includes(outcome));
  return areAllDecided && compliant + nonCompliant + failed >= total && !isContradictory(reading);
}

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
export function watchedOutcome({ endedAt, gaveUpAt, taskStatus, counts = {} }: Watch): WatchedOutcome {
  if (endedAt === undefined) return gaveUpAt === undefined ? 'RUNNING' : 'GAVE_UP';
  if (taskStatus === 'FAILED' || taskStatus === 'CANCELED') return taskStatus;
  const { total, compliant, nonCompliant } = counts;
  if (nonCompliant !== undefined && nonCompliant > 0) return 'WITH_FINDINGS';
  return total !== undefined && total > 0 && compliant === total ? 'COMPLIANT' : 'INCOMPLETE';
}
