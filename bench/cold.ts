// Imports each built function in a fresh process and lets it do its first work against local endpoints, next to what
// NodejsFunction builds by default and to an unbundled build. Exits with 1 when a bound is missed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { functionBundle } from '../lib/function-bundles.ts';
import { synthesize } from '../local/cloud-assembly.ts';
import { deploy } from '../local/deployment.ts';
import { readRecording } from '../local/recording.ts';
import { packagesIn } from './bundle-packages.ts';
import { startAws } from './cold/aws.ts';
import { BUILDS, type Build, buildFunctions } from './cold/builds.ts';
import { type ColdStart, watchAudit } from './cold/measure.ts';
import { median } from './median.ts';

const PROJECT = resolve(import.meta.dirname, '..');
/** In the order in which they work on an audit, with a part of their names in the stack. */
const FUNCTIONS = new Map([
  ['check-audit', 'CheckAudit'],
  ['read-findings', 'ReadFindings'],
  ['send-alerts', 'SendAlerts'],
  ['slack-webhook', 'SlackWebhook'],
  ['find-audits', 'FindAudits'],
]);
const ROUNDS = 7;
/** Of the function that looks, some thousand times as often as any other works. */
const LOOK_CPU_BOUND = 0.6;
/** Of the others, whose first work is more, and the same in every build: a page of findings, an email, a call of `fetch`. */
const OTHER_CPU_BOUND = 0.75;
/** By which the median of a ratio may be off on a busy machine. */
const CPU_MARGIN = 0.05;
const BYTES_BOUND = 450_000;
const PACKAGES_SHOWN = 8;

/** What each function took in one round, by build. */
type Round = Readonly<Record<Build, ReadonlyMap<string, ColdStart>>>;

const folder = await mkdtemp(join(tmpdir(), 'audit-watcher-bench-'));
try {
  const rounds = await measure(folder);
  const missed = [...reportTimes(rounds), ...reportSizes()];
  console.log(missed.length === 0 ? '\nEvery bound is kept.' : `\nMissed: ${missed.join('; ')}.`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** All builds in each round, each round in another order, so that what else the machine does meets all of them. */
async function measure(folder: string): Promise<Round[]> {
  const assembly = await synthesize(PROJECT, join(folder, 'ours'), { slackWebhookSecretName: 'audit-watcher/slack' });
  const deployment = deploy(assembly);
  const built = await buildFunctions(PROJECT, folder, FUNCTIONS, deployment);
  const aws = await startAws(deployment, await readRecording(join(PROJECT, 'recordings/sample.json')));
  const rounds: Round[] = [];
  try {
    // The first round fills the caches of the file system and the table; it does not count.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const order = BUILDS.map((_, n) => BUILDS[(n + round) % BUILDS.length] ?? 'ours');
      const starts = new Map<Build, ReadonlyMap<string, ColdStart>>();
      for (const build of order) {
        starts.set(build, await watchAudit(built[build], FUNCTIONS, `round-${round}-${build}`, { aws, deployment }));
      }
      if (round > 0) rounds.push(Object.fromEntries(starts) as Round);
    }
  } finally {
    await aws.close();
  }
  return rounds;
}

function reportTimes(rounds: readonly Round[]): string[] {
  console.log(`Import and first work of each function in a fresh process of Node.js ${process.versions.node}`);
  console.log(`Medians of ${rounds.length} rounds; ratios are medians of the ratios within a round.\n`);
  console.log(row('', ['ours', 'default', 'unbundled', 'ours/default', 'ours/unbundled']));
  const missed: string[] = [];
  for (const entry of FUNCTIONS.keys()) {
    for (const [unit, what] of [['cpuMs', 'CPU'] as const, ['wallMs', 'wall'] as const]) {
      const of = (round: Round, build: Build) => round[build].get(entry)?.[unit] ?? Number.NaN;
      const times = BUILDS.map((build) => `${median(rounds.map((round) => of(round, build))).toFixed(0)} ms`);
      const ratioTo = (other: Build) => median(rounds.map((round) => of(round, 'ours') / of(round, other)));
      const ratio = ratioTo('default');
      console.log(row(`${entry}, ${what}`, [...times, ratio.toFixed(2), ratioTo('unbundled').toFixed(2)]));
      if (unit === 'cpuMs' && !(ratio <= cpuBound(entry) + CPU_MARGIN))
        missed.push(`${entry} takes ${ratio.toFixed(2)} of the CPU`);
    }
  }
  console.log(
    `\nBounds: CPU ours/default ${LOOK_CPU_BOUND} for check-audit, ${OTHER_CPU_BOUND} for the others, each and ${CPU_MARGIN} for noise.\n`,
  );
  return missed;
}

function cpuBound(entry: string): number {
  return entry === 'check-audit' ? LOOK_CPU_BOUND : OTHER_CPU_BOUND;
}

function reportSizes(): string[] {
  const missed: string[] = [];
  for (const entry of FUNCTIONS.keys()) {
    const bundle = functionBundle(entry);
    const bytes = Buffer.byteLength(bundle.code);
    const packages = packagesIn(bundle);
    const shown = packages.slice(0, PACKAGES_SHOWN).map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`);
    console.log(`${entry}: ${kilobytes(bytes)} kB, of which ${shown.join(', ')}`);
    if (bytes >= BYTES_BOUND) missed.push(`${entry} has ${bytes} bytes`);
    for (const { name, twice } of packages)
      if (twice !== undefined) missed.push(`${entry} has ${name} twice, ${twice}`);
  }
  console.log(`\nBound: less than ${kilobytes(BYTES_BOUND)} kB each, and no package twice.`);
  return missed;
}

function row(name: string, cells: readonly string[]): string {
  return `${name.padEnd(22)}${cells.map((cell) => cell.padStart(15)).join('')}`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
