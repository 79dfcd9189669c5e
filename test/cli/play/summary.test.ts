import { expect, test } from '@jest/globals';
import { summaryText } from '../../../cli/play/summary.ts';
import { buildAlertReport, buildAuditReport } from './reports.ts';

test('the summary says what was stored, sent and used', () => {
  const alerts = [buildAlertReport({ kind: 'CHECK_FAILED', atSeconds: 5.04 }), buildAlertReport()];

  const text = summaryText([buildAuditReport({ alerts })]);

  expect(text).toMatchInlineSnapshot(`
"Audit       NightlyFleetAudit (task 9f71b6e90cfb57d4ac671be3a4898e6a)
Ended       COMPLETED; execution SUCCEEDED
Snapshots   2 stored in 2 polls
Alerts      CHECK_FAILED after 5.0 s, COMPLETED_COMPLIANT after 25 s
API calls   UpdateItem 5, DescribeAuditTask 2, PutItem 2, Publish 1
Transitions 9 of the state machine"
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
Ended       unknown; execution FAILED: ResourceNotFoundException
Snapshots   0 stored in 0 polls
Alerts      none
API calls   DescribeAuditTask 6
Transitions 9 of the state machine"
`);
});

test('the summaries of several audits are set apart', () => {
  const texts = summaryText([buildAuditReport({ taskId: 'a' }), buildAuditReport({ taskId: 'b' })]).split('\n\n');

  expect(texts.map((text) => text.split('\n')[0])).toEqual([
    'Audit       NightlyFleetAudit (task a)',
    'Audit       NightlyFleetAudit (task b)',
  ]);
});
