import { plural } from '../../lambda/audit/text/words.ts';
import type { Column } from '../shared/screen/layout.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { dayText, nameText, UNKNOWN } from '../shared/screen/words.ts';
import type { SuppressionsDocument } from './schema.ts';

type Suppression = SuppressionsDocument['suppressions'][number];

/** The answer for people. */
export function* suppressionsText({ suppressions }: SuppressionsDocument, screen: Screen): Iterable<string> {
  const soon = suppressions.filter(({ endsSoon }) => endsSoon).length;
  yield `${plural(suppressions.length, 'suppression')}${soon === 0 ? '' : `, ${soon} of them ended or ending within 30 days`}`;
  if (suppressions.length === 0) return;
  yield '';
  yield* screen.table(columns(screen), suppressions);
}

function columns(screen: Screen): Column<Suppression>[] {
  return [
    {
      title: 'ENDS',
      width: 10,
      text: ({ expiresAt, indefinite }) => (indefinite && expiresAt === undefined ? 'never' : dayText(expiresAt)),
      paint: ({ endsSoon }, cell) => (endsSoon ? screen.paint('yellow', cell) : cell),
    },
    { title: 'SOON', width: 4, text: ({ endsSoon }) => (endsSoon ? 'yes' : 'no') },
    { title: 'CHECK', width: 16, grows: true, text: ({ title }) => nameText(title) },
    { title: 'RESOURCE', width: 20, grows: true, text: ({ resource }) => nameText(resource) },
    {
      title: 'DESCRIPTION',
      width: 16,
      grows: true,
      text: ({ description }) => (description === undefined ? UNKNOWN : nameText(description)),
    },
  ];
}
