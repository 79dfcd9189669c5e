import { type AuditReading, isResultMissing } from '../answer/reading.ts';

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

/** True when the audit has ended and its answer says how. An unknown status is neither ended nor running. */
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

function isDecided({ counts, checks }: AuditReading): boolean {
  const { total = checks.length, compliant = 0, nonCompliant = 0, failed = 0 } = counts;
  const areAllDecided = checks.every(({ outcome }) => ['COMPLIANT', 'NON_COMPLIANT', 'FAILED'].includes(outcome));
  return areAllDecided && compliant + nonCompliant + failed >= total;
}
