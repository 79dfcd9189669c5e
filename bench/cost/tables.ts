import { DEFAULTS } from '../../lib/configuration/settings.ts';
import { table } from '../markdown.ts';
import { POLLERS, useOfCompletionOnly, useWith, watchAtEnd, watchWith } from './alternatives.ts';
import { ACCOUNTS, type Account, AUDIT_KINDS, type AuditKind } from './audits.ts';
import { dollarsOf, HOURS_A_MONTH, metricDollars, sweepDollars, totalOf } from './dollars.ts';
import type { Measured, MeasuredAudit, WatchedAudit } from './measure.ts';
import { LOGGED_PER_STATE } from './play.ts';
import { PRICE } from './price-list.ts';
import { NO_USE, type Use } from './use.ts';

/** This one, as the tables call it. */
const OURS = 'this watcher';
const MINUTES_A_MONTH = HOURS_A_MONTH * 60;
const SWEEPS_A_MONTH = MINUTES_A_MONTH / DEFAULTS.sweepMinutes;

/** All tables, by the name of their markers. */
export function tablesOf(measured: Measured): Record<string, string> {
  return {
    accounts: accountsTable(measured),
    'other ways': alternativesTable(measured),
    audits: auditsTable(measured),
    'a poll': pollTable(measured),
    'at rest': restTable(measured),
  };
}

/** What three accounts pay a month. */
function accountsTable(measured: Measured): string {
  const rows = ACCOUNTS.map((account) => {
    const watching = monthOf(account, (kind) => totalOf(dollarsOf(auditOf(measured, kind).known.use)));
    const metrics = metricDollars(metricHoursOf(measured, account));
    const sweeps = sweepDollars(measured.sweeps.get(account) ?? NO_USE) * SWEEPS_A_MONTH;
    const rest = restDollars(measured);
    return [
      `**${account.name}**: ${account.what}`,
      cents(watching),
      cents(metrics),
      cents(sweeps),
      cents(rest),
      `**${cents(watching + metrics + sweeps + rest)}**`,
    ];
  });
  return table(['account, dollars a month', 'watching', 'custom metrics', 'sweeps', 'at rest', 'together'], rows);
}

/** Polls, dollars and delays of other ways, in the same accounts. */
function alternativesTable(measured: Measured): string {
  const head = ['watching, a month', ...ACCOUNTS.flatMap(({ name }) => [`${name}: polls`, 'dollars', 'delay'])];
  const rows = waysOf(measured).map(({ name, watch }) => [
    name,
    ...ACCOUNTS.flatMap((account) => [
      whole(monthOf(account, (kind) => watch(kind).use.polls)),
      cents(monthOf(account, (kind) => totalOf(dollarsOf(watch(kind).use)))),
      duration(delayOf(account, (kind) => watch(kind).delays)),
    ]),
  ]);
  return table(head, rows);
}

/** Mean time from a piece of news to the poll that sees it, over an account's month. */
function delayOf({ audits }: Account, of: (kind: AuditKind) => readonly number[]): number {
  // Every audit has as many news as another.
  const total = audits.reduce((sum, { kind, aMonth }) => sum + aMonth * mean(of(kind)), 0);
  return total / audits.reduce((sum, { aMonth }) => sum + aMonth, 0);
}

interface Way {
  readonly name: string;
  readonly watch: (kind: AuditKind) => WatchedAudit;
}

function waysOf(measured: Measured): Way[] {
  const { poll } = measured;
  const uses = [...measured.audits.values()].map(({ known }) => known.use);
  const shortest = uses.toSorted((a, b) => a.polls - b.polls)[0] ?? NO_USE;
  return [
    { name: `**${OURS}**`, watch: (kind) => auditOf(measured, kind).known },
    { name: `${OURS}, first audit of a name`, watch: (kind) => auditOf(measured, kind).first },
    ...POLLERS.map((poller) => ({
      name: poller.name,
      watch: (kind: AuditKind) => {
        const { polls, delays } = watchWith(poller, kind);
        const own = { use: auditOf(measured, kind).known.use, poll, stateEvents: LOGGED_PER_STATE };
        return { use: useWith(poller, polls, own), delays };
      },
    })),
    {
      name: 'notification at the end',
      watch: (kind) => ({ use: useOfCompletionOnly(shortest), delays: watchAtEnd(kind).delays }),
    },
  ];
}

