import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html } from '../../shared/html.ts';

const WIDTH = 960;

/** What a chart takes beside the options of Observable Plot. */
export interface ChartOptions extends Plot.PlotOptions {
  /** What it shows, for those who do not see it; the table beside it has the numbers. */
  readonly label: string;
}

/**
 * Draws a chart into SVG. Plot's own styles are left out, because the page's policy admits only its own: style.css has what is
 * needed of them.
 */
export function chart({ label, ...options }: ChartOptions): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ document, width: WIDTH, className: 'plot', ...options });
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

/** As many of the values of a band, from the last one back, as there is room for. */
export function ticksOf(values: readonly string[]): string[] {
  const step = Math.max(1, Math.ceil(values.length / 8));
  return values.filter((_, index) => (values.length - 1 - index) % step === 0);
}
