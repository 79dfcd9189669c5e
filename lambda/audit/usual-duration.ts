/** How long an audit ran, as far as its looks tell. Seconds since its start. */
export interface RunTime {
  /** It still ran then. */
  readonly atLeast: number;
  /** It had ended by then. */
  readonly atMost: number;
}

/** How long the audits of a schedule run. */
export interface UsualDuration {
  readonly longestSeconds: number;
  /** How many audits this is known from. */
  readonly audits: number;
}

/** How far a running audit is. */
export interface AuditProgress {
  /** Since it started. */
  readonly elapsedSeconds: number;
  /** Since a count of its checks changed. */
  readonly secondsSinceChange: number;
}

const FEWEST_RUNS = 3;
/** Audits that take seconds vary by minutes: nothing is said of one before it is this far behind, and this long silent. */
const PATIENCE_SECONDS = 3600;
const FAR_BEYOND = 4;

/** The usual duration of audits; undefined with fewer than three that can be read. */
export function usualDuration(runs: readonly RunTime[]): UsualDuration | undefined {
  const readable = runs.filter(({ atLeast, atMost }) => isDuration(atLeast) && isDuration(atMost));
  if (readable.length < FEWEST_RUNS) return undefined;
  // The later end: what the looks left open is not held against the next audit.
  return {
    longestSeconds: readable.reduce((longest, { atMost }) => Math.max(longest, atMost), 0),
    audits: readable.length,
  };
}

/** True when an audit runs far beyond its usual duration and none of its checks moves any more. Never without a usual duration. */
export function isStuck(progress: AuditProgress, usual: UsualDuration | undefined): boolean {
  if (usual === undefined) return false;
  const { longestSeconds } = usual;
  return (
    progress.elapsedSeconds > Math.max(FAR_BEYOND * longestSeconds, longestSeconds + PATIENCE_SECONDS) &&
    progress.secondsSinceChange >= Math.max(longestSeconds, PATIENCE_SECONDS)
  );
}

function isDuration(seconds: number): boolean {
  return Number.isFinite(seconds) && seconds >= 0;
}
