import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startDynamoDb } from '../../../local/services/dynamodb.ts';
import { readTestAssembly } from '../../local/assembly/assembly-copy.ts';
import { answer, at } from '../../scenarios/scenario-stack.ts';

const CLOUD_ASSEMBLY = '../../../local/assembly/cloud-assembly.ts';
const actual = await import(CLOUD_ASSEMBLY);

// What runs in this process takes the stack that was synthesized for all tests; a process of its own synthesizes one.
jest.unstable_mockModule(CLOUD_ASSEMBLY, () => ({ ...actual, synthesize: () => readTestAssembly() }));
const { runCli } = await import('../terminal.ts');

const PROJECT = join(import.meta.dirname, '../../..');

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'start-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function record(name: string, ...steps: readonly Readonly<Record<string, unknown>>[]): Promise<string> {
  const file = join(directory, `${name}.json`);
  await writeFile(file, JSON.stringify({ taskId: name, steps }));
  return file;
}

/** Runs the command line in a process of its own. */
async function run(...argv: readonly string[]) {
  const child = spawn(process.execPath, [join(PROJECT, 'bin/audit-watcher.mjs'), ...argv], { cwd: directory });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

/** The only one there is: what the commands over the history write is in their schema. */
function documentedJsonCommand(): string {
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  const [command, ...others] = readme.match(/^npm start .*--json(?= > run\.json)/gm) ?? [];
  if (command === undefined || others.length > 0) throw new Error('The README has one command that writes JSON.');
  return command;
}

/** Runs a command of npm as if it were called in the folder of the test: its relative paths are meant there. */
async function shell(command: string) {
  const inProject = command.replace(/^npm /, `npm --prefix ${PROJECT} `);
  const child = spawn(inProject, { cwd: directory, shell: true });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

describe('npm start', () => {
  test.each([
    [['--sped', '10'], "Unknown option '--sped'\n(Did you mean --speed?)\nTry: audit-watcher play --help\n"],
    [['--recording', '/no/such.json'], '/no/such.json: no such file; give the path of a recording.\n'],
  ])('ends with 2 after %j, and one sentence', async (argv, sentence) => {
    expect(await runCli(['play', ...argv])).toEqual({ code: 2, out: '', err: sentence });
  });

  test('ends with 2 after a malformed recording, and names file, path, and what was expected', async () => {
    const file = await record('malformed', { atSeconds: 'soon', response: {} });

    const { code, out, err } = await runCli(['play', '--recording', file]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(new RegExp(`^${file}: steps\\[0\\]\\.atSeconds: expected .*"soon"`));
  });

  test('ends with 1 when a watch failed, and says so at the end', async () => {
    const refused = { name: 'AccessDeniedException', statusCode: 403 };
    const file = await record('refused', at(0, answer('IN_PROGRESS')), { atSeconds: 0, error: refused });

    const data = join(directory, 'failed');
    const { code, out, err } = await runCli(['play', '--speed', 'max', '--recording', file, '--data', data, '--fresh']);

    expect(code).toBe(1);
    expect(err).toBe('');
    expect(out).toMatch(/^Synthesizing the stack, then playing one audit to it\.\n/);
    expect(out).toContain('Check audit failed: DeniedError');
    expect(out).toContain('ALERT WATCHER_GAVE_UP');
    expect(out).toMatch(/\nEnded {7}unknown; the watch FAILED: DeniedError\n/);
  });

  test('ends with 1 when another run uses the tables, and says what to do', async () => {
    const data = join(directory, 'locked');
    const other = await startDynamoDb({ directory: join(data, 'tables'), now: () => 0 });
    const table = { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] };
    await other.createTableFrom(
      { ...table, AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] },
      'Other',
    );

    const { code, err } = await runCli(['play', '--data', data]).finally(() => other.close());

    expect(code).toBe(1);
    expect(err).toBe(
      `The tables in ${join(data, 'tables')} cannot be opened: another run is using them. ` +
        'Wait for it to end, or use another directory.\n',
    );
  });
});

describe('npm start --fresh', () => {
  test.each([
    ['has a file that is no table: notes.txt', 'notes.txt'],
    ['has a file that is no table: 0001.txt', '0001.txt'],
  ])('leaves a folder alone that %s', async (sentence, name) => {
    const data = join(directory, `foreign-${name}`);
    await mkdir(join(data, 'tables'), { recursive: true });
    await writeFile(join(data, 'tables', name), 'mine');

    const { code, err } = await runCli(['play', '--fresh', '--data', data]);

    expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
    expect(await readFile(join(data, 'tables', name), 'utf8')).toBe('mine');
  });

  test('leaves tables alone that another run uses', async () => {
    const data = join(directory, 'in-use');
    const other = await startDynamoDb({ directory: join(data, 'tables'), now: () => 0 });

    const { code, err } = await runCli(['play', '--fresh', '--data', data]).finally(() => other.close());

    expect([code, err]).toEqual([1, expect.stringContaining('another run is using them')]);
  });

  test('ends in one sentence where no folder can be made', async () => {
    const { code, err } = await runCli(['play', '--data', '/proc']);

    expect([code, err]).toEqual([1, expect.stringMatching(/^The tables in \/proc\/tables cannot be opened: .*\n$/)]);
  });
});

test('npm start that is interrupted ends with 130, removes its temporary folder, and says where it stopped', async () => {
  const temporary = join(directory, 'tmp');
  await mkdir(temporary);
  const argv = [join(PROJECT, 'bin/audit-watcher.mjs'), 'play', '--data', join(directory, 'stopped')];
  const child = spawn(process.execPath, argv, { cwd: directory, env: { ...process.env, TMPDIR: temporary } });
  child.stdout.setEncoding('utf8');
  const errors = text(child.stderr);
  for await (const chunk of child.stdout) {
    if (String(chunk).includes('poll 1')) child.kill('SIGINT');
  }
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];

  expect(code).toBe(130);
  expect(await errors).toBe('\nStopped before the end: NightlyFleetAudit  IN_PROGRESS.\n');
  expect((await readdir(temporary)).filter((name) => name.startsWith('audit-watcher-'))).toEqual([]);
});

