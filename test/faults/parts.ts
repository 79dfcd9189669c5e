import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { type CallSite, familyOf, functionNameOf } from './calls.ts';
import type { FaultCase } from './injection.ts';
import type { Verdict } from './invariants.ts';
import { FAULT_KINDS, type FaultKind } from './kinds.ts';
import { LOOP_SCENARIOS, LoopCases, type LoopScenario } from './loop-cases.ts';
import { runSlackCase, slackSites } from './slack-cases.ts';
import { SweepCases } from './sweep-cases.ts';

/** A row of the matrix: a call, and what became of it under each fault. */
export interface MatrixRow {
  readonly site: CallSite;
  /** By name of the fault; those that are missing were not run. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** What to run of a part of the matrix. */
interface PartOptions {
  /** Names of faults. */
  readonly kinds: readonly string[];
  /** Text that call or fault must have in it. */
  readonly only?: string;
  readonly onVerdict: (faultCase: FaultCase, verdict: Verdict) => void;
}

/** Audits side by side: more would only wait for each other. */
const WIDTH = 6;
const CHAT_TOPIC = /OperationsTopic/;

/** The calls of the loop, without and with a topic for chats. */
export async function runLoop(assembly: CloudAssembly, options: PartOptions): Promise<MatrixRow[]> {
  const known = new Set<string>();
  const { rows, note } = recordRows();
  const run = async (cases: LoopCases, scenario: LoopScenario) => {
    // A scenario adds the calls that those before it did not come by.
    const sites = (await cases.sitesOf(scenario)).filter(({ key }) => !known.has(key));
    for (const { key } of sites) known.add(key);
    for (const site of sites) rows.set(site, new Map());
    for (const kind of FAULT_KINDS) {
      const wanted = casesOf(sites, kind).filter((faultCase) => wants(faultCase, options));
      for (let from = 0; from < wanted.length; from += WIDTH) {
        const batch = wanted.slice(from, from + WIDTH);
        note(batch, await cases.run(scenario, batch), options);
      }
    }
  };

  const loop = await LoopCases.start(assembly);
  try {
    for (const scenario of LOOP_SCENARIOS) await run(loop, scenario);
  } finally {
    await loop.close();
  }
  const [troubled] = LOOP_SCENARIOS;
  const chatTopic = loop.topicArns.find((arn) => CHAT_TOPIC.test(arn));
  if (troubled === undefined || chatTopic === undefined)
    throw new Error('The stack has no second topic to publish to.');
  // Any topic of the stack will do for chats: what is published to it is what counts.
  const withChat = await LoopCases.start(assembly, { CHAT_TOPIC_ARN: chatTopic });
  try {
    await run(withChat, { ...troubled, name: 'chat' });
  } finally {
    await withChat.close();
  }
  return toRows(rows);
}

/** The calls of the sweep. */
export async function runSweep(assembly: CloudAssembly, options: PartOptions): Promise<MatrixRow[]> {
  const { rows, note } = recordRows();
  const sweep = await SweepCases.start(assembly);
  try {
    const sites = (await sweep.sites()).filter(({ isLater }) => !isLater);
    for (const site of sites) rows.set(site, new Map());
    // It has no lease to lose.
    for (const kind of FAULT_KINDS.filter(({ second }) => second === undefined)) {
      for (const faultCase of casesOf(sites, kind).filter((faultCase) => wants(faultCase, options))) {
        note([faultCase], [await sweep.run(faultCase)], options);
      }
    }
  } finally {
    await sweep.close();
  }
  return toRows(rows);
}

/** The calls of the function that posts to Slack. */
export async function runSlack(assembly: CloudAssembly, options: PartOptions): Promise<MatrixRow[]> {
  const { rows, note } = recordRows();
  const sites = await slackSites(assembly);
  for (const site of sites) rows.set(site, new Map());
  for (const kind of FAULT_KINDS.filter(({ second }) => second === undefined)) {
    for (const faultCase of casesOf(sites, kind).filter((faultCase) => wants(faultCase, options))) {
      note([faultCase], [await runSlackCase(assembly, faultCase)], options);
    }
  }
  return toRows(rows);
}

/** A spell is the same at a later moment; what happens once is not. An outage hits an operation, wherever it is called. */
function casesOf(sites: readonly CallSite[], kind: FaultKind): FaultCase[] {
  const firsts = sites.filter(({ isLater }) => !isLater);
  const firstOf = (groupOf: (site: CallSite) => string) =>
    [...Map.groupBy(firsts, groupOf).values()].flatMap(([first]) => first ?? []);
  const hit = () => {
    if (kind.mayGiveUp) return firstOf(nameOf);
    if (kind.alike) return firstOf(familyOf);
    return kind.spellSeconds === undefined ? sites : firsts;
  };
  return hit().map((site) => ({ site, kind }));
}

/** `SendAlerts: GetItem` */
function nameOf(site: CallSite): string {
  return [functionNameOf(site), site.operation].join(' ');
}

function wants({ site, kind }: FaultCase, { kinds, only = '' }: PartOptions): boolean {
  return kinds.includes(kind.name) && `${site.label} / ${kind.name}`.includes(only);
}

function recordRows() {
  const rows = new Map<CallSite, Map<string, Verdict>>();
  const note = (cases: readonly FaultCase[], verdicts: readonly Verdict[], { onVerdict }: PartOptions) => {
    for (const [index, faultCase] of cases.entries()) {
      const verdict = verdicts[index];
      if (verdict === undefined) continue;
      rows.get(faultCase.site)?.set(faultCase.kind.name, verdict);
      onVerdict(faultCase, verdict);
    }
  };
  return { rows, note };
}

function toRows(rows: ReadonlyMap<CallSite, ReadonlyMap<string, Verdict>>): MatrixRow[] {
  return [...rows].map(([site, verdicts]) => ({ site, verdicts }));
}
