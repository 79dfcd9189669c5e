import { type Html, html } from '../../shared/html.ts';
import type { ReportDocument } from '../schema.ts';

/** What the sections of a page are made from. */
export interface PageInput {
  readonly report: ReportDocument;
  /** A command line that can be pasted: `npx audit-watcher` with these arguments and the options of this table. */
  readonly command: (args: string) => string;
}

/** A part of the page with a place in its contents. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

/** A chart above its table, which is folded in: everything in the chart is in the table too. */
export function chartWithTable(chart: Html, legend: Html | undefined, table: Html): Html {
  return html`<figure>${legend}<div class="scroll" role="group" aria-label="Chart" tabindex="0">${chart}</div></figure>
<details><summary>The same as a table</summary>${table}</details>`;
}
