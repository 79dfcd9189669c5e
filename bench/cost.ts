// Dollars for an audit, and a month of three typical accounts, next to the same for other ways to poll. Plays whole audits
// through the synthesized state machine with the built functions, in simulated time, and counts. Exits with 1 when
// docs/cost.md says something else.
//   --update   writes the tables into the pages
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../local/assembly/cloud-assembly.ts';
import { replaceBetween } from '../test/faults/page.ts';
import { measure } from './cost/measure.ts';
import { tablesOf } from './cost/tables.ts';

const PROJECT = resolve(import.meta.dirname, '..');

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
const directory = await mkdtemp(join(tmpdir(), 'audit-watcher-cost-'));
try {
  const assembly = await synthesize(PROJECT, directory);
  const measured = await measure(assembly, ({ name }) => process.stderr.write(`Playing audits of ${name}.\n`));
  const tables = tablesOf(measured);
  for (const [name, text] of Object.entries(tables)) console.log(`\n${name}\n\n${text}`);
  const problems = await keep('docs/cost.md', tables);
  console.log(problems.length === 0 ? '\nThe pages say the same.' : `\n${problems.join('\n')}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Writes tables into a page, or says that it has others. */
async function keep(page: string, tables: Readonly<Record<string, string>>): Promise<string[]> {
  const path = join(PROJECT, page);
  const text = await readFile(path, 'utf8');
  const wanted = Object.entries(tables).reduce((so, [name, each]) => replaceBetween(so, name, each), text);
  if (wanted === text) return [];
  if (!values.update) return [`${page} has other tables. Run: npm run bench:cost -- --update`];
  await writeFile(path, wanted);
  return [];
}
