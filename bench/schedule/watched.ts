import { newsOf, type Run } from './fleet.ts';

/** What came of watching one audit. */
export interface Watched {
  readonly looks: number;
  /** From each piece of news to the look that saw it, in seconds. */
  readonly delays: readonly number[];
}

/** Moments of the looks at an audit, in seconds since its start: those up to its end, and the first after it. */
export type Looks = Iterable<number>;

export function watch(run: Run, looks: Looks): Watched {
  const news = newsOf(run);
  const delays: number[] = [];
  let count = 0;
  for (const at of looks) {
    count += 1;
    for (let next = news[delays.length]; next !== undefined && next <= at; next = news[delays.length]) {
      delays.push(at - next);
    }
    if (at >= run.endsAt) return { looks: count, delays };
  }
  throw new Error(`The looks stop before the audit ends after ${run.endsAt} s.`);
}
