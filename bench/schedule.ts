import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { PollSpacing } from '../lambda/audit/polling/next-poll.ts';
import { ALERT_DELAYS, type AlertDelay, paceOf } from '../lib/configuration/alert-delay.ts';
import { DEFAULTS } from '../lib/configuration/settings.ts';
import { mostLearnedPolls } from '../lib/watching/watch-pace.ts';
import { replaceBetween } from '../test/faults/page.ts';
import { PRICE } from './cost/price-list.ts';
import { missed } from './figures.ts';
import { table } from './markdown.ts';
import { frontierChart } from './schedule/chart.ts';
import { type AuditSeries, fleetOf } from './schedule/fleet.ts';
import { delayAt } from './schedule/frontier.ts';
import {
  type Figures,
  measureNotification,
  measureOptimum,
  measurePoller,
  measureWatcher,
} from './schedule/measure.ts';
import { exponentialPoller, fixedPoller, RETRY_POLLER } from './schedule/pollers.ts';

// Watches simulated audits in every way, and prints what each costs and how late it hears of news. Exit code 1 when the
// schedule that is deployed misses a bound, or when docs/schedule.md shows other figures.

/** Used for nothing else: the schedule was tuned on the seeds 1 to 6. */
const SEED = 7_140_021;
const SIZE = { names: 120, history: 10, runs: 20 };
const SAMPLE = 15_000;

const FIXED_SECONDS = [2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 2400];
const LONGEST_SECONDS = [4, 8, 15, 30, 60, 120, 300, 600, 1200, 2400];
/** Seconds of delay for which the optimum makes one poll less. */
const PRICES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
/** What is wanted, at equal polls; with a margin for the draw of the audits. */
const BOUNDS = { fixed: 1 / 4, exponential: 1 / 2, optimum: 1.5, withoutHistory: 1 };
const MARGIN = 1.05;

/** Each fifth of the names, and a pause that suits audits of its duration. */
const DURATIONS = [
  ['1 to 10 s', 5],
  ['10 s to 1.5 min', 10],
  ['1.5 to 15 min', 30],
  ['15 min to 2.5 h', 60],
  ['2.5 h to a day', 300],
] as const;

const PAGE = new URL('../docs/schedule.md', import.meta.url);
const CHART = new URL('../docs/schedule.svg', import.meta.url);

const { values: options } = parseArgs({
  options: { seed: { type: 'string' }, names: { type: 'string' }, update: { type: 'boolean' } },
});
const { alertDelay } = DEFAULTS;
const isStandard = options.seed === undefined && options.names === undefined;
const fleet = fleetOf(Number(options.seed ?? SEED), { ...SIZE, names: Number(options.names ?? SIZE.names) });

const fixed = FIXED_SECONDS.map((seconds) => measurePoller(fleet, fixedPoller(seconds)));
const exponential = LONGEST_SECONDS.map((seconds) => measurePoller(fleet, exponentialPoller(seconds)));
const optimum = measureOptimum(fleet, SAMPLE, DEFAULTS.minWaitSeconds, PRICES);
const first = ALERT_DELAYS.map((delay) => measureWatcher(`${delay}, first audit`, fleet, spacingOf(delay), 0));
const known = ALERT_DELAYS.map((delay) => measureWatcher(`${delay}, 10 known`, fleet, spacingOf(delay), 10));
const others = [
  ...fixed.filter(({ name }) => ['fixed 30 s', 'fixed 60 s', 'fixed 120 s', 'fixed 300 s'].includes(name)),
  ...exponential.filter(({ name }) => name === 'exponential to 120 s'),
  measurePoller(fleet, RETRY_POLLER),
  measureNotification(fleet),
];
const tables = [
  figuresTable([...first, ...fewKnown(fleet), ...known, ...others]),
  '',
  ratiosTable([...first, ...known]),
  '',
  durationsTable(),
].join('\n');
console.log(tables);

