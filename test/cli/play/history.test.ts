import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readTestAssembly } from '../../local/assembly/assembly-copy.ts';

const CLOUD_ASSEMBLY = '../../../local/assembly/cloud-assembly.ts';
const NIGHTS = '../../../local/runs/demo-nights.ts';
const actual = await import(CLOUD_ASSEMBLY);
const { demoNights } = await import(NIGHTS);

// The stack that was synthesized for all tests, and a few of the nights: one is missed.
jest.unstable_mockModule(CLOUD_ASSEMBLY, () => ({ ...actual, synthesize: () => readTestAssembly() }));
jest.unstable_mockModule(NIGHTS, () => ({
  demoNights: () =>
    demoNights()
      .slice(22, 25)
      .map((night: { day: number }) => ({ ...night, day: night.day - 22 })),
}));
const { runCli } = await import('../terminal.ts');

let data = '';
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterAll(() => rm(data, { recursive: true }));

test('play --history fills the tables with the audits of some nights, for the commands to ask', async () => {
  const { code, out } = await runCli(['play', '--history', '--fresh', '--data', data]);
  const now = new Date().toISOString();
  const audits = await runCli(['audits', '--local', data, '--json'], { now });
  const status = await runCli(['status', '--local', data, '--json'], { now });

  expect(code).toBe(0);
  expect(out).toContain(`\n  npx audit-watcher status --local ${data}\n`);
  expect(JSON.parse(audits.out).audits.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'WITH_FINDINGS',
    'WITH_FINDINGS',
  ]);
  expect(JSON.parse(status.out)).toMatchObject({
    checks: [{ state: 'NON_COMPLIANT' }, { state: 'SUPPRESSED' }, { state: 'COMPLIANT' }, { state: 'COMPLIANT' }],
    unsentAlerts: [],
    unreadableItems: 0,
  });
});
