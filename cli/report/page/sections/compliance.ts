import * as Plot from '@observablehq/plot';
import { html } from '../../../shared/html.ts';
import type { ReportDocument } from '../../schema.ts';
import { numberColumn } from '../cells.ts';
import { bandOf, chart, WHOLE } from '../chart.ts';
import { CARRIED_FILL, FILL, legend } from '../marks.ts';
import { chartWithTable, type PageInput, type Section } from '../section.ts';
import { table } from '../table.ts';

type Day = ReportDocument['days'][number];

/** From the bottom of a bar to its top. */
const STATES = [
  ['nonCompliant', 'bad', 'non-compliant'],
  ['unknown', 'unknown', 'unknown'],
  ['suppressed', 'suppressed', 'suppressed'],
  ['compliant', 'good', 'compliant'],
] as const;

/** How many checks were in which state at the end of each day. */
export function complianceSection({ report: { days } }: PageInput): Section {
  return {
    id: 'compliance',
    title: 'Compliance over time',
    content: html`<p>Checks by their state at the end of each day (UTC). Striped: no audit of that day had the check, so it
 stands as it did the day before.</p>${chartWithTable(complianceChart(days), complianceLegend(), complianceTable(days))}`,
  };
}

function complianceChart(days: readonly Day[]) {
  const parts = days.flatMap(({ day, checks, carried }) =>
    STATES.flatMap(([key, look, words]) => [
      { day, count: checks[key] - carried[key], fill: FILL[look], words },
      { day, count: carried[key], fill: CARRIED_FILL[look], words: `${words}, carried forward` },
    ]),
  );
  const shown = parts.filter(({ count }) => count > 0);
  return chart({
    label: 'Bars: checks by state at the end of each day',
    height: 260,
    marginLeft: 50,
    marginRight: 40,
    x: { ...bandOf(days.map(({ day }) => day)), padding: 0.15 },
    y: { label: 'checks', grid: true, ...WHOLE },
    marks: [
      Plot.barY(
        shown,
        Plot.stackY({
          x: 'day',
          y: 'count',
          fill: 'fill',
          title: ({ day, count, words }: (typeof shown)[number]) => `${day}: ${count} ${words}`,
        }),
      ),
      Plot.ruleY([0]),
    ],
  });
}

function complianceLegend() {
  return legend([
    ...STATES.map(([, look, words]) => [FILL[look], words] as const),
    [CARRIED_FILL.good, 'striped: carried forward'],
  ]);
}

function complianceTable(days: readonly Day[]) {
  return table<Day>({
    caption: 'Checks by state, day by day',
    none: 'The period has no day.',
    rows: days.toReversed(),
    columns: [
      { title: 'Day', kind: 'word', cell: ({ day }) => day },
      numberColumn('Audits', ({ audits }) => audits),
      ...STATES.map(([key, , words]) => numberColumn<Day>(words, ({ checks }) => checks[key])),
      numberColumn('Carried forward', ({ carried }) => Object.values(carried).reduce((sum, count) => sum + count, 0)),
    ],
  });
}
