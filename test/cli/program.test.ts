import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, globSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordFleet } from './fleet-history.ts';
import { RecordedHistory } from './recorded-history.ts';
import { runCli } from './terminal.ts';

const PROJECT = join(import.meta.dirname, '../..');

let directory = '';
beforeAll(async () => {
  directory = await recordFleet();
});
afterAll(() => RecordedHistory.remove(directory));

function start(...argv: readonly string[]) {
  return spawn(process.execPath, [join(PROJECT, 'bin/audit-watcher.mjs'), ...argv]);
}

describe('The program', () => {
  test.each([
    ['status'],
    ['audits', '--since', '400d'],
    ['findings'],
    ['history', 'logging_disabled'],
    ['export', '--format', 'jsonl'],
  ])('ends with 0 and in silence when the reader of a pipe is gone: %s', async (...argv) => {
    const child = start(...argv, '--local', directory);
    child.stdout.destroy();

    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);

    expect([code, stderr]).toEqual([0, '']);
  });

  test('ends with 1, and says why, when its output cannot be written', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(PROJECT, 'bin/audit-watcher.mjs'), 'findings', '--local', directory], {
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);

    const [stderr, [code]] = await Promise.all([child.stderr ? text(child.stderr) : '', once(child, 'close')]);

    expect([code, stderr]).toEqual([1, 'The output cannot be written (ENOSPC). Write it to another place.\n']);
  });

  test('completes commands, options and their values', async () => {
    const child = start('complete', '--', 'findings', '--se');

    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^--severity\t/);
  });

  test.each(['bash', 'zsh', 'fish'])('prints the completion of %s', async (shell) => {
    const child = start('complete', shell);

    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);

    expect(code).toBe(0);
    expect(stdout).toContain('audit-watcher');
  });

  test('has a help for each command, with examples', async () => {
    const commands = [
      ...['status', 'audits', 'show', 'diff', 'findings', 'history', 'export', 'suppress', 'suppressions', 'replay'],
      ...['watch', 'start', 'doctor', 'play'],
    ];

    for (const command of commands) {
      const { code, out } = await runCli([command, '--help']);

      expect(code).toBe(0);
      expect(out).toContain('Examples:');
    }
  });
});

test('docs/reader-policy.json allows what commands ask of AWS, and no change', () => {
  const sources = globSync(
    ['cli/{shared,suppressions,start,watch}/**/*.ts', 'lambda/aws/table/{table,history-table}.ts'],
    {
      cwd: PROJECT,
    },
  ).map((file) => readFileSync(join(PROJECT, file), 'utf8'));
  const asked = sources.flatMap((source) =>
    [...source.matchAll(/(?:ask|asFailedCall|FailedCallError)\(\s*'([a-z]+:\w+)'/g)].map(([, action]) => action),
  );
  const read = ['BatchGetItem', 'GetItem', 'Query'].map((operation) => `dynamodb:${operation}`);

  const policy = JSON.parse(readFileSync(join(PROJECT, 'docs/reader-policy.json'), 'utf8'));

  const allowed = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  // `start` does more than read.
  const needed = [...asked, ...read].filter(
    (action) => action !== 'iot:StartOnDemandAuditTask' && action !== undefined,
  );
  expect(allowed.toSorted()).toEqual([...new Set(needed)].toSorted());
});
