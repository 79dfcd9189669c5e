import { globSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packagesIn } from '../../bench/bundle-packages.ts';
import { functionBundle } from '../../lib/function-bundles.ts';
import { PROJECT } from './synthesize.ts';

const ENTRIES = globSync('*.lambda.ts', { cwd: join(PROJECT, 'lambda') }).map((file) => basename(file, '.lambda.ts'));
const MAX_BYTES = 450_000;

/** All of the SDK's ways to credentials but the environment, and what they drag in. */
const OTHER_CREDENTIALS = /credential-provider|nested-clients|token-providers|client-(?:sts|sso)/;

describe.each(ENTRIES)('the bundle of %s', (entry) => {
  it('is smaller than 450 kB', () => {
    expect(Buffer.byteLength(functionBundle(entry).code)).toBeLessThan(MAX_BYTES);
  });

  it('has no package twice', () => {
    const twice = packagesIn(functionBundle(entry)).filter((bundled) => bundled.twice !== undefined);

    expect(twice).toEqual([]);
  });

  it('has no credentials provider but that of the environment', () => {
    const { bytesByFile } = functionBundle(entry);
    const files = Object.keys(bytesByFile);

    expect(files.filter((file) => OTHER_CREDENTIALS.test(file))).toEqual([]);
    expect(files).toContain('lambda/aws/environment-credentials.ts');
  });

  it('imports no module of Node.js, which would load what is never used', () => {
    const { code } = functionBundle(entry);
    const imports = [...code.matchAll(/\b(?:from|import)\s?\(?"([^"]+)"/g)].map(([, module = '']) => module);

    expect(imports.filter(isBuiltin)).toEqual([]);
  });

  it('has the schemas of the operations in use only', () => {
    expect(functionBundle(entry).code).not.toMatch(
      /CreateThingRequest|CreateBackupInput|PutRuleRequest|CreateTopicInput/,
    );
  });
});

it('keeps the code of alerts out of the bundle that looks', () => {
  const files = Object.keys(functionBundle('check-audit').bytesByFile);

  expect(
    files.filter((file) => /alert-(?:chat|email|story|machine|message|next-step)|alert-topic|client-sns/.test(file)),
  ).toEqual([]);
});

it('names the functions that there are when one is not', () => {
  expect(() => functionBundle('look-at-audit')).toThrow(
    /^There is no function "look-at-audit" in lambda\/\. Allowed: .*check-audit/,
  );
});

it('tells two copies of a package, and one copy in two formats, from one', () => {
  const bytesByFile = {
    'node_modules/tslib/tslib.es6.mjs': 10,
    'node_modules/old/node_modules/tslib/tslib.js': 20,
    'node_modules/@smithy/core/dist-es/index.js': 1,
    'node_modules/@smithy/core/dist-cjs/index.js': 2,
    'node_modules/@smithy/types/dist-es/index.js': 2,
    'lambda/contract.ts': 5,
  };

  const packages = packagesIn({ code: '', bytesByFile });

  expect(packages).toEqual([
    { name: 'tslib', bytes: 30, twice: 'from node_modules/ and node_modules/old/node_modules/' },
    { name: '(own code)', bytes: 5, twice: undefined },
    { name: '@smithy/core', bytes: 3, twice: 'as CommonJS and as ES modules' },
    { name: '@smithy/types', bytes: 2, twice: undefined },
  ]);
});
