import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';

const PROJECT = join(import.meta.dirname, '../..');
const LAMBDA = join(PROJECT, 'lambda');
const SUFFIX = '.lambda.ts';

/** The functions that exist: their files in `lambda/`, without `.lambda.ts`. */
export const FUNCTION_ENTRIES: readonly string[] = globSync(`*${SUFFIX}`, { cwd: LAMBDA })
  .map((file) => basename(file, SUFFIX))
  .toSorted();

/**
 * Bundles a function: `<entry>.mjs` exports its handler, and imports the other files.
 *
 * @param entry one of FUNCTION_ENTRIES
 * @param directory gets the files
 * @returns esbuild's account of what is in which file
 * @throws esbuild's `BuildFailure`, after esbuild has printed the errors
 */
export function bundleFunction(entry: string, directory: string): Metafile {
  if (!FUNCTION_ENTRIES.includes(entry)) {
    throw new Error(`There is no function "${entry}" in lambda/. Allowed: ${FUNCTION_ENTRIES.join(', ')}.`);
  }
  const { metafile } = buildSync({
    absWorkingDir: PROJECT,
    entryPoints: { [entry]: join(LAMBDA, `${entry}${SUFFIX}`) },
    bundle: true,
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // What the SDK imports on demand, such as most ways to get credentials, gets files of its own.
    splitting: true,
    // Names stay, so that stack traces are readable. esbuild's keepNames and source maps do that too, but at each cold start.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
  });
  return metafile;
}
