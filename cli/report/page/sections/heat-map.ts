import * as Plot from '@observablehq/plot';
import { checkInfo } from '../../../../lambda/audit/answer/check-catalogue.ts';
import { html } from '../../../shared/html.ts';
import { lookOf, stateText } from '../../../shared/screen/states.ts';
import { dayText, minuteText, nameText } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { minuteColumn, nameColumn } from '../cells.ts';
import { bandOf, chart, checkLabel, LABEL_MARGIN } from '../chart.ts';
import { FILL, GLYPH, type Look, legend, mark } from '../marks.ts';
import { chartWithTable, type PageInput, type Section } from '../section.ts';
import { type Column, table } from '../table.ts';

type Results = ReportDocument['results'][number];
type Result = Results['checks'][number];

/** Check by audit: what each of the latest audits said of each check. */
export function heatMapSection({ report: { results, audits } }: PageInput): Section {
  const columns = results.toReversed();
  return {
    id: 'heat-map',
    title: 'Check by audit',
    content:
      results.length === 0
        ? html`<p class="none">No audit started in this period.</p>`
        : html`<p>The latest ${results.length} of ${audits.count} audits, oldest on the left. An empty cell: the audit did
 not have the check.</p>${chartWithTable(heatMap(columns), LEGEND, heatTable(results, checkNamesOf(results)))}`,
  };
}

function heatMap(audits: readonly Results[]) {
  const names = checkNamesOf(audits);
  const labelOf = uniqueLabels(names);
  const cells = audits.flatMap(({ taskId, startedAt, checks }) =>
    checks.map((check) => {
      const look = lookOfResult(check);
      const title = `${minuteText(startedAt)}: ${nameText(checkInfo(check.checkName).title)}, ${wordsOf(check)}`;
      return { taskId, check: labelOf(check.checkName), look, fill: FILL[look], glyph: GLYPH[look], title };
    }),
  );
  const startOf = new Map(audits.map(({ taskId, startedAt }) => [taskId, startedAt]));
  return chart({
    label: 'Heat map: the result of each check in each of the latest audits',
    height: 60 + 24 * names.length,
    marginLeft: LABEL_MARGIN,
    marginRight: 40,
    x: {
      ...bandOf(audits.map(({ taskId }) => taskId)),
      tickFormat: (taskId: string) => dayText(startOf.get(taskId)),
      padding: 0.08,
    },
    y: { type: 'band', domain: names.map(labelOf), label: null, padding: 0.08 },
    marks: [
      Plot.cell(cells, { x: 'taskId', y: 'check', fill: 'fill', title: 'title' }),
      // On a pattern a sign cannot be read; where it is plain, the sign tells what the colour says.
      Plot.text(
        cells.filter(({ look }) => look === 'bad' || look === 'good'),
        { x: 'taskId', y: 'check', text: 'glyph', fill: () => 'var(--on-colour)' },
      ),
    ],
  });
}

function heatTable(results: readonly Results[], names: readonly string[]) {
  return table<Results>({
    caption: 'What each of the latest audits said of each check',
    none: '',
    rows: results,
    columns: [
      minuteColumn('Started (UTC)', ({ startedAt }) => startedAt),
      nameColumn('Audit', ({ auditName }) => auditName),
      ...names.map(
        (name): Column<Results> => ({
          title: nameText(checkInfo(name).title),
          cell: ({ checks }) => {
            const check = checks.find(({ checkName }) => checkName === name);
            if (check === undefined) return 'not audited';
            return mark(check.suppressed ? 'SUPPRESSED' : check.outcome);
          },
        }),
      ),
    ],
  });
}

const LEGEND = legend([
  [FILL.bad, 'non-compliant'],
  [FILL.unknown, 'no result: failed, canceled or unknown'],
  [FILL.suppressed, 'compliant, with suppressed findings'],
  [FILL.good, 'compliant'],
  [FILL.running, 'still running'],
]);

/** Those with trouble in the most audits first. */
function checkNamesOf(results: readonly Results[]): string[] {
  const trouble = new Map<string, number>();
  for (const { checks } of results) {
    for (const { checkName, outcome } of checks) {
      trouble.set(checkName, (trouble.get(checkName) ?? 0) + (outcome === 'COMPLIANT' ? 0 : 1));
    }
  }
  return [...trouble].sort(([a, badA], [b, badB]) => badB - badA || (a < b ? -1 : 1)).map(([name]) => name);
}

/** Titles that fit beside the chart; two checks never share one. */
function uniqueLabels(names: readonly string[]): (name: string) => string {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const short = checkLabel(checkInfo(name).title);
    let label = short;
    for (let n = 2; taken.has(label); n += 1) label = `${short} (${n})`;
    taken.add(label);
    labels.set(name, label);
  }
  return (name) => labels.get(name) ?? name;
}

function lookOfResult({ outcome, suppressed }: Result): Look {
  return suppressed ? 'suppressed' : lookOf(outcome);
}

function wordsOf({ outcome, suppressed }: Result): string {
  return suppressed ? 'compliant, with suppressed findings' : stateText(outcome);
}
