// `npm run test:deploy`: deploys the app to an AWS emulator and watches recorded audits there, in real time.
// Exit code 0: all passed; 1: something failed; 3: this machine lacks what the test needs, so nothing was tested.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CannotRunHereError } from './cannot-run-here.ts';
import { Cdk } from './cdk.ts';
import { askCommands } from './commands.ts';
import { DeployedStack } from './deployed-stack.ts';
import {
  bootstrapAndDeploy,
  deployAgain,
  deployOntoKeptTable,
  destroy,
  examine,
  updateDuringAWatch,
} from './lifecycle.ts';
import { MINISTACK, MiniStack } from './ministack.ts';
import { PlayedAudits } from './played-audits.ts';
import { virtualEnvironment } from './python.ts';
import { type Lab, SCENARIOS } from './scenarios.ts';

const CACHE = join(import.meta.dirname, '../../.audit-watcher/ministack');

/** Scenarios at a time: more would only wait for the processors. */
const SIDE_BY_SIDE = 6;

let passed = 0;
let failed = 0;

const scratch = mkdtempSync(join(tmpdir(), 'audit-watcher-deploy-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

process.exit(await main());

async function main(): Promise<number> {
  let programs: string;
  try {
    programs = await virtualEnvironment(CACHE, MINISTACK);
  } catch (error) {
    if (!(error instanceof CannotRunHereError)) throw error;
    process.stderr.write(`Skipped: ${error.message}\n`);
    return 3;
  }

  const audits = await PlayedAudits.start();
  const ministack = await MiniStack.start(programs, scratch, { AWS_ENDPOINT_URL_IOT: audits.url });
  try {
    await testDeployment(ministack, audits);
  } finally {
    if (failed > 0) console.log(`The last lines of MiniStack's log:\n${indented(await ministack.lastLogLines(60))}`);
    await ministack.stop();
    await audits.close();
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function testDeployment(ministack: MiniStack, audits: PlayedAudits): Promise<void> {
  const cdk = new Cdk(ministack.environment, scratch);
  const stack = await DeployedStack.prepare(ministack.url);
  const lab: Lab = { stack, audits };

  // Without the stack, nothing else can be tried.
  if (!(await attempt('cdk bootstrap and cdk deploy make the stack', () => bootstrapAndDeploy(cdk, stack)))) return;
  const waiting = [...SCENARIOS];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, run } = next;
      await attempt(name, () => run(lab));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  await attempt('A watch survives a deployment with changed configuration', () => updateDuringAWatch(cdk, lab));
  await attempt('The doctor finds the deployment well', () => examine(ministack.environment, ministack.url, lab));
  await attempt('The commands answer from its table', () => askCommands(ministack.environment, ministack.url, lab));
  const kept = stack.output('TableName');
  await attempt('cdk destroy leaves the table, and nothing else', () => destroy(cdk, lab));
  await attempt('A deployment after that makes a new table, and watches an audit', () => deployAgain(cdk, lab, kept));
  await attempt('cdk destroy leaves that table too', () => destroy(cdk, lab));
  await attempt('A deployment onto the kept table goes on with its history', () => deployOntoKeptTable(cdk, lab, kept));
  await attempt('cdk destroy leaves a table that was there before', () => destroy(cdk, lab));
}

/** Prints one line, and the reason where it failed. */
async function attempt(name: string, work: () => Promise<void>): Promise<boolean> {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  try {
    await work();
    passed += 1;
    console.log(`ok      ${name} (${seconds()} s)`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name} (${seconds()} s)\n${indented(reasonOf(error))}`);
    return false;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where our own code was, not the SDK's.
  const places = (error.stack ?? '').split('\n').filter((line) => /^ +at .*test\/deploy\/(?!run)/.test(line));
  return [`${error.name}: ${error.message}`, ...places].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '        ');
}
