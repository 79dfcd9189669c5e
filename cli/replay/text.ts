import type { Column } from '../shared/screen/layout.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { minuteText, nameText } from '../shared/screen/words.ts';
import type { ReplayDocument } from './schema.ts';

type Replayed = ReplayDocument['alerts'][number];

/** The answer for people; `isFull` with the mails. */
export function* replayText({ audit, alerts }: ReplayDocument, screen: Screen, isFull: boolean): Iterable<string> {
  const started = `started ${minuteText(audit.startedAt)} UTC`;
  yield* screen.wrapped(`Audit ${nameText(audit.taskId)}, ${nameText(audit.auditName)}, ${started}`, '', '  ');
  if (alerts.length === 0) {
    yield 'No alert was due, and none would be today.';
    return;
  }
  yield '';
  yield* screen.table(columns(screen), alerts);
  for (const { today } of alerts) {
    if (today === undefined) continue;
    yield '';
    yield* screen.wrapped(nameText(today.subject), 'Subject: ', '  ');
    if (isFull) yield* ['', ...today.email.trimEnd().split('\n')];
  }
}

function columns(screen: Screen): Column<Replayed>[] {
  return [
    {
      title: 'AT (UTC)',
      width: 16,
      from: 100,
      text: ({ recorded }) => (recorded === undefined ? '' : minuteText(recorded.at)),
    },
    { title: 'RECORDED', width: 34, text: recordedText },
    {
      title: 'TODAY',
      width: 24,
      grows: true,
      text: ({ today }) => today?.kind ?? 'no alert',
      paint: (row, cell) => (row.today?.kind === row.recorded?.kind ? cell : screen.paint('yellow', cell)),
    },
  ];
}

function recordedText({ recorded }: Replayed): string {
  return recorded === undefined ? 'no alert' : `${nameText(recorded.kind)}, ${nameText(recorded.status.toLowerCase())}`;
}
