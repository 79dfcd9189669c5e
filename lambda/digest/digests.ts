import type { DigestSuppressions } from '../audit/alert/digest/facts.ts';
import { composeDigest } from '../audit/alert/digest/message.ts';
import { marksOf } from '../audit/ledger/check-mark.ts';
import type { VersionedEntry } from '../audit/ledger/comparison.ts';
import { missedSince } from '../audit/sweep/schedule-records.ts';
import { DAY_MS } from '../audit/text/duration.ts';
import { isAttemptDue, isUncertain } from '../audit/watch/publish-attempt.ts';
import type { AlertTopics } from '../aws/alert-topics.ts';
import type { Audits } from '../aws/audits.ts';
import { choiceSetting, countSetting, textSetting } from '../aws/environment.ts';
import { logger } from '../aws/logger.ts';
import { countAlert, countUncertainAlert } from '../aws/metrics.ts';
import { DigestTable } from '../aws/table/digest-table.ts';
import { HistoryTable } from '../aws/table/history-table.ts';
import { LedgerTable } from '../aws/table/ledger-table.ts';
import { SweepTable } from '../aws/table/sweep-table.ts';
import { DIGEST_DAYS, ENV, type Place } from '../contract.ts';
import { LONGEST_AUDIT_MS, NO_AUDITS, withAudit } from './audits-since.ts';
import { type DigestTerms, latestPeriodEnd } from './period.ts';
import {
  afterSending,
  afterUncertain,
  type DigestRecord,
  firstRecord,
  isDigestDue,
  type PendingDigest,
} from './record.ts';

/** Audit name of a digest in the metrics: it is about all of them. */
const ALL_AUDITS = 'ALL';

/** Where what a digest says comes from. */
export interface DigestSources {
  readonly audits: Audits;
  readonly digests: DigestTable;
  readonly ledger: LedgerTable;
  readonly history: HistoryTable;
  readonly sweep: SweepTable;
}

/** What became of the digest. */
export interface PublishedDigest {
  readonly sent: number;
  /** One that has still to be published. */
  readonly pending?: PendingDigest;
}

/**
 * Publishes one DIGEST for each period: written and registered when the period has ended, each attempt noted, then published,
 * then marked, as the alerts of a watch are. Periods that nobody could publish become one digest, which covers them all.
 */
export class Digests {
  readonly #terms: DigestTerms;
  readonly #sources: DigestSources;
  readonly #topics: AlertTopics;

  constructor(terms: DigestTerms, sources: DigestSources, topics: AlertTopics) {
    this.#terms = terms;
    this.#sources = sources;
    this.#topics = topics;
  }

  /** @throws MissingSettingError, MalformedSettingError */
  static fromEnvironment(cadence: DigestTerms['cadence'], audits: Audits, topics: AlertTopics): Digests {
    const tableName = textSetting(ENV.tableName);
    return new Digests(
      {
        cadence,
        day: choiceSetting(ENV.digestDay, DIGEST_DAYS),
        hour: countSetting(ENV.digestHour),
        timeZone: textSetting(ENV.digestTimeZone),
      },
      {
        audits,
        digests: new DigestTable(tableName),
        ledger: new LedgerTable(tableName),
        history: new HistoryTable(tableName),
        sweep: new SweepTable(tableName),
      },
      topics,
    );
  }

