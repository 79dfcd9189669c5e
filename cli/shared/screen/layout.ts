import stringWidth from 'string-width';

const GAP = '  ';
const ELLIPSIS = '…';
/** Without a terminal nothing is cut, and most rows line up. */
const WIDTH_OF_A_FILE = 160;

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** One clean line. */
  readonly text: (row: Row) => string;
  /** Columns of the terminal that it takes; the narrowest for one that grows. */
  readonly width: number;
  /** It shares what is left of the line. Without a terminal nothing is cut. */
  readonly grows?: boolean;
  /** It is left out on a terminal narrower than this. */
  readonly from?: number;
  /** Where it would be left out, it goes on a line of its own below the row: what people paste must not be missing. */
  readonly movesBelow?: boolean;
  readonly align?: 'right';
  readonly paint?: (row: Row, cell: string) => string;
}

/** Lays out rows one by one, so that the first is written before the last is read. */
export class Layout<Row> {
  readonly #columns: readonly { readonly column: Column<Row>; readonly width: number }[];
  readonly #below: readonly Column<Row>[];
  readonly #isCut: boolean;

  /** @param lineWidth of the terminal; Infinity without one */
  constructor(columns: readonly Column<Row>[], lineWidth: number) {
    const shown = columns.filter(({ from = 0 }) => lineWidth >= from);
    this.#below = columns.filter((column) => column.movesBelow === true && !shown.includes(column));
    const fixed = shown.reduce((sum, { width }) => sum + width, 0) + GAP.length * (shown.length - 1);
    const growing = shown.filter(({ grows }) => grows === true).length;
    const room = Math.max(0, Math.min(lineWidth, WIDTH_OF_A_FILE) - fixed);
    this.#isCut = Number.isFinite(lineWidth);
    let left = growing;
    let shared = room;
    this.#columns = shown.map((column) => {
      if (column.grows !== true) return { column, width: column.width };
      const share = Math.floor(shared / left);
      left -= 1;
      shared -= share;
      return { column, width: column.width + share };
    });
  }

  header(): string {
    return this.#line(this.#columns.map(({ column, width }) => this.#cell(column.title, width, column.align)));
  }

  /** The line of a row, and what does not fit in it. */
  lines(row: Row): string[] {
    const cells = this.#columns.map(({ column, width }) => {
      const cell = this.#cell(column.text(row), width, column.align);
      return column.paint === undefined ? cell : column.paint(row, cell);
    });
    const below = this.#below.map(({ text }) => text(row)).filter((text) => text !== '');
    return [this.#line(cells), ...below.map((text) => GAP + text)];
  }

  #cell(text: string, width: number, align: Column<Row>['align']): string {
    const cut = this.#isCut ? cutTo(text, width) : text;
    const padding = ' '.repeat(Math.max(0, width - stringWidth(cut)));
    return align === 'right' ? `${padding}${cut}` : `${cut}${padding}`;
  }

  #line(cells: readonly string[]): string {
    return cells.join(GAP).trimEnd();
  }
}

/** A layout whose columns are as wide as these rows need. */
export function layoutFor<Row>(columns: readonly Column<Row>[], rows: readonly Row[], lineWidth: number): Layout<Row> {
  const fitted = columns.map((column) => {
    if (column.grows === true) return column;
    const widest = rows.reduce((most, row) => Math.max(most, stringWidth(column.text(row))), column.title.length);
    return { ...column, width: Math.min(widest, Number.isFinite(lineWidth) ? Math.max(column.width, 1) : widest) };
  });
  return new Layout(fitted, lineWidth);
}

/** The beginning of a text that is as wide as there is room; what is cut off leaves an ellipsis. */
export function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let taken = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    taken += stringWidth(segment);
    if (taken > width - 1) break;
    kept += segment;
  }
  return width < 1 ? '' : `${kept.trimEnd()}${ELLIPSIS}`;
}
