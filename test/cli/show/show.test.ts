import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NOVEMBER, NOW, recordFleet, taskOf } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
beforeAll(async () => {
  directory = await recordFleet();
});
afterAll(() => RecordedHistory.remove(directory));

describe('audit-watcher show', () => {
  test('shows an audit on 80 columns', async () => {
    const { code, out } = await runCli(['show', NOVEMBER, '--local', directory, '--no-color'], {
      columns: 80,
      now: NOW,
    });

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"Audit 0b000000000000000000000000000000, NightlyFleetAudit
Started 2026-11-20 02:00 UTC, ran 11 min: with findings.

OUTCOME        SEVERITY  BAD OF ALL  CHANGE     CHECK
failed         MEDIUM        ? of ?  unknown    CA certificate expiring (INSUFF…
non-compliant  CRITICAL    2 of 120  worse      AWS IoT policies overly permiss…
non-compliant  MEDIUM      1 of 120  same       Device certificate expiring
compliant      LOW         0 of 120  recovered  Logging disabled (1 gone)

Findings: 4, the worst of the open ones:
  CRITICAL policy FleetProvisioning v1, first seen 2026-11-20
  CRITICAL policy GatewayLegacy v1, first seen 2026-10-05
  MEDIUM cert
    3f9c52f8c1d7a4e0b6395d2c8e17f40a9b3d6c5e8f7021a4b9c3d8e6f5a7e210, first seen
    2026-10-05

Polls:
  POLL  AT (UTC)             STATUS       GOOD  BAD  FAILED  CHECKS
     1  2026-11-20 02:01:00  IN_PROGRESS     0    2       1       4
     2  2026-11-20 02:11:00  COMPLETED       1    2       1       4

Alerts:
  AT (UTC)          STATUS  KIND
  2026-11-20 02:11  sent    COMPLETED_WITH_FINDINGS
"
`);
  });

  test('cuts nothing on 120 columns, nor without a terminal', async () => {
    const wide = await runCli(['show', NOVEMBER, '--local', directory, '--no-color'], { columns: 120, now: NOW });
    const pipe = await runCli(['show', NOVEMBER, '--local', directory], { now: NOW });

    expect(wide.out.split('\n').slice(3, 5).join('\n')).toMatchInlineSnapshot(`
"OUTCOME        SEVERITY  BAD OF ALL  CHANGE     CHECK
failed         MEDIUM        ? of ?  unknown    CA certificate expiring (INSUFFICIENT_PERMISSIONS)"
`);
    expect(pipe.out).toBe(wide.out);
  });

  test('shows one that could never be polled', async () => {
    const { code, out } = await runCli(['show', taskOf('fa'), '--local', directory], { now: NOW });

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"Audit fa000000000000000000000000000000, ?
Started 2026-11-22 02:00 UTC, ran ?: gave up.

Findings: none stored

Alerts:
  AT (UTC)          STATUS  KIND
  2026-11-22 02:01  sent    WATCHER_GAVE_UP
"
`);
  });

  test('ends with 1 for an audit that is not recorded, and with 2 for what is no task id', async () => {
    const missing = await runCli(['show', 'deadbeef', '--local', directory], { now: NOW });
    const bad = await runCli(['show', 'dead/beef', '--local', directory], { now: NOW });

    expect([missing.code, missing.err]).toEqual([
      1,
      'There is no audit deadbeef in account 123456789012, eu-west-1: it was not watched, or what was recorded has ' +
        'expired. audit-watcher audits lists those that are there.\n',
    ]);
    expect([bad.code, bad.err]).toEqual([2, expect.stringContaining('Allowed: the task id of an audit')]);
  });
});