/** What one audit uses, and costs. */
function auditsTable(measured: Measured): string {
  const known = (of: (use: Use) => string) => AUDIT_KINDS.map((kind) => of(auditOf(measured, kind).known.use));
  const first = (of: (use: Use) => string) => AUDIT_KINDS.map((kind) => of(auditOf(measured, kind).first.use));
  return table(
    ['', ...AUDIT_KINDS.map(titleOf)],
    [
      ['polls, first of its name', ...first(({ polls }) => whole(polls))],
      ['polls, with earlier ones', ...known(({ polls }) => tenths(polls))],
      ['messages', ...known(({ alerts }) => tenths(alerts))],
      ['transitions', ...known(({ transitions }) => tenths(transitions))],
      ['**together, $**', ...known((use) => `**${short(totalOf(dollarsOf(use)))}**`)],
      ['first of its name, $', ...first((use) => short(totalOf(dollarsOf(use))))],
    ],
  );
}

/** What a poll comes to. */
function pollTable({ poll, sending }: Measured): string {
  const { transitions, lambda, units, storage, logs } = dollarsOf(poll);
  const million = (dollars: number) => (dollars * 1e6).toFixed(2);
  return table(
    ['', 'count', 'dollars for a million polls'],
    [
      ['state transitions', tenths(poll.transitions), million(transitions)],
      ['Lambda invocations', tenths(poll.invocations), million(lambda)],
      ['write units, read units', `${tenths(poll.writeUnits)}, ${tenths(poll.readUnits)}`, million(units)],
      [`KB stored for ${DEFAULTS.retentionDays} days`, (poll.storedBytes / 1000).toFixed(2), million(storage)],
      ['KB of log', tenths(poll.logBytes / 1000), million(logs)],
      ['**together**', '', `**${million(totalOf(dollarsOf(poll)))}**`],
      [
        'each call of *Send alerts*: write units, read units',
        `${tenths(sending.writeUnits)}, ${tenths(sending.readUnits)}`,
        million(sending.writeUnits * PRICE.writeUnit + sending.readUnits * PRICE.readUnit),
      ],
    ],
  );
}

function restTable({ alarms }: Measured): string {
  return table(
    ['', 'dollars a month'],
    [
      ['KMS key of the topics (a dollar more after each of the first two yearly rotations)', cents(PRICE.key)],
      [`${alarms.count} alarms on ${alarms.metrics} metrics`, cents(alarms.metrics * PRICE.alarmMetric)],
      ['dashboard; nothing if the account has no more than three. `dashboard` leaves it out', cents(PRICE.dashboard)],
    ],
  );
}

function restDollars({ alarms }: Measured): number {
  return PRICE.key + alarms.metrics * PRICE.alarmMetric;
}

function monthOf({ audits }: Account, of: (kind: AuditKind) => number): number {
  return audits.reduce((total, { kind, aMonth }) => total + of(kind) * aMonth, 0);
}

/** Audits at the same time share the hours of what has not their name; that is not counted in their favour. */
function metricHoursOf(measured: Measured, { audits }: Account): Map<string, number> {
  const hours = new Map<string, number>();
  for (const { kind, aMonth } of audits) {
    for (const [metric, written] of auditOf(measured, kind).metricHours) {
      hours.set(metric, (hours.get(metric) ?? 0) + written * aMonth);
    }
  }
  return hours;
}

function auditOf({ audits }: Measured, kind: AuditKind): MeasuredAudit {
  const audit = audits.get(kind);
  if (audit === undefined) throw new Error(`No audit of ${kind.name} was measured.`);
  return audit;
}

function titleOf({ name, isScheduled }: AuditKind): string {
  return isScheduled ? name : `${name}, on demand`;
}

function cents(dollars: number): string {
  return dollars.toFixed(2);
}

/** Two digits that say something. */
function short(dollars: number): string {
  return dollars.toFixed(Math.max(2, 1 - Math.floor(Math.log10(dollars))));
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

function tenths(count: number): string {
  return String(Math.round(count * 10) / 10);
}

function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  return seconds < 6000 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0) / numbers.length;
}
