import { basename } from 'node:path';
import type { Metafile } from 'esbuild';

/** A source file in a bundle. */
export interface BundledSource {
  /** Path from the project's root. */
  readonly path: string;
  /** What is left of it. */
  readonly bytes: number;
  readonly format: 'esm' | 'cjs' | undefined;
}

/** What a cold start loads; the SDK loads the other files of the bundle on demand. */
interface StartCode {
  readonly bytes: number;
  readonly sources: readonly BundledSource[];
}

/** A package in a bundle; our own code counts as one. */
interface BundledPackage {
  readonly name: string;
  readonly bytes: number;
  /** Why it is in the bundle twice, if it is. */
  readonly twice?: string;
}

const OWN_CODE = '(own code)';

/** The files that the entry imports, directly or not, with the entry itself. */
export function startCodeOf(entry: string, { inputs, outputs }: Metafile): StartCode {
  const start = Object.keys(outputs).find((path) => basename(path) === `${entry}.mjs`);
  if (start === undefined) throw new Error(`The bundle has no file ${entry}.mjs.`);
  const loaded = new Set([start]);
  for (const file of loaded) {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) loaded.add(path);
    }
  }
  const files = [...loaded].flatMap((path) => outputs[path] ?? []);
  return {
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    sources: files.flatMap((file) =>
      Object.entries(file.inputs).map(([path, { bytesInOutput }]) => ({
        path,
        bytes: bytesInOutput,
        format: inputs[path]?.format,
      })),
    ),
  };
}

/** What a bundle consists of, largest first. */
export function packagesIn(sources: readonly BundledSource[]): BundledPackage[] {
  const used = sources.filter(({ bytes }) => bytes > 0);
  return [...Map.groupBy(used, ({ path }) => packageOf(path).name)]
    .map(([name, files]) => ({
      name,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      twice: whyTwice(files),
    }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** Two copies, or one copy in both module formats. */
function whyTwice(files: readonly BundledSource[]): string | undefined {
  const folders = new Set(files.map(({ path }) => packageOf(path).folder));
  if (folders.size > 1) return `from ${[...folders].join(' and ')}`;
  const formats = new Set(files.map(({ format }) => format));
  return formats.has('cjs') && formats.has('esm') ? 'as CommonJS and as ES modules' : undefined;
}

/** The innermost package that a file belongs to. */
function packageOf(path: string): { folder: string; name: string } {
  const [, folder = '', name = OWN_CODE] = /^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return { folder, name };
}
