import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A function as it is deployed. */
export interface FunctionBundle {
  /** One ES module, minified. */
  readonly code: string;
  /** What each source file has in it, in bytes. */
  readonly bytesByFile: Readonly<Record<string, number>>;
}

/** A function cannot be bundled; the message is what esbuild said. */
export class BundlingError extends Error {
  override readonly name = 'BundlingError';
}

const BUNDLER = join(import.meta.dirname, 'bundle-functions.ts');
const MAX_BYTES = 64 * 1024 * 1024;

let bundles: Readonly<Record<string, FunctionBundle>> | undefined;

/**
 * The bundle of a function; all are made when the first is asked for.
 *
 * @param entry its file in `lambda/`, without `.lambda.ts`
 */
export function functionBundle(entry: string): FunctionBundle {
  bundles ??= bundleAll();
  const bundle = bundles[entry];
  if (bundle !== undefined) return bundle;
  throw new BundlingError(`There is no function "${entry}" in lambda/. Allowed: ${Object.keys(bundles).join(', ')}.`);
}

function bundleAll(): Readonly<Record<string, FunctionBundle>> {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [BUNDLER], {
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new BundlingError(`The functions cannot be bundled:\n${stderr.trim()}`);
  process.stderr.write(stderr); // warnings
  return JSON.parse(stdout);
}
