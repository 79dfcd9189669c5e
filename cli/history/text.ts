import type { Column } from '../shared/screen/layout.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { statePaint, stateText } from '../shared/screen/states.ts';
import { minuteText, nameText, numberText } from '../shared/screen/words.ts';
import type { HistoryDocument } from './schema.ts';
import { sparkline } from './sparkline.ts';

type Series = HistoryDocument['series'][number];
type Period = Series['periods'][number];

const SPARKLINE_WIDTH = 60;
const DAY_SECONDS = 24 * 3600;

/** The answer for people. */
export function* historyText(document: HistoryDocument, screen: Screen): Iterable<string> {
  const { title, series, since, readAt } = document;
  for (const [index, one] of series.entries()) {
    if (index > 0) yield '';
    yield nameText(title) + (one.auditName === undefined ? '' : `, ${nameText(one.auditName)}`);
    const period = `${minuteText(since)} to ${minuteText(readAt)} UTC`;
    yield* screen.wrapped(`Non-compliant resources, ${period}, at most ${numberText(highestOf(one))}:`);
    yield `  ${sparkline(levelsOf(one), Date.parse(since), Date.parse(readAt), SPARKLINE_WIDTH)}`;
    yield '';
    yield* screen.table(columns(screen, one), one.periods.toReversed());
  }
}

function columns(screen: Screen, { changes }: Series): Column<Period>[] {
  // The first period may have begun before anything was recorded.
  const by = ({ from }: Period, name: 'auditName' | 'taskId') => {
    const change = changes.find(({ at }) => at === from);
    return change === undefined ? '' : nameText(change[name]);
  };
  return [
    {
      title: 'STATE',
      width: 13,
      text: ({ state }) => stateText(state),
      paint: ({ state }, cell) => screen.paint(statePaint(state), cell),
    },
    { title: 'FROM (UTC)', width: 16, text: ({ from }) => minuteText(from) },
    { title: 'UNTIL', width: 16, text: ({ until }) => (until === undefined ? 'now' : minuteText(until)) },
    { title: 'LASTED', width: 8, align: 'right', text: ({ seconds }) => lastedText(seconds) },
    { title: 'TASK', width: 32, from: 110, movesBelow: true, text: (period) => by(period, 'taskId') },
    { title: 'BY', width: 12, grows: true, text: (period) => by(period, 'auditName') },
  ];
}

function levelsOf({ changes, periods }: Series) {
  const [first] = periods;
  const atFirst = first === undefined || changes.some(({ at }) => at === first.from) ? [] : [first];
  return [
    ...atFirst.map(({ from, state }) => ({ at: Date.parse(from), resources: state === 'COMPLIANT' ? 0 : undefined })),
    ...changes.map(({ at, nonCompliantResources }) => ({ at: Date.parse(at), resources: nonCompliantResources })),
  ];
}

function highestOf({ changes }: Series): number | undefined {
  const known = changes.flatMap(({ nonCompliantResources }) => nonCompliantResources ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

function lastedText(seconds: number): string {
  if (seconds >= 2 * DAY_SECONDS) return `${Math.floor(seconds / DAY_SECONDS)} d`;
  return seconds >= 7200 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 60)} min`;
}
