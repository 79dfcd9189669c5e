import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NOVEMBER, NOW, OCTOBER, recordFleet, taskOf } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
beforeAll(async () => {
  directory = await recordFleet();
});
afterAll(() => RecordedHistory.remove(directory));

function diff(a: string, b: string, columns?: number) {
  return runCli(['diff', a, b, '--local', directory, '--no-color'], { columns, now: NOW });
}

describe('audit-watcher diff', () => {
  test('compares two audits on 80 columns, the earlier first', async () => {
    const { code, out } = await diff(OCTOBER, NOVEMBER, 80);

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"Earlier: 0c70be50000000000000000000000000, NightlyFleetAudit, started 2026-10-05
         02:00 UTC, with findings
Later:   0b000000000000000000000000000000, NightlyFleetAudit, started 2026-11-20
         02:00 UTC, with findings

CHANGE     EARLIER    LATER      CHECK
unknown    compliant  failed     CA certificate expiring
worse      1 bad      2 bad      AWS IoT policies overly permissive
same       1 bad      1 bad      Device certificate expiring
recovered  1 bad      compliant  Logging disabled

AWS IoT policies overly permissive: 1 new, 0 gone, 0 suppressed, 1 still open
  + policy FleetProvisioning v1

Logging disabled: 0 new, 1 gone, 0 suppressed, 0 still open
  - account 123456789012
"
`);
  });

  test('says the same in whichever order they are given, on 120 columns and without a terminal', async () => {
    const wide = await diff(NOVEMBER, OCTOBER, 120);
    const pipe = await diff(OCTOBER, NOVEMBER);

    expect(wide.out).toBe(pipe.out);
    expect(wide.out.split('\n').slice(3, 5).join('\n')).toMatchInlineSnapshot(`
"CHANGE     EARLIER    LATER      CHECK
unknown    compliant  failed     CA certificate expiring"
`);
  });

  test('never calls a check better that has no result, or that one of them did not have', async () => {
    const { out } = await runCli(['diff', OCTOBER, taskOf('ca'), '--local', directory, '--json'], { now: NOW });

    const changes = JSON.parse(out).checks.map((check: Record<string, unknown>) => [check.checkName, check.change]);
    expect(Object.fromEntries(changes)).toEqual({
      DEVICE_CERTIFICATE_EXPIRING_CHECK: 'UNKNOWN',
      CA_CERTIFICATE_EXPIRING_CHECK: undefined,
      IOT_POLICY_OVERLY_PERMISSIVE_CHECK: undefined,
      LOGGING_DISABLED_CHECK: undefined,
    });
  });

  test('refuses to compare an audit with itself', async () => {
    expect(await diff(OCTOBER, OCTOBER)).toEqual({
      code: 2,
      out: '',
      err: 'Both audits are the same. Give two different task ids.\n',
    });
  });
});
