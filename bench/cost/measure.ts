import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { ACCOUNTS, type Account, AUDIT_KINDS, type AuditKind, KNOWN_RUNS, RUNS } from './audits.ts';
import { DAYS_A_MONTH } from './dollars.ts';
import { CountingStack, type PlayedWatch } from './play.ts';
import { dividedBy, NO_USE, plus, type Use } from './use.ts';

/** All that is counted. */
export interface Measured {
  readonly audits: ReadonlyMap<AuditKind, MeasuredAudit>;
  /** One poll, on average over long audits. */
  readonly poll: Use;
  /** One call of *Send alerts*, on the average of all. */
  readonly sending: { readonly writeUnits: number; readonly readUnits: number };
  /** One sweep, by account. */
  readonly sweeps: ReadonlyMap<Account, Use>;
  /** Alarms of the stack, and metrics that these are on. */
  readonly alarms: { readonly count: number; readonly metrics: number };
}

export interface WatchedAudit {
  readonly use: Use;
  /** From each piece of news to the poll that saw it, in seconds. */
  readonly delays: readonly number[];
}

export interface MeasuredAudit {
  /** The first of its name. */
  readonly first: WatchedAudit;
  /** With earlier audits of its name, on the average. */
  readonly known: WatchedAudit;
  /** Hours in which a custom metric was written, by metric. */
  readonly metricHours: ReadonlyMap<string, number>;
}

/** Plays all kinds of audits, one after the other, and the sweeps of the accounts. */
export async function measure(assembly: CloudAssembly, onAudit: (kind: AuditKind) => void): Promise<Measured> {
  const played = new Map<AuditKind, readonly PlayedWatch[]>();
  for (const kind of AUDIT_KINDS) {
    onAudit(kind);
    played.set(kind, await playRuns(assembly, kind));
  }
  const sweeps = new Map<Account, Use>();
  for (const account of ACCOUNTS) sweeps.set(account, await sweep(assembly, account));
  const all = [...played.values()].flat();
  return {
    audits: new Map([...played].map(([kind, runs]) => [kind, measuredAudit(runs)])),
    poll: pollOf(all),
    sending: sendingOf(all),
    sweeps,
    alarms: alarmsOf(assembly),
  };
}

/** Each kind on a stack of its own: the audits of a name are the history of the next. */
async function playRuns(assembly: CloudAssembly, kind: AuditKind): Promise<PlayedWatch[]> {
  const stack = await CountingStack.start(assembly);
  try {
    const runs: PlayedWatch[] = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await stack.watch(kind, run));
    return runs;
  } finally {
    await stack.close();
  }
}

function measuredAudit(runs: readonly PlayedWatch[]): MeasuredAudit {
  const known = KNOWN_RUNS.flatMap((run) => runs.slice(run, run + 1));
  return {
    first: average(runs.slice(0, 1)),
    known: average(known),
    metricHours: known.at(-1)?.metricHours ?? new Map(),
  };
}

function average(runs: readonly PlayedWatch[]): WatchedAudit {
  const total = runs.reduce((sum, { use }) => plus(sum, use), NO_USE);
  return { use: dividedBy(total, runs.length), delays: runs.flatMap(({ delays }) => delays) };
}

/** The difference between the longest watch and one of few polls, for each poll between. */
function pollOf(all: readonly PlayedWatch[]): Use {
  const uses = all.map(({ use }) => use).toSorted((a, b) => a.polls - b.polls);
  const many = uses.at(-1) ?? NO_USE;
  // As many alerts: only polls are between them.
  const few = uses.find(({ alerts }) => alerts === many.alerts) ?? NO_USE;
  return dividedBy(plus(many, few, -1), many.polls - few.polls);
}

function sendingOf(all: readonly PlayedWatch[]): Measured['sending'] {
  const total = (of: (sending: PlayedWatch['sending']) => number) =>
    all.reduce((sum, { sending }) => sum + of(sending), 0);
  const count = total(({ invocations }) => invocations);
  return {
    writeUnits: total(({ writeUnits }) => writeUnits) / count,
    readUnits: total(({ readUnits }) => readUnits) / count,
  };
}

async function sweep(assembly: CloudAssembly, { audits }: Account): Promise<Use> {
  const stack = await CountingStack.start(assembly);
  try {
    const aDay = ({ aMonth }: Account['audits'][number]) => Math.ceil(aMonth / DAYS_A_MONTH);
    return await stack.sweep(audits.flatMap((audit) => Array.from({ length: aDay(audit) }, () => audit.kind)));
  } finally {
    await stack.close();
  }
}

/** An alarm on metric math costs for each metric in it. */
function alarmsOf({ resources }: CloudAssembly): Measured['alarms'] {
  const alarms = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const metricsOf = ({ Metrics }: { readonly Metrics?: readonly { readonly MetricStat?: unknown }[] }) =>
    Metrics === undefined ? 1 : Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
  return {
    count: alarms.length,
    metrics: alarms.reduce((sum, { Properties }) => sum + metricsOf(Properties ?? {}), 0),
  };
}
