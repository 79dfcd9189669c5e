/** What a way of watching comes to, on average. */
export interface Point {
  /** Of an audit. */
  readonly looks: number;
  /** Of a piece of news, in seconds. */
  readonly delay: number;
}

/** The mean delay that a family of schedules comes to at a number of looks, between its members; NaN beyond them. */
export function delayAt(family: readonly Point[], looks: number): number {
  const points = family.toSorted((a, b) => a.looks - b.looks);
  for (const [index, above] of points.entries()) {
    const below = points[index - 1];
    if (below === undefined || looks < below.looks || looks > above.looks) continue;
    const share = Math.log(looks / below.looks) / Math.log(above.looks / below.looks);
    return below.delay * (above.delay / below.delay) ** share;
  }
  return Number.NaN;
}
