import type { AuditReading } from './reading.ts';
import type { FindingTotals } from './worst-resources.ts';

/**
 * Names of the checks with fewer listed findings than non-compliant resources. There is one finding per
 * resource and reason at least, so the list lags behind: what it says of these checks is not all there is.
 */
export function incompleteChecks({ checks }: AuditReading, totals: Readonly<Record<string, FindingTotals>>): string[] {
  const found = new Map(Object.entries(totals));
  return checks
    .filter(({ name, details: { nonCompliantResourcesCount: counted = 0 } }) => {
      const { open, suppressed } = found.get(name) ?? NOTHING;
      return open + suppressed < counted;
    })
    .map(({ name }) => name);
}

const NOTHING: FindingTotals = { open: 0, suppressed: 0 };
