import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import type { DayReport } from '../../../local/runs/day-report.ts';
import { copyAssembly, readTestAssembly } from '../../local/assembly/assembly-copy.ts';

const CLOUD_ASSEMBLY = '../../../local/assembly/cloud-assembly.ts';
const actual = await import(CLOUD_ASSEMBLY);
const hourly = await copyAssembly((template) => template.replace('"rate(5 minutes)"', '"rate(60 minutes)"'));

// The stack that was synthesized for all tests, as it is or with hourly sweeps. `.ci/run` plays the day with a synth of its own.
jest.unstable_mockModule(CLOUD_ASSEMBLY, () => ({
  ...actual,
  synthesize: async (_project: string, _directory: string, { sweepMinutes }: Record<string, string>) =>
    sweepMinutes === '60' ? hourly : readTestAssembly(),
}));
const { runCli } = await import('../terminal.ts');

afterAll(() => rm(hourly.directory, { recursive: true }));

describe('npm start -- --scheduled', () => {
  test('plays a day on which every audit is found, and ends with 0', async () => {
    const { code, out, err } = await runCli(['play', '--scheduled', '--json']);

    const { scheduledDay } = JSON.parse(out) as { scheduledDay: DayReport };
    expect(scheduledDay.missing).toEqual([]);
    expect(code).toBe(0);
    expect(scheduledDay.sweeps).toEqual({ count: 288, failed: 0, everySeconds: 300 });
    expect(scheduledDay.alerts.map(({ kind }) => kind)).toEqual([
      'NON_COMPLIANT_DETECTED',
      'CHECK_FAILED',
      'COMPLETED_WITH_FINDINGS',
      'COMPLETED_WITH_FINDINGS',
      'AUDIT_OVERDUE',
    ]);
    const [story = ''] = err.split('\n\n');
    expect(story.replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE').split('\n')).toMatchInlineSnapshot(`
[
  "Synthesizing the stack, then playing a day of scheduled audits to it.",
  "00:00  The stack is deployed. Audits that run daily: NightlyFleetAudit, CertificateAudit, GatewayAudit; 9 ran on the days before",
  "00:00  SWEEP finds NightlyFleetAudit of DATE, which nobody watches: an execution starts",
  "00:00  SWEEP finds CertificateAudit of DATE, which nobody watches: an execution starts",
  "00:00  SWEEP finds GatewayAudit of DATE, which nobody watches: an execution starts",
  "02:00  SWEEP finds NightlyFleetAudit of DATE, which nobody watches: an execution starts",
  "02:00  SWEEP finds CertificateAudit of DATE, which nobody watches: an execution starts",
  "02:00  SWEEP finds GatewayAudit of DATE, which nobody watches: an execution starts",
  "02:00  SWEEP finds NightlyFleetAudit of DATE, which nobody watches: an execution starts",
  "02:00  SWEEP finds CertificateAudit of DATE, which nobody watches: an execution starts",
  "02:00  SWEEP finds GatewayAudit of DATE, which nobody watches: an execution starts",
  "02:03  NightlyFleetAudit starts; no event announces it",
  "02:05  SWEEP finds NightlyFleetAudit, which nobody watches: an execution starts",
  "02:10  ALERT NON_COMPLIANT_DETECTED  [CRITICAL] IoT audit NightlyFleetAudit: 1 non-compliant check so far (eu-west-1)",
  "02:18  Somebody aborts the execution that watches NightlyFleetAudit",
  "02:35  SWEEP finds the watch of NightlyFleetAudit left behind (POLLS): an execution takes over",
  "02:35  ALERT CHECK_FAILED  [HIGH] IoT audit NightlyFleetAudit: 1 check could not run (eu-west-1)",
  "02:46  ALERT COMPLETED_WITH_FINDINGS  [CRITICAL] IoT audit NightlyFleetAudit done: 1 non-compliant, 1 failed of 5 checks (eu-west-1)",
  "02:46  NightlyFleetAudit was watched to its end",
  "06:01  CertificateAudit starts; no event announces it",
  "06:01  CertificateAudit ended before anybody watched it",
  "06:05  SWEEP finds CertificateAudit, which nobody watches: an execution starts",
  "06:05  ALERT COMPLETED_WITH_FINDINGS  [MEDIUM] IoT audit CertificateAudit done: 1 non-compliant of 2 checks (eu-west-1)",
  "06:05  CertificateAudit was watched to its end",
  "17:05  ALERT AUDIT_OVERDUE  [HIGH] IoT audit GatewayAudit did not run on DATE (eu-west-1)",
]
`);
  });

  test('ends with 1 and says what is missing when sweeps are too rare for the story', async () => {
    const { code, out, err } = await runCli(['play', '--scheduled', '-c', 'sweepMinutes=60']);

    expect(code).toBe(1);
    expect(err).toBe('');
    expect(out).toContain('Result     not all that should happen did:');
    expect(out).toMatch(
      /NightlyFleetAudit of \d{4}-\d\d-\d\d 02:03 has the executions SUCCEEDED; expected ABORTED, SUCCEEDED/,
    );
  });
});
