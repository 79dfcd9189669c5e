import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

let programs: string;

beforeEach(() => {
  programs = mkdtempSync(join(tmpdir(), 'audit-watcher-path-'));
});

afterEach(() => {
  rmSync(programs, { recursive: true });
});

/** `npm run test:deploy` where these are all the programs there are. */
function testDeploy() {
  const run = join(import.meta.dirname, 'run.ts');
  return spawnSync(process.execPath, [run], { env: { PATH: programs }, encoding: 'utf8' });
}

describe('npm run test:deploy ends with exit code 3 and says what it needs', () => {
  test('without Python', () => {
    const { status, stderr } = testDeploy();

    expect(status).toBe(3);
    expect(stderr).toMatch(/^Skipped: .* needs Python 3\.10 or later .*python3-venv\).*ENOENT/);
  });

  test('with a Python that is too old', () => {
    writeFileSync(join(programs, 'python3'), '#!/bin/sh\necho 3 9\n');
    chmodSync(join(programs, 'python3'), 0o755);

    const { status, stderr } = testDeploy();

    expect(status).toBe(3);
    expect(stderr).toContain('python3: is 3.9');
  });
});
