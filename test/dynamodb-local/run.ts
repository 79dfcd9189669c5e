// `npm run test:dynamodb-local`: the tests of the table's code against Amazon's DynamoDB Local in place of dynalite.
// Exit code 0: all passed; 1: something failed; 3: this machine lacks what the test needs, so nothing was tested.
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotRunHereError } from '../deploy/cannot-run-here.ts';
import { isReadyWithin, run, start, stop } from '../deploy/children.ts';
import { freePort } from '../deploy/free-port.ts';

const PROJECT = join(import.meta.dirname, '../..');
const POM = join(import.meta.dirname, 'pom.xml');
const LAUNCHER = join(import.meta.dirname, 'Loopback.java');
const CACHE = join(PROJECT, '.audit-watcher/dynamodb-local');
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** Tests that use `tableEngine`. */
const TESTS = [
  'aws/table/watch-table',
  'aws/table/sweep-table',
  'handlers',
  'find-audits',
  'missed-runs',
  'stored-items',
];

const OLDEST_JAVA = 17;
const REMEDY = `npm run test:dynamodb-local needs a JDK of Java ${OLDEST_JAVA} or later, and Maven (mvn), on the path.`;
const READY_SECONDS = 60;

process.exit(await main());

async function main(): Promise<number> {
  try {
    await checkJava();
    await fetchEngine();
  } catch (error) {
    if (!(error instanceof CannotRunHereError)) throw error;
    process.stderr.write(`Skipped: ${error.message}\n`);
    return 3;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'audit-watcher-dynamodb-'));
  const logFile = join(scratch, 'dynamodb-local.log');
  const { url, port } = await freePort();
  const engine = start('java', engineArguments(port), logFile, { cwd: scratch });
  try {
    await ready(engine, url, logFile);
    const files = TESTS.map((name) => `test/lambda/${name}.test.ts`);
    const { exitCode, output } = await run(
      process.execPath,
      [...JEST, '--coverage=false', '--runTestsByPath', ...files],
      {
        cwd: PROJECT,
        env: { ...process.env, TEST_DYNAMODB_URL: url },
        timeoutSeconds: 280,
      },
    );
    console.log(output);
    return exitCode === 0 ? 0 : 1;
  } finally {
    await stop(engine);
    await rm(scratch, { recursive: true, force: true });
  }
}

async function checkJava(): Promise<void> {
  // A run-time environment alone cannot compile the launcher.
  const { exitCode, output } = await run('javac', ['-version']);
  const version = /javac (\d+)/.exec(output)?.[1];
  if (exitCode !== 0 || Number(version ?? 0) < OLDEST_JAVA) {
    throw new CannotRunHereError(`${REMEDY} javac: ${output.trim().split('\n')[0]}`);
  }
}

/** From Maven Central, once: then it is in the cache. */
async function fetchEngine(): Promise<void> {
  const wanted = await readFile(POM, 'utf8');
  // Written last, so that what was fetched in part is fetched again.
  const marker = join(CACHE, 'complete.xml');
  if ((await readFile(marker, 'utf8').catch(() => '')) === wanted) return;

  const { exitCode, output } = await run('mvn', ['-version']);
  if (exitCode !== 0) throw new CannotRunHereError(`${REMEDY} mvn: ${output.trim().split('\n')[0]}`);
  await rm(CACHE, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  const goal = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${join(CACHE, 'lib')}`];
  const fetched = await run('mvn', goal, { timeoutSeconds: 240 });
  if (fetched.exitCode !== 0) throw new Error(`Maven could not fetch DynamoDB Local:\n${fetched.output}`);
  await writeFile(marker, wanted);
}

/** In memory, and it shall not call home. The JDK compiles the launcher as it starts it. */
function engineArguments(port: string): string[] {
  const libraries = join(CACHE, 'lib');
  const options = ['-inMemory', '-disableTelemetry', '-port', port];
  return [`-Djava.library.path=${libraries}`, '-cp', join(libraries, '*'), LAUNCHER, ...options];
}

async function ready(engine: ChildProcess, url: string, logFile: string): Promise<void> {
  // Any answer will do: it refuses what is no call of DynamoDB.
  const answers = async () => (await fetch(url).catch(() => undefined)) !== undefined;
  if (await isReadyWithin(engine, READY_SECONDS, answers)) return;
  throw new Error(`DynamoDB Local is not ready after ${READY_SECONDS} s:\n${await readFile(logFile, 'utf8')}`);
}
