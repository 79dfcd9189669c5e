import { readAudit } from '../../audit/answer/reading.ts';
import type { ScheduledRun } from '../../audit/sweep/schedule-records.ts';
import type { RunTime } from '../../audit/watch/course.ts';
import type { PreviousWatch } from '../../audit/watch/previous-audit.ts';
import { type AuditId, type Place, TABLE } from '../../contract.ts';
import { type OnUnreadable, readable } from '../unreadable-item.ts';
import { isMoment, latestBelievable } from './items/shapes.ts';
import { toSnapshot } from './items/snapshot-item.ts';
import { toWatch } from './items/watch-item.ts';
import { auditKey, snapshotKey, taskIdIn } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Audits that are asked for how long they ran, and how many of them are remembered. */
const PAST_AUDITS = 25;
const PAST_RUNS = 10;

/** What narrows a query down. */
interface Narrowing {
  /** Only audits that started before this. ISO 8601, UTC. */
  readonly before?: string;
  /** A filter expression, with its values. */
  readonly filter?: string;
  readonly values?: Item;
}

/**
 * The audits of one name in an account and Region, newest first: the index `byAudit`. A watch or a snapshot that cannot be
 * read is skipped, as if it had expired.
 */
export class AuditHistory {
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  constructor(table: Table, onUnreadable: OnUnreadable) {
    this.#table = table;
    this.#onUnreadable = onUnreadable;
  }

  /** The last audit before this one of the same schedule, or on demand like it, that completed. */
  async previousAudit(audit: AuditId, auditName: string, startedAt: string): Promise<PreviousWatch | undefined> {
    const completed = this.#audits(audit, auditName, PAST_AUDITS, {
      before: startedAt,
      filter: 'taskStatus = :completed AND attribute_exists(endedAt) AND taskId <> :self',
      values: { ':completed': 'COMPLETED', ':self': audit.taskId },
    });
    for await (const item of completed) {
      const watch = readable(toWatch, item, this.#onUnreadable);
      const stored = watch && (await this.#table.get(snapshotKey(watch, watch.poll)));
      const snapshot = stored && readable(toSnapshot, stored, this.#onUnreadable);
      // Which checks an audit had is known only if its answer names them, or says that it had none.
      const { checks, counts } = readAudit(snapshot?.answer ?? {});
      if (watch && snapshot && (checks.length > 0 || counts.total === 0)) return { watch, snapshot };
    }
    return undefined;
  }

  /** How long the latest audits of a name ran, as far as that is known. */
  async pastRuns(place: Place, auditName: string, startedAt: string): Promise<RunTime[]> {
    const runs: RunTime[] = [];
    let audits = 0;
    for await (const item of this.#audits(place, auditName, PAST_AUDITS, { before: startedAt })) {
      const { ran } = readable(toWatch, item, this.#onUnreadable) ?? {};
      if (ran !== undefined) runs.push(ran);
      audits += 1;
      if (audits === PAST_AUDITS) break;
    }
    return runs.slice(0, PAST_RUNS);
  }

  /** The latest run of a schedule. Its key is enough: a run whose watch cannot be read has run all the same. */
  async latestStart(place: Place, auditName: string, now: Date): Promise<ScheduledRun | undefined> {
    const before = new Date(latestBelievable(now)).toISOString();
    for await (const item of this.#audits(place, auditName, 1, { before })) {
      const { [TABLE.byAuditIndex.sortKey]: startedAt } = item;
      if (isMoment(startedAt)) return { taskId: taskIdIn(item), startedAt: String(startedAt) };
    }
    return undefined;
  }

  #audits(place: Place, auditName: string, pageSize: number, narrowing: Narrowing = {}): AsyncGenerator<Item> {
    const { name, partitionKey, sortKey } = TABLE.byAuditIndex;
    const { before, filter, values } = narrowing;
    return this.#table.query(
      {
        IndexName: name,
        KeyConditionExpression: `#audit = :audit${before === undefined ? '' : ' AND #start < :start'}`,
        FilterExpression: filter,
        ExpressionAttributeNames: {
          '#audit': partitionKey,
          ...(before === undefined ? {} : { '#start': sortKey }),
        },
        ExpressionAttributeValues: { ':audit': auditKey(place, auditName), ':start': before, ...values },
        ScanIndexForward: false,
      },
      pageSize,
    );
  }
}
