import { watchedOutcome } from '../../lambda/audit/watch/end.ts';
import { auditStartOf } from '../../lambda/audit/watch/previous-audit.ts';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import { CommandError } from '../shared/command-error.ts';
import type { History } from '../shared/history/history.ts';
import type { AuditSource } from './follow.ts';
import { frameOf } from './frame.ts';
import type { WatchedAudit } from './schema.ts';

/** A read of one item costs half a unit of capacity; a poll that it misses is seen five seconds later. */
const PAUSE_SECONDS = 5;

/** An audit as the watcher has stored it. */
export class StoredAuditSource implements AuditSource {
  readonly #history: History;
  readonly #taskId: string;
  readonly #isLive: boolean;
  #poll = 0;
  #audit: WatchedAudit;

  /** @param isLive false: nobody writes to the table while it is read, so one read has all there is */
  constructor(history: History, taskId: string, isLive: boolean) {
    this.#history = history;
    this.#taskId = taskId;
    this.#isLive = isLive;
    this.#audit = { taskId, phase: 'UNKNOWN', over: false, checks: [] };
  }

  /** Reads the watch, and a snapshot that is new. @throws CommandError if it is not recorded */
  async read() {
    const { place, audits } = this.#history;
    const id = { ...place, taskId: this.#taskId };
    const watch = await audits.watch(id);
    if (watch === undefined) {
      throw new CommandError(
        `There is no audit ${this.#taskId} in account ${place.account}, ${place.region}: it is not watched (yet). ` +
          'audit-watcher audits lists those that are; --direct asks AWS itself.',
      );
    }
    if (watch.poll !== this.#poll) {
      const snapshot = await audits.latestSnapshot(id);
      if (snapshot !== undefined) this.#audit = frameOf(this.#taskId, snapshot.answer, snapshot.capturedAt);
      this.#poll = watch.poll;
    }
    // The closing comparison is made after the end, and what is printed next reads it. A watch that gave up may know no
    // more for days.
    const over = watch.ledger === 'MOVED' || watch.gaveUpAt !== undefined;
    this.#audit = { ...this.#audit, ...knownOf(watch, this.#audit), over };
    return { audit: this.#audit, waitSeconds: over || !this.#isLive ? undefined : PAUSE_SECONDS };
  }
}

function knownOf(watch: Watch, { phase }: WatchedAudit): Partial<WatchedAudit> {
  const startedAt = auditStartOf(watch);
  const usual = watch.usual?.end.medianSeconds;
  const expected = usual === undefined ? undefined : new Date(Date.parse(startedAt) + usual * 1000).toISOString();
  return {
    auditName: watch.auditName,
    startedAt,
    expectedEndAt: watch.endedAt === undefined ? expected : undefined,
    phase: watchedOutcome(watch) === 'GAVE_UP' ? 'GAVE_UP' : phase,
  };
}
