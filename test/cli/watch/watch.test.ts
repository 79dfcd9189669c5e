import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Io } from '../../../cli/shared/screen/io.ts';
import { SPACING } from '../../../cli/watch/described-audit.ts';
import { SETTINGS } from '../../../lib/configuration/settings.ts';
import { buildNonCompliant } from '../../builders.ts';
import { at } from '../../scenarios/scenario-stack.ts';
import { deployTable } from '../deployed-table.ts';
import { answered, CREDENTIALS, playDeviceDefender, STARTED } from '../device-defender.ts';
import { NOVEMBER, NOW, recordFleet, taskOf } from '../fleet-history.ts';
import { type RecordedAudit, RecordedHistory } from '../recorded-history.ts';
import { runCli, type TerminalOptions, testIo } from '../terminal.ts';

const environment = { ...process.env };

let directory = '';
let ended = '';
beforeAll(async () => {
  directory = await recordFleet();
  ended = await RecordedHistory.in(async (history) => {
    const checks = { LOGGING_DISABLED_CHECK: buildNonCompliant() };
    await history.add({ taskId: NOVEMBER, startedAt: '2026-11-20T02:00:00Z', checks });
  });
});
afterAll(async () => {
  await RecordedHistory.remove(directory);
  await RecordedHistory.remove(ended);
});
const open: { close(): Promise<void> }[] = [];
beforeEach(() => {
  process.env = { ...environment, ...CREDENTIALS };
});
afterEach(async () => {
  process.env = environment;
  for (const endpoint of open.splice(0)) await endpoint.close();
});

describe('audit-watcher watch', () => {
  test.each([80, 120])('shows how an audit ended, on %i columns', async (columns) => {
    const { code, out, err } = await runCli(['watch', NOVEMBER, '--local', directory, '--no-color'], {
      columns,
      now: NOW,
    });

    expect(code).toBe(0);
    expect(out).toMatchSnapshot();
    expect(err).toContain(`Next: npx audit-watcher show ${NOVEMBER} --local ${directory}\n`);
  });

  test('--latest takes the audit that started last', async () => {
    const { code, out, err } = await runCli(['watch', '--latest', '--local', ended], { now: NOW });

    expect([code, out, err]).toEqual([
      0,
      expect.stringContaining(`audit ${NOVEMBER}: completed`),
      'ON_DEMAND: completed, 1 of 1 checks finished, 1 non-compliant\n',
    ]);
  });

  test('shows once how an audit of the local tables stands: no run can play on while they are read', async () => {
    const { code, out, err } = await runCli(['watch', '--local', directory], { now: NOW });

    expect([code, out]).toEqual([0, expect.stringContaining(`audit ${taskOf('1e')}: running`)]);
    expect(err).toMatchInlineSnapshot(`
"One audit is running: 1e000000000000000000000000000000, ON_DEMAND since 2026-11-23 11:30.
ON_DEMAND: running, 1 of 2 checks finished, 1 non-compliant
No run plays on these tables now, so nothing more comes. npm start shows an audit while it runs.
"
`);
  });

  test('ends at once with an audit that the watcher gave up', async () => {
    const { code, out } = await runCli(['watch', taskOf('fa'), '--local', directory], { now: NOW });

    expect([code, out]).toEqual([0, expect.stringContaining(`audit ${taskOf('fa')}: gave up`)]);
  });

  test.each([
    [[], 1, 'No audit is running. Start one'],
    [[taskOf('dead')], 1, 'it is not watched (yet)'],
    [[NOVEMBER, '--all'], 2, 'Give an audit, --latest or --all.'],
    [['--direct'], 2, "Option '--direct' cannot be used with option '--local [dir]'"],
  ])('says what to do after %j', async (argv, expected, sentence) => {
    const { code, out, err } = await runCli(['watch', ...argv, '--local', ended], { now: NOW });

    expect([code, out, err]).toEqual([expected, '', expect.stringContaining(sentence)]);
  });
});

