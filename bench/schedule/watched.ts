import { newsOf, type Run } from './fleet.ts';

/** What came of watching one audit. */
export interface Watched {
  readonly polls: number;
  /** From each piece of news to the poll that saw it, in seconds. */
  readonly delays: readonly number[];
}

/** Moments of the polls at an audit, in seconds since its start: those up to its end, and the first after it. */
export type Polls = Iterable<number>;

export function watch(run: Run, polls: Polls): Watched {
  const news = newsOf(run);
  const delays: number[] = [];
  let count = 0;
  for (const at of polls) {
    count += 1;
    for (let next = news[delays.length]; next !== undefined && next <= at; next = news[delays.length]) {
      delays.push(at - next);
    }
    if (at >= run.endsAt) return { polls: count, delays };
  }
  throw new Error(`The polls stop before the audit ends after ${run.endsAt} s.`);
}
