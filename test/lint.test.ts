import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const PROJECT = join(import.meta.dirname, '..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-watcher-lint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What our rules say of these files; the exit code of the linter. */
function lint(files: Readonly<Record<string, string>>) {
  const { $schema: _, ...config } = JSON.parse(readFileSync(join(PROJECT, 'biome.json'), 'utf8'));
  write({ ...files, 'biome.json': JSON.stringify({ ...config, vcs: { enabled: false }, files: {} }) });
  const { status, stdout, stderr } = spawnSync(join(PROJECT, 'node_modules/.bin/biome'), ['lint', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

const A = "import { b } from './b.ts';\n\nexport const a = () => b;\n";

test('An import circle is refused, also one of types', () => {
  const values = lint({ 'lib/a.ts': A, 'lib/b.ts': "import { a } from './a.ts';\n\nexport const b = () => a;\n" });
  const types = lint({
    'lib/a.ts': A,
    'lib/b.ts': "import type { a } from './a.ts';\n\nexport type B = typeof a;\nexport const b = 1;\n",
  });

  expect([values.status, types.status]).toEqual([1, 1]);
  expect(values.said).toContain('noImportCycles');
  expect(types.said).toContain('noImportCycles');
  expect(lint({ 'lib/a.ts': A, 'lib/b.ts': 'export const b = 1;\n' }).status).toBe(0);
});

test.each([
  ['lambda/audit/answer/a.ts', '../watch/b.ts'],
  ['lambda/audit/ledger/a.ts', '../watch/b.ts'],
  ['lambda/audit/watch/a.ts', '../alert/b.ts'],
  ['lambda/audit/polling/a.ts', '../sweep/b.ts'],
  ['lambda/audit/alert/kinds/a.ts', '../../sweep/b.ts'],
  ['lambda/audit/alert/a.ts', '../../aws/b.ts'],
  ['lambda/audit/alert/a.ts', '@aws-sdk/client-sns'],
  ['lambda/aws/a.ts', '../../lib/b.ts'],
  ['lib/watching/a.ts', '../../lambda/aws/b.ts'],
  ['local/services/a.ts', '../../lib/b.ts'],
])('%s may not import %s', (file, imported) => {
  const { status, said } = lint({ [file]: `import { b } from '${imported}';\n\nexport const a = () => b;\n` });

  expect(said).toContain('noRestrictedImports');
  expect(status).toBe(1);
});

test.each([
  [14, 0],
  [15, 1],
])('A folder of %i files ends the check of the folders with exit code %i', (files, exitCode) => {
  write(Object.fromEntries(Array.from({ length: files }, (_, n) => [`room/file${n}.ts`, ''])));

  const { status, stderr } = spawnSync(process.execPath, [join(PROJECT, 'lint/folders.mjs'), folder], {
    encoding: 'utf8',
  });

  expect(status).toBe(exitCode);
  if (exitCode > 0) expect(stderr).toContain('has 15 files. Allowed: 14.');
});
