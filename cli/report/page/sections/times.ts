import * as Plot from '@observablehq/plot';
import { DAY_MS, durationText } from '../../../../lambda/audit/text/duration.ts';
import { type Html, html } from '../../../shared/html.ts';
import { stateText } from '../../../shared/screen/states.ts';
import { dayText, minuteText, nameText } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { durationColumn, minuteColumn, nameColumn } from '../cells.ts';
import { chart, checkLabel, LABEL_MARGIN } from '../chart.ts';
import { markOf } from '../marks.ts';
import { chartWithTable, type PageInput, type Section } from '../section.ts';
import { table } from '../table.ts';

type Detection = ReportDocument['detections']['listed'][number];
type Fix = ReportDocument['fixes']['listed'][number];

const DAY_SECONDS = DAY_MS / 1000;

/** How soon people were notified, and how soon the trouble was over. */
export function timesSection({ report: { detections, fixes, until } }: PageInput): Section {
  const over = fixes.listed.filter(({ end }) => end === 'COMPLIANT');
  return {
    id: 'times',
    title: 'Time to detect, time to fix',
    content: html`<h3>To detect</h3>
<p>From the start of an audit to its first alert. ${medianText(detections.listed, 'audits with an alert')} Trouble that begins
 between two audits is found by the next one.</p>
${detections.listed.length === 0 ? undefined : chartWithTable(detectionChart(detections.listed), undefined, detectionTable(detections))}
<h3>To fix</h3>
<p>From the first audit that found a check non-compliant to the first that found it compliant. ${medianText(over, 'fixes')}
 A check that ends suppressed, or without a result, is not fixed.</p>
${fixes.listed.length === 0 ? html`<p class="none">No check was non-compliant in this period.</p>` : chartWithTable(fixChart(fixes.listed, until), FIX_LEGEND, fixTable(fixes))}`,
  };
}

function medianText(rows: readonly { readonly seconds: number }[], noun: string): string {
  const sorted = rows.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) return `There are no ${noun} in this period.`;
  return `Median ${durationText(middle)}, longest ${durationText(sorted.at(-1))}, of ${sorted.length} ${noun}.`;
}

function detectionChart(detections: readonly Detection[]): Html {
  const dots = detections.map(({ startedAt, seconds, auditName, kind }) => ({
    startedAt: new Date(startedAt),
    minutes: seconds / 60,
    title: `${nameText(auditName)}, ${minuteText(startedAt)}: ${kind} after ${durationText(seconds)}`,
  }));
  return chart({
    label: 'Dots: minutes from the start of each audit to its first alert',
    height: 180,
    marginLeft: 60,
    x: { type: 'utc', label: null },
    y: { label: 'minutes', grid: true, zero: true, nice: true },
    marks: [
      Plot.dot(dots, { x: 'startedAt', y: 'minutes', r: 4, fill: () => 'var(--running)', title: 'title' }),
      Plot.ruleY([0]),
    ],
  });
}

function detectionTable({ count, listed }: ReportDocument['detections']): Html {
  return table<Detection>({
    caption: 'First alert of each audit',
    none: '',
    rows: listed,
    count,
    columns: [
      minuteColumn('Audit started (UTC)', ({ startedAt }) => startedAt),
      nameColumn('Audit', ({ auditName }) => auditName),
      { title: 'Alert', cell: ({ kind }) => kind },
      minuteColumn('Sent (UTC)', ({ at }) => at),
      durationColumn('After', ({ seconds }) => seconds),
    ],
  });
}

/** Signs of the ends: fixed, suppressed, no result, still open. */
const ENDS = {
  COMPLIANT: ['circle', 'var(--good)', 'fixed'],
  SUPPRESSED: ['square', 'var(--suppressed)', 'suppressed'],
  UNKNOWN: ['diamond2', 'var(--unknown)', 'then without a result'],
  NON_COMPLIANT: ['triangle', 'var(--bad)', 'still open'],
} as const;

const SHAPES = { circle: '●', square: '■', diamond2: '◆', triangle: '▲' } as const;

const FIX_LEGEND = html`<ul class="legend">${Object.values(ENDS).map(
  ([shape, , words]) => html`<li><span aria-hidden="true">${SHAPES[shape]}</span> ${words}</li>`,
)}</ul>`;

function fixChart(fixes: readonly Fix[], until: string): Html {
  const dots = fixes.map(({ title, seconds, end = 'NON_COMPLIANT', from, until: over }) => ({
    check: checkLabel(title),
    days: seconds / DAY_SECONDS,
    end: ENDS[end],
    title: `${nameText(title)}: ${dayText(from)} to ${over === undefined ? `${dayText(until)}, still open` : dayText(over)}, ${durationText(seconds)}`,
  }));
  return chart({
    label: 'Signs: days for which each check was non-compliant, and how that ended',
    height: 60 + 28 * new Set(dots.map(({ check }) => check)).size,
    marginLeft: LABEL_MARGIN,
    x: { label: 'days', grid: true, zero: true, nice: true },
    y: { type: 'band', label: null },
    symbol: { type: 'identity' },
    marks: [
      Plot.dot(dots, {
        x: 'days',
        y: 'check',
        r: 6,
        symbol: ({ end: [shape] }: (typeof dots)[number]) => shape,
        fill: ({ end: [, colour] }: (typeof dots)[number]) => colour,
        title: 'title',
      }),
      Plot.ruleX([0]),
    ],
  });
}

function fixTable({ count, listed }: ReportDocument['fixes']): Html {
  return table<Fix>({
    caption: 'Times for which a check was non-compliant',
    none: '',
    rows: listed,
    count,
    columns: [
      nameColumn('Check', ({ title }) => title),
      nameColumn('Audit', ({ auditName }) => auditName ?? 'any'),
      minuteColumn('From (UTC)', ({ from }) => from),
      {
        title: 'Until (UTC)',
        cell: ({ until }) => (until === undefined ? markOf('bad', 'still open') : minuteText(until)),
        sortBy: ({ until }) => until ?? '~',
      },
      durationColumn('Lasted', ({ seconds }) => seconds),
      { title: 'Then', cell: ({ end }) => (end === undefined ? '' : stateText(end)) },
    ],
  });
}
