import { html } from '../../../shared/html.ts';
import { dayText, nameText } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { nameColumn } from '../cells.ts';
import { markOf } from '../marks.ts';
import type { PageInput, Section } from '../section.ts';
import { table } from '../table.ts';

type Suppression = ReportDocument['suppressions']['listed'][number];

/** What is suppressed, why, and until when. */
export function suppressionsSection({ report: { suppressions }, command }: PageInput): Section {
  const { source, error, count, listed } = suppressions;
  return {
    id: 'suppressions',
    title: 'Suppressions',
    content: html`<p>${
      source === 'AWS'
        ? 'What AWS IoT Device Defender leaves out of its counts, the next to end first. Suppressed is not fixed.'
        : html`${markOf('unknown', 'Description and end are unknown')}: ${nameText(error)}. These findings were suppressed when an
 audit last saw them.`
    }</p>
${table<Suppression>({
  caption: 'Suppressions',
  none: 'Nothing is known to be suppressed.',
  rows: listed,
  count,
  rest: command(source === 'AWS' ? 'suppressions' : 'findings --suppressed'),
  columns: [
    nameColumn('Check', ({ title }) => title),
    { title: 'Resource', kind: 'id', cell: ({ resource }) => nameText(resource) },
    {
      title: 'Description',
      cell: ({ description }) =>
        description === undefined ? (source === 'AWS' ? 'none' : 'unknown') : nameText(description),
    },
    {
      title: 'Ends',
      cell: endText,
      sortBy: ({ expiresAt, indefinite }) => expiresAt ?? (indefinite ? '~' : undefined),
    },
  ],
})}`,
  };
}

function endText({ expiresAt, indefinite, endsSoon }: Suppression) {
  if (expiresAt === undefined) return indefinite ? 'never' : 'unknown';
  return endsSoon ? markOf('unknown', `${dayText(expiresAt)}, within 30 days`) : dayText(expiresAt);
}
