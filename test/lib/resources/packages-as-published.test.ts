import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROJECT } from '../synthesize.ts';

const SOURCES = globSync('{bin,lib,lambda,local,cli,bench}/**/*.ts', { cwd: PROJECT });

/** A file inside a package, or the folder in which the AWS SDK keeps its files. */
const INSIDE_A_PACKAGE =
  /@[a-z][\w-]*\/[\w./-]+\.[cm]?js\b|node_modules\/(?:@[\w-]+\/)?[\w-]+\/[\w./-]+\.[cm]?js\b|dist-(?:es|cjs|types)\b/;
/** Options that make esbuild change what it bundles. */
const CHANGES_TO_PACKAGES = /\b(?:onLoad|onResolve|plugins|alias|define|inject)\b\s*[:(]/;

describe('packages are used as they were published', () => {
  it.each([
    ["import { x } from '@smithy/core/dist-es/schema.js'", INSIDE_A_PACKAGE],
    ["join('node_modules/tslib/tslib.es6.mjs')", INSIDE_A_PACKAGE],
    ['/[\\\\/]dist-es[\\\\/]schemas/', INSIDE_A_PACKAGE],
    ['build.onLoad({ filter }, load)', CHANGES_TO_PACKAGES],
    ['buildSync({ plugins: [shortNames] })', CHANGES_TO_PACKAGES],
    ["buildSync({ define: { Blob: 'undefined' } })", CHANGES_TO_PACKAGES],
  ])('would not pass: %s', (source, rule) => {
    expect(source).toMatch(rule);
  });

  it('names no path inside a package', () => {
    const found = SOURCES.filter((file) => INSIDE_A_PACKAGE.test(withoutComments(file)));

    expect(SOURCES.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });

  it('bundles without plugins, replaced packages and defined globals', () => {
    const bundling = SOURCES.filter((file) =>
      /^import (?!type ).*from 'esbuild'/m.test(readFileSync(join(PROJECT, file), 'utf8')),
    );

    expect(bundling).toEqual(['lib/resources/function-bundles.ts']);
    expect(withoutComments('lib/resources/function-bundles.ts')).not.toMatch(CHANGES_TO_PACKAGES);
  });
});

function withoutComments(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
}
