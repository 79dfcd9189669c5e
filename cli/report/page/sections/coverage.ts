import * as Plot from '@observablehq/plot';
import { type Html, html } from '../../../shared/html.ts';
import { minuteText } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { nameColumn, numberColumn, severityColumn } from '../cells.ts';
import { chart, checkLabel, LABEL_MARGIN, WHOLE } from '../chart.ts';
import { FILL, legend, markOf } from '../marks.ts';
import { chartWithTable, type PageInput, type Section } from '../section.ts';
import { table } from '../table.ts';

type Coverage = ReportDocument['coverage'][number];

/** Which check ran how often, and which never. */
export function coverageSection({ report: { coverage } }: PageInput): Section {
  const never = coverage.filter(({ audits }) => audits === 0).length;
  return {
    id: 'coverage',
    title: 'Coverage',
    content: html`<p>How many audits of the period had each check. ${
      never === 0
        ? 'Each check ran at least once.'
        : `${never} of ${coverage.length} checks never ran: what they look for is unknown.`
    }</p>${chartWithTable(coverageChart(coverage), LEGEND, coverageTable(coverage))}`,
  };
}

function coverageChart(coverage: readonly Coverage[]): Html {
  const labelled = coverage.map((check) => ({ ...check, label: checkLabel(check.title) }));
  const bars = labelled.flatMap(({ label, audits, withResult }) => [
    { label, audits: withResult, fill: FILL.good, words: 'with a result' },
    { label, audits: audits - withResult, fill: FILL.unknown, words: 'without a result' },
  ]);
  const never = labelled.filter(({ audits }) => audits === 0);
  return chart({
    label: 'Bars: audits that had each check, with and without a result',
    height: 50 + 20 * new Set(labelled.map(({ label }) => label)).size,
    marginLeft: LABEL_MARGIN,
    marginRight: 40,
    x: { label: 'audits', grid: true, ...WHOLE },
    y: { type: 'band', domain: [...new Set(labelled.map(({ label }) => label))], label: null, padding: 0.2 },
    marks: [
      Plot.barX(
        bars.filter(({ audits }) => audits > 0),
        Plot.stackX({
          x: 'audits',
          y: 'label',
          fill: 'fill',
          title: ({ label, audits, words }: (typeof bars)[number]) => `${label}: ${audits} ${words}`,
        }),
      ),
      Plot.text(never, {
        x: () => 0,
        y: 'label',
        text: () => '○ never',
        dx: 4,
        textAnchor: 'start',
        fill: () => 'var(--missed)',
      }),
      Plot.ruleX([0]),
    ],
  });
}

const LEGEND = legend([
  [FILL.good, 'with a result'],
  [FILL.unknown, 'without a result: failed, canceled or unknown'],
]);

function coverageTable(coverage: readonly Coverage[]): Html {
  return table<Coverage>({
    caption: 'How often each check ran',
    none: '',
    rows: coverage,
    columns: [
      nameColumn('Check', ({ title }) => title),
      severityColumn(({ severity }) => severity),
      numberColumn('Audits', ({ audits }) => audits),
      numberColumn('With a result', ({ withResult }) => withResult),
      momentColumn('Last audited (UTC)', ({ lastAuditedAt }) => lastAuditedAt),
      momentColumn('Last result (UTC)', ({ lastResultAt }) => lastResultAt),
    ],
  });
}

/** A check that was not audited in the period is no check of which the moment is unknown. */
function momentColumn(title: string, time: (check: Coverage) => string | undefined) {
  return {
    title,
    cell: (check: Coverage) => {
      const at = time(check);
      return at === undefined ? markOf('missed', 'never') : minuteText(at);
    },
    sortBy: time,
  };
}
