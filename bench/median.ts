/** The middle value; NaN when there is none, or one of them is NaN. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return values.some(Number.isNaN) ? Number.NaN : (low + high) / 2;
}
