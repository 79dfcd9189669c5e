/** What a way of watching comes to, on average. */
export interface Point {
  /** For an audit. */
  readonly polls: number;
  /** For a piece of news, in seconds. */
  readonly delay: number;
}

/** The mean delay that a family of schedules comes to at a number of polls, between its members; NaN beyond them. */
export function delayAt(family: readonly Point[], polls: number): number {
  const points = family.toSorted((a, b) => a.polls - b.polls);
  for (const [index, above] of points.entries()) {
    const below = points[index - 1];
    if (below === undefined || polls < below.polls || polls > above.polls) continue;
    const share = Math.log(polls / below.polls) / Math.log(above.polls / below.polls);
    return below.delay * (above.delay / below.delay) ** share;
  }
  return Number.NaN;
}
