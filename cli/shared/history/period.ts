import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lambda/audit/text/duration.ts';
import { knownTime } from '../../../lambda/audit/text/safe-text.ts';

const UNIT_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

/** Milliseconds of `30m`, `12h`, `7d` or `4w`. @throws InvalidArgumentError */
export function duration(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('Allowed: minutes, hours, days or weeks, as in 30m, 12h, 7d, 4w.');
}

/** A moment: so long ago, or a day or time in UTC. @throws InvalidArgumentError */
export function moment(text: string): Moment {
  const time = dayStart(text) ?? existing(knownTime(text));
  if (time !== undefined) return () => time.toISOString();
  try {
    const ms = duration(text);
    return (now) => new Date(now - ms).toISOString();
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new InvalidArgumentError(
      'Allowed: how long ago, as in 12h, 7d, 4w; or a day or time in UTC, as in 2026-10-02.',
    );
  }
}

/** The beginning of a day in UTC, as in `2026-10-02`; undefined for anything else. */
export function dayStart(text: string): Date | undefined {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? existing(`${text}T00:00:00Z`) : undefined;
}

/** Only a time that is in the calendar: JavaScript takes the 31st of February for a day in March. */
function existing(time = ''): Date | undefined {
  const date = new Date(time);
  const isInCalendar = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(time.slice(0, 10));
  return isInCalendar ? date : undefined;
}

/** ISO 8601, UTC, from the present time in epoch milliseconds. */
export type Moment = (now: number) => string;

/** `--since`, with what it is when it is not given. */
export function sinceOption(since: string) {
  return new Option('--since <when>', 'how long ago (12h, 7d, 4w), or a day or time in UTC')
    .default(moment(since), since)
    .argParser(moment);
}
