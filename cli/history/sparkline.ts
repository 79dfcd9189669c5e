const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Unknown is no height. */
const UNKNOWN_BAR = '?';

/** A number of non-compliant resources from a moment on; undefined is unknown. */
export interface Level {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly resources?: number;
}

/**
 * The course of a number as one line: the highest of each slice of time, and a question mark where it was unknown at the end
 * of a slice in which nothing else was seen.
 */
export function sparkline(levels: readonly Level[], from: number, until: number, width: number): string {
  const highest = Math.max(1, ...levels.map(({ resources = 0 }) => resources));
  return Array.from({ length: width }, (_, slice) => {
    const start = from + ((until - from) * slice) / width;
    const end = from + ((until - from) * (slice + 1)) / width;
    const before = levels.filter(({ at }) => at <= start).at(-1);
    const seen = [...(before === undefined ? [] : [before]), ...levels.filter(({ at }) => at > start && at < end)];
    if (seen.length === 0) return ' ';
    const known = seen.flatMap(({ resources }) => (resources === undefined ? [] : [resources]));
    if (known.length === 0) return UNKNOWN_BAR;
    return BARS[Math.ceil((Math.max(...known) / highest) * (BARS.length - 1))] ?? UNKNOWN_BAR;
  }).join('');
}
