// What a developer waits for, next to what importing aws-cdk-lib alone takes. Exits with 1 when a bound is missed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { conclude, median } from './figures.ts';

const PROJECT = resolve(import.meta.dirname, '..');
const ROUNDS = 3;
/** What a busy machine may add to a bound. */
const MARGIN = 0.2;
/** The first poll on the display: `00:00  NightlyFleetAudit  poll 1 …`. */
const PROGRESS = /^\d\d:\d\d {2}/m;

interface Task {
  readonly name: string;
  readonly command: readonly string[];
  /** Done with the first output like this, rather than at the end. */
  readonly until?: RegExp;
  /** Seconds. */
  readonly bound?: number;
  /** Times the import of aws-cdk-lib. */
  readonly ratioBound?: number;
  /** It takes long: in the first round only. */
  readonly once?: boolean;
}

const folder = await mkdtemp(join(tmpdir(), 'audit-watcher-bench-'));
const IMPORT: Task = {
  name: 'import aws-cdk-lib',
  command: ['node', '--input-type=module', '--eval', "import 'aws-cdk-lib'"],
};
const start = ['npm', 'start', '--silent', '--', '--fresh', '--data'];
const TASKS: readonly Task[] = [
  { name: 'npm start, first progress', command: [...start, join(folder, 'first')], until: PROGRESS, bound: 5 },
  { name: 'npm start, end', command: [...start, join(folder, 'end')], bound: 35, once: true },
  { name: 'cdk synth', command: ['npx', 'cdk', 'synth', '--quiet', '-o', join(folder, 'cdk.out')], ratioBound: 16 },
  {
    name: 'one unit test of the stack',
    command: ['npm', 'test', '--silent', '--', '--coverage=false', 'test/lib/audit-watcher-stack.test.ts'],
    ratioBound: 12,
  },
];

try {
  const rounds: Map<Task, number>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const seconds = new Map<Task, number>();
    for (const task of [IMPORT, ...TASKS]) {
      if (round === 0 || task.once !== true) seconds.set(task, await secondsOf(task));
    }
    rounds.push(seconds);
  }
  report(rounds);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function secondsOf({ name, command, until }: Task): Promise<number> {
  const [program = '', ...options] = command;
  const startedAt = performance.now();
  const child = spawn(program, options, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const { code, printed } = await ended(child, until);
  if (code !== 0 && until === undefined) throw new Error(`${name} failed with ${code}:\n${printed}`);
  if (until !== undefined && !until.test(printed)) throw new Error(`${name} showed none:\n${printed}`);
  return (performance.now() - startedAt) / 1000;
}

/** Waits for the end, or kills the command and all that it started once it printed `until`. */
async function ended(
  child: ChildProcess,
  until: RegExp | undefined,
): Promise<{ code: number | null; printed: string }> {
  let printed = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (until?.test(printed) !== true || child.pid === undefined) return;
        process.kill(-child.pid, 'SIGKILL');
        resolve({ code: null, printed });
      });
    }
    child.on('error', reject).on('close', (code) => resolve({ code, printed }));
  });
}

function report(rounds: readonly ReadonlyMap<Task, number>[]): void {
  console.log(`Medians of ${rounds.length} rounds; ratios are medians of the ratios within a round.\n`);
  const missed: string[] = [];
  for (const task of [IMPORT, ...TASKS]) {
    const measured = rounds.filter((round) => round.has(task));
    const seconds = median(measured.map((round) => round.get(task) ?? Number.NaN));
    const ratio = median(measured.map((round) => (round.get(task) ?? Number.NaN) / (round.get(IMPORT) ?? Number.NaN)));
    const { name, bound, ratioBound } = task;
    const bounds = [
      ...(bound === undefined ? [] : [`bound ${bound} s`]),
      ...(ratioBound === undefined ? [] : [`bound × ${ratioBound}`]),
    ];
    console.log(`${name.padEnd(30)}${seconds.toFixed(2).padStart(8)} s   × ${ratio.toFixed(2)}   ${bounds.join(', ')}`);
    if (bound !== undefined && !(seconds <= bound * (1 + MARGIN))) missed.push(`${name} takes ${seconds.toFixed(1)} s`);
    if (ratioBound !== undefined && !(ratio <= ratioBound * (1 + MARGIN))) {
      missed.push(`${name} takes ${ratio.toFixed(1)} times the import`);
    }
  }
  console.log(`\nBounds may be missed by ${MARGIN * 100} % for noise.`);
  conclude(missed);
}
