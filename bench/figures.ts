/** One line of a table of figures. */
export function row(name: string, value: string): void {
  console.log(`${name.padEnd(30)}${value}`);
}

export function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}

/** The middle value; NaN when there is none, or one of them is NaN. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return values.some(Number.isNaN) ? Number.NaN : (low + high) / 2;
}

/**
 * Jain's index of how evenly a good is shared: 1 when all have the same, 1/n when one has it all.
 *
 * @see https://arxiv.org/abs/cs/9809099
 */
export function fairnessOf(shares: readonly number[]): number {
  return sum(shares) ** 2 / (shares.length * sum(shares.map((share) => share ** 2)));
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What is said of each bound that is missed; the others say nothing. */
export function missed(bounds: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(bounds).flatMap(([problem, isKept]) => (isKept ? [] : [problem]));
}

/** Prints whether every bound is kept, and ends the process with 1 when one is missed. */
export function conclude(problems: readonly string[]): void {
  console.log(problems.length === 0 ? 'Every bound is kept.' : `Missed: ${problems.join('; ')}.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
