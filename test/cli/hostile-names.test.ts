import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uncertainPartition } from '../../lambda/contract.ts';
import { anyText } from '../any-text.ts';
import { auditId, buildNonCompliant } from '../builders.ts';
import { at } from '../scenarios/scenario-stack.ts';
import { answered, CREDENTIALS, LOGGING, playDeviceDefender } from './device-defender.ts';
import { taskOf } from './fleet-history.ts';
import { policyFinding, type RecordedAudit, RecordedHistory } from './recorded-history.ts';
import { runCli } from './terminal.ts';

const NOW = '2026-11-23T12:00:00.000Z';
const FIRST = taskOf('a1');
const SECOND = taskOf('a2');

/** What would clear the screen, set the title, move the cursor, reverse the text, or end a line. */
const ATTACKS = [
  '\u001b[2J\u001b[1;1H',
  '\u001b]0;owned\u0007',
  '\u009b31m',
  'a\r\nb\u0008',
  '\u202egnp.exe',
  '=cmd|calc',
  '\u0000',
  '\u2028',
];

let directory = '';
beforeAll(async () => {
  // The SDK writes no map with the key __proto__. AWS alone gives check names and certificate ids, which are keys here.
  const any = anyText({ minLength: 1, maxLength: 30 }).filter((name) => name !== '__proto__');
  const names = [...ATTACKS, ...fc.sample(any, 30)];
  const checks = names.map((name) => `${name}_CHECK`.toUpperCase());
  const audit = (taskId: string, startedAt: string, name: string): RecordedAudit => ({
    taskId,
    startedAt,
    name,
    checks: Object.fromEntries(
      checks.map((check, n) => [
        check,
        n % 3 === 0
          ? { checkRunStatus: 'FAILED', errorCode: names[n], message: names[n] }
          : buildNonCompliant({ nonCompliantResourcesCount: 1, suppressedNonCompliantResourcesCount: 0 }),
      ]),
    ),
    findings: checks.map((checkName, n) => ({
      checkName,
      nonCompliantResource: {
        resourceType: names[n],
        resourceIdentifier: n % 2 === 0 ? { clientId: names[n] } : { deviceCertificateId: names[n] },
      },
      reasonForNonCompliance: names[n],
      reasonForNonComplianceCode: names[n],
      isSuppressed: n % 5 === 0,
    })),
    things: Object.fromEntries(names.map((name) => [name, { names: [name], more: 0 }])),
  });
  directory = await RecordedHistory.in(async (history) => {
    await history.add(audit(FIRST, '2026-11-20T02:00:00Z', `Nightly${ATTACKS[0]}`));
    await history.add(audit(SECOND, '2026-11-22T02:00:00Z', `Nightly${ATTACKS[1]}`));
    await history.put({ pk: uncertainPartition(auditId()), sk: ATTACKS[0], kind: ATTACKS[1], uncertainSince: NOW });
    await history.put({ pk: uncertainPartition(auditId()), sk: 'bad', kind: 1 });
    await history.add({ ...audit(taskOf('a3'), '2026-11-23T11:00:00Z', `${ATTACKS[4]}`), status: 'IN_PROGRESS' });
    await history.add({ ...audit(taskOf('a4'), '2026-11-23T11:00:00Z', `${ATTACKS[0]}`), status: 'IN_PROGRESS' });
  });
});
afterAll(() => RecordedHistory.remove(directory));

const COMMANDS = [
  ['status'],
  ['audits'],
  ['show', SECOND],
  ['diff', FIRST, SECOND],
  ['findings'],
  ['history', `${ATTACKS[5]}`],
  ['watch', SECOND],
  ['replay', SECOND, '--full'],
  ['report'],
] as const;

describe('Whatever names the account has', () => {
  test.each(COMMANDS)('no escape sequence reaches the terminal from %s', async (...argv) => {
    const terminal = await runCli([...argv, '--local', directory], { columns: 80, now: NOW });
    const pipe = await runCli([...argv, '--local', directory], { now: NOW });
    const json = await runCli([...argv, '--local', directory, '--json'], { now: NOW });

    expect(invisibleIn(withoutOwn(`${terminal.out}${terminal.err}`))).toEqual([]);
    expect(invisibleIn(`${pipe.out}${pipe.err}`)).toEqual([]);
    expect(invisibleIn(`${json.out}${json.err}`)).toEqual([]);
    expect(JSON.parse(json.out)).toMatchObject({ schemaVersion: 1 });
    expect(json.out).toContain('\\u001b');
  });

  test('none reaches it from a check that is asked for and not there', async () => {
    const { code, err } = await runCli(['history', 'nothing\u001b[2J', '--local', directory], {
      columns: 80,
      now: NOW,
    });

    expect(code).toBe(2);
    expect(invisibleIn(err)).toEqual([]);
  });

  test('none reaches it from the running audits that watch has to choose from', async () => {
    const { code, err } = await runCli(['watch', '--local', directory], { now: NOW });

    expect(code).toBe(2);
    expect(err).toContain('2 audits are running.');
    expect(invisibleIn(err)).toEqual([]);
  });

  test.each(['jsonl', 'csv', 'asff'])('none reaches a file from export, as %s', async (format) => {
    const { code, out, err } = await runCli(['export', '--format', format, '--since', '30d', '--local', directory], {
      now: NOW,
    });

    expect(code).toBe(0);
    expect(invisibleIn(`${out}${err}`.replaceAll('\r\n', '\n'))).toEqual([]);
  });
});

describe('start --watch', () => {
  const environment = { ...process.env };
  let folder = '';
  beforeAll(async () => {
    process.env = { ...environment, ...CREDENTIALS };
    folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  });
  afterAll(async () => {
    process.env = environment;
    await rm(folder, { recursive: true });
  });

  test.each(ATTACKS)('lets nothing of %j reach the terminal, the document or the summary', async (name) => {
    const ended = answered('COMPLETED', 'bad', 'failed');
    const check = `${name}_CHECK`;
    const aws = await playDeviceDefender(
      [
        at(0, answered('IN_PROGRESS', 'running', 'running')),
        at(60, {
          ...ended,
          auditDetails: {
            ...ended.auditDetails,
            [LOGGING]: { checkRunStatus: 'FAILED', errorCode: name, message: name },
            [check]: buildNonCompliant({ nonCompliantResourcesCount: 1 }),
          },
        }),
      ],
      [{ ...policyFinding(name), checkName: check, reasonForNonComplianceCode: name }],
    );
    const summary = join(folder, 'summary.md');
    const argv = ['start', '--watch', '--summary', summary, '--endpoint-url', aws.url];

    const terminal = await runCli(argv, {}, aws.io(80));
    const json = await runCli([...argv, '--json'], {}, aws.io());
    await aws.close();

    expect([terminal.code, json.code]).toEqual([3, 3]);
    expect(JSON.parse(json.out).result.checks).toHaveLength(2);
    for (const text of [
      withoutOwn(`${terminal.out}${terminal.err}`),
      json.out,
      json.err,
      await readFile(summary, 'utf8'),
    ]) {
      expect(invisibleIn(text)).toEqual([]);
    }
  });
});

/** Colours, and what clears the lines of `watch`, are ours. */
function withoutOwn(screen: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  return screen.replace(/\u001b\[(?:\d{1,2}m|2K|1A|G)/g, '');
}

function invisibleIn(text: string): string[] {
  return text.match(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu) ?? [];
}
