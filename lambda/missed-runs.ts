import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { composeMissedRun } from './audit/alert/message.ts';
import {
  judgeRecord,
  type MissedRunAlert,
  pendingOf,
  type ScheduleRecord,
  type ScheduleRecords,
  updateRecords,
} from './audit/sweep/schedule-records.ts';
import { isAttemptDue, isUncertain } from './audit/watch/publish-attempt.ts';
import type { AlertTopics } from './aws/alert-topics.ts';
import type { Audits } from './aws/audits.ts';
import { logger } from './aws/logger.ts';
import { countAlert, countUncertainAlert } from './aws/metrics.ts';
import type { SweepTable, TakenSchedules } from './aws/table/sweep-table.ts';
import type { Place } from './contract.ts';

/** Longer than a sweep can run: one that died must not keep the next ones from the schedules for long. */
const TAKEN_FOR_MS = 6 * 60 * 1000;

/** What a sweep knows when schedules are to be judged. */
export interface Judgeable {
  /** False while an audit without a first poll may be the run that seems to be missed. */
  readonly mayJudge: boolean;
  /** Names of audits that still run: the next run may well wait for this one. */
  readonly running: ReadonlySet<string>;
}

/** What became of the alerts of the schedules. */
export interface PublishedAlerts {
  /** How many were published. */
  readonly sent: number;
  /** Alerts that have still to be published. */
  readonly pending: readonly MissedRunAlert[];
}

/** Another sweep has the schedules, and reports on them. */
const LEFT_ALONE: PublishedAlerts = { sent: 0, pending: [] };

/**
 * Publishes one AUDIT_OVERDUE for each missed run of a schedule: registered first, each attempt noted, then published, then
 * marked, as the alerts of a watch are.
 */
export class MissedRuns {
  readonly #audits: Audits;
  readonly #table: SweepTable;
  readonly #topics: AlertTopics;

  constructor(audits: Audits, table: SweepTable, topics: AlertTopics) {
    this.#audits = audits;
    this.#table = table;
    this.#topics = topics;
  }

  /**
   * One sweep works on the schedules at a time; another one leaves them alone. Without `mayJudge`, or when nobody could be
   * judged, only what is pending is sent. Why something could not be judged or sent goes to `onError`.
   */
  async publish(
    judgeable: Judgeable,
    place: Place,
    now: Date,
    onError: (error: unknown) => undefined,
  ): Promise<PublishedAlerts> {
    const sweep = randomUUID();
    const taken = await this.#table.takeSchedules(place, sweep, now, TAKEN_FOR_MS);
    if (taken === undefined) return LEFT_ALONE;
    try {
      const judged = judgeable.mayJudge
        ? await this.#judged(place, taken, judgeable.running, now, onError).catch(onError)
        : undefined;
      const isNews = judged !== undefined && !isStored(judged, taken);
      if (isNews && !(await this.#table.putSchedules(place, sweep, judged))) return LEFT_ALONE;
      return await this.#sendPending(sweep, judged ?? taken.records ?? {}, place, onError);
    } finally {
      await this.#table.releaseSchedules(place, sweep);
    }
  }

  async #judged(
    place: Place,
    taken: TakenSchedules,
    running: ReadonlySet<string>,
    now: Date,
    onError: (error: unknown) => undefined,
  ): Promise<ScheduleRecords> {
    const { runsUnknownAt, unreadable } = taken;
    const records = updateRecords(taken.records, await this.#audits.schedules(), now, unreadable);
    // A schedule that cannot be judged does not hold back the others: the next sweep judges it again.
    const judged = Object.entries(records).map(async ([name, record]): Promise<[string, ScheduleRecord]> => {
      if (running.has(name)) return [name, record];
      try {
        const last = await this.#table.history.latestStart(place, name, now);
        return [name, judgeRecord(record, last, now, runsUnknownAt)];
      } catch (error) {
        onError(error);
        return [name, record];
      }
    });
    return Object.fromEntries(await Promise.all(judged));
  }

  /** An alert that cannot be sent does not hold back the others; one whose last attempt is of unknown fate waits. */
  async #sendPending(
    sweep: string,
    all: ScheduleRecords,
    place: Place,
    onError: (error: unknown) => undefined,
  ): Promise<PublishedAlerts> {
    let records = all;
    const note = async (name: string, missed: MissedRunAlert): Promise<boolean> => {
      const noted = { ...records, [name]: { ...all[name], missed } as ScheduleRecord };
      const isStored = await this.#table.putSchedules(place, sweep, noted);
      if (isStored) records = noted;
      return isStored;
    };
    let sent = 0;
    for (const [name, record] of Object.entries(all)) {
      const alert = pendingOf(record);
      if (alert === undefined || !isAttemptDue(alert, new Date())) continue;
      try {
        const settled = await this.#settle(name, record, alert, place, (missed) => note(name, missed));
        // Another sweep has the schedules: the rest is for that one to send.
        if (settled === undefined) break;
        if (settled.status === 'SENT') sent += 1;
        if (!(await note(name, settled))) break;
      } catch (error) {
        onError(error);
      }
    }
    return { sent, pending: Object.values(records).flatMap((record) => pendingOf(record) ?? []) };
  }

  /** Publishes one alert, or settles it as UNCERTAIN. Undefined when another sweep has the schedules. */
  async #settle(
    name: string,
    { frequency, dayOfWeek, dayOfMonth }: ScheduleRecords[string],
    alert: MissedRunAlert,
    place: Place,
    note: (alert: MissedRunAlert) => Promise<boolean>,
  ): Promise<MissedRunAlert | undefined> {
    const { status: _, messageId, attempt: before, ...facts } = alert;
    const message = composeMissedRun({
      schedule: { name, frequency, dayOfWeek, dayOfMonth },
      ...facts,
      accountId: place.account,
      region: place.region,
    });
    if (isUncertain(alert)) {
      logger.error('Nobody knows whether an alert was published', { alertKey: message.key });
      await this.#table.listUncertain(place, message.key, new Date());
      countUncertainAlert();
      return { ...alert, status: 'UNCERTAIN' };
    }
    let latest = alert;
    const keep = (changed: MissedRunAlert) => {
      latest = changed;
      return note(changed);
    };
    const published = await this.#topics.publish(message, {
      ...alert,
      claim: (attempt) => keep({ ...latest, attempt }),
      release: () => keep({ ...latest, attempt: before }),
      note: (id) => keep({ ...latest, messageId: id }),
    });
    if (published.outcome === 'TAKEN') return undefined;
    logger.info('Published an alert', { alertKey: message.key, kind: 'AUDIT_OVERDUE', messageId: published.messageId });
    countAlert(name, 'AUDIT_OVERDUE');
    return { ...latest, status: 'SENT', messageId: published.messageId, attempt: undefined };
  }
}

/** Whether these are the records as they were read: in most sweeps nothing is new. A record that cannot be read is to be replaced. */
function isStored(records: ScheduleRecords, { records: before, unreadable }: TakenSchedules): boolean {
  return unreadable.length === 0 && isDeepStrictEqual(withoutUndefined(records), before);
}

/** As the table stores it. */
function withoutUndefined(records: ScheduleRecords): unknown {
  return JSON.parse(JSON.stringify(records));
}
