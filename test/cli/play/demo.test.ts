import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { demoNights } from '../../../local/runs/demo-nights.ts';
import { readTestAssembly } from '../../local/assembly/assembly-copy.ts';

const CLOUD_ASSEMBLY = '../../../local/assembly/cloud-assembly.ts';
const actual = await import(CLOUD_ASSEMBLY);

// The stack that was synthesized for all tests.
jest.unstable_mockModule(CLOUD_ASSEMBLY, () => ({ ...actual, synthesize: () => readTestAssembly() }));
const { runCli } = await import('../terminal.ts');

/** The last night's audit has been watched. */
const NOW = '2026-11-23T12:00:00.000Z';
const COMPLIANT = join(import.meta.dirname, '../../../recordings/compliant.json');
const environment = { ...process.env };

let folder = '';
let played: Awaited<ReturnType<typeof runCli>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'));
  // Relative paths are those of the caller.
  process.env = { ...environment, INIT_CWD: folder };
  const argv = ['play', '--history', '--fresh', '--data', 'demo'];
  played = await runCli(argv, { now: NOW, env: { INIT_CWD: folder } });
});
afterAll(async () => {
  process.env = environment;
  await rm(folder, { recursive: true });
});

/** The audit of a night of the demo. */
function taskOf(day: number): string {
  return demoNights()[day]?.recording?.taskId ?? '';
}

/** What a person reads: on a terminal of so many columns, or without one. */
async function screenOf(command: string, columns?: number): Promise<string> {
  const { code, out, err } = await runCli([...command.split(' '), '--local', 'demo', '--no-color'], {
    columns,
    now: NOW,
  });
  return `${out}${err}${code === 0 ? '' : `(ends with ${code})\n`}`;
}

test('npm run demo fills the tables, and says what to ask and where the report is', async () => {
  expect(played.code).toBe(0);
  expect(`${played.out}${played.err}`.replace(folder, 'FOLDER')).toMatchInlineSnapshot(`
"Synthesizing the stack, then playing five weeks of nightly audits to it.
7 of 35 nights
14 of 35 nights
21 of 35 nights
28 of 35 nights
35 of 35 nights

34 audits were watched, 33 alerts were sent.

Try next:
  npx audit-watcher status --local demo
  npx audit-watcher audits --since 6w --local demo
  npx audit-watcher history iot_policy_overly_permissive --local demo
  npx audit-watcher findings --open --local demo

Report: FOLDER/demo/report.html
"
`);
  expect(await readFile(join(folder, 'demo', 'report.html'), 'utf8')).toContain(
    '2 of 4 audited checks are non-compliant; the worst, AWS IoT policies overly permissive, is CRITICAL',
  );
  const report = JSON.parse((await runCli(['report', '--local', 'demo', '--json'], { now: NOW })).out);
  expect(report.missedRuns.listed.map(({ dueAt }: { dueAt: string }) => dueAt)).toEqual(['2026-11-12T02:00:00.000Z']);
  expect(report.alerts.listed).toContainEqual(expect.objectContaining({ kind: 'AUDIT_OVERDUE', status: 'SENT' }));
});

/** The same for output that no width changes. */
async function screenOfAnyWidth(command: string): Promise<string> {
  const pipe = await screenOf(command);
  for (const columns of [80, 120]) expect(await screenOf(command, columns)).toBe(pipe);
  return pipe;
}

