import type { AuditSchedule, ScheduleTerms } from '../answer/aws-answers.ts';
import { DAY_MS } from '../text/duration.ts';
import type { MissedRun } from '../watch/alert-kinds.ts';
import type { Publishable } from '../watch/publish-attempt.ts';
import { firstRunThatCounts, missedRun } from './missed-run.ts';

/** An AUDIT_OVERDUE in the outbox: registered when the run was judged to be missed, marked when it is sent. */
export interface MissedRunAlert extends MissedRun, Publishable {
  /** UNCERTAIN: nobody knows whether any of its attempts published it. */
  readonly status: 'PENDING' | 'SENT' | 'UNCERTAIN';
  /** The last run before it. ISO 8601, UTC. */
  readonly lastStartedAt?: string;
  readonly lastTaskId?: string;
  /** ISO 8601, UTC. */
  readonly judgedAt: string;
}

/** What is remembered of a schedule between two sweeps. */
export interface ScheduleRecord extends ScheduleTerms {
  /** Since when it is as it is. ISO 8601, UTC. */
  readonly knownSince: string;
  /** Earlier runs do not count. ISO 8601, UTC. */
  readonly runsCountFrom: string;
  /** When a sweep first found it missing from the list of AWS; absent while it is listed. ISO 8601, UTC. */
  readonly unlistedSince?: string;
  /** The latest missed run. */
  readonly missed?: MissedRunAlert;
}

/** A schedule that is missing from the list for less than this was left out by mistake; for longer, it was deleted. */
const FORGOTTEN_AFTER_MS = DAY_MS;

/** By name of the scheduled audit. */
export type ScheduleRecords = Readonly<Record<string, ScheduleRecord>>;

/** A run of a schedule. */
export interface ScheduledRun {
  readonly taskId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/**
 * The records, brought up to what AWS lists now. A schedule that is new or changed begins again: nothing was due before it
 * was seen, and earlier runs do not count. Those of the very first sweep may be old, so their recent runs do. One that AWS
 * does not list is kept for a day, because a list can be incomplete, and then forgotten once its alert is sent.
 *
 * @param records undefined in the very first sweep
 * @param unreadable names of schedules whose record cannot be read: they may be old, as in the very first sweep
 */
export function updateRecords(
  records: ScheduleRecords | undefined,
  schedules: readonly AuditSchedule[],
  now: Date,
  unreadable: readonly string[] = [],
): ScheduleRecords {
  const knownSince = now.toISOString();
  const listed = schedules.map(({ name, ...terms }): [string, ScheduleRecord] => {
    const record = records?.[name];
    if (record !== undefined && isSame(record, terms)) return [name, { ...record, unlistedSince: undefined }];
    const mayBeOld = records === undefined || unreadable.includes(name);
    const runsCountFrom = mayBeOld ? firstRunThatCounts(terms.frequency, now) : knownSince;
    return [name, { ...terms, knownSince, runsCountFrom, missed: record && pendingOf(record) }];
  });
  const isListed = new Set(schedules.map(({ name }) => name));
  const unlisted = Object.entries(records ?? {})
    .filter(([name]) => !isListed.has(name))
    .map(([name, record]): [string, ScheduleRecord] => [
      name,
      { ...record, unlistedSince: record.unlistedSince ?? knownSince },
    ])
    .filter(([, record]) => !isDeleted(record, now) || pendingOf(record));
  return Object.fromEntries([...unlisted, ...listed]);
}

/**
 * Registers a missed run that was not registered before. An older alert must be sent first. A schedule that AWS does not list
 * is not judged: it may be deleted.
 */
export function judgeRecord(
  record: ScheduleRecord,
  last: ScheduledRun | undefined,
  now: Date,
  runsUnknownAt?: string,
): ScheduleRecord {
  if (pendingOf(record) !== undefined || record.unlistedSince !== undefined) return record;
  const missed = missedRun({ ...record, lastStartedAt: last?.startedAt, runsUnknownAt }, now);
  if (missed === undefined || missed.day <= (record.missed?.day ?? '')) return record;
  const lastRun = { lastStartedAt: last?.startedAt, lastTaskId: last?.taskId };
  return { ...record, missed: { ...missed, ...lastRun, status: 'PENDING', judgedAt: now.toISOString() } };
}

/** The alert that still has to be published. */
export function pendingOf({ missed }: ScheduleRecord): MissedRunAlert | undefined {
  return missed?.status === 'PENDING' ? missed : undefined;
}

/** A moment that cannot be read counts as long ago, so that no record stays for ever. */
function isDeleted({ unlistedSince = '' }: ScheduleRecord, now: Date): boolean {
  return !(now.getTime() - Date.parse(unlistedSince) < FORGOTTEN_AFTER_MS);
}

function isSame(a: ScheduleTerms, b: ScheduleTerms): boolean {
  return a.frequency === b.frequency && a.dayOfWeek === b.dayOfWeek && a.dayOfMonth === b.dayOfMonth;
}
