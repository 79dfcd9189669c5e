// Brings every fault about at every call to AWS, each case run to its end, and prints the matrix; then sequences of faults.
// Exits with 1 when a case or a sequence is red, or the table in docs/reliability.md is another one.
//   --update       writes the table into the page
//   --only TEXT    runs the cases whose call or fault has TEXT in it; `sequences`: only the sequences of faults
//   --mutants      takes one safeguard away at a time, and expects red; with --only, those whose name has TEXT in it
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../local/assembly/cloud-assembly.ts';
import { runJest } from './jest.ts';
import { allParts, checkComplete, runMatrix } from './matrix.ts';
import { countsOf, matrixTable, mutantsTable, replaceBetween } from './page.ts';
import { runMutants } from './run-mutants.ts';
import { SLACK_SETTINGS } from './slack-cases.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const PAGE = join(PROJECT, 'docs/reliability.md');

const SEQUENCES = 'sequences';
const TIMES_AS_MANY_SEQUENCES = '30';

const { values } = parseArgs({
  options: { update: { type: 'boolean' }, only: { type: 'string' }, mutants: { type: 'boolean' } },
});
const started = Date.now();
const directory = await mkdtemp(join(tmpdir(), 'audit-watcher-faults-'));
try {
  process.exitCode = (await (values.mutants ? checkMutants() : checkFaults())) ? 0 : 1;
} finally {
  await rm(directory, { recursive: true });
}

async function checkFaults(): Promise<boolean> {
  const { only } = values;
  const isMatrixGreen = only === SEQUENCES || (await checkMatrix());
  const areSequencesGreen = (only !== undefined && only !== SEQUENCES) || (await checkSequences());
  return isMatrixGreen && areSequencesGreen;
}

/** The property of `npm test`, many more times. */
async function checkSequences(): Promise<boolean> {
  const results = await runJest(PROJECT, 'test/scenarios/fault-sequences', { FUZZ_RUNS: TIMES_AS_MANY_SEQUENCES });
  const failures = results.filter(({ status }) => status !== 'passed');
  for (const { fullName, failureMessages } of failures) {
    process.stderr.write(`RED  ${fullName}\n${failureMessages.join('\n')}\n`);
  }
  const isGreen = results.length > 0 && failures.length === 0;
  process.stdout.write(`sequences of faults: ${isGreen ? 'green' : 'red'}\n${seconds()}\n`);
  return isGreen;
}

async function checkMatrix(): Promise<boolean> {
  const { only } = values;
  const assemblies = { directory: join(directory, 'stack'), slackDirectory: join(directory, 'slack') };
  await Promise.all([
    synthesize(PROJECT, assemblies.directory),
    synthesize(PROJECT, assemblies.slackDirectory, SLACK_SETTINGS),
  ]);
  const rows = await runMatrix(allParts(assemblies, only), {
    onVerdict: (call, fault, { broken }) => {
      if (broken.length > 0) process.stderr.write(`RED  ${call} / ${fault}: ${broken.join('; ')}\n`);
    },
  });
  checkComplete(rows);
  const table = `${matrixTable(rows)}\n\n${countsOf(rows)}`;
  process.stdout.write(`${table}\n${seconds()}\n`);
  const isGreen = rows.every(({ verdicts }) => [...verdicts.values()].every(({ broken }) => broken.length === 0));
  return only === undefined ? (await keep('matrix', table)) && isGreen : isGreen;
}

async function checkMutants(): Promise<boolean> {
  const results = await runMutants(PROJECT, directory, values.only ?? '', (result) => {
    process.stderr.write(`${result.caughtBy === undefined ? 'SURVIVES' : 'red'}  ${result.name}: ${result.caughtBy}\n`);
  });
  const table = mutantsTable(results);
  process.stdout.write(`${table}\n${seconds()}\n`);
  return results.every(({ caughtBy }) => caughtBy !== undefined);
}

/** Writes a table into the page, or says whether it is there already. */
async function keep(name: string, text: string): Promise<boolean> {
  const page = await readFile(PAGE, 'utf8');
  const wanted = replaceBetween(page, name, text);
  if (wanted === page) return true;
  if (values.update) await writeFile(PAGE, wanted);
  else process.stderr.write('docs/reliability.md has another table. Run: npm run test:faults -- --update\n');
  return values.update === true;
}

function seconds(): string {
  return `${Math.round((Date.now() - started) / 1000)} s`;
}
