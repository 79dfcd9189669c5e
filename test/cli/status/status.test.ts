import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DIGEST_ALL_WELL } from '../../../cli/preview/example-digests.ts';
import { digestKey } from '../../../lambda/contract.ts';
import { PLACE } from '../../../local/place.ts';
import { NOW, recordFleet, taskOf } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
let empty = '';
beforeAll(async () => {
  directory = await recordFleet();
  empty = await RecordedHistory.in(async () => undefined);
});
afterAll(async () => {
  await RecordedHistory.remove(directory);
  await RecordedHistory.remove(empty);
});

describe('audit-watcher status', () => {
  test('says how every check stands, worst first, on 80 columns', async () => {
    const { code, out, err } = await runCli(['status', '--local', directory, '--no-color'], { columns: 80, now: NOW });

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"Account 123456789012, eu-west-1, 2026-11-23 12:00 UTC
4 checks: 1 non-compliant, 2 unknown, 1 compliant; 13 never audited.

STATE          SEVERITY   OPEN  SINCE       AUDITED     CHECK
non-compliant  CRITICAL      2  2026-10-05  2026-11-20  AWS IoT policies overly…
unknown        MEDIUM    was 0  2026-11-20  2026-11-20  CA certificate expiring…
unknown        MEDIUM    was 1  2026-11-21  2026-11-21  Device certificate expi…
compliant      LOW           0  2026-11-20  2026-11-20  Logging disabled

Never audited:
  Authenticated Cognito role overly permissive (CRITICAL), CA certificate key
    quality (CRITICAL), Conflicting MQTT client IDs (HIGH), Device certificate
    age (LOW), Device certificate key quality (CRITICAL), Device certificate
    shared (CRITICAL), Intermediate CA revoked for active device certificates
    (CRITICAL), AWS IoT policy potentially misconfigured (MEDIUM), Role alias
    allows access to unused services (MEDIUM), Role alias overly permissive
    (CRITICAL), Revoked CA certificate still active (CRITICAL), Revoked device
    certificate still active (MEDIUM), Unauthenticated Cognito role overly
    permissive (CRITICAL)

Running now:
  ON_DEMAND since 2026-11-23 11:30: 1 of 2 checks finished, 1 non-compliant, 0
    failed, seen 2026-11-23 11:31; audit 1e000000000000000000000000000000

Given up:
  ? since 2026-11-22 02:00: ACCESS_DENIED, tried again until 2027-02-20 01:00;
    audit fa000000000000000000000000000000

Missed runs:
  NightlyFleetAudit: due 2026-11-23 02:00, last run 2026-11-21 02:00

Alerts not known to be out:
  NON_COMPLIANT_DETECTED of ON_DEMAND: PENDING since 2026-11-23 11:31, audit
    1e000000000000000000000000000000
  COMPLETED_WITH_FINDINGS with the key
    123456789012#eu-west-1#0c70be50000000000000000000000000#TERMINAL: UNCERTAIN
    since 2026-10-08 02:11
"
`);
    expect(err).toBe(`\nNext: npx audit-watcher findings --open --local ${directory}\n`);
  });

  test.each([0, 1, 20])('is readable on a terminal that says it has %i columns', async (columns) => {
    const { code, out } = await runCli(['status', '--local', directory, '--no-color'], { columns, now: NOW });

    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('never audited');
  });

  test('says by which audit, where there is room', async () => {
    const { out } = await runCli(['status', '--local', directory, '--no-color'], { columns: 120, now: NOW });

    expect(out.split('\n').slice(3, 6).join('\n')).toMatchInlineSnapshot(`
"STATE          SEVERITY   OPEN  SINCE       AUDITED     BY                 CHECK
non-compliant  CRITICAL      2  2026-10-05  2026-11-20  NightlyFleetAudit  AWS IoT policies overly permissive (1 suppre…
unknown        MEDIUM    was 0  2026-11-20  2026-11-20  NightlyFleetAudit  CA certificate expiring (INSUFFICIENT_PERMIS…"
`);
  });

  test('cuts nothing and adds nothing without a terminal', async () => {
    const { out, err } = await runCli(['status', '--local', directory], { now: NOW });

    expect(out.split('\n').slice(3, 6).join('\n')).toMatchInlineSnapshot(`
"STATE          SEVERITY   OPEN  SINCE       AUDITED     BY                 CHECK
non-compliant  CRITICAL      2  2026-10-05  2026-11-20  NightlyFleetAudit  AWS IoT policies overly permissive (1 suppressed)
unknown        MEDIUM    was 0  2026-11-20  2026-11-20  NightlyFleetAudit  CA certificate expiring (INSUFFICIENT_PERMISSIONS)"
`);
    expect(err).toBe('');
  });

  test('names ten of the audits that were given up, and counts the others', async () => {
    const denied = await RecordedHistory.in(async (history) => {
      for (let night = 1; night <= 12; night += 1) {
        await history.addGivenUp(taskOf(`${20 + night}`), `2026-11-${String(night).padStart(2, '0')}T02:00:00.000Z`);
      }
    });

    const { out } = await runCli(['status', '--local', denied], { now: NOW });
    await RecordedHistory.remove(denied);

    expect(out.match(/ACCESS_DENIED, tried again until/g)).toHaveLength(10);
    expect(out).toContain('and 2 more (--json lists all)');
  });

  test('names a digest that waits to be sent', async () => {
    const waiting = await RecordedHistory.in(async (history) => {
      const at = '2026-11-23T08:01:00.000Z';
      const pending = { periodEnd: at, writtenAt: at, marks: [], message: DIGEST_ALL_WELL };
      const record = { since: at, doneUntil: at, marks: [], pending };
      await history.put({ ...digestKey(PLACE), schemaVersion: 1, version: 2, record });
    });

    const { out } = await runCli(['status', '--local', waiting], { now: NOW });
    await RecordedHistory.remove(waiting);

    expect(out.replace(/\s+/g, ' ')).toContain(
      `DIGEST with the key ${DIGEST_ALL_WELL.key}: PENDING since 2026-11-23 08:01`,
    );
  });

  test('never says that nothing is wrong where nothing is known', async () => {
    const { code, out } = await runCli(['status', '--local', empty], { now: NOW });

    expect(code).toBe(0);
    expect(out.split('\n')[1]).toMatchInlineSnapshot(`"Nothing is known: no audit has been recorded yet."`);
  });
});
