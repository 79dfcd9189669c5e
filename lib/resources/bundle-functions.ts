// Bundles all functions at the same time, and prints their code as JSON, by entry. A process of its own, because constructs
// cannot wait for what esbuild does (lib/resources/function-bundles.ts).
import { glob } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { FunctionBundle } from './function-bundles.ts';
import { ABSENT_GLOBALS, REPLACED_PACKAGES, SDK_SURROUNDINGS } from './sdk-surroundings.ts';

const PROJECT = join(import.meta.dirname, '../..');
const LAMBDA = join(PROJECT, 'lambda');
const SUFFIX = '.lambda.ts';

const entries: Record<string, string> = {};
for await (const file of glob(`*${SUFFIX}`, { cwd: LAMBDA })) entries[basename(file, SUFFIX)] = join(LAMBDA, file);

const { outputFiles, metafile } = await build({
  absWorkingDir: PROJECT,
  entryPoints: entries,
  bundle: true,
  write: false,
  outdir: '.',
  outExtension: { '.js': '.mjs' },
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  // Identifiers of packages are short already (lib/resources/sdk-surroundings.ts); ours stay as they are.
  minifyWhitespace: true,
  minifySyntax: true,
  alias: REPLACED_PACKAGES,
  define: ABSENT_GLOBALS,
  // Loaded by the SDK when an operation streams events, which none of ours does.
  external: ['@smithy/core/event-streams'],
  plugins: [...SDK_SURROUNDINGS],
  logLevel: 'warning',
});

const bundles = Object.values(metafile.outputs).map(({ entryPoint = '', inputs }, n): [string, FunctionBundle] => [
  basename(entryPoint, SUFFIX),
  {
    code: outputFiles[n]?.text ?? '',
    bytesByFile: Object.fromEntries(Object.entries(inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput])),
  },
]);
process.stdout.write(JSON.stringify(Object.fromEntries(bundles)));
