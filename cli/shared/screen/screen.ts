import { styleText } from 'node:util';
import { wrap } from '../../../lambda/audit/text/safe-text.ts';
import { type Io, isDrawable, written } from './io.ts';
import { jsonText } from './json-text.ts';
import { type Column, layoutFor } from './layout.ts';
import { unreadableText } from './words.ts';

/** A terminal that does not know its width says 0. */
const USUAL = 80;
/** Below it, no cell has room for a word. */
const NARROWEST = 20;

export type Style = Parameters<typeof styleText>[0];

/** How to show an answer. */
export interface ScreenOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False: never. */
  readonly color: boolean;
}

/** A list that may be long: its items are written as they come. */
export interface ListDocument<Item> {
  /** What comes before the items in the document. */
  readonly head: object;
  /** The key of the items. */
  readonly key: string;
  readonly items: AsyncIterable<Item>;
  /** What is known only after the last item. */
  readonly tail?: () => object;
  /** The same as lines for people: those of each item, after those above the first. */
  readonly header: readonly string[];
  readonly lines: (item: Item) => readonly string[];
}

/** Where an answer is shown: the result on standard output, prose on standard error. */
export class Screen {
  /** Width of the terminal; Infinity without one, where nothing is cut. */
  readonly width: number;
  readonly #io: Io;
  readonly #options: ScreenOptions;
  readonly #isColoured: boolean;

  constructor(io: Io, options: ScreenOptions) {
    const { stdout, env } = io;
    this.#io = io;
    this.#options = options;
    this.width = stdout.isTTY === true ? Math.max(NARROWEST, stdout.columns || USUAL) : Number.POSITIVE_INFINITY;
    this.#isColoured = options.color && isDrawable(stdout, env) && !env.NO_COLOR;
  }

  paint(style: Style, text: string): string {
    return this.#isColoured ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Prose, in lines of the terminal; without one, in one line. */
  wrapped(text: string, first = '', rest = first): string[] {
    return Number.isFinite(this.width) ? wrap(text, first, rest, this.width) : [`${first}${text}`];
  }

  /** A table whose columns are as wide as its rows need: the titles, then a line for each row. */
  *table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Iterable<string> {
    const layout = layoutFor(columns, rows, this.width);
    yield this.paint('bold', layout.header());
    for (const row of rows) yield* layout.lines(row);
  }

  /** Writes a piece of a result as it is: the caller has made it safe. */
  write(piece: string): Promise<void> {
    return written(this.#io.stdout, piece);
  }

  /** Writes a document, or what it says in lines. */
  async show<Document>(document: Document, textOf: (document: Document, screen: Screen) => Iterable<string>) {
    if (this.#options.json) return written(this.#io.stdout, `${jsonText(document, 2)}\n`);
    for (const line of textOf(document, this)) await this.#line(line);
  }

  /** Writes a list item by item, and returns how many there were. */
  async list<Item>({ head, key, items, tail, header, lines }: ListDocument<Item>): Promise<number> {
    let count = 0;
    if (this.#options.json) {
      await written(this.#io.stdout, `${jsonText(head, 2).replace(/\n}$/, '')},\n  ${jsonText(key)}: [`);
      for await (const item of items) {
        await written(this.#io.stdout, `${count === 0 ? '' : ','}\n    ${jsonText(item)}`);
        count += 1;
      }
      const end = jsonText(tail?.() ?? {}, 2).replace(/^{\n?/, '');
      await written(this.#io.stdout, `${count === 0 ? '' : '\n  '}]${end === '}' ? '\n}' : `,\n${end}`}\n`);
      return count;
    }
    for await (const item of items) {
      if (count === 0) for (const line of header) await this.#line(line);
      for (const line of lines(item)) await this.#line(line);
      count += 1;
    }
    return count;
  }

  /** A sentence beside the result: what is missing in it, what to do next. */
  note(text: string): void {
    if (!this.#options.quiet) this.#io.stderr.write(`${text}\n`);
  }

  /** Says that something may be missing in the answer. */
  noteUnreadable(items: number): void {
    if (items > 0) this.note(unreadableText(items));
  }

  /** The command to try next, for people: npx finds it in a clone, where nothing is on the path. */
  next(command: string): void {
    if (!this.#options.json && this.#io.stdout.isTTY === true) this.note(`\nNext: npx ${command}`);
  }

  #line(line: string): Promise<void> {
    return written(this.#io.stdout, `${line}\n`);
  }
}
