import { plural } from '../../../lambda/audit/text/words.ts';
import { type Html, html } from '../../shared/html.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Html | string | number;
  /** What it is sorted by, where that is not what it shows. Undefined sorts last. */
  readonly sortBy?: (row: Row) => string | number | undefined;
  /** A number stands on the right; a word is never broken, an id breaks anywhere. @default text */
  readonly kind?: 'number' | 'word' | 'id';
}

/** A table that the page's script sorts and filters. */
export interface Table<Row> {
  /** What it holds, in a few words: its caption. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** How many there are, if there are more than the rows. */
  readonly count?: number;
  /** The command that lists the others. */
  readonly rest?: string;
  /** What to say instead of an empty table. */
  readonly none: string;
}

export function table<Row>({ caption, columns, rows, count = rows.length, rest, none }: Table<Row>): Html {
  if (rows.length === 0) return html`<p class="none">${none}</p>`;
  const cut =
    count > rows.length
      ? html`<p class="cut">The first ${rows.length} of ${plural(count, 'row')}.${
          rest === undefined ? undefined : html` All of them: <code>${rest}</code>`
        }</p>`
      : undefined;
  return html`<div class="table" role="group" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, kind }) => html`<th scope="col"${kindClass(kind)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${columns.map((column) => cell(column, row))}</tr>\n`)}</tbody></table></div>${cut}`;
}

function cell<Row>({ cell: content, sortBy, kind }: Column<Row>, row: Row): Html {
  const by = sortBy === undefined ? undefined : html` data-by="${sortBy(row) ?? ''}"`;
  return html`<td${kindClass(kind)}${by}>${content(row)}</td>`;
}

function kindClass(kind: Column<never>['kind']): Html | undefined {
  return kind === undefined ? undefined : html` class="${kind}"`;
}
