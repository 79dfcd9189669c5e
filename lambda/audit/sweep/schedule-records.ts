import { type AuditSchedule, type MissedRun, missedRun } from './missed-run.ts';

/** An AUDIT_OVERDUE in the outbox: registered when it was judged, marked when it is out. */
export interface OverdueAlert extends MissedRun {
  readonly status: 'PENDING' | 'SENT';
  /** Of the last run before it. */
  readonly lastTaskId?: string;
  /** ISO 8601, UTC. */
  readonly judgedAt: string;
  /** As SNS returned it. */
  readonly messageId?: string;
}

/** What is remembered of a schedule between two sweeps. */
export interface ScheduleRecord extends Omit<AuditSchedule, 'name'> {
  /** Since when it is as it is. ISO 8601, UTC. */
  readonly knownSince: string;
  /** Earlier runs say nothing about its start time. ISO 8601, UTC. */
  readonly learnFrom?: string;
  /** The latest run that was missed. */
  readonly overdue?: OverdueAlert;
}

/** By name of the scheduled audit. */
export type ScheduleRecords = Readonly<Record<string, ScheduleRecord>>;

/** A run of a schedule. */
export interface ScheduledRun {
  readonly taskId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/**
 * The records, brought up to what AWS lists now. A schedule that is new or changed begins anew: nothing was due before it was
 * seen, and earlier runs do not tell when it will start. Only of the schedules of the very first sweep they do. A deleted
 * one is forgotten, once its alert is out.
 */
export function updateRecords(
  records: ScheduleRecords | undefined,
  schedules: readonly AuditSchedule[],
  now: Date,
): ScheduleRecords {
  const seenAt = now.toISOString();
  const listed = schedules.map(({ name, ...terms }): [string, ScheduleRecord] => {
    const record = records?.[name];
    if (record === undefined) return [name, { ...terms, knownSince: seenAt, learnFrom: records && seenAt }];
    if (isSame(record, terms)) return [name, record];
    return [name, { ...terms, knownSince: seenAt, learnFrom: seenAt, overdue: pendingOf(record) }];
  });
  const isListed = new Set(schedules.map(({ name }) => name));
  const owed = Object.entries(records ?? {}).filter(([name, record]) => !isListed.has(name) && pendingOf(record));
  return Object.fromEntries([...owed, ...listed]);
}

/** The record with its missed run registered, if there is one that was not told before. An older alert must be out first. */
export function judgeRecord(
  name: string,
  record: ScheduleRecord,
  runs: readonly ScheduledRun[],
  now: Date,
  runsUnknownAt?: string,
): ScheduleRecord {
  const { frequency, dayOfWeek, dayOfMonth, knownSince, learnFrom, overdue } = record;
  if (pendingOf(record) !== undefined) return record;
  const schedule = { name, frequency, dayOfWeek, dayOfMonth };
  const starts = runs.map(({ startedAt }) => startedAt);
  const missed = missedRun({ schedule, knownSince, learnFrom, starts, runsUnknownAt }, now);
  if (missed === undefined || missed.day <= (overdue?.day ?? '')) return record;
  const last = runs.find(({ startedAt }) => Date.parse(startedAt) === Date.parse(String(missed.lastStartedAt)));
  return {
    ...record,
    overdue: { ...missed, lastTaskId: last?.taskId, status: 'PENDING', judgedAt: now.toISOString() },
  };
}

/** The alert that still has to be published. */
export function pendingOf({ overdue }: ScheduleRecord): OverdueAlert | undefined {
  return overdue?.status === 'PENDING' ? overdue : undefined;
}

function isSame(a: Omit<AuditSchedule, 'name'>, b: Omit<AuditSchedule, 'name'>): boolean {
  return a.frequency === b.frequency && a.dayOfWeek === b.dayOfWeek && a.dayOfMonth === b.dayOfMonth;
}