describe('audit-watcher watch without an audit', () => {
  const audits = [audit('11', 'NightlyFleetAudit', '11:50'), audit('22', 'WeeklyFleetAudit', '11:40')] as const;

  function audit(task: string, name: string, time: string): RecordedAudit {
    const startedAt = `2026-11-23T${time}:00Z`;
    return { taskId: taskOf(task), name, startedAt, checks: { LOGGING_DISABLED_CHECK: buildNonCompliant() } };
  }

  /** Lets both audits run until a command waits for news of them. */
  async function twoRunning(options: TerminalOptions) {
    const table = await deployTable();
    open.push(table);
    for (const running of audits) await table.history.add({ ...running, status: 'IN_PROGRESS' });
    const io = testIo({ now: NOW, ...options });
    let ended: Promise<unknown> | undefined;
    const sleep: Io['sleep'] = async (milliseconds) => {
      ended ??= Promise.all(audits.map((running) => table.history.finish(running)));
      await ended;
      await io.sleep(milliseconds);
    };
    const watch = (...argv: readonly string[]) =>
      runCli(['watch', ...argv, '--endpoint-url', table.url], {}, { ...io, sleep });
    return { table, io, watch };
  }

  test('offers the running ones on a terminal, and follows the one that is chosen', async () => {
    const { io, watch } = await twoRunning({ columns: 80 });

    const watched = watch('--no-color');
    io.stdin.write('3\r2\r');
    const { code, out, err } = await watched;

    expect(code).toBe(0);
    const asked = stripVTControlCharacters(err);
    expect(asked.slice(0, asked.indexOf('Follow'))).toMatchInlineSnapshot(`
"2 audits are running:
  1  NightlyFleetAudit since 2026-11-23 11:50, 11000000000000000000000000000000
  2  WeeklyFleetAudit since 2026-11-23 11:40, 22000000000000000000000000000000
"
`);
    expect(asked.match(/Follow which one\? 1 to 2, or all: /g)).toHaveLength(2);
    expect(out).toContain(`WeeklyFleetAudit, audit ${taskOf('22')}: completed`);
    expect(out).not.toContain('NightlyFleetAudit');
  });

  test('follows all of them if that is chosen, or with --all', async () => {
    const { io, watch } = await twoRunning({ columns: 80 });

    const chosen = watch('--json');
    io.stdin.write('all\r');
    const { out } = await chosen;
    const all = await (await twoRunning({})).watch('--all', '--json');

    const names = (text: string) => JSON.parse(text).audits.map(({ auditName }: { auditName: string }) => auditName);
    expect(names(out).toSorted()).toEqual(['NightlyFleetAudit', 'WeeklyFleetAudit']);
    expect(names(all.out)).toEqual(names(out));
  });

  test.each(['\u0003', '\u0004'])('ends with 130 after %j instead of a choice', async (key) => {
    const { io, watch } = await twoRunning({ columns: 80 });

    const watched = watch();
    io.stdin.write(key);
    const { code, out, err } = await watched;

    expect([code, out]).toEqual([130, '']);
    expect(err).toMatch(/No audit was chosen\.\n$/);
  });

  test('ends with 2 and the commands without a terminal', async () => {
    const { table, watch } = await twoRunning({});

    const { code, out, err } = await watch();

    expect([code, out]).toEqual([2, '']);
    expect(err.replaceAll(table.url, 'http://127.0.0.1')).toMatchInlineSnapshot(`
"2 audits are running. Give one of them, or --all:
  npx audit-watcher watch 11000000000000000000000000000000 --endpoint-url http://127.0.0.1   # NightlyFleetAudit since 2026-11-23 11:50
  npx audit-watcher watch 22000000000000000000000000000000 --endpoint-url http://127.0.0.1   # WeeklyFleetAudit since 2026-11-23 11:40
"
`);
  });

  test('says which one is running if it is the only one', async () => {
    const table = await deployTable();
    open.push(table);
    await table.history.add({ ...audits[0], status: 'IN_PROGRESS' });
    const io = testIo({ now: NOW });
    const sleep: Io['sleep'] = () => table.history.finish(audits[0]);

    const { code, out, err } = await runCli(['watch', '--endpoint-url', table.url], {}, { ...io, sleep });

    expect([code, out]).toEqual([0, expect.stringContaining('completed')]);
    expect(err).toMatchInlineSnapshot(`
"One audit is running: 11000000000000000000000000000000, NightlyFleetAudit since 2026-11-23 11:50.
NightlyFleetAudit: running, 0 of 1 checks finished, 0 non-compliant
NightlyFleetAudit: completed, 1 of 1 checks finished, 1 non-compliant
"
`);
  });
});

