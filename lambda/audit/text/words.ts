// Counts, times and lists in words.

/** True for a number that can be one of checks or resources. */
export function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0;
}

/** True for a count that is known and not zero. */
export function isSome(value: number | undefined): value is number {
  return isCount(value) && value > 0;
}

/** The value if it is a count; anything else is unknown. */
export function knownCount(value: number | undefined): number | undefined {
  return isCount(value) ? value : undefined;
}

/** A number for people: what is missing, or is no count, is unknown, never zero. */
export function countText(value: number | undefined): string {
  return isCount(value) ? String(value) : 'unknown';
}

/** `1 check`, `3 checks`, `an unknown number of checks`. */
export function plural(value: number | undefined, noun: string): string {
  if (!isCount(value)) return `an unknown number of ${noun}s`;
  return value === 1 ? `1 ${noun}` : `${value} ${noun}s`;
}

/** `2026-10-02 02:00:04 UTC`. */
export function timeText(time: string | undefined): string {
  return time === undefined ? 'unknown' : `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

/** `a and b`; `a, b and c`. */
export function sentenceList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/** `, new`, to end a sentence with; nothing for nothing. */
export function withComma(text: string | undefined): string {
  return text === undefined ? '' : `, ${text}`;
}

/** The first `max` of them, then how many more there are. */
export function firstOf(items: readonly string[], max: number): string[] {
  return items.length <= max ? [...items] : [...items.slice(0, max), `and ${items.length - max} more`];
}

/**
 * The order of two texts, for sorting. Not localeCompare: loading the rules of a language takes longer than all the rest of
 * an alert.
 */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
