import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CheckDetails } from '../../../lambda/audit/answer/aws-answers.ts';
import { buildCompliant } from '../../builders.ts';
import { NOW, recordFleet } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
beforeAll(async () => {
  directory = await recordFleet();
});
afterAll(() => RecordedHistory.remove(directory));

describe('audit-watcher history', () => {
  test('says when a check was in which state, the latest first, on 80 columns', async () => {
    const argv = ['history', 'iot-policy-overly-permissive', '--local', directory, '--no-color'];
    const { code, out } = await runCli(argv, { columns: 80, now: NOW });

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"AWS IoT policies overly permissive
Non-compliant resources, 2026-08-25 12:00 to 2026-11-23 12:00 UTC, at most 2:
                             ▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅███

STATE          FROM (UTC)        UNTIL  LASTED  BY
non-compliant  2026-10-05 02:00  now      49 d  NightlyFleetAudit
  0c70be50000000000000000000000000
"
`);
  });

  test.each(['ca_certificate_expiring', 'logging_disabled', 'device_certificate_expiring'])(
    'says it of %s on 120 columns, and the same without a terminal',
    async (check) => {
      const argv = ['history', check, '--local', directory, '--no-color'];
      const wide = await runCli(argv, { columns: 120, now: NOW });
      const pipe = await runCli(argv, { now: NOW });

      expect(wide.out).toBe(pipe.out);
      expect(wide.out).toMatchSnapshot();
    },
  );

  test('begins with what was known before the time that is asked for', async () => {
    const argv = ['history', 'logging_disabled', '--local', directory, '--json', '--since', '2026-11-01'];
    const { out } = await runCli(argv, { now: NOW });

    expect(JSON.parse(out).series).toEqual([
      {
        periods: [
          {
            state: 'NON_COMPLIANT',
            from: '2026-10-05T02:00:00.000Z',
            until: '2026-11-20T02:00:00.000Z',
            seconds: 46 * 86_400,
          },
          { state: 'COMPLIANT', from: '2026-11-20T02:00:00.000Z', seconds: 3.5 * 86_400 - 7200 },
        ],
        changes: [
          expect.objectContaining({ change: 'RECOVERED', outcome: 'COMPLIANT', auditName: 'NightlyFleetAudit' }),
        ],
      },
    ]);
  });

  test('ends the time without a result when a result comes, even the same as before', async () => {
    const night = (taskId: string, day: number, details: CheckDetails) => ({
      taskId,
      name: 'Nightly',
      startedAt: `2026-11-0${day}T02:00:00Z`,
      checks: { LOGGING_DISABLED_CHECK: details },
    });
    const interrupted = await RecordedHistory.in(async (history) => {
      await history.add(night('first', 1, buildCompliant()));
      await history.add(night('second', 2, { checkRunStatus: 'CANCELED' }));
      await history.add(night('third', 3, buildCompliant()));
    });

    const { out } = await runCli(['history', 'logging_disabled', '--local', interrupted, '--json'], { now: NOW });
    await RecordedHistory.remove(interrupted);

    const [{ periods }] = JSON.parse(out).series;
    expect(periods.map(({ state }: { state: string }) => state)).toEqual(['COMPLIANT', 'UNKNOWN', 'COMPLIANT']);
  });
});