const problems = missed({
  ...Object.fromEntries([...known.flatMap(boundsWithHistory), ...first.flatMap(boundsWithoutHistory)]),
  ...(isStandard ? { 'docs/schedule.md has other figures: npm run bench:schedule -- --update': pageIsTrue() } : {}),
});
for (const problem of problems) console.log(`MISSED: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

function spacingOf(delay: AlertDelay): PollSpacing {
  const pace = paceOf({ ...DEFAULTS, alertDelay: delay });
  return { ...pace, mostLearnedPolls: mostLearnedPolls(pace) };
}

function fewKnown(audits: readonly AuditSeries[]): Figures[] {
  return [1, 3].map((count) => measureWatcher(`${alertDelay}, ${count} known`, audits, spacingOf(alertDelay), count));
}

function figuresTable(figures: readonly Figures[]): string {
  return table(
    ['', 'polls', 'transitions', 'dollars for 1,000 audits', 'delay, mean', 'median', '95 %'],
    figures.map(({ name, polls, transitions, delay, median, p95 }) => {
      const dollars = 1000 * (transitions * PRICE.transition + polls * PRICE.invocation);
      const delays = [delay, median, p95].map((seconds) => `${seconds.toFixed(1)} s`);
      return [name, polls.toFixed(1), transitions.toFixed(0), dollars.toFixed(2), ...delays];
    }),
  );
}

function ratiosTable(figures: readonly Figures[]): string {
  return table(
    ['delay at equal polls, next to', 'fixed pause', 'exponential', 'optimum'],
    figures.map((each) => {
      const { toFixedPause, toExponential, toOptimum } = ratiosOf(each);
      return [each.name, ...[toFixedPause, toExponential, toOptimum].map((ratio) => `× ${ratio.toFixed(2)}`)];
    }),
  );
}

/** The names are in the order of their durations: a fifth of them is about a decade. */
function durationsTable(): string {
  const size = fleet.length / DURATIONS.length;
  return table(
    [
      'duration',
      'fixed pause of',
      'polls, delay',
      `${alertDelay}, first audit`,
      `${alertDelay}, 10 known`,
      'delay at equal polls, next to a fixed pause',
    ],
    DURATIONS.map(([duration, pause], index) => {
      const audits = fleet.slice(index * size, (index + 1) * size);
      const pauses = [0.5, 1, ...FIXED_SECONDS].map((seconds) => measurePoller(audits, fixedPoller(seconds)));
      const [without, learned] = [0, 10].map((count) => measureWatcher('', audits, spacingOf(alertDelay), count));
      const same = measurePoller(audits, fixedPoller(pause));
      const ratio = learned === undefined ? Number.NaN : learned.delay / delayAt(pauses, learned.polls);
      return [duration, `${pause} s`, ...[same, without, learned].map(pollsAndDelay), `× ${ratio.toFixed(2)}`];
    }),
  );
}

function pollsAndDelay(figures: Figures | undefined): string {
  return figures === undefined ? '' : `${figures.polls.toFixed(1)}, ${figures.delay.toFixed(1)} s`;
}

function ratiosOf({ polls, delay }: Figures) {
  return {
    toFixedPause: delay / delayAt(fixed, polls),
    toExponential: delay / delayAt(exponential, polls),
    toOptimum: delay / delayAt(optimum, polls),
  };
}

function boundsWithHistory(each: Figures): [string, boolean][] {
  const { toFixedPause, toExponential, toOptimum } = ratiosOf(each);
  return [
    [`${each.name}: a quarter of the delay of a fixed pause`, toFixedPause <= BOUNDS.fixed * MARGIN],
    [`${each.name}: half of the delay of exponential pauses`, toExponential <= BOUNDS.exponential * MARGIN],
    [`${each.name}: 1.5 times the delay of the optimum`, toOptimum <= BOUNDS.optimum * MARGIN],
  ];
}

function boundsWithoutHistory(each: Figures): [string, boolean][] {
  const { toFixedPause, toExponential } = ratiosOf(each);
  return [
    [`${each.name}: less delay than a fixed pause`, toFixedPause < BOUNDS.withoutHistory],
    [`${each.name}: less delay than exponential pauses`, toExponential < BOUNDS.withoutHistory],
  ];
}

/** Whether the page shows these figures; with --update it does afterwards. */
function pageIsTrue(): boolean {
  const page = readFileSync(PAGE, 'utf8');
  const shown = replaceBetween(page, 'figures', tables);
  if (!options.update) return shown === page;
  writeFileSync(PAGE, shown);
  writeFileSync(CHART, chart());
  return true;
}

function chart(): string {
  return frontierChart([
    { name: 'fixed pause', points: fixed, label: 'right' },
    { name: 'exponential', points: exponential, label: 'right' },
    { name: 'without history', points: first, label: 'left' },
    { name: '10 audits known', points: known, label: 'right' },
    { name: 'optimum', points: optimum, label: 'left' },
  ]);
}