describe('After npm run demo', () => {
  test('status shows what is wrong now', async () => {
    const command = 'status';

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"Account 123456789012, eu-west-1, 2026-11-23 12:00 UTC
4 checks: 2 non-compliant, 2 compliant; 13 never audited.

STATE          SEVERITY  OPEN  SINCE       AUDITED     CHECK
non-compliant  CRITICAL     1  2026-11-19  2026-11-23  AWS IoT policies overly…
non-compliant  MEDIUM       1  2026-11-17  2026-11-23  Device certificate expir…
compliant      CRITICAL     0  2026-10-20  2026-11-23  Device certificate share…
compliant      LOW          0  2026-10-28  2026-11-23  Logging disabled

Never audited:
  Authenticated Cognito role overly permissive (CRITICAL), CA certificate
    expiring (MEDIUM), CA certificate key quality (CRITICAL), Conflicting MQTT
    client IDs (HIGH), Device certificate age (LOW), Device certificate key
    quality (CRITICAL), Intermediate CA revoked for active device certificates
    (CRITICAL), AWS IoT policy potentially misconfigured (MEDIUM), Role alias
    allows access to unused services (MEDIUM), Role alias overly permissive
    (CRITICAL), Revoked CA certificate still active (CRITICAL), Revoked device
    certificate still active (MEDIUM), Unauthenticated Cognito role overly
    permissive (CRITICAL)

Next: npx audit-watcher findings --open --local demo
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"Account 123456789012, eu-west-1, 2026-11-23 12:00 UTC
4 checks: 2 non-compliant, 2 compliant; 13 never audited.

STATE          SEVERITY  OPEN  SINCE       AUDITED     BY                 CHECK
non-compliant  CRITICAL     1  2026-11-19  2026-11-23  NightlyFleetAudit  AWS IoT policies overly permissive (1 suppres…
non-compliant  MEDIUM       1  2026-11-17  2026-11-23  NightlyFleetAudit  Device certificate expiring
compliant      CRITICAL     0  2026-10-20  2026-11-23  NightlyFleetAudit  Device certificate shared (NightlyFleetAudit)
compliant      LOW          0  2026-10-28  2026-11-23  NightlyFleetAudit  Logging disabled

Never audited:
  Authenticated Cognito role overly permissive (CRITICAL), CA certificate expiring (MEDIUM), CA certificate key
    quality (CRITICAL), Conflicting MQTT client IDs (HIGH), Device certificate age (LOW), Device certificate key quality
    (CRITICAL), Intermediate CA revoked for active device certificates (CRITICAL), AWS IoT policy potentially
    misconfigured (MEDIUM), Role alias allows access to unused services (MEDIUM), Role alias overly permissive
    (CRITICAL), Revoked CA certificate still active (CRITICAL), Revoked device certificate still active (MEDIUM),
    Unauthenticated Cognito role overly permissive (CRITICAL)

Next: npx audit-watcher findings --open --local demo
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"Account 123456789012, eu-west-1, 2026-11-23 12:00 UTC
4 checks: 2 non-compliant, 2 compliant; 13 never audited.

STATE          SEVERITY  OPEN  SINCE       AUDITED     BY                 CHECK
non-compliant  CRITICAL     1  2026-11-19  2026-11-23  NightlyFleetAudit  AWS IoT policies overly permissive (1 suppressed)
non-compliant  MEDIUM       1  2026-11-17  2026-11-23  NightlyFleetAudit  Device certificate expiring
compliant      CRITICAL     0  2026-10-20  2026-11-23  NightlyFleetAudit  Device certificate shared (NightlyFleetAudit)
compliant      LOW          0  2026-10-28  2026-11-23  NightlyFleetAudit  Logging disabled

Never audited:
  Authenticated Cognito role overly permissive (CRITICAL), CA certificate expiring (MEDIUM), CA certificate key quality (CRITICAL), Conflicting MQTT client IDs (HIGH), Device certificate age (LOW), Device certificate key quality (CRITICAL), Intermediate CA revoked for active device certificates (CRITICAL), AWS IoT policy potentially misconfigured (MEDIUM), Role alias allows access to unused services (MEDIUM), Role alias overly permissive (CRITICAL), Revoked CA certificate still active (CRITICAL), Revoked device certificate still active (MEDIUM), Unauthenticated Cognito role overly permissive (CRITICAL)
"
`);
  });

  test('audits lists what ran', async () => {
    const command = 'audits --since 18d';

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"STARTED (UTC)     OUTCOME        AUDIT                      RAN  BAD  ALERTS
2026-11-23 02:00  with findings  NightlyFleetAudit        5 min    2  1 sent
  cfab46aebd8e7bc27e29fb1e9423b959
2026-11-22 02:00  with findings  NightlyFleetAudit        4 min    2  1 sent
  c2438237dd577cbd2f65af83506597ef
2026-11-21 02:00  with findings  NightlyFleetAudit        5 min    2  1 sent
  9be5907cf4a43ddbbcdea5988f9b10ea
2026-11-20 02:00  with findings  NightlyFleetAudit        4 min    2  1 sent
  12866e51425f296de64c8aec5792ba1b
2026-11-19 02:00  with findings  NightlyFleetAudit        5 min    2  1 sent
  29e69285564d38949dfb422af76afcda
2026-11-18 02:00  with findings  NightlyFleetAudit        5 min    1  1 sent
  6f97af797f646a2630a2a8cd59929d6a
2026-11-17 02:00  with findings  NightlyFleetAudit        4 min    1  1 sent
  7c2bc1b1f91ea33c434d65879a4cc050
2026-11-16 02:00  compliant      NightlyFleetAudit        5 min    0  none
  0f981e250b21ed6c635d3da7c9dd44a6
2026-11-15 02:00  compliant      NightlyFleetAudit        4 min    0  none
  2f5194415f95f693576b5c44984cdd5a
2026-11-14 02:00  compliant      NightlyFleetAudit        4 min    0  1 sent
  6e1fe6ba82c0ba882e29c70297e430bb
2026-11-13 02:00  with findings  NightlyFleetAudit        5 min    1  1 sent
  d2af592c3b48cf891238dfa41475fea8
2026-11-11 02:00  with findings  NightlyFleetAudit        5 min    1  1 sent
  1375255416db0b3d485b35c632ae9a98
2026-11-10 02:00  with findings  NightlyFleetAudit        5 min    1  1 sent
  5f74d5f1077037f68802d39170664f3e
2026-11-09 02:00  with findings  NightlyFleetAudit        4 min    1  1 sent
  64a75c0ea5a62864a13fa9a7e7316923
2026-11-08 02:00  with findings  NightlyFleetAudit        5 min    2  1 sent
  2be4bd04c6a1cab89d2cfb128b242cb3
2026-11-07 02:00  canceled       NightlyFleetAudit        4 min    0  1 sent
  0833523db8ce67217b701a2cc5d22a56
2026-11-06 02:00  with findings  NightlyFleetAudit        5 min    2  1 sent
  7227fe2f48a5e3c73d0cf85412c16bac

Next: npx audit-watcher show TASK --local demo
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"STARTED (UTC)     OUTCOME        AUDIT                            RAN  BAD  ALERTS      TASK
2026-11-23 02:00  with findings  NightlyFleetAudit              5 min    2  1 sent      cfab46aebd8e7bc27e29fb1e9423b959
2026-11-22 02:00  with findings  NightlyFleetAudit              4 min    2  1 sent      c2438237dd577cbd2f65af83506597ef
2026-11-21 02:00  with findings  NightlyFleetAudit              5 min    2  1 sent      9be5907cf4a43ddbbcdea5988f9b10ea
2026-11-20 02:00  with findings  NightlyFleetAudit              4 min    2  1 sent      12866e51425f296de64c8aec5792ba1b
2026-11-19 02:00  with findings  NightlyFleetAudit              5 min    2  1 sent      29e69285564d38949dfb422af76afcda
2026-11-18 02:00  with findings  NightlyFleetAudit              5 min    1  1 sent      6f97af797f646a2630a2a8cd59929d6a
2026-11-17 02:00  with findings  NightlyFleetAudit              4 min    1  1 sent      7c2bc1b1f91ea33c434d65879a4cc050
2026-11-16 02:00  compliant      NightlyFleetAudit              5 min    0  none        0f981e250b21ed6c635d3da7c9dd44a6
2026-11-15 02:00  compliant      NightlyFleetAudit              4 min    0  none        2f5194415f95f693576b5c44984cdd5a
2026-11-14 02:00  compliant      NightlyFleetAudit              4 min    0  1 sent      6e1fe6ba82c0ba882e29c70297e430bb
2026-11-13 02:00  with findings  NightlyFleetAudit              5 min    1  1 sent      d2af592c3b48cf891238dfa41475fea8
2026-11-11 02:00  with findings  NightlyFleetAudit              5 min    1  1 sent      1375255416db0b3d485b35c632ae9a98
2026-11-10 02:00  with findings  NightlyFleetAudit              5 min    1  1 sent      5f74d5f1077037f68802d39170664f3e
2026-11-09 02:00  with findings  NightlyFleetAudit              4 min    1  1 sent      64a75c0ea5a62864a13fa9a7e7316923
2026-11-08 02:00  with findings  NightlyFleetAudit              5 min    2  1 sent      2be4bd04c6a1cab89d2cfb128b242cb3
2026-11-07 02:00  canceled       NightlyFleetAudit              4 min    0  1 sent      0833523db8ce67217b701a2cc5d22a56
2026-11-06 02:00  with findings  NightlyFleetAudit              5 min    2  1 sent      7227fe2f48a5e3c73d0cf85412c16bac

Next: npx audit-watcher show TASK --local demo
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"STARTED (UTC)     OUTCOME        AUDIT                                                                    RAN  BAD  ALERTS      TASK
2026-11-23 02:00  with findings  NightlyFleetAudit                                                      5 min    2  1 sent      cfab46aebd8e7bc27e29fb1e9423b959
2026-11-22 02:00  with findings  NightlyFleetAudit                                                      4 min    2  1 sent      c2438237dd577cbd2f65af83506597ef
2026-11-21 02:00  with findings  NightlyFleetAudit                                                      5 min    2  1 sent      9be5907cf4a43ddbbcdea5988f9b10ea
2026-11-20 02:00  with findings  NightlyFleetAudit                                                      4 min    2  1 sent      12866e51425f296de64c8aec5792ba1b
2026-11-19 02:00  with findings  NightlyFleetAudit                                                      5 min    2  1 sent      29e69285564d38949dfb422af76afcda
2026-11-18 02:00  with findings  NightlyFleetAudit                                                      5 min    1  1 sent      6f97af797f646a2630a2a8cd59929d6a
2026-11-17 02:00  with findings  NightlyFleetAudit                                                      4 min    1  1 sent      7c2bc1b1f91ea33c434d65879a4cc050
2026-11-16 02:00  compliant      NightlyFleetAudit                                                      5 min    0  none        0f981e250b21ed6c635d3da7c9dd44a6
2026-11-15 02:00  compliant      NightlyFleetAudit                                                      4 min    0  none        2f5194415f95f693576b5c44984cdd5a
2026-11-14 02:00  compliant      NightlyFleetAudit                                                      4 min    0  1 sent      6e1fe6ba82c0ba882e29c70297e430bb
2026-11-13 02:00  with findings  NightlyFleetAudit                                                      5 min    1  1 sent      d2af592c3b48cf891238dfa41475fea8
2026-11-11 02:00  with findings  NightlyFleetAudit                                                      5 min    1  1 sent      1375255416db0b3d485b35c632ae9a98
2026-11-10 02:00  with findings  NightlyFleetAudit                                                      5 min    1  1 sent      5f74d5f1077037f68802d39170664f3e
2026-11-09 02:00  with findings  NightlyFleetAudit                                                      4 min    1  1 sent      64a75c0ea5a62864a13fa9a7e7316923
2026-11-08 02:00  with findings  NightlyFleetAudit                                                      5 min    2  1 sent      2be4bd04c6a1cab89d2cfb128b242cb3
2026-11-07 02:00  canceled       NightlyFleetAudit                                                      4 min    0  1 sent      0833523db8ce67217b701a2cc5d22a56
2026-11-06 02:00  with findings  NightlyFleetAudit                                                      5 min    2  1 sent      7227fe2f48a5e3c73d0cf85412c16bac
"
`);
  });

  test('show has all of an audit', async () => {
    const command = `show ${taskOf(30)}`;

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"Audit 29e69285564d38949dfb422af76afcda, NightlyFleetAudit
Started 2026-11-19 02:00 UTC, ran 5 min: with findings.

OUTCOME        SEVERITY  BAD OF ALL  CHANGE  CHECK
non-compliant  CRITICAL    1 of 120  new     AWS IoT policies overly permissive…
non-compliant  MEDIUM      1 of 120  same    Device certificate expiring
compliant      CRITICAL    0 of 120  same    Device certificate shared
compliant      LOW           0 of 1  same    Logging disabled

Findings: 3, the worst of the open ones:
  CRITICAL policy PumpMaintenance v1, first seen 2026-11-19
  MEDIUM cert
    77d4ac671be30000000000000000000000000000000000000000000000000000, first seen
    2026-11-17

Polls that saw a change, of 19:
  POLL  AT (UTC)             STATUS       GOOD  BAD  FAILED  CHECKS
     1  2026-11-19 02:00:00  IN_PROGRESS     0    0       0       4
    19  2026-11-19 02:04:32  COMPLETED       2    2       0       4

Alerts:
  AT (UTC)          STATUS  KIND
  2026-11-19 02:04  sent    COMPLETED_WITH_FINDINGS

Next: npx audit-watcher replay 29e69285564d38949dfb422af76afcda --local demo
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"Audit 29e69285564d38949dfb422af76afcda, NightlyFleetAudit
Started 2026-11-19 02:00 UTC, ran 5 min: with findings.

OUTCOME        SEVERITY  BAD OF ALL  CHANGE  CHECK
non-compliant  CRITICAL    1 of 120  new     AWS IoT policies overly permissive (1 new, 1 suppressed)
non-compliant  MEDIUM      1 of 120  same    Device certificate expiring
compliant      CRITICAL    0 of 120  same    Device certificate shared
compliant      LOW           0 of 1  same    Logging disabled

Findings: 3, the worst of the open ones:
  CRITICAL policy PumpMaintenance v1, first seen 2026-11-19
  MEDIUM cert 77d4ac671be30000000000000000000000000000000000000000000000000000, first seen 2026-11-17

Polls that saw a change, of 19:
  POLL  AT (UTC)             STATUS       GOOD  BAD  FAILED  CHECKS
     1  2026-11-19 02:00:00  IN_PROGRESS     0    0       0       4
    19  2026-11-19 02:04:32  COMPLETED       2    2       0       4

Alerts:
  AT (UTC)          STATUS  KIND
  2026-11-19 02:04  sent    COMPLETED_WITH_FINDINGS

Next: npx audit-watcher replay 29e69285564d38949dfb422af76afcda --local demo
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"Audit 29e69285564d38949dfb422af76afcda, NightlyFleetAudit
Started 2026-11-19 02:00 UTC, ran 5 min: with findings.

OUTCOME        SEVERITY  BAD OF ALL  CHANGE  CHECK
non-compliant  CRITICAL    1 of 120  new     AWS IoT policies overly permissive (1 new, 1 suppressed)
non-compliant  MEDIUM      1 of 120  same    Device certificate expiring
compliant      CRITICAL    0 of 120  same    Device certificate shared
compliant      LOW           0 of 1  same    Logging disabled

Findings: 3, the worst of the open ones:
  CRITICAL policy PumpMaintenance v1, first seen 2026-11-19
  MEDIUM cert 77d4ac671be30000000000000000000000000000000000000000000000000000, first seen 2026-11-17

Polls that saw a change, of 19:
  POLL  AT (UTC)             STATUS       GOOD  BAD  FAILED  CHECKS
     1  2026-11-19 02:00:00  IN_PROGRESS     0    0       0       4
    19  2026-11-19 02:04:32  COMPLETED       2    2       0       4

Alerts:
  AT (UTC)          STATUS  KIND
  2026-11-19 02:04  sent    COMPLETED_WITH_FINDINGS
"
`);
  });

  test('show has all of an audit that was canceled', async () => {
    const command = `show ${taskOf(18)}`;

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"Audit 0833523db8ce67217b701a2cc5d22a56, NightlyFleetAudit
Started 2026-11-07 02:00 UTC, ran 4 min: canceled.

OUTCOME   SEVERITY  BAD OF ALL  CHANGE   CHECK
canceled  CRITICAL      ? of ?  unknown  AWS IoT policies overly permissive
canceled  MEDIUM        ? of ?  unknown  Device certificate expiring
canceled  CRITICAL      ? of ?  unknown  Device certificate shared
canceled  LOW           ? of ?  unknown  Logging disabled

Findings: none stored

Polls that saw a change, of 15:
  POLL  AT (UTC)             STATUS       GOOD  BAD  FAILED  CHECKS
     1  2026-11-07 02:00:00  IN_PROGRESS     0    0       0       4
    15  2026-11-07 02:04:06  CANCELED        0    0       0       4

Alerts:
  AT (UTC)          STATUS  KIND
  2026-11-07 02:04  sent    AUDIT_NOT_COMPLETED

Next: npx audit-watcher replay 0833523db8ce67217b701a2cc5d22a56 --local demo
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"Audit 0833523db8ce67217b701a2cc5d22a56, NightlyFleetAudit
Started 2026-11-07 02:00 UTC, ran 4 min: canceled.

OUTCOME   SEVERITY  BAD OF ALL  CHANGE   CHECK
canceled  CRITICAL      ? of ?  unknown  AWS IoT policies overly permissive
canceled  MEDIUM        ? of ?  unknown  Device certificate expiring
canceled  CRITICAL      ? of ?  unknown  Device certificate shared
canceled  LOW           ? of ?  unknown  Logging disabled

Findings: none stored

Polls that saw a change, of 15:
  POLL  AT (UTC)             STATUS       GOOD  BAD  FAILED  CHECKS
     1  2026-11-07 02:00:00  IN_PROGRESS     0    0       0       4
    15  2026-11-07 02:04:06  CANCELED        0    0       0       4

Alerts:
  AT (UTC)          STATUS  KIND
  2026-11-07 02:04  sent    AUDIT_NOT_COMPLETED

Next: npx audit-watcher replay 0833523db8ce67217b701a2cc5d22a56 --local demo
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"Audit 0833523db8ce67217b701a2cc5d22a56, NightlyFleetAudit
Started 2026-11-07 02:00 UTC, ran 4 min: canceled.

OUTCOME   SEVERITY  BAD OF ALL  CHANGE   CHECK
canceled  CRITICAL      ? of ?  unknown  AWS IoT policies overly permissive
canceled  MEDIUM        ? of ?  unknown  Device certificate expiring
canceled  CRITICAL      ? of ?  unknown  Device certificate shared
canceled  LOW           ? of ?  unknown  Logging disabled

Findings: none stored

Polls that saw a change, of 15:
  POLL  AT (UTC)             STATUS       GOOD  BAD  FAILED  CHECKS
     1  2026-11-07 02:00:00  IN_PROGRESS     0    0       0       4
    15  2026-11-07 02:04:06  CANCELED        0    0       0       4

Alerts:
  AT (UTC)          STATUS  KIND
  2026-11-07 02:04  sent    AUDIT_NOT_COMPLETED
"
`);
  });

  test('diff compares two audits', async () => {
    const command = `diff ${taskOf(19)} ${taskOf(20)}`;

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"Earlier: 2be4bd04c6a1cab89d2cfb128b242cb3, NightlyFleetAudit, started 2026-11-08
         02:00 UTC, with findings
Later:   64a75c0ea5a62864a13fa9a7e7316923, NightlyFleetAudit, started 2026-11-09
         02:00 UTC, with findings

CHANGE     EARLIER    LATER      CHECK
recovered  3 bad      compliant  AWS IoT policies overly permissive
same       2 bad      2 bad      Device certificate expiring
same       compliant  compliant  Device certificate shared
same       compliant  compliant  Logging disabled

AWS IoT policies overly permissive: 0 new, 3 gone, 0 suppressed, 0 still open
  - policy GatewayLegacy v1
  - policy FleetProvisioning v1
  - policy MeterFirmware v1
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"Earlier: 2be4bd04c6a1cab89d2cfb128b242cb3, NightlyFleetAudit, started 2026-11-08 02:00 UTC, with findings
Later:   64a75c0ea5a62864a13fa9a7e7316923, NightlyFleetAudit, started 2026-11-09 02:00 UTC, with findings

CHANGE     EARLIER    LATER      CHECK
recovered  3 bad      compliant  AWS IoT policies overly permissive
same       2 bad      2 bad      Device certificate expiring
same       compliant  compliant  Device certificate shared
same       compliant  compliant  Logging disabled

AWS IoT policies overly permissive: 0 new, 3 gone, 0 suppressed, 0 still open
  - policy GatewayLegacy v1
  - policy FleetProvisioning v1
  - policy MeterFirmware v1
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"Earlier: 2be4bd04c6a1cab89d2cfb128b242cb3, NightlyFleetAudit, started 2026-11-08 02:00 UTC, with findings
Later:   64a75c0ea5a62864a13fa9a7e7316923, NightlyFleetAudit, started 2026-11-09 02:00 UTC, with findings

CHANGE     EARLIER    LATER      CHECK
recovered  3 bad      compliant  AWS IoT policies overly permissive
same       2 bad      2 bad      Device certificate expiring
same       compliant  compliant  Device certificate shared
same       compliant  compliant  Logging disabled

AWS IoT policies overly permissive: 0 new, 3 gone, 0 suppressed, 0 still open
  - policy GatewayLegacy v1
  - policy FleetProvisioning v1
  - policy MeterFirmware v1
"
`);
  });

  test('findings lists open and suppressed ones', async () => {
    const command = 'findings';

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"STATE        ID        SEVERITY     AGE  CHECK               RESOURCE
open         7c19b09c  CRITICAL     4 d  AWS IoT policies…   policy PumpMaintena…
suppressed   045cb28c  CRITICAL    29 d  AWS IoT policies…   policy TestBench v1
open         d53dced7  MEDIUM       6 d  Device certificat…  cert 77d4...000
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"STATE        ID        SEVERITY     AGE  FIRST SEEN  LAST SEEN   CHECK                      RESOURCE
open         7c19b09c  CRITICAL     4 d  2026-11-19  2026-11-23  AWS IoT policies overly…   policy PumpMaintenance v1
suppressed   045cb28c  CRITICAL    29 d  2026-10-25  2026-11-23  AWS IoT policies overly…   policy TestBench v1
open         d53dced7  MEDIUM       6 d  2026-11-17  2026-11-23  Device certificate expir…  cert 77d4...000
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"STATE        ID        SEVERITY     AGE  FIRST SEEN  LAST SEEN   CHECK                                          RESOURCE
open         7c19b09c  CRITICAL     4 d  2026-11-19  2026-11-23  AWS IoT policies overly permissive             policy PumpMaintenance v1
suppressed   045cb28c  CRITICAL    29 d  2026-10-25  2026-11-23  AWS IoT policies overly permissive             policy TestBench v1
open         d53dced7  MEDIUM       6 d  2026-11-17  2026-11-23  Device certificate expiring                    cert 77d4ac671be30000000000000000000000000000000000000000000000000000
"
`);
  });

  test('findings --open needs less room for the state', async () => {
    const command = 'findings --open';

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"STATE  ID        SEVERITY     AGE  CHECK                 RESOURCE
open   7c19b09c  CRITICAL     4 d  AWS IoT policies ov…  policy PumpMaintenance…
open   d53dced7  MEDIUM       6 d  Device certificate…   cert 77d4...000
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"STATE  ID        SEVERITY     AGE  FIRST SEEN  LAST SEEN   CHECK                         RESOURCE
open   7c19b09c  CRITICAL     4 d  2026-11-19  2026-11-23  AWS IoT policies overly per…  policy PumpMaintenance v1
open   d53dced7  MEDIUM       6 d  2026-11-17  2026-11-23  Device certificate expiring   cert 77d4...000
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"STATE  ID        SEVERITY     AGE  FIRST SEEN  LAST SEEN   CHECK                                             RESOURCE
open   7c19b09c  CRITICAL     4 d  2026-11-19  2026-11-23  AWS IoT policies overly permissive                policy PumpMaintenance v1
open   d53dced7  MEDIUM       6 d  2026-11-17  2026-11-23  Device certificate expiring                       cert 77d4ac671be30000000000000000000000000000000000000000000000000000
"
`);
  });

  test('history has a sparkline and the periods', async () => {
    const command = 'history iot_policy_overly_permissive --since 6w';

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"AWS IoT policies overly permissive
Non-compliant resources, 2026-10-12 12:00 to 2026-11-23 12:00 UTC, at most 3:
            ▁▁▁▁▁▄▄▆▆▆▆▆▆▆▆▆▄█████████████▁▁▁▁▁▁▁▁▁▁▁▁▁▄▄▄▄▄▄▄

STATE          FROM (UTC)        UNTIL             LASTED  BY
non-compliant  2026-11-19 02:00  now                  4 d  NightlyFleetAudit
  29e69285564d38949dfb422af76afcda
suppressed     2026-11-09 02:00  2026-11-19 02:00    10 d  NightlyFleetAudit
  64a75c0ea5a62864a13fa9a7e7316923
non-compliant  2026-11-08 02:00  2026-11-09 02:00    24 h  NightlyFleetAudit
  2be4bd04c6a1cab89d2cfb128b242cb3
unknown        2026-11-07 02:00  2026-11-08 02:00    24 h  NightlyFleetAudit
  0833523db8ce67217b701a2cc5d22a56
non-compliant  2026-10-23 02:00  2026-11-07 02:00    15 d  NightlyFleetAudit
  a067e741bac002f5c7bea33d4d88980c
compliant      2026-10-20 02:00  2026-10-23 02:00     3 d  NightlyFleetAudit
  1b0df65145757108a72b44b21b466206

Next: npx audit-watcher findings --check IOT_POLICY_OVERLY_PERMISSIVE_CHECK --local demo
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"AWS IoT policies overly permissive
Non-compliant resources, 2026-10-12 12:00 to 2026-11-23 12:00 UTC, at most 3:
            ▁▁▁▁▁▄▄▆▆▆▆▆▆▆▆▆▄█████████████▁▁▁▁▁▁▁▁▁▁▁▁▁▄▄▄▄▄▄▄

STATE          FROM (UTC)        UNTIL             LASTED  TASK                              BY
non-compliant  2026-11-19 02:00  now                  4 d  29e69285564d38949dfb422af76afcda  NightlyFleetAudit
suppressed     2026-11-09 02:00  2026-11-19 02:00    10 d  64a75c0ea5a62864a13fa9a7e7316923  NightlyFleetAudit
non-compliant  2026-11-08 02:00  2026-11-09 02:00    24 h  2be4bd04c6a1cab89d2cfb128b242cb3  NightlyFleetAudit
unknown        2026-11-07 02:00  2026-11-08 02:00    24 h  0833523db8ce67217b701a2cc5d22a56  NightlyFleetAudit
non-compliant  2026-10-23 02:00  2026-11-07 02:00    15 d  a067e741bac002f5c7bea33d4d88980c  NightlyFleetAudit
compliant      2026-10-20 02:00  2026-10-23 02:00     3 d  1b0df65145757108a72b44b21b466206  NightlyFleetAudit

Next: npx audit-watcher findings --check IOT_POLICY_OVERLY_PERMISSIVE_CHECK --local demo
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"AWS IoT policies overly permissive
Non-compliant resources, 2026-10-12 12:00 to 2026-11-23 12:00 UTC, at most 3:
            ▁▁▁▁▁▄▄▆▆▆▆▆▆▆▆▆▄█████████████▁▁▁▁▁▁▁▁▁▁▁▁▁▄▄▄▄▄▄▄

STATE          FROM (UTC)        UNTIL             LASTED  TASK                              BY
non-compliant  2026-11-19 02:00  now                  4 d  29e69285564d38949dfb422af76afcda  NightlyFleetAudit
suppressed     2026-11-09 02:00  2026-11-19 02:00    10 d  64a75c0ea5a62864a13fa9a7e7316923  NightlyFleetAudit
non-compliant  2026-11-08 02:00  2026-11-09 02:00    24 h  2be4bd04c6a1cab89d2cfb128b242cb3  NightlyFleetAudit
unknown        2026-11-07 02:00  2026-11-08 02:00    24 h  0833523db8ce67217b701a2cc5d22a56  NightlyFleetAudit
non-compliant  2026-10-23 02:00  2026-11-07 02:00    15 d  a067e741bac002f5c7bea33d4d88980c  NightlyFleetAudit
compliant      2026-10-20 02:00  2026-10-23 02:00     3 d  1b0df65145757108a72b44b21b466206  NightlyFleetAudit
"
`);
  });

  test('history shows when a check could not run', async () => {
    const command = 'history device_certificate_shared --since 6w';

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"Device certificate shared, NightlyFleetAudit
Non-compliant resources, 2026-10-12 12:00 to 2026-11-23 12:00 UTC, at most 0:
            ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁??▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁

STATE      FROM (UTC)        UNTIL             LASTED  BY
compliant  2026-11-08 02:00  now                 15 d  NightlyFleetAudit
  2be4bd04c6a1cab89d2cfb128b242cb3
unknown    2026-11-07 02:00  2026-11-08 02:00    24 h  NightlyFleetAudit
  0833523db8ce67217b701a2cc5d22a56
compliant  2026-11-06 02:00  2026-11-07 02:00    24 h  NightlyFleetAudit
  7227fe2f48a5e3c73d0cf85412c16bac
unknown    2026-11-04 02:00  2026-11-06 02:00     2 d  NightlyFleetAudit
  2c9214a2e6c9e531a3bff76e5207e45f
compliant  2026-10-20 02:00  2026-11-04 02:00    15 d  NightlyFleetAudit
  1b0df65145757108a72b44b21b466206

Next: npx audit-watcher findings --check DEVICE_CERTIFICATE_SHARED_CHECK --local demo
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"Device certificate shared, NightlyFleetAudit
Non-compliant resources, 2026-10-12 12:00 to 2026-11-23 12:00 UTC, at most 0:
            ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁??▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁

STATE      FROM (UTC)        UNTIL             LASTED  TASK                              BY
compliant  2026-11-08 02:00  now                 15 d  2be4bd04c6a1cab89d2cfb128b242cb3  NightlyFleetAudit
unknown    2026-11-07 02:00  2026-11-08 02:00    24 h  0833523db8ce67217b701a2cc5d22a56  NightlyFleetAudit
compliant  2026-11-06 02:00  2026-11-07 02:00    24 h  7227fe2f48a5e3c73d0cf85412c16bac  NightlyFleetAudit
unknown    2026-11-04 02:00  2026-11-06 02:00     2 d  2c9214a2e6c9e531a3bff76e5207e45f  NightlyFleetAudit
compliant  2026-10-20 02:00  2026-11-04 02:00    15 d  1b0df65145757108a72b44b21b466206  NightlyFleetAudit

Next: npx audit-watcher findings --check DEVICE_CERTIFICATE_SHARED_CHECK --local demo
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"Device certificate shared, NightlyFleetAudit
Non-compliant resources, 2026-10-12 12:00 to 2026-11-23 12:00 UTC, at most 0:
            ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁??▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁

STATE      FROM (UTC)        UNTIL             LASTED  TASK                              BY
compliant  2026-11-08 02:00  now                 15 d  2be4bd04c6a1cab89d2cfb128b242cb3  NightlyFleetAudit
unknown    2026-11-07 02:00  2026-11-08 02:00    24 h  0833523db8ce67217b701a2cc5d22a56  NightlyFleetAudit
compliant  2026-11-06 02:00  2026-11-07 02:00    24 h  7227fe2f48a5e3c73d0cf85412c16bac  NightlyFleetAudit
unknown    2026-11-04 02:00  2026-11-06 02:00     2 d  2c9214a2e6c9e531a3bff76e5207e45f  NightlyFleetAudit
compliant  2026-10-20 02:00  2026-11-04 02:00    15 d  1b0df65145757108a72b44b21b466206  NightlyFleetAudit
"
`);
  });

  test('replay composes the alerts of an audit again', async () => {
    const command = `replay ${taskOf(20)}`;

    expect(await screenOf(command, 80)).toMatchInlineSnapshot(`
"Audit 64a75c0ea5a62864a13fa9a7e7316923, NightlyFleetAudit, started 2026-11-09
  02:00 UTC

RECORDED                       TODAY
COMPLETED_WITH_FINDINGS, sent  COMPLETED_WITH_FINDINGS

Subject: [MEDIUM] IoT audit NightlyFleetAudit done: 1 non-compliant of 4 checks
  (eu-west-1)
"
`);
    expect(await screenOf(command, 120)).toMatchInlineSnapshot(`
"Audit 64a75c0ea5a62864a13fa9a7e7316923, NightlyFleetAudit, started 2026-11-09 02:00 UTC

AT (UTC)          RECORDED                       TODAY
2026-11-09 02:04  COMPLETED_WITH_FINDINGS, sent  COMPLETED_WITH_FINDINGS

Subject: [MEDIUM] IoT audit NightlyFleetAudit done: 1 non-compliant of 4 checks (eu-west-1)
"
`);
    expect(await screenOf(command)).toMatchInlineSnapshot(`
"Audit 64a75c0ea5a62864a13fa9a7e7316923, NightlyFleetAudit, started 2026-11-09 02:00 UTC

AT (UTC)          RECORDED                       TODAY
2026-11-09 02:04  COMPLETED_WITH_FINDINGS, sent  COMPLETED_WITH_FINDINGS

Subject: [MEDIUM] IoT audit NightlyFleetAudit done: 1 non-compliant of 4 checks (eu-west-1)
"
`);
  });

  test('watch shows how an audit ended', async () => {
    expect(await screenOfAnyWidth(`watch ${taskOf(34)} --quiet`)).toMatchInlineSnapshot(`
"NightlyFleetAudit, audit cfab46aebd8e7bc27e29fb1e9423b959: completed
OUTCOME        SEVERITY  BAD OF ALL  CHECK
non-compliant  CRITICAL    1 of 120  AWS IoT policies overly permissive
non-compliant  MEDIUM      1 of 120  Device certificate expiring
compliant      CRITICAL    0 of 120  Device certificate shared
compliant      LOW           0 of 1  Logging disabled
"
`);
  });

  test('export writes a table', async () => {
    expect(await screenOfAnyWidth('export --format csv --since 2d')).toMatchInlineSnapshot(`
"id,state,unconfirmedSince,severity,checkName,title,resource,resourceType,resourceIdentifier,things,moreThings,reasonCode,reason,firstSeenAt,lastSeenAt,auditName,taskId
7c19b09c08f36394,OPEN,,CRITICAL,IOT_POLICY_OVERLY_PERMISSIVE_CHECK,AWS IoT policies overly permissive,policy PumpMaintenance v1,IOT_POLICY,"{""policyVersionIdentifier"":{""policyName"":""PumpMaintenance"",""policyVersionId"":""1""}}",,,ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS,,2026-11-19T02:00:00.000Z,2026-11-23T02:00:00.000Z,NightlyFleetAudit,cfab46aebd8e7bc27e29fb1e9423b959
045cb28c35f3b3fe,SUPPRESSED,,CRITICAL,IOT_POLICY_OVERLY_PERMISSIVE_CHECK,AWS IoT policies overly permissive,policy TestBench v1,IOT_POLICY,"{""policyVersionIdentifier"":{""policyName"":""TestBench"",""policyVersionId"":""1""}}",,,ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS,,2026-10-25T02:00:00.000Z,2026-11-23T02:00:00.000Z,NightlyFleetAudit,cfab46aebd8e7bc27e29fb1e9423b959
d53dced75a33ac8b,OPEN,,MEDIUM,DEVICE_CERTIFICATE_EXPIRING_CHECK,Device certificate expiring,cert 77d4ac671be30000000000000000000000000000000000000000000000000000,DEVICE_CERTIFICATE,"{""deviceCertificateId"":""77d4ac671be30000000000000000000000000000000000000000000000000000""}",,,CERTIFICATE_APPROACHING_EXPIRATION,,2026-11-17T02:00:00.000Z,2026-11-23T02:00:00.000Z,NightlyFleetAudit,cfab46aebd8e7bc27e29fb1e9423b959
"
`);
  });

  test('export writes a line for each finding', async () => {
    expect(await screenOfAnyWidth('export --format jsonl --open')).toMatchInlineSnapshot(`
"{"id":"7c19b09c08f36394","state":"OPEN","checkName":"IOT_POLICY_OVERLY_PERMISSIVE_CHECK","title":"AWS IoT policies overly permissive","severity":"CRITICAL","resource":"policy PumpMaintenance v1","resourceType":"IOT_POLICY","resourceIdentifier":{"policyVersionIdentifier":{"policyName":"PumpMaintenance","policyVersionId":"1"}},"reasonCode":"ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS","firstSeenAt":"2026-11-19T02:00:00.000Z","lastSeenAt":"2026-11-23T02:00:00.000Z","audit":{"taskId":"cfab46aebd8e7bc27e29fb1e9423b959","auditName":"NightlyFleetAudit","startedAt":"2026-11-23T02:00:00.000Z"}}
{"id":"d53dced75a33ac8b","state":"OPEN","checkName":"DEVICE_CERTIFICATE_EXPIRING_CHECK","title":"Device certificate expiring","severity":"MEDIUM","resource":"cert 77d4ac671be30000000000000000000000000000000000000000000000000000","resourceType":"DEVICE_CERTIFICATE","resourceIdentifier":{"deviceCertificateId":"77d4ac671be30000000000000000000000000000000000000000000000000000"},"reasonCode":"CERTIFICATE_APPROACHING_EXPIRATION","firstSeenAt":"2026-11-17T02:00:00.000Z","lastSeenAt":"2026-11-23T02:00:00.000Z","audit":{"taskId":"cfab46aebd8e7bc27e29fb1e9423b959","auditName":"NightlyFleetAudit","startedAt":"2026-11-23T02:00:00.000Z"}}
"
`);
  });

  test('suppress prints the command', async () => {
    expect(await screenOfAnyWidth('suppress 7c19 --until 2027-01-31 --reason known')).toMatchInlineSnapshot(`
"# AWS IoT policies overly permissive: policy PumpMaintenance v1, until 2027-01-31 00:00 UTC
# POSIX shell:
aws iot create-audit-suppression --region eu-west-1 --check-name IOT_POLICY_OVERLY_PERMISSIVE_CHECK --resource-identifier 'policyVersionIdentifier={policyName=PumpMaintenance,policyVersionId=1}' --no-suppress-indefinitely --expiration-date 2027-01-31T00:00:00Z --description known
# PowerShell:
aws iot create-audit-suppression --region eu-west-1 --check-name IOT_POLICY_OVERLY_PERMISSIVE_CHECK --resource-identifier 'policyVersionIdentifier={policyName=PumpMaintenance,policyVersionId=1}' --no-suppress-indefinitely --expiration-date 2027-01-31T00:00:00Z --description known
"
`);
  });

  test('suppressions needs an account', async () => {
    expect(await screenOfAnyWidth('suppressions')).toMatchInlineSnapshot(`
"The local run has no Device Defender that keeps suppressions. Leave out --local; audit-watcher findings --suppressed --local lists what was suppressed in its audits.
(ends with 2)
"
`);
  });

  test('start needs an account', async () => {
    expect(await screenOfAnyWidth('start --watch')).toMatchInlineSnapshot(`
"The local run has no Device Defender that could start an audit. To play one: npm start
(ends with 2)
"
`);
  });
});

describe('npm start twice at once', () => {
  const play = (data: string) =>
    runCli(['play', '--speed', 'max', '--recording', COMPLIANT, '--data', join(folder, data)]);

  test('plays both on tables of their own', async () => {
    const [first, second] = await Promise.all([play('first'), play('second')]);

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.out).toContain('COMPLETED');
  });

  test('refuses the second on the same tables', async () => {
    const both = await Promise.all([play('same'), play('same')]);

    const refused = both.find(({ code }) => code === 1);
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1]);
    expect(refused?.err).toMatch(/cannot be opened: another run is using them\. Wait for it to end/);
  });
});

test.each([
  [['play', '--data', 'new'], 2, /^--data is ".*new", which cannot be made a folder\. Give another one\.\n$/],
  [['play', '--data', 'demo', '--fresh'], 1, /^The tables in .* cannot be removed: .*\. Give another folder/],
  [['status', '--local', 'demo'], 1, /^The tables in .* cannot be opened: .*\. Use another directory/],
])('%j ends in one sentence where it may only read', async (argv, expected, sentence) => {
  const places = ['', 'demo', 'demo/tables'].map((place) => join(folder, place));
  for (const place of places) await chmod(place, 0o555);

  const { code, err } = await asNobody(() => runCli(argv, { env: { INIT_CWD: folder } }));
  for (const place of places) await chmod(place, 0o755);

  expect([code, err]).toEqual([expected, expect.stringMatching(sentence)]);
});

/** Root may write everywhere. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.('nobody');
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
