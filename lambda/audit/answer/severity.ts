/** From harmless to worst. */
export const SEVERITIES = ['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** For trouble about which nothing more is known: a check that the catalogue lacks, or one that AWS counts but does not name. */
export const UNKNOWN_SEVERITY: Severity = 'MEDIUM';

/** The worst of them; INFO for an empty list. */
export function highestSeverity(severities: readonly Severity[]): Severity {
  return severities.reduce((worst, next) => (compareSeverity(next, worst) > 0 ? next : worst), 'INFO');
}

/** Positive when `a` is worse than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/**
 * The severity with which a failed check counts: its own, at least MEDIUM, because a blind spot matters even for a
 * harmless check, and at most HIGH, because unknown is not worse than known-bad.
 */
export function severityWhenFailed(severity: Severity): Severity {
  if (compareSeverity(severity, 'MEDIUM') < 0) return 'MEDIUM';
  return compareSeverity(severity, 'HIGH') > 0 ? 'HIGH' : severity;
}
