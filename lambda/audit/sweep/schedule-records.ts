import type { AuditSchedule, ScheduleTerms } from '../answer/aws-answers.ts';
import { DAY_MS } from '../text/duration.ts';
import type { MissedDays, MissedRun } from '../watch/alert-kinds.ts';
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
  /** Those before it, for the digest; the latest last. */
  readonly missedBefore?: readonly PastMissedRun[];
}

/** A missed run whose alert is settled. */
export type PastMissedRun = Pick<MissedRunAlert, 'day' | 'judgedAt'>;

/** As many as a digest of a week can name. */
const MOST_PAST_MISSED_RUNS = 10;

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
    return [name, { ...terms, knownSince, runsCountFrom, ...(record && missedIn(record)) }];
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
  const registered = { ...missed, ...lastRun, status: 'PENDING', judgedAt: now.toISOString() } as const;
  return { ...record, missed: registered, missedBefore: pastMissedRuns(record) };
}

/** The missed runs, as far as they are remembered, the latest last. */
function missedRunsOf({ missed, missedBefore = [] }: ScheduleRecord): PastMissedRun[] {
  return [...missedBefore, ...(missed === undefined ? [] : [{ day: missed.day, judgedAt: missed.judgedAt }])];
}

/** The runs that were found missing after a moment, by schedule. */
export function missedSince(records: ScheduleRecords, since: string): MissedDays[] {
  return Object.entries(records).flatMap(([auditName, record]) => {
    const days = missedRunsOf(record).filter(({ judgedAt }) => judgedAt > since);
    return days.length === 0 ? [] : [{ auditName, days: days.map(({ day }) => day) }];
  });
}

/** What a schedule that begins again keeps: an alert that is still to be sent, and what a digest needs. */
function missedIn(record: ScheduleRecord): Pick<ScheduleRecord, 'missed' | 'missedBefore'> {
  const missed = pendingOf(record);
  return missed === undefined
    ? { missedBefore: pastMissedRuns(record) }
    : { missed, missedBefore: record.missedBefore };
}

/** What is remembered when the next run is missed; undefined for nothing. */
function pastMissedRuns(record: ScheduleRecord): PastMissedRun[] | undefined {
  const runs = missedRunsOf(record).slice(-MOST_PAST_MISSED_RUNS);
  return runs.length === 0 ? undefined : runs;
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
