import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudAssembly } from '../../local/cloud-assembly.ts';
import type { CallSite } from './calls.ts';
import type { FaultCase } from './injection.ts';
import type { Verdict } from './invariants.ts';
import { FAULT_KINDS, type FaultKind } from './kinds.ts';
import { LOOP_SCENARIOS, LoopCases, type LoopScenario } from './loop-cases.ts';
import { SweepCases } from './sweep-cases.ts';

/** A row of the matrix: a call, and what became of it under each fault. */
export interface MatrixRow {
  readonly site: CallSite;
  /** By name of the fault; those that are missing were not run. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

export interface MatrixOptions {
  readonly wants?: (faultCase: FaultCase) => boolean;
  readonly onVerdict?: (faultCase: FaultCase, verdict: Verdict) => void;
  /** Ends the run; what was not run yet is missing. */
  readonly isEnough?: () => boolean;
}

/** Audits side by side: more would only wait for each other. */
const WIDTH = 6;
const CHAT_TOPIC = /OperationsTopic/;

/** A call of lambda/aws is not in the matrix: no scenario comes by it. */
export class CallsMissingError extends Error {
  override readonly name = 'CallsMissingError';
}

/** Finds all calls by runs without faults, then brings each fault about at each of them. */
export async function runMatrix(assembly: CloudAssembly, options: MatrixOptions = {}): Promise<MatrixRow[]> {
  const parts = await Promise.allSettled([runLoop(assembly, options), runSweep(assembly, options)]);
  const rows = parts.flatMap((part) => {
    if (part.status === 'rejected') throw part.reason;
    return part.value;
  });
  if (!options.isEnough?.()) checkComplete(rows.map(({ site }) => site));
  return rows;
}

async function runLoop(assembly: CloudAssembly, options: MatrixOptions): Promise<MatrixRow[]> {
  const known = new Set<string>();
  const { rows, note } = recordRows();
  const run = async (cases: LoopCases, scenario: LoopScenario) => {
    if (options.isEnough?.()) return;
    // A scenario adds the calls that those before it did not come by.
    const sites = (await cases.sitesOf(scenario)).filter(({ key }) => !known.has(key));
    for (const { key } of sites) known.add(key);
    for (const site of sites) rows.set(site, new Map());
    for (const kind of FAULT_KINDS) {
      const wanted = casesOf(sites, kind).filter((faultCase) => options.wants?.(faultCase) ?? true);
      for (let from = 0; from < wanted.length && !options.isEnough?.(); from += WIDTH) {
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

async function runSweep(assembly: CloudAssembly, options: MatrixOptions): Promise<MatrixRow[]> {
  const { rows, note } = recordRows();
  const sweep = await SweepCases.start(assembly);
  try {
    const sites = (await sweep.sites()).filter(({ isLater }) => !isLater);
    for (const site of sites) rows.set(site, new Map());
    for (const kind of FAULT_KINDS) {
      for (const faultCase of casesOf(sites, kind).filter((each) => options.wants?.(each) ?? true)) {
        if (options.isEnough?.()) break;
        note([faultCase], [await sweep.run(faultCase)], options);
      }
    }
  } finally {
    await sweep.close();
  }
  return toRows(rows);
}

/** A spell is the same at a later moment; what happens once is not. */
function casesOf(sites: readonly CallSite[], kind: FaultKind): FaultCase[] {
  const hit = kind.spellSeconds === undefined ? sites : sites.filter(({ isLater }) => !isLater);
  return hit.map((site) => ({ site, kind }));
}

function recordRows() {
  const rows = new Map<CallSite, Map<string, Verdict>>();
  const note = (cases: readonly FaultCase[], verdicts: readonly Verdict[], { onVerdict }: MatrixOptions) => {
    for (const [index, faultCase] of cases.entries()) {
      const verdict = verdicts[index];
      if (verdict === undefined) continue;
      rows.get(faultCase.site)?.set(faultCase.kind.name, verdict);
      onVerdict?.(faultCase, verdict);
    }
  };
  return { rows, note };
}

function toRows(rows: ReadonlyMap<CallSite, ReadonlyMap<string, Verdict>>): MatrixRow[] {
  return [...rows].map(([site, verdicts]) => ({ site, verdicts }));
}

/** Every command of the SDK that lambda/aws sends must be in the matrix. */
function checkComplete(sites: readonly CallSite[]): void {
  const called = new Set(sites.map(({ operation }) => operation.split('.')[1]));
  const missing = commandsInSource().filter((command) => !called.has(command));
  if (missing.length === 0) return;
  throw new CallsMissingError(
    `No scenario of test/faults comes by ${missing.join(', ')}, which lambda/aws calls. ` +
      'Give test/faults/recordings.ts or one of the scenarios what makes it happen.',
  );
}

function commandsInSource(): string[] {
  const folder = join(import.meta.dirname, '../../lambda/aws');
  const sources = globSync('*.ts', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
  const named = sources.flatMap((source) => [...source.matchAll(/new (\w+)Command\(|paginate(\w+)\(/g)]);
  const operations = named.map(([, command = '', paginated = '']) => command || paginated);
  return [...new Set(operations.map((operation) => DOCUMENT_OPERATIONS[operation] ?? operation))];
}

/** The document client has names of its own. */
const DOCUMENT_OPERATIONS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  BatchGet: 'BatchGetItem',
};
