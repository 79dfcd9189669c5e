import type { AuditReading } from './reading.ts';

/**
 * Names of the checks whose list of findings is not all there is: it has fewer resources than AWS counts as non-compliant, or
 * none although the check is non-compliant. Findings would not do as a measure: two of one resource hide another.
 *
 * @param listed how many resources the findings of a check are about
 */
export function incompleteChecks({ checks }: AuditReading, listed: (checkName: string) => number): string[] {
  return checks
    .filter(({ name, outcome, details: { nonCompliantResourcesCount: counted = 0 } }) => {
      return listed(name) < Math.max(counted, outcome === 'NON_COMPLIANT' ? 1 : 0);
    })
    .map(({ name }) => name);
}

/** Those of the incomplete checks whose list AWS has yet to fill. Where it counts no resources, it promises no findings. */
export function laggingChecks({ checks }: AuditReading, incomplete: readonly string[]): string[] {
  const counted = checks.filter(({ details }) => (details.nonCompliantResourcesCount ?? 0) > 0).map(({ name }) => name);
  return incomplete.filter((name) => counted.includes(name));
}
