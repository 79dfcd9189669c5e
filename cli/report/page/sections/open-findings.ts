import * as Plot from '@observablehq/plot';
import { SEVERITIES, type Severity } from '../../../../lambda/audit/answer/severity.ts';
import { plural } from '../../../../lambda/audit/text/words.ts';
import type { FindingRow } from '../../../findings/schema.ts';
import { findingState, incompleteNotes, resourceText, shortId } from '../../../findings/text.ts';
import { type Html, html } from '../../../shared/html.ts';
import { ageText } from '../../../shared/screen/words.ts';
import { AGES } from '../../bounds.ts';
import type { ReportDocument } from '../../schema.ts';
import { checkLink, dayColumn, numberColumn, severityColumn } from '../cells.ts';
import { chart, WHOLE } from '../chart.ts';
import { legend, markOf, severityFill } from '../marks.ts';
import { chartWithTable, type PageInput, type Section } from '../section.ts';
import { table } from '../table.ts';

type ByAge = ReportDocument['findings']['byAge'][number];

const AGE_WORDS: Readonly<Record<(typeof AGES)[number], string>> = {
  UNDER_1_DAY: 'under a day',
  UNDER_1_WEEK: '1 to 7 days',
  UNDER_30_DAYS: '7 to 30 days',
  UNDER_90_DAYS: '30 to 90 days',
  OLDER: '90 days and more',
  UNKNOWN: 'unknown',
};

/** Open findings: how many of which age, and the worst of them. */
export function openFindingsSection({ report: { findings, readAt }, command }: PageInput): Section {
  const { open, suppressed, byAge, worst, incompleteChecks } = findings;
  return {
    id: 'findings',
    title: 'Open findings',
    content: html`<p>${plural(open, 'open finding')}, ${suppressed} suppressed. A finding is one resource that fails one
 check; its age counts from the first audit that found it.</p>
${incompleteNotes(incompleteChecks).map((note) => html`<p class="cut">${markOf('unknown', 'Not all are known')} ${note}</p>`)}
${open === 0 ? undefined : chartWithTable(ageChart(byAge), LEGEND, ageTable(byAge))}
${findingsTable(worst, open, Date.parse(readAt), command('export --format csv --open'))}`,
  };
}

function ageChart(byAge: readonly ByAge[]): Html {
  const shown = byAge
    .filter(({ findings }) => findings > 0)
    .map((row) => ({ ...row, age: AGE_WORDS[row.age], fill: severityFill(row.severity) }));
  const totals = AGES.map((age) => ({
    age: AGE_WORDS[age],
    total: byAge.filter((row) => row.age === age).reduce((sum, { findings }) => sum + findings, 0),
  })).filter(({ total }) => total > 0);
  return chart({
    label: 'Bars: open findings by age and severity',
    height: 260,
    marginLeft: 60,
    marginTop: 30,
    marginBottom: 40,
    x: { type: 'band', domain: AGES.map((age) => AGE_WORDS[age]), label: 'age', padding: 0.3 },
    y: { label: 'findings', grid: true, ...WHOLE },
    marks: [
      Plot.barY(
        shown,
        Plot.stackY({
          x: 'age',
          y: 'findings',
          fill: 'fill',
          insetTop: 1,
          title: ({ severity, age, findings }: (typeof shown)[number]) => `${severity}, ${age}: ${findings}`,
        }),
      ),
      Plot.text(totals, { x: 'age', y: 'total', text: ({ total }: (typeof totals)[number]) => String(total), dy: -8 }),
      Plot.ruleY([0]),
    ],
  });
}

const LEGEND = legend(SEVERITIES.toReversed().map((severity) => [severityFill(severity), severity] as const));

function ageTable(byAge: readonly ByAge[]): Html {
  const numberOf = (severity: Severity, age: ByAge['age']) =>
    byAge.find((row) => row.severity === severity && row.age === age)?.findings;
  return table<Severity>({
    caption: 'Open findings by severity and age',
    none: '',
    rows: SEVERITIES.toReversed(),
    columns: [
      severityColumn((severity) => severity),
      ...AGES.map((age) => numberColumn<Severity>(AGE_WORDS[age], (severity) => numberOf(severity, age))),
    ],
  });
}

function findingsTable(worst: readonly FindingRow[], count: number, now: number, rest: string): Html {
  return table<FindingRow>({
    caption: 'Open findings, the most severe and oldest first',
    none: 'No finding is open.',
    rows: worst,
    count,
    rest,
    columns: [
      severityColumn(({ severity }) => severity),
      {
        title: 'State',
        cell: (row) =>
          row.unconfirmedSince === undefined ? findingState(row) : markOf('unknown', 'open, not confirmed'),
      },
      {
        title: 'Age',
        kind: 'number',
        cell: ({ firstSeenAt }) => ageText(firstSeenAt, now),
        // The oldest has the greatest age.
        sortBy: ({ firstSeenAt }) => (firstSeenAt === undefined ? undefined : now - Date.parse(firstSeenAt)),
      },
      dayColumn('First seen', ({ firstSeenAt }) => firstSeenAt),
      dayColumn('Last seen', ({ lastSeenAt }) => lastSeenAt),
      { title: 'Check', cell: checkLink },
      { title: 'Resource', kind: 'id', cell: resourceText },
      { title: 'Id', kind: 'word', cell: (row) => html`<code>${shortId(row)}</code>` },
    ],
  });
}
