import * as Plot from '@observablehq/plot';
import { shorten } from '../../../../lambda/audit/text/safe-text.ts';
import { type Html, html } from '../../../shared/html.ts';
import { nameText } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { numberColumn, severityColumn } from '../cells.ts';
import { chart, LABEL_MARGIN, WHOLE } from '../chart.ts';
import { severityFill } from '../marks.ts';
import { chartWithTable, type PageInput, type Section } from '../section.ts';
import { table } from '../table.ts';

type Resource = ReportDocument['resources']['listed'][number];

const IN_THE_CHART = 15;

/** The resources with the most open findings. */
export function resourcesSection({ report: { resources }, command }: PageInput): Section {
  const { count, listed } = resources;
  return {
    id: 'resources',
    title: 'Resources with the most findings',
    content:
      listed.length === 0
        ? html`<p class="none">No resource has an open finding.</p>`
        : chartWithTable(
            resourcesChart(listed.slice(0, IN_THE_CHART)),
            undefined,
            table<Resource>({
              caption: 'Resources by their open findings',
              none: '',
              rows: listed,
              count,
              rest: command('findings --open'),
              columns: [
                { title: 'Resource', kind: 'id', cell: ({ resource }) => nameText(resource) },
                numberColumn('Open findings', ({ findings }) => findings),
                severityColumn(({ severity }) => severity),
              ],
            }),
          ),
  };
}

function resourcesChart(resources: readonly Resource[]): Html {
  const bars = resources.map(({ resource, findings, severity }, index) => ({
    // Two may look the same when they are cut.
    rank: String(index),
    findings,
    text: shorten(nameText(resource), 40),
    fill: severityFill(severity),
    title: `${nameText(resource)}: ${findings}, worst ${severity}`,
  }));
  return chart({
    label: 'Bars: open findings of the resources with the most',
    height: 50 + 22 * bars.length,
    marginLeft: LABEL_MARGIN,
    x: { label: 'open findings', grid: true, ...WHOLE },
    y: {
      type: 'band',
      domain: bars.map(({ rank }) => rank),
      tickFormat: (rank: string) => bars[Number(rank)]?.text ?? '',
      label: null,
      padding: 0.2,
    },
    marks: [Plot.barX(bars, { x: 'findings', y: 'rank', fill: 'fill', title: 'title' }), Plot.ruleX([0])],
  });
}
