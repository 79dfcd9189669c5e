import { publishedChecks } from './audit/alert/published-checks.ts';
import type { Snapshot } from './audit/answer/aws-answers.ts';
import { type AuditReading, auditNameOf, readAudit } from './audit/answer/reading.ts';
import {
  type Comparison,
  entryOf,
  type KnownBefore,
  mergeMoves,
  moveLedger,
  type VersionedEntry,
} from './audit/ledger/comparison.ts';
import type { AuditReference, CheckEntry } from './audit/ledger/entry.ts';
import { afterPublishing, afterPublishingState, type PublishedCheck } from './audit/ledger/publish.ts';
import { referenceOf } from './audit/watch/previous-audit.ts';
import type { Watch } from './audit/watch/watch.ts';
import type { LedgerTable } from './aws/table/ledger-table.ts';
import type { WatchTable } from './aws/table/watch-table.ts';
import type { AuditId, Place } from './contract.ts';

/** Changes of the findings by check name, from what was known of the checks before. */
export type FindingChangesOf = (before: readonly CheckEntry[]) => Promise<KnownBefore['findings']>;

/** What alerts that are in the outbox, or out, say of checks. */
export interface Publication {
  readonly checks: readonly PublishedCheck[];
  /** Names of the checks of which a closing message says how they stand. */
  readonly states?: readonly string[];
}

/** What becomes of the entry of a check; undefined when it stays as it is. */
interface EntryChange {
  readonly checkName: string;
  readonly after: (before: CheckEntry | undefined) => CheckEntry | undefined;
}

/** The ledger of one account and Region, as the functions of the loop use it. */
export class AuditLedger {
  readonly #ledger: LedgerTable;
  readonly #watches: WatchTable;

  constructor(ledger: LedgerTable, watches: WatchTable) {
    this.#ledger = ledger;
    this.#watches = watches;
  }

  /** What is known of every check; of one whose entry cannot be read, nothing. */
  entries(place: Place): Promise<VersionedEntry[]> {
    return this.#ledger.entries(place);
  }

  /**
   * How an audit that still runs compares with the ledger, which stays as it is. An alert about the run that is sent after
   * its end compares with the same as before it.
   */
  async compare(watch: Watch, snapshot: Snapshot): Promise<Comparison> {
    const { answer } = snapshot;
    const known = watch.ledger === 'MOVED' ? await this.before(watch, snapshot) : await this.entries(watch);
    const entries = known.map((entry) => ({ version: 0, ...entry }));
    return moveLedger(readAudit(answer), referenceOf(watch, auditNameOf(answer)), { entries }).comparison;
  }

