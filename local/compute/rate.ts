import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lambda/audit/text/duration.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };

/** `rate(5 minutes)` in milliseconds; undefined for any other expression. */
export function rateMs(expression: string): number | undefined {
  const [, count = '', unit = ''] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit];
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}
