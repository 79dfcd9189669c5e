import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Point } from './frontier.ts';

/** One way of watching in the chart: a line if it has a setting to vary, else a dot. */
interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
  /** At which of its ends it is named. */
  readonly label: 'left' | 'right';
}

const WIDTH = 860;
const HEIGHT = 560;

/** Polls and delay of each way of watching, both on logarithmic axes: further down and to the left is better. An SVG file. */
export function frontierChart(curves: readonly Curve[]): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const points = curves.flatMap(({ name, points: own }) => own.map((point) => ({ ...point, name })));
  const labels = curves.flatMap(({ name, points: own, label }) => {
    const sorted = own.toSorted((a, b) => a.polls - b.polls);
    return (label === 'left' ? sorted.slice(0, 1) : sorted.slice(-1)).map((point) => ({ ...point, name, label }));
  });
  const side = (wanted: Curve['label']) => labels.filter(({ label }) => label === wanted);
  const chart = Plot.plot({
    document,
    className: 'frontier',
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 60,
    marginRight: 150,
    style: { background: 'white', color: 'black', fontSize: '12px' },
    x: { type: 'log', grid: true, label: 'polls at an audit, mean', domain: [2, 5000] },
    y: { type: 'log', grid: true, label: 'seconds until news is heard, mean', domain: [1, 3000] },
    color: { scheme: 'dark2', domain: curves.map(({ name }) => name) },
    marks: [
      Plot.line(points, { x: 'polls', y: 'delay', z: 'name', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(points, { x: 'polls', y: 'delay', fill: 'name', r: 3 }),
      Plot.text(side('right'), { x: 'polls', y: 'delay', text: 'name', fill: 'name', textAnchor: 'start', dx: 8 }),
      Plot.text(side('left'), { x: 'polls', y: 'delay', text: 'name', fill: 'name', textAnchor: 'end', dx: -8 }),
    ],
  });
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${chart.outerHTML}\n`;
}
