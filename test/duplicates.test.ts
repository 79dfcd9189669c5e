import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const PROJECT = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-watcher-duplicates-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the lint rule against duplicates', () => {
  it('covers all source folders', () => {
    expect(scripts.lint).toMatch(/&& jscpd bin cli lambda lib local$/);
  });

  it.each([
    [10, 0],
    [13, 1],
  ])('lets two files share %i lines with exit code %i', (lines, exitCode) => {
    writeFileSync(join(folder, 'a.ts'), around('first', lines));
    writeFileSync(join(folder, 'b.ts'), around('second', lines));

    const { status, stdout } = spawnSync(join(PROJECT, 'node_modules/.bin/jscpd'), [folder], {
      cwd: PROJECT,
      encoding: 'utf8',
    });

    expect(stdout).toContain(`Found ${exitCode} clones`);
    expect(status).toBe(exitCode);
  });
});

/** The same lines between others that only this file has. */
function around(name: string, lines: number): string {
  const shared = Array.from({ length: lines }, (_, n) => `const value${n} = compute${n}(input${n}, 'text ${n}');`);
  const own = (part: string) => `export function ${name}${part}() {\n  return '${name} ${part}' + ${name};\n}`;
  return [own('Begin'), ...shared, own('End'), ''].join('\n');
}