describe('The command line', () => {
  test('of the README ends with 0, one JSON document on stdout, and all else on stderr', async () => {
    const first = await record(
      'first',
      at(0, answer('IN_PROGRESS', { B: 'bad' })),
      at(5, answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' })),
    );
    // Another check: a clean one that both had would end the trouble of the first audit, if that came earlier.
    const auditDetails = { CA_CERTIFICATE_EXPIRING_CHECK: { checkRunStatus: 'COMPLETED_COMPLIANT' } };
    const clean = { ...answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' }), auditDetails };
    const second = await record('second', at(0, clean));

    const { code, stdout, stderr } = await shell(
      `${documentedJsonCommand()} --recording ${first} --recording ${second} --data json`,
    );

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      audits: [
        {
          taskId: 'first',
          auditName: expect.any(String),
          taskStatus: 'COMPLETED',
          execution: { status: 'SUCCEEDED', polls: 2 },
          snapshots: [1, 2].map((poll) => ({
            poll,
            capturedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
            taskStatus: poll === 1 ? 'IN_PROGRESS' : 'COMPLETED',
            taskStatistics: expect.objectContaining({ totalChecks: 3, nonCompliantChecks: 1 }),
            auditDetails: expect.objectContaining({ LOGGING_DISABLED_CHECK: expect.any(Object) }),
          })),
          alerts: ['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS'].map((kind) => ({
            kind,
            severity: 'CRITICAL',
            key: expect.stringMatching(/^123456789012#eu-west-1#first#/),
            subject: expect.stringMatching(/^\[CRITICAL\] /),
            email: expect.stringMatching(/^CRITICAL: /),
            chat: expect.objectContaining({ source: 'custom' }),
            machine: expect.objectContaining({ kind, taskId: 'first' }),
            attributes: expect.objectContaining({ kind }),
            atSeconds: expect.any(Number),
          })),
          calls: {
            DescribeAuditTask: 2,
            ListAuditFindings: 1,
            PutItem: 4,
            UpdateItem: expect.any(Number),
            GetItem: expect.any(Number),
            Publish: 2,
          },
          transitions: 11,
        },
        expect.objectContaining({ taskId: 'second', alerts: [], execution: { status: 'SUCCEEDED', polls: 1 } }),
      ],
    });
    expect(stderr).toContain('playing 2 audits to it.');
    expect(stderr).toContain('ALERT COMPLETED_WITH_FINDINGS');
    expect(stderr).toContain('npx audit-watcher status --local json');
  });

  test('without a command ends with 2, and shows the help on stderr', async () => {
    const { code, stdout, stderr } = await run();

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: audit-watcher [options] [command]');
  });

  test.each([
    [['plai'], "Unknown command 'plai'\n(Did you mean play?)"],
    [['constructor'], "Unknown command 'constructor'"],
  ])('%j ends with 2 and one sentence', async (argv, sentence) => {
    const { code, stdout, stderr } = await run(...argv);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`${sentence}\nTry: audit-watcher --help\n`);
  });
});
