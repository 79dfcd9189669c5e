import { html } from '../../../shared/html.ts';
import { nameText, numberText } from '../../../shared/screen/words.ts';
import type { ReportDocument } from '../../schema.ts';
import { checkLink, dayColumn, nameColumn, severityColumn } from '../cells.ts';
import { mark } from '../marks.ts';
import type { PageInput, Section } from '../section.ts';
import { table } from '../table.ts';

type Check = ReportDocument['status']['checks'][number];

/** How every check stands now. */
export function checksSection({ report: { status } }: PageInput): Section {
  return {
    id: 'checks',
    title: 'Checks now',
    content: table<Check>({
      caption: 'How every audited check stands',
      none: 'No audit has been recorded yet.',
      rows: status.checks,
      columns: [
        { title: 'State', cell: ({ state }) => mark(state) },
        severityColumn(({ severity }) => severity),
        {
          title: 'Check',
          cell: (check) =>
            html`${checkLink(check)}${check.auditName === undefined ? undefined : ` (${nameText(check.auditName)})`}`,
        },
        {
          title: 'Open resources',
          kind: 'number',
          cell: openText,
          sortBy: ({ nonCompliantResources }) => nonCompliantResources,
        },
        dayColumn('Since', ({ since }) => since),
        dayColumn('Last audited', ({ audit }) => audit?.startedAt),
        nameColumn('By', ({ audit }) => audit?.auditName),
        { title: 'Remarks', cell: remarks },
      ],
    }),
  };
}

/** For a check that is unknown now, those that were open when it was last known. */
function openText({ state, nonCompliantResources, lastResult }: Check): string {
  if (state !== 'UNKNOWN') return numberText(nonCompliantResources);
  return lastResult === undefined ? 'unknown' : `was ${numberText(nonCompliantResources)}`;
}

function remarks({ errorCode, state, outdated, suppressedResources = 0 }: Check): string {
  return [
    ...(state === 'UNKNOWN' && errorCode !== undefined ? [nameText(errorCode)] : []),
    ...(suppressedResources === 0 ? [] : [`${suppressedResources} suppressed`]),
    ...(outdated ? ['not audited for more than 32 days'] : []),
  ].join('; ');
}
