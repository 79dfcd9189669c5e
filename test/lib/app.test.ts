import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PROJECT } from './synthesize.ts';

const { context } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'audit-watcher-app-'));
});
afterEach(() => rmSync(outdir, { recursive: true }));

describe('the app', () => {
  it('writes a complete assembly without the CDK CLI, which the built-in validation finds nothing to say about', () => {
    const { status } = runApp({});

    expect(status).toBe(0);
    expect(readJson('validation-report.json').pluginReports).toEqual([]);
    const { files } = readJson('AuditWatcher.assets.json');
    const bundles = Object.values<Asset>(files).filter(({ source }) => source.packaging === 'zip');
    const handlers = bundles.flatMap(({ source }) =>
      readdirSync(join(outdir, source.path)).filter((file) =>
        existsSync(join(PROJECT, 'lambda', `${parse(file).name}.lambda.ts`)),
      ),
    );
    expect(handlers.toSorted()).toEqual(['check-audit.mjs', 'find-audits.mjs', 'read-findings.mjs', 'send-alerts.mjs']);
  });

  it('says in one sentence what is wrong with the configuration, and writes nothing', () => {
    const { status, stdout, stderr } = runApp({ alertEmails: 'not-an-address' });

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      'alertEmails: "not-an-address" is not an email address. Give addresses like name@example.com, separated by commas (-c alertEmails=a@example.com,b@example.com).\n',
    );
    expect(existsSync(join(outdir, 'manifest.json'))).toBe(false);
  });
});

interface Asset {
  readonly source: { readonly path: string; readonly packaging: string };
}

/** As the CDK CLI and the local stack run it. */
function runApp(settings: Record<string, string>) {
  const { CDK_VALIDATION: _, ...env } = process.env;
  const CDK_CONTEXT_JSON = JSON.stringify({ ...context, ...settings });
  return spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: PROJECT,
    env: { ...env, NODE_OPTIONS: '', CDK_OUTDIR: outdir, CDK_CONTEXT_JSON },
    encoding: 'utf8',
  });
}

function readJson(file: string) {
  return JSON.parse(readFileSync(join(outdir, file), 'utf8'));
}
