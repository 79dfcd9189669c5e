import { checkInfo } from '../../../lambda/audit/answer/check-catalogue.ts';
import { LIMIT, type ReportDocument } from '../schema.ts';
import { BoundedList } from './bounded-list.ts';
import type { CheckSeries } from './days.ts';

type Fix = ReportDocument['fixes']['listed'][number];

/** How long the checks were non-compliant: every such time of the period, also those that are not over. */
export function fixesOf(
  series: readonly CheckSeries[],
  { since, until }: Pick<ReportDocument, 'since' | 'until'>,
): ReportDocument['fixes'] {
  const fixes = new BoundedList<Fix>(LIMIT.fixes, (a, b) => (a.from < b.from ? 1 : -1));
  for (const { checkName, auditName, periods } of series) {
    for (const [index, { state, from, until: over }] of periods.entries()) {
      if (state !== 'NON_COMPLIANT' || from > until || (over !== undefined && over < since)) continue;
      const seconds = Math.max(0, (Date.parse(over ?? until) - Date.parse(from)) / 1000);
      const end = over === undefined ? undefined : periods[index + 1]?.state;
      fixes.add({ checkName, title: checkInfo(checkName).title, auditName, from, until: over, seconds, end });
    }
  }
  return fixes.result();
}
