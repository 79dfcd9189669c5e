// Many audits at once against an API with a quota, and a table with a long history. Prints what both come to as ratios to
// the quota and to a small table. Exits with 1 when an audit failed or was lost, or when another bound is missed.
//   --uncapped   only the many audits, with as many invocations at once as AWS grants by default
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../local/assembly/cloud-assembly.ts';
import { conclude } from './figures.ts';
import { fullTable } from './load/full-table.ts';
import { LAMBDA_CONCURRENCY, manyAudits } from './load/many-audits.ts';

const { values } = parseArgs({ options: { uncapped: { type: 'boolean' } } });
const directory = await mkdtemp(join(tmpdir(), 'audit-watcher-load-'));
try {
  const begun = performance.now();
  const assembly = await synthesize(resolve(import.meta.dirname, '..'), join(directory, 'assembly'));
  const missed = values.uncapped
    ? await manyAudits(assembly, LAMBDA_CONCURRENCY.standard)
    : [...(await manyAudits(assembly, LAMBDA_CONCURRENCY.small)), ...(await fullTable(assembly, directory))];
  const { user, system } = process.cpuUsage();
  const [wallSeconds, cpuSeconds] = [(performance.now() - begun) / 1000, (user + system) / 1_000_000];
  console.log(`\nTook ${wallSeconds.toFixed(0)} s, and ${cpuSeconds.toFixed(0)} s of processor time.`);
  conclude(missed);
} finally {
  await rm(directory, { recursive: true, force: true });
}
