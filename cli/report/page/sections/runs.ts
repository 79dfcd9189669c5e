import * as Plot from '@observablehq/plot';
import { plural } from '../../../../lambda/audit/text/words.ts';
import type { WatchedOutcome } from '../../../../lambda/audit/watch/end.ts';
import type { AuditRow } from '../../../audits/schema.ts';
import { alertsText } from '../../../audits/text.ts';
import { type Html, html } from '../../../shared/html.ts';
import { lookOf, stateText } from '../../../shared/screen/states.ts';
import { dayText, minuteText, nameText } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { durationColumn, minuteColumn, nameColumn, numberColumn, taskColumn } from '../cells.ts';
import { bandOf, chart } from '../chart.ts';
import { GLYPH, mark, markOf } from '../marks.ts';
import { chartWithTable, type PageInput, type Section } from '../section.ts';
import { table } from '../table.ts';

type MissedRun = ReportDocument['missedRuns']['listed'][number];

/** Names in the chart; the others are in the table. */
const MOST_NAMES = 12;

/** The audits as such: which ran, how they ended, and which did not run. */
export function runsSection({ report, command }: PageInput): Section {
  const { audits, missedRuns, outcomes } = report;
  return {
    id: 'runs',
    title: 'Audits and missed runs',
    content: html`<p>${summary(report)}</p>
${outcomes.length === 0 && missedRuns.count === 0 ? undefined : chartWithTable(runsChart(report), LEGEND, auditsTable(audits, command('audits --since 400d')))}
<h3>Missed runs</h3>
${table<MissedRun>({
  caption: 'Scheduled audits that did not start when they were due',
  none: 'No scheduled audit is known to have missed a run.',
  rows: missedRuns.listed,
  count: missedRuns.count,
  columns: [
    nameColumn('Audit', ({ auditName }) => auditName),
    minuteColumn('Due (UTC)', ({ dueAt }) => dueAt),
    minuteColumn('Run before', ({ lastStartedAt }) => lastStartedAt),
    {
      title: 'Run after',
      cell: ({ nextStartedAt }) =>
        nextStartedAt === undefined ? markOf('missed', 'none yet') : minuteText(nextStartedAt),
      sortBy: ({ nextStartedAt }) => nextStartedAt ?? '~',
    },
  ],
})}`,
  };
}

function summary({ audits, outcomes, missedRuns }: ReportDocument): string {
  const counted = (wanted: readonly WatchedOutcome[]) =>
    outcomes.filter(({ outcome }) => wanted.includes(outcome)).reduce((sum, { audits: own }) => sum + own, 0);
  const parts = [
    `${counted(['COMPLIANT'])} compliant`,
    `${counted(['WITH_FINDINGS'])} with findings`,
    `${counted(['INCOMPLETE'])} incomplete`,
    `${counted(['FAILED', 'CANCELED'])} failed or canceled`,
    `${counted(['GAVE_UP'])} given up by the watcher`,
    plural(missedRuns.count, 'missed run'),
  ];
  return `${plural(audits.count, 'audit')}: ${parts.join(', ')}.`;
}

function runsChart({ days, outcomes, missedRuns }: ReportDocument): Html {
  const total = new Map<string, number>();
  for (const { auditName, audits } of outcomes) total.set(auditName, (total.get(auditName) ?? 0) + audits);
  for (const { auditName } of missedRuns.listed) total.set(auditName, total.get(auditName) ?? 0);
  const names = [...total]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_NAMES)
    .map(([name]) => name);
  const known = new Set(days.map(({ day }) => day));
  const signs = [
    ...worstOfDay(outcomes),
    ...missedRuns.listed.map(({ auditName, dueAt }) => ({
      day: dayText(dueAt),
      auditName,
      look: 'missed' as const,
      words: 'missed run',
    })),
  ].filter(({ auditName, day }) => names.includes(auditName) && known.has(day));
  return chart({
    label: 'Signs: the worst outcome of each audit name on each day',
    height: 60 + 28 * names.length,
    marginLeft: 200,
    marginRight: 40,
    x: bandOf(days.map(({ day }) => day)),
    y: {
      type: 'band',
      domain: names,
      tickFormat: (name: string) => nameText(name).slice(0, 28),
      label: null,
      grid: true,
    },
    marks: [
      Plot.text(signs, {
        x: 'day',
        y: 'auditName',
        text: ({ look }: (typeof signs)[number]) => GLYPH[look],
        fill: ({ look }: (typeof signs)[number]) => `var(--${look})`,
        fontWeight: 'bold',
        fontSize: 13,
        title: ({ day, auditName, words }: (typeof signs)[number]) => `${day}, ${nameText(auditName)}: ${words}`,
      }),
    ],
  });
}

/** From what is worst to what is best. */
const WORST_FIRST: readonly WatchedOutcome[] = [
  'GAVE_UP',
  'FAILED',
  'CANCELED',
  'INCOMPLETE',
  'WITH_FINDINGS',
  'RUNNING',
  'COMPLIANT',
];

function worstOfDay(outcomes: ReportDocument['outcomes']) {
  const worst = new Map<string, ReportDocument['outcomes'][number]>();
  for (const one of outcomes.toSorted((a, b) => WORST_FIRST.indexOf(b.outcome) - WORST_FIRST.indexOf(a.outcome))) {
    worst.set(JSON.stringify([one.day, one.auditName]), one);
  }
  return [...worst.values()].map(({ day, auditName, outcome }) => ({
    day,
    auditName,
    look: lookOf(outcome),
    words: stateText(outcome),
  }));
}

const LEGEND = html`<ul class="legend">${(
  [
    ['bad', 'with findings'],
    ['unknown', 'incomplete, failed, canceled or given up'],
    ['good', 'compliant'],
    ['running', 'running'],
    ['missed', 'missed run'],
  ] as const
).map(([look, words]) => html`<li>${markOf(look, words)}</li>`)}</ul>`;

function auditsTable({ count, listed }: ReportDocument['audits'], rest: string): Html {
  return table<AuditRow>({
    caption: 'Audits, newest first',
    none: 'No audit started in this period.',
    rows: listed,
    count,
    rest,
    columns: [
      minuteColumn('Started (UTC)', ({ startedAt }) => startedAt),
      nameColumn('Audit', ({ auditName }) => auditName),
      { title: 'Outcome', cell: ({ outcome }) => mark(outcome) },
      durationColumn('Ran', ({ ranSeconds }) => ranSeconds),
      numberColumn('Checks', ({ checks }) => checks),
      numberColumn('Non-compliant', ({ nonCompliantChecks }) => nonCompliantChecks),
      numberColumn('Failed', ({ failedChecks }) => failedChecks),
      { title: 'Alerts', cell: alertsText },
      taskColumn(({ taskId }) => taskId),
    ],
  });
}
