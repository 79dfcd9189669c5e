import type { FunctionBundle } from '../lib/resources/function-bundles.ts';

/** A package in a bundle; our own code counts as one. */
export interface BundledPackage {
  readonly name: string;
  readonly bytes: number;
  /** Why it is in the bundle twice, if it is. */
  readonly twice?: string;
}

export const OWN_CODE = '(own code)';

/** What is in a bundle, largest first. */
export function packagesIn({ bytesByFile }: FunctionBundle): BundledPackage[] {
  const files = Object.entries(bytesByFile).filter(([, bytes]) => bytes > 0);
  return [...Map.groupBy(files, ([file]) => placeOf(file).name)]
    .map(([name, ofPackage]) => ({
      name,
      bytes: ofPackage.reduce((sum, [, bytes]) => sum + bytes, 0),
      twice: whyTwice(ofPackage.map(([file]) => file)),
    }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** Two copies, or one copy in both module formats. */
function whyTwice(files: readonly string[]): string | undefined {
  const places = files.map(placeOf);
  const folders = new Set(places.map(({ folder }) => folder));
  if (folders.size > 1) return `from ${[...folders].join(' and ')}`;
  const isIn = (formats: RegExp) => places.some(({ path }) => formats.test(path));
  return isIn(/^(?:dist-cjs|lib\/cjs)\//) && isIn(/^(?:dist-es|lib\/esm)\//)
    ? 'as CommonJS and as ES modules'
    : undefined;
}

/** `…/node_modules/@scope/name/path`: the innermost package counts. */
function placeOf(file: string): { folder: string; name: string; path: string } {
  const [, folder = '', name = OWN_CODE, path = ''] = /^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(file) ?? [];
  return { folder, name, path };
}
