import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { packagesIn } from '../../../bench/bundle-packages.ts';
import { ENV } from '../../../lambda/contract.ts';
import { functionBundle } from '../../../lib/resources/function-bundles.ts';
import { FUNCTION_SETTINGS } from '../../function-settings.ts';
import { PROJECT } from '../synthesize.ts';

const ENTRIES = globSync('*.lambda.ts', { cwd: join(PROJECT, 'lambda') }).map((file) => basename(file, '.lambda.ts'));
const MAX_BYTES = 450_000;
const SETTINGS = { ...FUNCTION_SETTINGS, [ENV.slackWebhookSecret]: 'audit-watcher/slack' };

/** What Node.js loads for `fetch`, web streams, Web Crypto, files and compression. */
const NOT_NEEDED =
  /undici|webstreams|webcrypto|fs\/promises|internal\/fs\/streams|zlib|http2|inspector|worker|internal\/blob|intl/;

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

  it('has its settings from the environment, not from files with profiles', () => {
    const files = Object.keys(functionBundle(entry).bytesByFile);

    expect(
      files.filter((file) => /fromSharedConfigFiles|shared-ini-file-loader\/(?:readFile|parseIni)/.test(file)),
    ).toEqual([]);
    expect(files).toContain('lambda/aws/environment-settings.ts');
  });

  it('loads nothing of Node.js before its first call but what that call needs', async () => {
    const loaded = await loadedBy(entry);

    expect(loaded).toContain('https');
    expect(loaded.filter((module) => NOT_NEEDED.test(module))).toEqual([]);
  });

  it('reads no global that Node.js makes when it is first read', () => {
    expect(functionBundle(entry).code).not.toMatch(
      /typeof (?:ReadableStream|Blob|fetch)|\bcrypto\.(?:randomUUID|subtle)/,
    );
  });

  it('has the names of our own functions, for stack traces', () => {
    expect(functionBundle(entry).code).toContain('function textSetting(');
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

/** The modules of Node.js that are loaded when the bundle has been, in a process that did nothing before. */
async function loadedBy(entry: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-watcher-bundle-'));
  try {
    await writeFile(join(folder, 'index.mjs'), functionBundle(entry).code);
    await writeFile(
      join(folder, 'load.mjs'),
      `const before = new Set(process.moduleLoadList);
       await import('./index.mjs');
       console.log(JSON.stringify(process.moduleLoadList.filter((module) => !before.has(module))));`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'load.mjs')], { env: SETTINGS });
    return JSON.parse(stdout).map((module: string) => module.replace(/^NativeModule /, ''));
  } finally {
    await rm(folder, { recursive: true });
  }
}

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
