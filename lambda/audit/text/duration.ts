const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** `45 s`, `42 min`, `6 h`, `2.5 h`; undefined for what is no duration. */
export function durationText(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return undefined;
  if (seconds < MINUTE) return `${Math.round(seconds)} s`;
  if (seconds < 2 * HOUR) return `${Math.round(seconds / MINUTE)} min`;
  const hours = seconds / HOUR;
  return `${hours < 10 ? Math.round(10 * hours) / 10 : Math.round(hours)} h`;
}

/** Between two moments in ISO 8601; undefined where one of them is unknown. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
  return seconds >= 0 ? seconds : undefined;
}
