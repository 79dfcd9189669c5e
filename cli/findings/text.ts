import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { shortName } from '../../lambda/audit/answer/resource-name.ts';
import { plural } from '../../lambda/audit/text/words.ts';
import { Layout } from '../shared/screen/layout.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { severityPaint } from '../shared/screen/states.ts';
import { ageText, dayText, nameText } from '../shared/screen/words.ts';
import type { FindingRow, FindingsDocument } from './schema.ts';

/** Enough to tell them apart on a screen. */
const ID_DIGITS = 8;
const OPEN_WIDTH = 'open?'.length;
const STATE_WIDTH = 'suppressed?'.length;

/** The columns of findings: of one state, or of all; `now` in epoch milliseconds. */
export function findingsLayout(screen: Screen, now: number, state?: FindingRow['state']): Layout<FindingRow> {
  return new Layout<FindingRow>(
    [
      {
        title: 'STATE',
        width: state === 'OPEN' ? OPEN_WIDTH : STATE_WIDTH,
        text: findingState,
        paint: ({ unconfirmedSince }, cell) => (unconfirmedSince === undefined ? cell : screen.paint('yellow', cell)),
      },
      { title: 'ID', width: ID_DIGITS, text: shortId },
      {
        title: 'SEVERITY',
        width: 8,
        text: ({ severity }) => severity,
        paint: ({ severity }, cell) => screen.paint(severityPaint(severity), cell),
      },
      { title: 'AGE', width: 6, align: 'right', text: ({ firstSeenAt }) => ageText(firstSeenAt, now) },
      { title: 'FIRST SEEN', width: 10, from: 110, text: ({ firstSeenAt }) => dayText(firstSeenAt) },
      { title: 'LAST SEEN', width: 10, from: 110, text: ({ lastSeenAt }) => dayText(lastSeenAt) },
      { title: 'CHECK', width: 18, grows: true, text: ({ title }) => nameText(title) },
      {
        title: 'RESOURCE',
        width: 20,
        grows: true,
        text: (row) => resourceText(Number.isFinite(screen.width) ? shortened(row) : row),
      },
    ],
    screen.width,
  );
}

export function shortId({ id }: Pick<FindingRow, 'id'>): string {
  return id.slice(0, ID_DIGITS);
}

/** `open`, `suppressed`; with a question mark where no later audit could confirm it. */
export function findingState({ state, unconfirmedSince }: Pick<FindingRow, 'state' | 'unconfirmedSince'>): string {
  return `${state.toLowerCase()}${unconfirmedSince === undefined ? '' : '?'}`;
}

/** The resource, and the things that use it. */
export function resourceText({ resource, things = [], moreThings = 0 }: FindingRow): string {
  const names = [...things.map(nameText), ...(moreThings > 0 ? [`${moreThings} more`] : [])];
  return nameText(resource) + (names.length === 0 ? '' : ` (${names.join(', ')})`);
}

/** What is missing in a list of findings, in sentences. */
export function incompleteNotes(checks: readonly IncompleteCheck[]): string[] {
  return checks.map(({ checkName, nonCompliantResources, why }) => {
    const counted = `AWS counts ${plural(nonCompliantResources, 'non-compliant resource')}`;
    return `${nameText(checkInfo(checkName).title)}: ${counted}, but ${WHY[why]}.`;
  });
}

type IncompleteCheck = FindingsDocument['incompleteChecks'][number];

const WHY: Readonly<Record<IncompleteCheck['why'], string>> = {
  NOT_STORED: 'its findings are not stored',
  PARTIAL: 'has not listed all of them',
  UNREADABLE: 'what is stored of its findings cannot be read',
};

/** Long ids are known by their ends where there is no room for them. */
function shortened(row: FindingRow): FindingRow {
  return { ...row, resource: shortName(row.resource) };
}
