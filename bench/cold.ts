// Imports each built function in a fresh process and lets it do its first work against local endpoints, next to what
// NodejsFunction builds by default and to an unbundled build. Exits with 1 when a bound is missed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleFunction } from '../lib/resources/function-bundles.ts';
import { synthesize } from '../local/assembly/cloud-assembly.ts';
import { deploy } from '../local/assembly/deployment.ts';
import { readRecording } from '../local/recordings/recording.ts';
import { packagesIn, startCodeOf } from './bundle-packages.ts';
import { startAws } from './cold/aws.ts';
import { type Build, buildFirstInvocation, buildFunctions } from './cold/builds.ts';
import { type ColdStart, measureRound, type Round } from './cold/measure.ts';
import { conclude, median } from './figures.ts';

const PROJECT = resolve(import.meta.dirname, '..');
/** In the order in which they work on an audit, with a part of their names in the stack. */
const FUNCTIONS = new Map([
  ['check-audit', 'CheckAudit'],
  ['read-findings', 'ReadFindings'],
  ['send-alerts', 'SendAlerts'],
  ['slack-webhook', 'SlackWebhook'],
  ['find-audits', 'FindAudits'],
]);
const ROUNDS = 12;
/** Rounds that include the unbundled build: no bound needs it. */
const EVERY = 3;
/** No round begins after this, if there were enough. */
const LONGEST_MS = 70_000;
const ENOUGH = 6;
/** As a share of the default build's CPU. */
const CPU_BOUND = 0.75;
/** The error that the median of a ratio may have on a busy machine. */
const CPU_MARGIN = 0.05;
const BYTES_BOUND = 750_000;
const PACKAGES_SHOWN = 8;

const folder = await mkdtemp(join(tmpdir(), 'audit-watcher-bench-'));
try {
  const rounds = await measure(folder);
  const missed = [...reportTimes(rounds), ...reportSizes(folder)];
  console.log();
  conclude(missed);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Each round in the opposite order of the one before. */
async function measure(folder: string): Promise<Round[]> {
  const assembly = await synthesize(PROJECT, join(folder, 'ours'), { slackWebhookSecretName: 'audit-watcher/slack' });
  const deployment = deploy(assembly);
  const built = await buildFunctions(PROJECT, folder, FUNCTIONS, deployment);
  const program = await buildFirstInvocation(folder);
  const aws = await startAws(deployment, await readRecording(join(PROJECT, 'recordings/sample.json')));
  const world = { built, functions: FUNCTIONS, program, deployment, aws };
  const rounds: Round[] = [];
  const until = Date.now() + LONGEST_MS;
  try {
    // Fills the caches of the file system and the table; does not count.
    await measureRound('warm-up', ['ours', 'default', 'unbundled'], world);
    while (rounds.length < ROUNDS && (rounds.length < ENOUGH || Date.now() < until)) {
      const n = rounds.length;
      const builds: Build[] = n % EVERY === 0 ? ['ours', 'default', 'unbundled'] : ['ours', 'default'];
      rounds.push(await measureRound(`round-${n}`, n % 2 === 0 ? builds : builds.toReversed(), world));
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
    const { ratio, cells } = compare(rounds, entry, ({ cpuMs }, workMs) => cpuMs - workMs);
    console.log(row(`${entry}, start`, cells));
    console.log(row('  the import alone', compare(rounds, entry, ({ importMs }) => importMs).cells));
    console.log(row('  with the first work', compare(rounds, entry, ({ cpuMs }) => cpuMs).cells));
    console.log(row('  wall', compare(rounds, entry, ({ wallMs }) => wallMs).cells));
    if (!(ratio <= CPU_BOUND + CPU_MARGIN)) missed.push(`${entry} takes ${ratio.toFixed(2)} of the CPU`);
  }
  console.log(
    '\nMilliseconds of CPU, or of the clock (wall). A start is import and first work, less the first work of the default build:',
  );
  console.log('the same code does that work in each build, and what a build puts off until then counts.');
  console.log(`Bound: start ours/default ${CPU_BOUND}, and ${CPU_MARGIN} for noise.\n`);
  return missed;
}

/** One figure of a function in every build, and the ratio that counts. `workMs` is the first work of the round's default build. */
function compare(rounds: readonly Round[], entry: string, figure: (start: ColdStart, workMs: number) => number) {
  const figureOf = (round: Round, build: Build): readonly number[] => {
    const [start, byDefault] = [round.get(build)?.get(entry), round.get('default')?.get(entry)];
    if (start === undefined || byDefault === undefined) return [];
    return [figure(start, byDefault.cpuMs - byDefault.importMs)];
  };
  const times = (['ours', 'default', 'unbundled'] as const).map((build) => {
    return `${median(rounds.flatMap((round) => figureOf(round, build))).toFixed(0)} ms`;
  });
  const ratioTo = (other: Build) => {
    const both = rounds.flatMap((round) =>
      figureOf(round, other).flatMap((others) => figureOf(round, 'ours').map((ours) => ours / others)),
    );
    return median(both);
  };
  const ratio = ratioTo('default');
  return { ratio, cells: [...times, ratio.toFixed(2), ratioTo('unbundled').toFixed(2)] };
}

function reportSizes(folder: string): string[] {
  const missed: string[] = [];
  for (const entry of FUNCTIONS.keys()) {
    const { bytes, sources } = startCodeOf(entry, bundleFunction(entry, join(folder, 'sizes', entry)));
    const packages = packagesIn(sources);
    const shown = packages.slice(0, PACKAGES_SHOWN).map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`);
    console.log(`${entry}: loads ${kilobytes(bytes)} kB, of which ${shown.join(', ')}`);
    if (bytes >= BYTES_BOUND) missed.push(`${entry} loads ${bytes} bytes`);
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
