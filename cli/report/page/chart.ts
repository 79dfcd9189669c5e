import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { shorten } from '../../../lambda/audit/text/safe-text.ts';
import { Html } from '../../shared/html.ts';
import { nameText } from '../../shared/screen/words.ts';

const WIDTH = 960;

/** What a chart takes beside the options of Observable Plot. */
export interface ChartOptions extends Plot.PlotOptions {
  /** What it shows, for those who do not see it; the table beside it has the numbers. */
  readonly label: string;
}

/**
 * Draws a chart into SVG. Colours are given as they are, by fill or stroke. Plot's own styles are left out, because the page's policy admits only its own: style.css has what is
 * needed of them.
 */
export function chart({ label, ...options }: ChartOptions): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ document, width: WIDTH, className: 'plot', color: { type: 'identity' }, ...options });
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const element of svg.querySelectorAll('[style], [aria-label], [aria-hidden], [font-family], [font-variant]')) {
    for (const name of ['style', 'aria-label', 'aria-hidden', 'font-family', 'font-variant'])
      element.removeAttribute(name);
  }
  for (const name of ['font-family', 'font-size']) svg.removeAttribute(name);
  svg.setAttribute('class', 'chart');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  return new Html(svg.outerHTML);
}

/** An axis of whole numbers: no tick counts a part of a check. */
export const WHOLE = { interval: 1, tickFormat: (value: number) => value.toLocaleString('en') } as const;

/** An axis with a place for each value. */
export function bandOf(values: readonly string[]) {
  return { type: 'band', domain: values, ticks: ticksOf(values), label: null } as const;
}

/** Room on the left for labels as long as those of checks. */
export const LABEL_MARGIN = 320;

/** The title of a check where it fits beside a chart. */
export function checkLabel(title: string): string {
  return shorten(nameText(title), 44);
}

/** As many of the values of a band, from the last one back, as there is room for. */
function ticksOf(values: readonly string[]): string[] {
  const step = Math.max(1, Math.ceil(values.length / 8));
  return values.filter((_, index) => (values.length - 1 - index) % step === 0);
}
