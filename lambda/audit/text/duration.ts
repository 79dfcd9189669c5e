const MINUTE = 60;
const HOUR = 60 * MINUTE;

export const MINUTE_MS = MINUTE * 1000;
export const HOUR_MS = HOUR * 1000;
export const DAY_MS = 24 * HOUR_MS;

/** `45 s`, `42 min`, `2.5 h`, `6 h`, `3 days`; undefined for what is no duration. */
export function durationText(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return undefined;
  if (seconds < MINUTE) return `${Math.round(seconds)} s`;
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`;
  const hours = seconds / HOUR;
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return `${hours < 10 ? Math.round(10 * hours) / 10 : Math.round(hours)} h`;
}

/** Between two moments in ISO 8601; undefined where one of them is unknown. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
  return seconds >= 0 ? seconds : undefined;
}
