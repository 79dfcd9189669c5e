import type { CheckDetails } from './aws-answers.ts';
import type { AuditReading } from './reading.ts';

/**
 * Names of the checks whose list of findings is not all there is: it has fewer resources than AWS counts, or none although the
 * check is non-compliant. Findings would not do as a measure: two of one resource hide another.
 *
 * @param listed how many resources the findings of a check are about, suppressed ones included
 */
export function incompleteChecks({ checks }: AuditReading, listed: (checkName: string) => number): string[] {
  return checks
    .filter(({ name, outcome, details }) => {
      return listed(name) < Math.max(countedResources(details), outcome === 'NON_COMPLIANT' ? 1 : 0);
    })
    .map(({ name }) => name);
}

/** Those of the incomplete checks whose list AWS has yet to fill. Where it counts no resources, it promises no findings. */
export function laggingChecks({ checks }: AuditReading, incomplete: readonly string[]): string[] {
  const counted = checks.filter(({ details }) => countedResources(details) > 0).map(({ name }) => name);
  return incomplete.filter((name) => counted.includes(name));
}

/**
 * AWS lists suppressed findings beside open ones, but counts their resources apart. So suppressed findings must not make up for
 * open ones that are not listed yet, nor may those that are not listed yet pass for gone.
 */
function countedResources({
  nonCompliantResourcesCount: open = 0,
  suppressedNonCompliantResourcesCount: suppressed = 0,
}: CheckDetails): number {
  return open + suppressed;
}
