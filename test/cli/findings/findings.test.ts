import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FindingRow } from '../../../cli/findings/schema.ts';
import { NOW, recordFleet } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
beforeAll(async () => {
  directory = await recordFleet();
});
afterAll(() => RecordedHistory.remove(directory));

async function resources(...options: readonly string[]): Promise<string[]> {
  const { out } = await runCli(['findings', '--local', directory, '--json', ...options], { now: NOW });
  return JSON.parse(out).findings.map(({ resource }: FindingRow) => resource);
}

describe('audit-watcher findings', () => {
  test('lists what stands on 80 columns, and marks what no later audit could confirm', async () => {
    const { code, out, err } = await runCli(['findings', '--local', directory, '--no-color'], {
      columns: 80,
      now: NOW,
    });

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"STATE        ID        SEVERITY     AGE  CHECK               RESOURCE
open         656d545b  CRITICAL    49 d  AWS IoT policies…   policy GatewayLegac…
open         a0f8173f  CRITICAL     3 d  AWS IoT policies…   policy FleetProvisi…
suppressed   1c1e268a  CRITICAL    49 d  AWS IoT policies…   policy KnownBench v1
open?        67242f69  MEDIUM      49 d  Device certificat…  cert 3f9c...210 (pu…
"
`);
    expect(err).toBe('');
  });

  test('shows more on 120 columns, and cuts nothing without a terminal', async () => {
    const wide = await runCli(['findings', '--local', directory, '--no-color'], { columns: 120, now: NOW });
    const pipe = await runCli(['findings', '--local', directory], { now: NOW });

    expect(wide.out.split('\n').slice(0, 3).join('\n')).toMatchInlineSnapshot(`
"STATE        ID        SEVERITY     AGE  FIRST SEEN  LAST SEEN   CHECK                      RESOURCE
open         656d545b  CRITICAL    49 d  2026-10-05  2026-11-20  AWS IoT policies overly…   policy GatewayLegacy v1
open         a0f8173f  CRITICAL     3 d  2026-11-20  2026-11-20  AWS IoT policies overly…   policy FleetProvisioning v1"
`);
    expect(pipe.out).toMatchInlineSnapshot(`
"STATE        ID        SEVERITY     AGE  FIRST SEEN  LAST SEEN   CHECK                                          RESOURCE
open         656d545b  CRITICAL    49 d  2026-10-05  2026-11-20  AWS IoT policies overly permissive             policy GatewayLegacy v1
open         a0f8173f  CRITICAL     3 d  2026-11-20  2026-11-20  AWS IoT policies overly permissive             policy FleetProvisioning v1
suppressed   1c1e268a  CRITICAL    49 d  2026-10-05  2026-11-20  AWS IoT policies overly permissive             policy KnownBench v1
open?        67242f69  MEDIUM      49 d  2026-10-05  2026-11-20  Device certificate expiring                    cert 3f9c52f8c1d7a4e0b6395d2c8e17f40a9b3d6c5e8f7021a4b9c3d8e6f5a7e210 (pump-0143, 2 more)
"
`);
  });

  test.each([
    [['--open'], ['policy GatewayLegacy v1', 'policy FleetProvisioning v1', expect.stringMatching(/^cert 3f9c/)]],
    [['--suppressed'], ['policy KnownBench v1']],
    [['--check', 'device-certificate-expiring'], [expect.stringMatching(/^cert 3f9c/)]],
    [
      ['--severity', 'HIGH', '--open'],
      ['policy GatewayLegacy v1', 'policy FleetProvisioning v1'],
    ],
    [['--older-than', '30d', '--open', '--severity', 'HIGH'], ['policy GatewayLegacy v1']],
    [['--resource', 'PUMP'], [expect.stringMatching(/^cert 3f9c/)]],
    [['--resource', 'fleet'], ['policy FleetProvisioning v1']],
  ])('with %j lists %j', async (options, expected) => {
    expect(await resources(...options)).toEqual(expected);
  });

  test('says when nothing matches', async () => {
    expect(await runCli(['findings', '--local', directory, '--resource', 'nowhere'], { now: NOW })).toEqual({
      code: 0,
      out: '',
      err: 'No finding matches.\n',
    });
  });

  test('refuses a check that no audit has had, and names the one that was meant and those that are recorded', async () => {
    const { code, err } = await runCli(['findings', '--local', directory, '--check', 'loging_disabled'], { now: NOW });

    expect(code).toBe(2);
    expect(err).toContain(
      'No audit has had the check LOGING_DISABLED_CHECK. Did you mean LOGGING_DISABLED_CHECK? Recorded checks: CA_CERTIFICATE',
    );
  });

  test.each([
    ['--open', '--check', '--local'],
    ['--check', ''],
  ])('refuses %j %j %j: there is no name of a check', async (...options) => {
    const { code, err } = await runCli(['findings', ...options], { now: NOW });

    expect(code).toBe(2);
    expect(err).toContain('Allowed: the name of a check. For example: logging_disabled');
  });
});
