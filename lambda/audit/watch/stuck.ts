/** How long the audits of a name run. */
export interface UsualDuration {
  readonly longestSeconds: number;
  /** How many audits this is known from. */
  readonly audits: number;
}

/** How far a running audit is. */
interface AuditProgress {
  /** Since it started. */
  readonly elapsedSeconds: number;
  /** Since a count of its checks changed. */
  readonly secondsSinceChange: number;
}

const FEWEST_RUNS = 3;
/** Audits that take seconds vary by minutes: one must be this far behind, and unchanged for this long. */
const PATIENCE_SECONDS = 3600;
const FAR_BEYOND = 4;

/**
 * True when an audit runs far beyond its usual duration and no check makes progress any more. Never with fewer than three
 * earlier audits.
 */
export function isStuck(progress: AuditProgress, usual: UsualDuration | undefined): boolean {
  if (usual === undefined || usual.audits < FEWEST_RUNS) return false;
  const { longestSeconds } = usual;
  return (
    progress.elapsedSeconds > Math.max(FAR_BEYOND * longestSeconds, longestSeconds + PATIENCE_SECONDS) &&
    progress.secondsSinceChange >= Math.max(longestSeconds, PATIENCE_SECONDS)
  );
}
