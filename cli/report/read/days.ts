import { DAY_MS } from '../../../lambda/audit/text/duration.ts';
import type { Period } from '../../history/periods.ts';
import type { ReportDocument } from '../schema.ts';
import { dayOf, type PeriodOfAudits, seriesName } from './audits.ts';

type Day = ReportDocument['days'][number];

/** When a check was in which state. */
export interface CheckSeries {
  readonly checkName: string;
  /** Only for a check that is known per audit name. */
  readonly auditName?: string;
  readonly periods: readonly Period[];
}

const COUNTED = {
  NON_COMPLIANT: 'nonCompliant',
  UNKNOWN: 'unknown',
  SUPPRESSED: 'suppressed',
  COMPLIANT: 'compliant',
} as const;

/** How the checks stood at the end of each day. What no audit of the day had stands as before, and is counted as carried too. */
export function daysOf(
  series: readonly CheckSeries[],
  { auditsOfDay, checksOfDay }: Pick<PeriodOfAudits, 'auditsOfDay' | 'checksOfDay'>,
  { since, until }: Pick<ReportDocument, 'since' | 'until'>,
): Day[] {
  const days: Day[] = [];
  for (let start = Date.parse(dayOf(since)); start < Date.parse(until); start += DAY_MS) {
    const day = dayOf(new Date(start).toISOString());
    const end = new Date(Math.min(start + DAY_MS - 1, Date.parse(until))).toISOString();
    const audited = checksOfDay.get(day);
    const checks = noChecks();
    const carried = noChecks();
    for (const { checkName, auditName, periods } of series) {
      const period = periods.find(({ from, until: over }) => from <= end && (over === undefined || over > end));
      // Before its first audit nothing is known of it.
      if (period === undefined) continue;
      checks[COUNTED[period.state]] += 1;
      if (audited?.has(seriesName(checkName, auditName)) !== true) carried[COUNTED[period.state]] += 1;
    }
    const audits = auditsOfDay.get(day) ?? 0;
    const isKnown = audits > 0 || Object.values(checks).some((count) => count > 0);
    // The days before the first of which anything is known would only be empty.
    if (isKnown || days.length > 0) days.push({ day, audits, checks, carried });
  }
  return days;
}

function noChecks(): Day['checks'] {
  return { nonCompliant: 0, unknown: 0, suppressed: 0, compliant: 0 };
}
