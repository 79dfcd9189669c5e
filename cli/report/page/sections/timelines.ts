import * as Plot from '@observablehq/plot';
import { durationText, secondsBetween } from '../../../../lambda/audit/text/duration.ts';
import { plural } from '../../../../lambda/audit/text/words.ts';
import { type Html, html } from '../../../shared/html.ts';
import { minuteText, nameText, secondText, UNKNOWN } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { numberColumn } from '../cells.ts';
import { chart, WHOLE } from '../chart.ts';
import { FILL, legend, mark } from '../marks.ts';
import { chartWithTable, type PageInput, type Section } from '../section.ts';
import { table } from '../table.ts';

type Timeline = ReportDocument['timelines'][number];
type Snapshot = Timeline['snapshots'][number];

/** How each of the latest audits went: what every poll saw, and when alerts were sent. */
export function timelinesSection({ report: { timelines }, command }: PageInput): Section {
  return {
    id: 'timelines',
    title: 'The latest audits, poll by poll',
    content:
      timelines.length === 0
        ? html`<p class="none">No audit started in this period.</p>`
        : html`${LEGEND}${timelines.map((timeline) => timelineOf(timeline, command))}`,
  };
}

function timelineOf(timeline: Timeline, command: PageInput['command']): Html {
  const { audit, snapshots, alerts } = timeline;
  const sent = alerts.map(
    ({ kind, status, settledAt, registeredAt }) =>
      `${kind} ${status.toLowerCase()} ${durationText(secondsBetween(audit.startedAt, settledAt ?? registeredAt)) ?? UNKNOWN} after the start`,
  );
  return html`<article><h3>${nameText(audit.auditName)}, ${minuteText(audit.startedAt)} UTC: ${mark(audit.outcome)}</h3>
<p>Ran ${durationText(audit.ranSeconds) ?? UNKNOWN}, ${plural(snapshots.length, 'poll')}. ${
    sent.length === 0 ? 'No alert.' : `${sent.join('; ')}.`
  } More: <code>${command(`show ${nameText(audit.taskId)}`)}</code></p>
${snapshots.length === 0 ? html`<p class="none">No poll is stored.</p>` : chartWithTable(timelineChart(timeline), undefined, pollTable(snapshots))}</article>`;
}

function timelineChart({ audit, snapshots, alerts }: Timeline): Html {
  const minutes = (time: string | undefined) => (secondsBetween(audit.startedAt, time) ?? 0) / 60;
  const last = Math.max(minutes(audit.endedAt), minutes(snapshots.at(-1)?.capturedAt));
  // The last poll has no length; a narrow bar shows it.
  const end = Math.max(1, last) * 1.04;
  const bars = snapshots.flatMap((snapshot, index) => {
    const next = snapshots[index + 1];
    const span = { from: minutes(snapshot.capturedAt), until: next === undefined ? end : minutes(next.capturedAt) };
    return partsOf(snapshot).map((part) => ({ ...span, ...part }));
  });
  const rules = alerts.map(({ kind, settledAt, registeredAt }) => ({
    at: minutes(settledAt ?? registeredAt),
    kind: `alert: ${nameText(kind).toLowerCase().replaceAll('_', ' ')}`,
  }));
  return chart({
    label: `Bars: checks by their state from poll to poll of the audit of ${minuteText(audit.startedAt)}`,
    height: 150,
    marginLeft: 60,
    marginTop: 28,
    marginRight: 20,
    x: { label: 'minutes since the start', domain: [0, end] },
    y: { label: 'checks', ...WHOLE, ticks: 4 },
    marks: [
      Plot.rectY(
        bars.filter(({ count }) => count > 0),
        Plot.stackY({
          x1: 'from',
          x2: 'until',
          y: 'count',
          fill: 'fill',
          insetRight: 1,
          title: ({ count, words }: (typeof bars)[number]) => `${count} ${words}`,
        }),
      ),
      Plot.ruleX(rules, { x: 'at', strokeWidth: 2, title: 'kind' }),
      ...(['start', 'end'] as const).map((textAnchor) =>
        Plot.text(
          rules.filter(({ at }) => at > end / 2 === (textAnchor === 'end')),
          { x: 'at', text: 'kind', frameAnchor: 'top', dy: -14, textAnchor },
        ),
      ),
    ],
  });
}

/** What a poll saw, from the bottom to the top; without a count of checks only what is known. */
function partsOf({ checks, compliantChecks = 0, nonCompliantChecks = 0, failedChecks = 0 }: Snapshot) {
  const rest = checks === undefined ? 0 : Math.max(0, checks - compliantChecks - nonCompliantChecks - failedChecks);
  return [
    { count: nonCompliantChecks, fill: FILL.bad, words: 'non-compliant' },
    { count: failedChecks, fill: FILL.unknown, words: 'failed' },
    { count: rest, fill: FILL.running, words: 'without a result yet' },
    { count: compliantChecks, fill: FILL.good, words: 'compliant' },
  ];
}

const LEGEND = legend([
  [FILL.bad, 'non-compliant'],
  [FILL.unknown, 'failed'],
  [FILL.running, 'without a result yet'],
  [FILL.good, 'compliant'],
]);

function pollTable(snapshots: readonly Snapshot[]): Html {
  return table<Snapshot>({
    caption: 'What each poll saw',
    none: '',
    rows: snapshots,
    columns: [
      numberColumn('Poll', ({ poll }) => poll),
      { title: 'At (UTC)', kind: 'word', cell: ({ capturedAt }) => secondText(capturedAt) },
      { title: 'Status', cell: ({ taskStatus }) => nameText(taskStatus) },
      numberColumn('Checks', ({ checks }) => checks),
      numberColumn('Compliant', ({ compliantChecks }) => compliantChecks),
      numberColumn('Non-compliant', ({ nonCompliantChecks }) => nonCompliantChecks),
      numberColumn('Failed', ({ failedChecks }) => failedChecks),
    ],
  });
}