describe('audit-watcher watch --direct', () => {
  async function account() {
    const aws = await playDeviceDefender([
      at(0, answered('IN_PROGRESS', 'running', 'running')),
      at(60, answered('IN_PROGRESS', 'bad', 'running')),
      at(90, answered('COMPLETED', 'bad', 'ok')),
    ]);
    open.push(aws);
    const started = await runCli(['start', '--endpoint-url', aws.url], {}, aws.io());
    expect(started.code).toBe(0);
    return aws;
  }

  test('follows the running audit to its end without a deployment', async () => {
    const aws = await account();

    const { code, out, err } = await runCli(['watch', '--direct', '--endpoint-url', aws.url], {}, aws.io());

    expect(code).toBe(0);
    expect(err).toMatchInlineSnapshot(`
"One audit is running: 57a27ed0000000000000000000000000, on demand.
ON_DEMAND: running, 0 of 2 checks finished, 0 non-compliant
ON_DEMAND: running, 1 of 2 checks finished, 1 non-compliant
ON_DEMAND: completed, 2 of 2 checks finished, 1 non-compliant
"
`);
    expect(out).toMatchInlineSnapshot(`
"ON_DEMAND, audit 57a27ed0000000000000000000000000: completed
OUTCOME        SEVERITY  BAD OF ALL  CHECK
non-compliant  CRITICAL     1 of 10  AWS IoT policies overly permissive
compliant      LOW          0 of 10  Logging disabled
"
`);
  });

  test('clears what it drew on a terminal before it writes the result', async () => {
    const aws = await account();

    const { out, err } = await runCli(['watch', STARTED, '--direct', '--endpoint-url', aws.url], {}, aws.io(80));

    expect(out).toContain(`audit ${STARTED}: completed`);
    expect(err).toContain('0/2 checks');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what clears the lines
    expect(err).toMatch(/\u001b\[2K[^█]*$/);
  });

  test('writes one JSON document, and nothing else with --quiet', async () => {
    const aws = await account();

    const { out, err } = await runCli(
      ['watch', '--direct', '--json', '--quiet', '--endpoint-url', aws.url],
      {},
      aws.io(),
    );

    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, audits: [{ taskId: STARTED, over: true }] });
    expect(err).toBe('');
  });

  test('ends with 130 after Ctrl-C, and says how to go on', async () => {
    const aws = await account();
    const bin = join(import.meta.dirname, '../../../bin/audit-watcher.mjs');
    const child = spawn(process.execPath, [bin, 'watch', STARTED, '--direct', '--endpoint-url', aws.url], {
      env: process.env,
    });
    const [first] = await once(child.stderr.setEncoding('utf8'), 'data');

    child.kill('SIGINT');
    const [rest, stdout, [code]] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'close')]);

    expect(first).toBe('ON_DEMAND: running, 0 of 2 checks finished, 0 non-compliant\n');
    expect([code, stdout]).toEqual([130, '']);
    expect(rest).toContain(
      `Go on watching: npx audit-watcher watch ${STARTED} --direct --region eu-west-1 --endpoint-url ${aws.url}\n`,
    );
  });

  test('polls as a stack with default settings does', () => {
    expect([SPACING.minWaitSeconds, SPACING.maxWaitSeconds]).toEqual([
      SETTINGS.minWaitSeconds.default,
      SETTINGS.maxWaitSeconds.default,
    ]);
  });
});
