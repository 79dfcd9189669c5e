import { checkInfo } from '../../../lambda/audit/answer/check-catalogue.ts';
import type { Period } from '../../history/periods.ts';
import { LIMIT } from '../bounds.ts';
import type { ReportDocument } from '../schema.ts';
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
    const known = withoutGaps(periods);
    for (const [index, { state, from, until: over }] of known.entries()) {
      if (state !== 'NON_COMPLIANT' || from > until || (over !== undefined && over < since)) continue;
      const seconds = Math.max(0, (Date.parse(over ?? until) - Date.parse(from)) / 1000);
      const end = over === undefined ? undefined : known[index + 1]?.state;
      fixes.add({ checkName, title: checkInfo(checkName).title, auditName, from, until: over, seconds, end });
    }
  }
  return fixes.result();
}

/** An audit without a result fixes nothing: a check that was open is so until the next result, if there is one. */
function withoutGaps(periods: readonly Period[]): Period[] {
  const known: Period[] = [];
  for (const [index, period] of periods.entries()) {
    const last = known.at(-1);
    const isGap = period.state === 'UNKNOWN' && last?.state === 'NON_COMPLIANT' && index < periods.length - 1;
    if (isGap) continue;
    if (last?.state !== 'NON_COMPLIANT') known.push(period);
    else if (period.state === 'NON_COMPLIANT') known[known.length - 1] = { ...last, until: period.until };
    else known.splice(-1, 1, { ...last, until: period.from }, period);
  }
  return known;
}
