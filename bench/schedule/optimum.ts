import { newsOf, type Run } from './fleet.ts';
import type { Polls } from './watched.ts';

/** After the plan, each poll is this much later than the one before. */
const LATER_STEP = 0.1;

/** Moments at which the plan may poll, by sort: evenly spaced, and as many quantiles of the ends and of all news. */
const GRID = { even: 800, ends: 1200, news: 400 } as const;

/**
 * The best plan of polls that can be made before an audit starts by somebody who knows all that can be known then: how its
 * durations, its checks and its trouble are distributed, from a large sample of its runs. For each price of a poll in
 * seconds of delay, the plan with the least cost in all, by dynamic programming backwards in time. What cannot be
 * known before is left out: with the end of this very audit known, one poll at that moment would do.
 */
export function bestPlans(sample: readonly Run[], shortestPause: number, prices: readonly number[]): Polls[] {
  const news = sample.flatMap(newsOf).toSorted((a, b) => a - b);
  const ends = sample.map(({ endsAt }) => endsAt).toSorted((a, b) => a - b);
  const grid = gridOf(news, ends, shortestPause);
  const known = sumsAt(grid, news, ends);
  return prices.map((price) => bestPlan(grid, known, shortestPause, price));
}

/** At each moment of the grid. */
interface Known {
  /** News so far, and the sum of their moments. */
  readonly news: Float64Array;
  readonly moments: Float64Array;
  /** Runs that have not ended. */
  readonly running: Float64Array;
}

function bestPlan(grid: readonly number[], known: Known, pause: number, price: number): Polls {
  const { news, moments, running } = known;
  const last = grid.length - 1;
  const cost = new Float64Array(grid.length);
  const next = new Uint32Array(grid.length);
  for (let from = last - 1; from >= 0; from -= 1) {
    let best = Number.POSITIVE_INFINITY;
    for (let to = from + 1; to <= last; to += 1) {
      if (at(grid, to) - at(grid, from) < pause && to < last) continue;
      const waited = at(grid, to) * (at(news, to) - at(news, from)) - (at(moments, to) - at(moments, from));
      // The longer the pause, the more news waits.
      if (waited >= best) break;
      const total = price * at(running, from) + waited + at(cost, to);
      if (total >= best) continue;
      best = total;
      next[from] = to;
    }
    cost[from] = best;
  }
  const planned: number[] = [];
  for (let step = at(next, 0); step > 0; step = at(next, step)) planned.push(at(grid, step));
  return { [Symbol.iterator]: () => andSoOn(planned) };
}

/** An audit that goes on for longer than any of the sample is polled ever less often. */
function* andSoOn(planned: readonly number[]): Generator<number> {
  yield* planned;
  for (let later = planned.at(-1) ?? 1; ; ) {
    later *= 1 + LATER_STEP;
    yield later;
  }
}

function gridOf(news: readonly number[], ends: readonly number[], shortestPause: number): number[] {
  const latest = Math.max(at(ends, ends.length - 1), shortestPause);
  const even = Array.from({ length: GRID.even }, (_, index) => (latest * (index + 1)) / GRID.even);
  const quantiles = (of: readonly number[], count: number) =>
    Array.from({ length: count }, (_, index) => at(of, Math.floor((of.length * index) / count)));
  const all = [0, ...even, ...quantiles(ends, GRID.ends), ...quantiles(news, GRID.news), latest];
  return [...new Set(all)].toSorted((a, b) => a - b);
}

function sumsAt(grid: readonly number[], news: readonly number[], ends: readonly number[]): Known {
  const known = {
    news: new Float64Array(grid.length),
    moments: new Float64Array(grid.length),
    running: new Float64Array(grid.length),
  };
  let seen = 0;
  let ended = 0;
  let moments = 0;
  for (const [index, moment] of grid.entries()) {
    for (; seen < news.length && at(news, seen) <= moment; seen += 1) moments += at(news, seen);
    while (ended < ends.length && at(ends, ended) <= moment) ended += 1;
    known.news[index] = seen;
    known.moments[index] = moments;
    known.running[index] = ends.length - ended;
  }
  return known;
}

function at(numbers: ArrayLike<number>, index: number): number {
  return numbers[index] ?? Number.NaN;
}
