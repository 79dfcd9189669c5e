import { compareSeverity, SEVERITIES } from '../../../lambda/audit/answer/severity.ts';
import type { CheckEntry } from '../../../lambda/audit/ledger/entry.ts';
import { DAY_MS } from '../../../lambda/audit/text/duration.ts';
import { knownFindings } from '../../findings/read.ts';
import type { FindingRow } from '../../findings/schema.ts';
import type { History } from '../../shared/history/history.ts';
import { AGES, LIMIT } from '../bounds.ts';
import type { ReportDocument } from '../schema.ts';
import { BoundedList } from './bounded-list.ts';

type Findings = ReportDocument['findings'];
type Age = (typeof AGES)[number];
type Resource = ReportDocument['resources']['listed'][number];
type Suppressed = ReportDocument['suppressions']['listed'][number];

/** Ages in days, each with those that are younger and not in one before it. */
const YOUNGER_THAN: readonly (readonly [Age, number])[] = [
  ['UNDER_1_DAY', 1],
  ['UNDER_1_WEEK', 7],
  ['UNDER_30_DAYS', 30],
  ['UNDER_90_DAYS', 90],
];

/** The findings that stand. They are read once, chunk by chunk; of each resource only a number is kept. */
export async function readFindings(
  history: Pick<History, 'place' | 'findings'>,
  entries: readonly CheckEntry[],
  now: number,
) {
  const { rows, incompleteChecks } = knownFindings(history, entries);
  const worst = new BoundedList<FindingRow>(LIMIT.findings, worstThenOldest);
  const suppressed = new BoundedList<Suppressed>(LIMIT.suppressions);
  const ages = new Map<string, number>();
  const resources = new Map<string, Pick<Resource, 'findings' | 'severity'>>();
  for await (const row of rows) {
    const { checkName, title, resource, severity } = row;
    if (row.state === 'SUPPRESSED') {
      suppressed.add({ checkName, title, resource });
      continue;
    }
    worst.add(row);
    const key = ageKey(severity, ageOf(row, now));
    ages.set(key, (ages.get(key) ?? 0) + 1);
    const known = resources.get(resource);
    const isWorse = known === undefined || compareSeverity(severity, known.severity) > 0;
    resources.set(resource, { findings: (known?.findings ?? 0) + 1, severity: isWorse ? severity : known.severity });
  }
  const open = worst.result();
  const hidden = suppressed.result();
  const findings: Findings = {
    open: open.count,
    suppressed: hidden.count,
    byAge: SEVERITIES.flatMap((severity) =>
      AGES.map((age) => ({ severity, age, findings: ages.get(ageKey(severity, age)) ?? 0 })),
    ),
    worst: open.listed,
    incompleteChecks: [...incompleteChecks],
  };
  return { findings, resources: mostFindings(resources), suppressed: hidden };
}

function mostFindings(counted: ReadonlyMap<string, Pick<Resource, 'findings' | 'severity'>>) {
  const most = new BoundedList<Resource>(
    LIMIT.resources,
    (a, b) => b.findings - a.findings || compareSeverity(b.severity, a.severity) || (a.resource < b.resource ? -1 : 1),
  );
  for (const [resource, found] of counted) most.add({ resource, ...found });
  return most.result();
}

/** One that was never seen for the first time may be older than any. */
function worstThenOldest(a: FindingRow, b: FindingRow): number {
  const { firstSeenAt: seenA = '' } = a;
  const { firstSeenAt: seenB = '' } = b;
  const bySeverity = compareSeverity(b.severity, a.severity);
  if (bySeverity !== 0 || seenA === seenB) return bySeverity;
  return seenA < seenB ? -1 : 1;
}

function ageOf({ firstSeenAt = '' }: FindingRow, now: number): Age {
  const days = (now - Date.parse(firstSeenAt)) / DAY_MS;
  if (Number.isNaN(days)) return 'UNKNOWN';
  return YOUNGER_THAN.find(([, limit]) => days < limit)?.[0] ?? 'OLDER';
}

function ageKey(severity: string, age: Age): string {
  return `${severity} ${age}`;
}
