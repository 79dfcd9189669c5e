import type { AuditReading } from './reading.ts';

/**
 * Names of the checks with findings of fewer resources than AWS counts as non-compliant. Each has one finding at least, so the
 * list lags behind: what it says of these checks is not all there is. Findings would not do: two of one resource hide another.
 *
 * @param listed how many resources the findings of a check are about
 */
export function incompleteChecks({ checks }: AuditReading, listed: (checkName: string) => number): string[] {
  return checks
    .filter(({ name, details: { nonCompliantResourcesCount: counted = 0 } }) => listed(name) < counted)
    .map(({ name }) => name);
}
