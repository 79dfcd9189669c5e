import type { MissedRunAlert, PastMissedRun, ScheduleRecord } from '../../../audit/sweep/schedule-records.ts';
import type { SweepState } from '../../../audit/sweep/sweep.ts';
import { isObject } from '../../../json.ts';
import { SCHEMA_VERSION } from '../keys.ts';
import type { Item } from '../table.ts';
import { isMoment, isNumber, isText, latestBelievable, listOf, objectOf, optional, type Shape } from './shapes.ts';
import { isAttempt } from './watch-item.ts';

/** What a sweep may have noted; the version is that of the whole item. */
const SWEEP_MOMENTS = ['firstSweepAt', 'lastSweepAt', 'coveredUntil', 'historyUntil', 'runsUnknownAt'];

/** Names of the attributes that cannot be read. If another version wrote the item, it is all of them. */
export function unreadableSweepAttributes(item: Item, now: Date): string[] {
  const latest = latestBelievable(now);
  const isPast: Shape = (value) => isMoment(value) && Date.parse(String(value)) <= latest;
  const shapes: Record<string, Shape> = {
    schedules: isObject,
    schedulesTakenBy: isText,
    historyListed: isNumber,
    schedulesTakenUntil: (value) => isNumber(value) && Number(value) <= latest,
    ...Object.fromEntries(SWEEP_MOMENTS.map((name) => [name, isPast])),
  };
  const isOther = item.schemaVersion !== undefined && item.schemaVersion !== SCHEMA_VERSION;
  const unreadable = Object.entries(shapes)
    .filter(([name, shape]) => item[name] !== undefined && (isOther || !shape(item[name])))
    .map(([name]) => name);
  return isOther ? ['schemaVersion', ...unreadable] : unreadable;
}

/** What the sweeps have noted, as far as it can be read. */
export function sweepStateIn(item: Item, now: Date): SweepState {
  const unreadable = unreadableSweepAttributes(item, now);
  const known = SWEEP_MOMENTS.filter((name) => item[name] !== undefined && !unreadable.includes(name));
  const historyListed = unreadable.includes('historyListed') ? undefined : item.historyListed;
  return {
    ...Object.fromEntries(known.map((name) => [name, String(item[name])])),
    ...(historyListed === undefined ? {} : { historyListed: Number(historyListed) }),
  };
}

/** The record of a schedule. */
export const isScheduleRecord = objectOf<ScheduleRecord>({
  frequency: optional(isText),
  dayOfWeek: optional(isText),
  dayOfMonth: optional(isText),
  knownSince: isMoment,
  runsCountFrom: isMoment,
  unlistedSince: optional(isMoment),
  missedBefore: optional(listOf(objectOf<PastMissedRun>({ day: isText, judgedAt: isMoment }))),
  missed: optional(
    objectOf<MissedRunAlert>({
      day: isText,
      dueAt: isMoment,
      status: isText,
      lastStartedAt: optional(isText),
      lastTaskId: optional(isText),
      judgedAt: isMoment,
      attempt: optional(isAttempt),
      messageId: optional(isText),
    }),
  ),
});
