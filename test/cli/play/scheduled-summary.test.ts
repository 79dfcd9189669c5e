import { expect, test } from '@jest/globals';
import { scheduledSummaryText } from '../../../cli/play/scheduled-summary.ts';
import { readDayStory } from '../../../local/runs/scheduled-day-story.ts';
import { buildDay } from '../../local/runs/day-reports.ts';
import { buildAlertReport } from './reports.ts';

const story = await readDayStory(Date.parse('2026-10-02T00:00:00.000Z'));

test('the summary of a day shows how each audit was found, watched and published', () => {
  expect(scheduledSummaryText(buildDay(story))).toMatchInlineSnapshot(`
"Audit              Started     Found after  Executions              Snapshots  Alerts
9 of earlier days  before      0 s          9 succeeded             18         none
NightlyFleetAudit  02:03       2 min        1 aborted, 1 succeeded  2          NON_COMPLIANT_DETECTED, CHECK_FAILED, COMPLETED_WITH_FINDINGS
CertificateAudit   06:01       3 min        1 succeeded             2          COMPLETED_WITH_FINDINGS
GatewayAudit       not at all                                                  AUDIT_OVERDUE

Sweeps     288, one every 5 min; 0 failed
API calls  UpdateItem 1286, ListAuditTasks 314
Result     every audit was found and watched to its end, and no alert was lost or repeated"
`);
});

test('the summary of a day on which things are missing names them', () => {
  const { audits, alerts } = buildDay(story);
  const lost = { foundAfterSeconds: undefined, executions: [], snapshots: [], alerts: [], auditName: undefined };

  const text = scheduledSummaryText(
    buildDay(story, {
      audits: audits.map((audit, index) =>
        index === 10 ? { ...audit, ...lost } : { ...audit, foundAfterSeconds: 7, alerts: [buildAlertReport()] },
      ),
      alerts: alerts.slice(0, 1),
      missing: ['CertificateAudit was never found.', 'No alert.'],
    }),
  );

  expect(text).toMatchInlineSnapshot(`
"Audit              Started  Found after  Executions              Snapshots  Alerts
9 of earlier days  before   7 s          9 succeeded             18         COMPLETED_COMPLIANT
NightlyFleetAudit  02:03    7 s          1 aborted, 1 succeeded  2          COMPLETED_COMPLIANT
unknown            06:01    never        none                    0          none

Sweeps     288, one every 5 min; 0 failed
API calls  UpdateItem 1286, ListAuditTasks 314
Result     not all that should happen did:
           CertificateAudit was never found.
           No alert."
`);
});
