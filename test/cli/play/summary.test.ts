import { expect, test } from '@jest/globals';
import { summaryText } from '../../../cli/play/summary.ts';
import { buildAlertReport, buildAuditReport } from './reports.ts';

test('the summary says how the audit ended, what to ask next, and how to read the alerts', () => {
  const alerts = [buildAlertReport({ kind: 'CHECK_FAILED', atSeconds: 5.04 }), buildAlertReport()];

  const text = summaryText([buildAuditReport({ alerts })]);

  expect(text).toMatchInlineSnapshot(`
"Audit       NightlyFleetAudit (task 9f71b6e90cfb57d4ac671be3a4898e6a)
Ended       COMPLETED
Checks      ? compliant, ? non-compliant, ? failed, of ?
Alerts      CHECK_FAILED after 5.0 s, COMPLETED_COMPLIANT after 25 s

Try next:
  npx audit-watcher status --local
  npx audit-watcher show 9f71b6e90cfb57d4ac671be3a4898e6a --local
  npx audit-watcher replay 9f71b6e90cfb57d4ac671be3a4898e6a --full --local"
`);
});

test('the summary names a watch that failed before it saw anything', () => {
  const report = buildAuditReport({
    auditName: undefined,
    taskStatus: undefined,
    execution: { status: 'FAILED', error: 'ResourceNotFoundException', polls: 0 },
    snapshots: [],
    alerts: [],
    calls: { DescribeAuditTask: 6 },
  });

  expect(summaryText([report])).toMatchInlineSnapshot(`
"Audit       unknown (task 9f71b6e90cfb57d4ac671be3a4898e6a)
Ended       unknown; the watch FAILED: ResourceNotFoundException
Checks      ? compliant, ? non-compliant, ? failed, of ?
Alerts      none

Try next:
  npx audit-watcher status --local
  npx audit-watcher show 9f71b6e90cfb57d4ac671be3a4898e6a --local"
`);
});

test('the summaries of several audits are set apart', () => {
  const texts = summaryText([buildAuditReport({ taskId: 'a' }), buildAuditReport({ taskId: 'b' })]).split('\n\n');

  expect(texts.slice(0, 2).map((text) => text.split('\n')[0])).toEqual([
    'Audit       NightlyFleetAudit (task a)',
    'Audit       NightlyFleetAudit (task b)',
  ]);
});
