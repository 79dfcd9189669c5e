import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NOVEMBER, NOW, recordFleet, taskOf } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
beforeAll(async () => {
  directory = await recordFleet();
});
afterAll(() => RecordedHistory.remove(directory));

function replay(taskId: string, ...options: readonly string[]) {
  return runCli(['replay', taskId, '--local', directory, '--no-color', ...options], { columns: 80, now: NOW });
}

describe('audit-watcher replay', () => {
  test('composes what is due today beside what was sent: here the alert during the run that was never registered', async () => {
    const { code, out } = await replay(NOVEMBER);

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"Audit 0b000000000000000000000000000000, NightlyFleetAudit, started 2026-11-20
  02:00 UTC

RECORDED                       TODAY
no alert                       NON_COMPLIANT_DETECTED
no alert                       CHECK_FAILED
COMPLETED_WITH_FINDINGS, sent  COMPLETED_WITH_FINDINGS

Subject: [CRITICAL] IoT audit NightlyFleetAudit: 2 non-compliant checks so far
  (eu-west-1)

Subject: [MEDIUM] IoT audit NightlyFleetAudit: 1 check could not run (eu-west-1)

Subject: [CRITICAL] IoT audit NightlyFleetAudit done: 2 non-compliant, 1 failed
  of 4 checks (eu-west-1)
"
`);
  });

  test('writes the mails on demand', async () => {
    const { out } = await replay(NOVEMBER, '--full');

    expect(out).toContain('WHAT CHANGED');
  });

  test.each([
    ['one that still runs', '1e', ['NON_COMPLIANT_DETECTED']],
    ['one that was canceled', 'ca', ['AUDIT_NOT_COMPLETED']],
    ['one that could never be polled', 'fa', ['WATCHER_GAVE_UP']],
  ])('composes the alerts of %s', async (_, audit, kinds) => {
    const { out } = await replay(taskOf(audit), '--json');

    const { alerts } = JSON.parse(out);
    expect(alerts.map(({ today }: { today?: { kind: string } }) => today?.kind)).toEqual(kinds);
    expect(alerts.map(({ recorded }: { recorded?: { kind: string } }) => recorded?.kind)).toEqual(kinds);
  });
});
