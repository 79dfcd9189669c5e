import { nameText } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { minuteColumn, nameColumn, taskColumn } from '../cells.ts';
import { markOf } from '../marks.ts';
import type { PageInput, Section } from '../section.ts';
import { table } from '../table.ts';

type Alert = ReportDocument['alerts']['listed'][number];

/** The alerts of the audits and about missed runs, sent or not. */
export function alertsSection({ report: { alerts }, command }: PageInput): Section {
  return {
    id: 'alerts',
    title: 'Alerts',
    content: table<Alert>({
      caption: 'Alerts, newest first',
      none: 'No alert was due in this period.',
      rows: alerts.listed,
      count: alerts.count,
      rest: command('audits --since 400d --json'),
      columns: [
        minuteColumn('At (UTC)', ({ at }) => at),
        { title: 'Alert', cell: ({ kind }) => nameText(kind) },
        { title: 'Status', cell: statusOf },
        nameColumn('Audit', ({ auditName }) => auditName),
        taskColumn(({ taskId }) => taskId),
      ],
    }),
  };
}

/** Only SENT is known to be out. */
function statusOf({ status }: Alert) {
  switch (status) {
    case 'SENT':
      return markOf('good', 'sent');
    case 'HELD':
      return markOf('suppressed', 'held back');
    default:
      return markOf('unknown', nameText(status.toLowerCase()));
  }
}
