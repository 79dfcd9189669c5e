// Asks a table with a long history, one with the last 90 days of it, and an empty one, and prints what the commands read and
// take. Exits with 1 when a bound is missed.
import { isDeepStrictEqual } from 'node:util';
import { conclude, median, missed, ratio, row } from './figures.ts';
import { Histories, LONG, type Runs, type Size } from './history/histories.ts';
import type { Run } from './history/run-command.ts';

const ROUNDS = 5;
/** Most of a command is the start of Node.js and the SDK, so these leave room for noise alone. */
const SLOWER_BOUND = 1.5;
const MEMORY_BOUND = 1.25;

const COMMANDS = {
  status: ['status'],
  'audits --since 7d': ['audits', '--since', '7d'],
  'history CHECK': ['history', 'iot_policy_overly_permissive'],
  'findings --open': ['findings', '--open', '--quiet'],
} as const;

const begun = performance.now();
const histories = await Histories.fill();
const problems: string[] = [];
for (const [name, argv] of Object.entries(COMMANDS)) {
  const runs = await histories.run(ROUNDS, () => argv);
  problems.push(...(name === 'findings --open' ? streamed(name, runs) : counted(name, runs)));
}
await histories.close();
console.log(`\nTook ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
conclude(problems);

/** A command whose reads do not depend on how long the history is. */
function counted(name: string, runs: Runs): string[] {
  const { short, long } = runs;
  const [first] = long;
  const same = [...short, ...long].every(({ reads }) => isDeepStrictEqual(reads, first?.reads));
  const slower = slowerThanEmpty(runs);
  row(name, `${same ? 'the same' : 'OTHER'} reads in both: ${readsText(first)}`);
  row('', `time × ${ratio(slower, 1)} of an empty table`);
  if (!same) row('', `short: ${readsText(short[0])}`);
  return missed({
    [`${name} reads more in a long history`]: same,
    [`${name} scans`]: first !== undefined && !('Scan' in first.reads),
    [`${name} fails: ${first?.notes}`]: [...short, ...long].every(({ exitCode, lines }) => exitCode === 0 && lines > 1),
    [`${name} takes × ${ratio(slower, 1)} of an empty table (bound ${SLOWER_BOUND})`]: slower <= SLOWER_BOUND,
  });
}

/** A command that writes everything: what it takes until its first line, and its memory, do not depend on how much that is. */
function streamed(name: string, runs: Runs): string[] {
  const { short, long } = runs;
  const slower = slowerThanEmpty(runs);
  const peak = (size: Size) => median(runs[size].map(({ peakMb }) => peakMb));
  const more = peak('long') / peak('short');
  const same = [...short, ...long].every(({ itemsToFirstLine }) => itemsToFirstLine === long[0]?.itemsToFirstLine);
  row(name, `${long[0]?.lines} lines; first after ${long[0]?.itemsToFirstLine} items (${short[0]?.itemsToFirstLine})`);
  row('', `first line after × ${ratio(slower, 1)} of an empty table`);
  const memory = `${peak('long').toFixed(0)} MB of memory at most`;
  row(
    '',
    `${memory}, × ${ratio(more, 1)} of the short history, × ${ratio(peak('long'), peak('empty'))} of an empty table`,
  );
  return missed({
    [`${name} writes ${long[0]?.lines} lines: ${long[0]?.notes}`]: long.every(({ lines }) => lines > LONG.findings),
    [`${name} reads more before its first line of a long list`]: same,
    [`${name} takes × ${ratio(slower, 1)} of an empty table to its first line (bound ${SLOWER_BOUND})`]:
      slower <= SLOWER_BOUND,
    [`${name} takes × ${ratio(more, 1)} of the memory (bound ${MEMORY_BOUND})`]: more <= MEMORY_BOUND,
  });
}

/** The median of the rounds. */
function slowerThanEmpty({ empty, long }: Runs): number {
  return median(long.map(({ milliseconds }, round) => milliseconds / (empty[round]?.milliseconds ?? Number.NaN)));
}

function readsText(run: Run | undefined): string {
  return Object.entries(run?.reads ?? {})
    .map(([operation, { calls, items }]) => `${calls} ${operation} (${items} items)`)
    .join(', ');
}
