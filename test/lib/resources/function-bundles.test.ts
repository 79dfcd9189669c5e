import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type BundledSource, packagesIn, startCodeOf } from '../../../bench/bundle-packages.ts';
import { ENV } from '../../../lambda/contract.ts';
import { bundleFunction, FUNCTION_ENTRIES } from '../../../lib/resources/function-bundles.ts';
import { FUNCTION_SETTINGS } from '../../function-settings.ts';

const MAX_BYTES = 750_000;
const SETTINGS = { ...FUNCTION_SETTINGS, [ENV.slackWebhookSecret]: 'audit-watcher/slack' };

/** Ways to credentials that a function on AWS does not take, and the clients that they need. */
const OTHER_CREDENTIALS = /credential-provider-(?!env$|node$)|nested-clients|token-providers|client-(?:sts|sso)/;

// Nothing else is in this folder, no packages either.
const folder = mkdtempSync(join(tmpdir(), 'audit-watcher-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(FUNCTION_ENTRIES)('the bundle of %s', (entry) => {
  const metafile = bundleFunction(entry, join(folder, entry));
  const start = startCodeOf(entry, metafile);

  it('exports a handler, and needs no package beside itself', async () => {
    const printed = await printedBy(entry, '({ handler }) => console.log(typeof handler)', SETTINGS);

    expect(printed).toBe('function\n');
  });

  it('names our functions in stack traces', async () => {
    const printed = await printedBy(entry, '() => undefined, ({ stack }) => console.log(stack)', {});

    expect(printed).toMatch(/^MissingSettingError: .*\n {4}at textSetting \(file:.*\.mjs:\d+:\d+\)\n/);
  });

  it('loads less than 750 kB at a cold start', () => {
    expect(start.bytes).toBeLessThan(MAX_BYTES);
  });

  it('has no package twice', () => {
    const twice = packagesIn(start.sources).filter((bundled) => bundled.twice !== undefined);

    expect(twice).toEqual([]);
  });

  it('leaves the other ways to get credentials out of a cold start, and has them for when they are needed', () => {
    const packages = packagesIn(start.sources).map(({ name }) => name);

    expect(packages).toContain('@aws-sdk/credential-provider-env');
    expect(packages.filter((name) => OTHER_CREDENTIALS.test(name))).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((path) => OTHER_CREDENTIALS.test(path))).not.toEqual([]);
  });
});

/** What a process prints that does nothing but import the bundle and go on with `then`. */
async function printedBy(entry: string, then: string, env: Readonly<Record<string, string>>): Promise<string> {
  const module = JSON.stringify(join(folder, entry, `${entry}.mjs`));
  const program = `import(${module}).then(${then})`;
  return (await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env })).stdout;
}

it('keeps the code of alerts out of the bundle that polls', () => {
  const { sources } = startCodeOf('check-audit', bundleFunction('check-audit', join(folder, 'check-audit')));
  const files = sources.map(({ path }) => path);

  expect(files).toContain('lambda/check-audit.lambda.ts');
  expect(
    files.filter((file) =>
      /audit\/alert\/(?:format\/|kinds\/|message|sections)|aws\/alert-topic|client-sns/.test(file),
    ),
  ).toEqual([]);
});

it('names the functions that exist when one does not', () => {
  expect(() => bundleFunction('poll-audit', folder)).toThrow(
    /^There is no function "poll-audit" in lambda\/\. Allowed: check-audit, .*slack-webhook\.$/,
  );
});

it('distinguishes two copies of a package, and one copy in two formats, from one', () => {
  const sources: BundledSource[] = [
    { path: 'node_modules/tslib/index.mjs', bytes: 10, format: 'esm' },
    { path: 'node_modules/old/node_modules/tslib/index.mjs', bytes: 20, format: 'esm' },
    { path: 'node_modules/@any/core/a.js', bytes: 1, format: 'esm' },
    { path: 'node_modules/@any/core/b.js', bytes: 2, format: 'cjs' },
    { path: 'node_modules/@any/types/a.js', bytes: 2, format: 'esm' },
    { path: 'node_modules/@any/types/b.js', bytes: 0, format: 'cjs' },
    { path: 'lambda/contract.ts', bytes: 5, format: 'esm' },
  ];

  const packages = packagesIn(sources);

  expect(packages).toEqual([
    { name: 'tslib', bytes: 30, twice: 'from node_modules/ and node_modules/old/node_modules/' },
    { name: '(own code)', bytes: 5, twice: undefined },
    { name: '@any/core', bytes: 3, twice: 'as CommonJS and as ES modules' },
    { name: '@any/types', bytes: 2, twice: undefined },
  ]);
});
