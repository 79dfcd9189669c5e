import { durationText } from '../../lambda/audit/text/duration.ts';
import { Layout } from '../shared/screen/layout.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { statePaint, stateText } from '../shared/screen/states.ts';
import { minuteText, nameText, numberText, UNKNOWN } from '../shared/screen/words.ts';
import type { AuditRow } from './schema.ts';

/** The columns of audits. */
export function auditsLayout(screen: Screen): Layout<AuditRow> {
  return new Layout<AuditRow>(
    [
      { title: 'STARTED (UTC)', width: 16, text: ({ startedAt }) => minuteText(startedAt) },
      {
        title: 'OUTCOME',
        width: 13,
        text: ({ outcome }) => stateText(outcome),
        paint: ({ outcome }, cell) => screen.paint(statePaint(outcome), cell),
      },
      { title: 'AUDIT', width: 12, grows: true, text: ({ auditName }) => nameText(auditName) },
      {
        title: 'RAN',
        width: 6,
        align: 'right',
        text: ({ ranSeconds }) => durationText(ranSeconds) ?? UNKNOWN,
      },
      { title: 'BAD', width: 3, align: 'right', text: (audit) => numberText(audit.nonCompliantChecks) },
      { title: 'ALERTS', width: 10, text: alertsText },
      { title: 'TASK', width: 32, from: 110, movesBelow: true, text: ({ taskId }) => nameText(taskId) },
    ],
    screen.width,
  );
}

/** `2 sent`, `1 held`; what is neither is not known to be out. */
export function alertsText({ alerts }: Pick<AuditRow, 'alerts'>): string {
  if (alerts.length === 0) return 'none';
  const statuses = [...new Set(alerts.map(({ status }) => status))];
  return statuses
    .map((status) => `${alerts.filter((alert) => alert.status === status).length} ${nameText(status.toLowerCase())}`)
    .join(', ');
}