  /** Two sweeps at once send one digest: every step is a write on condition of the record as it was read. */
  async publish(place: Place, now: Date): Promise<PublishedDigest> {
    const { digests } = this.#sources;
    const periodEnd = latestPeriodEnd(this.#terms, now);
    const stored = await digests.read(place);
    const record = stored.record ?? (await this.#newRecord(place, periodEnd, now, stored.isUnreadable));
    const outbox = new Outbox(place, digests, record, stored.version);
    if (isDigestDue(record, periodEnd)) {
      const pending = await this.#write(place, record, periodEnd, now);
      if (!(await outbox.put({ ...record, pending }))) return { sent: 0 };
    } else if (stored.record === undefined && !(await outbox.put(record))) {
      return { sent: 0 };
    }
    return this.#send(place, outbox);
  }

  /**
   * From now on. If there was a record that cannot be read, the digest of the latest period goes out, perhaps again: better than
   * none.
   */
  async #newRecord(place: Place, periodEnd: string, now: Date, isUnreadable: boolean): Promise<DigestRecord> {
    const days = this.#terms.cadence === 'weekly' ? 7 : 1;
    const since = new Date(Date.parse(periodEnd) - days * DAY_MS);
    return isUnreadable
      ? firstRecord([], since)
      : firstRecord(marksOf(await this.#sources.ledger.entries(place), []), now);
  }

  async #write(place: Place, record: DigestRecord, periodEnd: string, now: Date): Promise<PendingDigest> {
    const { ledger, sweep } = this.#sources;
    const { since, marks } = record;
    const to = now.toISOString();
    const entries: readonly VersionedEntry[] = await ledger.entries(place);
    const { firstSweepAt } = await sweep.state(place, now);
    const message = composeDigest({
      accountId: place.account,
      region: place.region,
      cadence: this.#terms.cadence,
      periodEnd,
      from: since,
      to,
      watchingSince: firstSweepAt,
      marks,
      entries,
      audits: await this.#auditsSince(place, since, to),
      missedRuns: missedSince(await sweep.schedules(place), since),
      suppressions: await this.#suppressions(),
    });
    return { periodEnd, writtenAt: to, marks: marksOf(entries, marks), message };
  }

  async #auditsSince(place: Place, since: string, until: string) {
    const from = new Date(Date.parse(since) - LONGEST_AUDIT_MS).toISOString();
    let audits = NO_AUDITS;
    for await (const watch of this.#sources.history.audits(place, { since: from })) {
      audits = withAudit(audits, watch, since, until);
    }
    return audits;
  }

  /** They are a courtesy: a digest without them says so. */
  async #suppressions(): Promise<DigestSuppressions> {
    try {
      return { status: 'READ', suppressions: await this.#sources.audits.endingSuppressions() };
    } catch (error) {
      logger.warn('The digest goes out without the suppressions', { error });
      return { status: 'UNAVAILABLE', errorName: error instanceof Error ? error.name : 'Error' };
    }
  }

  async #send(place: Place, outbox: Outbox): Promise<PublishedDigest> {
    const { pending } = outbox.record;
    if (pending === undefined) return { sent: 0 };
    if (!isAttemptDue(pending, new Date())) return { sent: 0, pending };
    const { message } = pending;
    if (isUncertain(pending)) return this.#leaveUncertain(place, outbox, pending);
    const published = await this.#topics.publish(message, outbox.alert(pending));
    if (published.outcome === 'TAKEN') return { sent: 0 };
    const { messageId } = published;
    logger.info('Published an alert', { alertKey: message.key, kind: 'DIGEST', messageId });
    countAlert(ALL_AUDITS, 'DIGEST');
    await outbox.put(afterSending(pending));
    return { sent: 1 };
  }

  async #leaveUncertain(place: Place, outbox: Outbox, pending: PendingDigest): Promise<PublishedDigest> {
    const { key } = pending.message;
    logger.error('Nobody knows whether an alert was published', { alertKey: key });
    await this.#sources.digests.listUncertain(place, key, new Date());
    countUncertainAlert();
    await outbox.put(afterUncertain(outbox.record, pending));
    return { sent: 0 };
  }
}

/** The record as it is stored, while one sweep works on it. */
class Outbox {
  readonly #place: Place;
  readonly #table: DigestTable;
  #record: DigestRecord;
  #version: number;

  constructor(place: Place, table: DigestTable, record: DigestRecord, version: number) {
    this.#place = place;
    this.#table = table;
    this.#record = record;
    this.#version = version;
  }

  get record(): DigestRecord {
    return this.#record;
  }

  /** False when another sweep was quicker. */
  async put(record: DigestRecord): Promise<boolean> {
    if (!(await this.#table.write(this.#place, record, this.#version))) return false;
    this.#record = record;
    this.#version += 1;
    return true;
  }

  /** How the topics note what becomes of it. */
  alert(pending: PendingDigest) {
    const keep = (changes: Partial<PendingDigest>) =>
      this.put({ ...this.#record, pending: { ...(this.#record.pending ?? pending), ...changes } });
    return {
      ...pending,
      claim: (attempt: PendingDigest['attempt']) => keep({ attempt }),
      release: () => keep({ attempt: pending.attempt }),
      note: (messageId: string) => keep({ messageId }),
    };
  }
}