  /** The comparison of an audit by which the ledger has moved; undefined before. */
  async comparison(audit: AuditId): Promise<Comparison | undefined> {
    return (await this.#ledger.storedMove(audit))?.move?.comparison;
  }

  /** What was known of the checks of an audit before it moved the ledger, or what is known now if it has not. */
  async before(watch: Watch, { answer }: Snapshot): Promise<readonly CheckEntry[]> {
    const stored = (await this.#ledger.storedMove(watch))?.move;
    if (stored !== undefined) {
      return stored.comparison.checks.map(({ before }) => before).filter((entry) => entry !== undefined);
    }
    return entriesFor(readAudit(answer), referenceOf(watch, auditNameOf(answer)), await this.entries(watch));
  }

  /**
   * Moves the ledger forward by an ended audit, and returns the comparison. The comparison is stored with the audit first, then
   * each check's entry is written on condition of the version that it was computed from; after a miss, what has changed is read
   * and computed again. Safe to repeat at any point: an entry that this audit moved keeps the comparison that moved it.
   */
  async move(watch: Watch, snapshot: Snapshot, findingChangesOf: FindingChangesOf = async () => undefined) {
    const reading = readAudit(snapshot.answer);
    const reference = referenceOf(watch, auditNameOf(snapshot.answer));
    await this.#noteAlertsOfTheRun(watch, reference);
    const previousChecks = await this.#previousChecks(watch, snapshot, reference);
    const heldChecks = Object.values(watch.alerts).flatMap((alert) => alert?.heldChecks ?? []);
    for (;;) {
      const entries = await this.entries(watch);
      const { move: stored, revision = 0 } = (await this.#ledger.storedMove(watch)) ?? {};
      // What an attempt before has moved says nothing of the time before, which only its comparison knew.
      const known = stored === undefined ? entries.map((entry) => forgetMoveOf(watch.taskId, entry)) : entries;
      const findings = await findingChangesOf(entriesFor(reading, reference, known));
      const fresh = moveLedger(reading, reference, { entries: known, previousChecks, heldChecks, findings });
      const move = stored === undefined ? fresh : mergeMoves(stored, fresh, entries);
      if (move !== stored && !(await this.#ledger.storeMove(watch, move, revision + 1, watch.expiresAt))) continue;
      if (!(await this.#write(watch, reference, move.entries, entries))) continue;
      await this.#writeHistory(watch, move.comparison);
      return move.comparison;
    }
  }

  /** Notes what an alert has published, so that its end is published to the same people. Safe to repeat. */
  async notePublished(place: Place, reference: AuditReference, { checks, states = [] }: Publication) {
    const names = new Set([...checks.map(({ checkName }) => checkName), ...states]);
    const after = (checkName: string, before: CheckEntry | undefined) => {
      const check = checks.find((published) => published.checkName === checkName);
      const noted = check && afterPublishing(before, check, reference);
      const stated = states.includes(checkName) ? afterPublishingState(noted ?? before, reference) : undefined;
      return stated ?? noted;
    };
    await this.#change(
      place,
      reference,
      [...names].map((checkName) => ({ checkName, after: (before) => after(checkName, before) })),
    );
  }

  /** Changes entries, each on condition of the version read; after a miss, it reads and changes again. */
  async #change(place: Place, reference: AuditReference, changes: readonly EntryChange[]): Promise<void> {
    let left = changes;
    while (left.length > 0) {
      const entries = await this.entries(place);
      const missed: EntryChange[] = [];
      for (const change of left) {
        const before = entryOf(entries, change.checkName, reference);
        const after = change.after(before);
        if (after === undefined) continue;
        const isWritten = await this.#ledger.putEntry(place, { ...after, version: before?.version ?? 0 });
        if (!isWritten) missed.push(change);
      }
      left = missed;
    }
  }

  /** What an alert about the run says is published for certain: if it is not out yet, it stays in the outbox until it is. */
  async #noteAlertsOfTheRun(watch: Watch, reference: AuditReference): Promise<void> {
    if (watch.ledger !== 'PENDING') return;
    for (const slot of ['NON_COMPLIANT_DETECTED', 'CHECK_FAILED'] as const) {
      const alert = watch.alerts[slot];
      // What is out was noted before it went out.
      if (alert?.status !== 'PENDING') continue;
      const snapshot = await this.#watches.getSnapshot(watch, alert.poll);
      if (snapshot === undefined) continue;
      const { taskId, account: accountId, region } = watch;
      const checks = publishedChecks({ kind: alert.kind, slot, taskId, accountId, region, snapshot });
      await this.#change(
        watch,
        reference,
        // An attempt before this one has moved the entry: the comparison that it stored has the trouble, and may have ended it.
        checks.map((check) => ({
          checkName: check.checkName,
          after: (before) =>
            before?.movedBy?.includes(taskId) ? undefined : afterPublishing(before, check, reference),
        })),
      );
    }
  }

  /** An on-demand audit drops nothing: it has the checks that somebody asked for. */
  async #previousChecks(watch: Watch, { answer }: Snapshot, { auditName, startedAt }: AuditReference) {
    if (answer.scheduledAuditName === undefined) return undefined;
    const previous = await this.#watches.history.previousAudit(watch, auditName, startedAt);
    return previous && readAudit(previous.snapshot.answer).checks.map(({ name }) => name);
  }

  /** Writes what this audit has not written yet. Returns false when an entry has changed since it was read. */
  async #write(
    watch: Watch,
    reference: AuditReference,
    entries: readonly VersionedEntry[],
    current: readonly VersionedEntry[],
  ): Promise<boolean> {
    for (const entry of entries) {
      const stands = entryOf(current, entry.checkName, reference);
      if (stands?.movedBy?.includes(watch.taskId)) continue;
      if (!(await this.#ledger.putEntry(watch, entry))) return false;
    }
    return true;
  }

  /** One item for each change of a check; what stayed as it was is no change. */
  async #writeHistory(watch: Watch, { audit, checks }: Comparison): Promise<void> {
    for (const change of checks) {
      // The same as before is a change after audits without a result.
      const isSame = change.change === 'SAME' && change.before?.unknown === undefined;
      if (isSame || change.change === 'SUPERSEDED') continue;
      await this.#ledger.putChange(watch, audit, change, watch.expiresAt);
    }
  }
}

function forgetMoveOf(taskId: string, entry: VersionedEntry): VersionedEntry {
  const { checkName, auditName, version, result, unknown } = entry;
  const isLast = result?.audit.taskId === taskId || unknown?.audit.taskId === taskId;
  return isLast ? { checkName, auditName, version } : entry;
}

function entriesFor({ checks }: AuditReading, audit: AuditReference, entries: readonly VersionedEntry[]) {
  return checks.map(({ name }) => entryOf(entries, name, audit)).filter((entry) => entry !== undefined);
}
