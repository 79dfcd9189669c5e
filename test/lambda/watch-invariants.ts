import { isDeepStrictEqual } from 'node:util';
import { NOBODY, type RegisteredAlert, type Watch, workLeft } from '../../lambda/audit/watch/watch.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { alertKey } from '../builders.ts';
import type { Invocation } from './held-calls.ts';
import type { Effect, Fate } from './watch-world.ts';

type StoredWatch = Watch & { readonly open?: string };

/** A copy of an alert that went out. */
export interface Copy {
  readonly alertKey: string;
  readonly bodies: Publication['bodies'];
  readonly invocation: Invocation;
  /** Its own invocation marked the alert as sent. */
  marked: boolean;
  /** Something happened to its invocation before that, or it was not alone: overlapped by another attempt, or overtaken. */
  interrupted: boolean;
}

/** Carries calls out one after the other, and checks what each does to the watch. */
export class WatchInvariants {
  readonly copies: Copy[] = [];
  /** What happened to invocations, and in which execution. */
  readonly mishaps: { readonly execution: string | undefined; readonly fate: Fate }[] = [];
  /** By task id, as last written: nobody else writes them. */
  readonly #watches = new Map<string, StoredWatch>();
  /** Executions one of whose attempts went on beside the next. */
  readonly #abandoned = new Set<string | undefined>();
  readonly #now: () => number;
  #effect: Effect | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes down what went out during the call under way. */
  published({ bodies }: Publication): void {
    if (this.#effect === undefined) throw new Error('Nobody is publishing.');
    const { invocation, execution } = this.#effect;
    const { alertKey, taskId } = JSON.parse(bodies.default);
    const holder = this.#watches.get(taskId)?.execution;
    const interrupted = holder !== execution || this.#abandoned.has(execution);
    this.copies.push({ alertKey, bodies, invocation, marked: false, interrupted });
  }

  /** Something happened to an invocation: what it published and has not marked may go out again. */
  interrupted(invocation: Invocation, execution: string | undefined, fate: Fate): void {
    this.mishaps.push({ execution, fate });
    for (const copy of this.#unmarked()) if (copy.invocation === invocation) copy.interrupted = true;
    if (fate === 'abandonment') this.#abandoned.add(execution);
  }

  async perform(effect: Effect): Promise<void> {
    const { call } = effect;
    this.#effect = effect;
    call.outcome = await call.perform();
    this.#effect = undefined;
    if (call.operation !== 'Update' || Object(call.input.Key).sk !== 'WATCH' || !('value' in call.outcome)) return;
    const after: StoredWatch = Object(call.outcome.value).Attributes;
    const before = this.#watches.get(after.taskId);
    this.#watches.set(after.taskId, after);
    if (isDeepStrictEqual(before, after)) return;
    checkWrite(before, after, effect, this.#now());
    this.#mark(before, after, effect);
  }

  #mark(before: StoredWatch | undefined, after: StoredWatch, { invocation }: Effect): void {
    for (const [slot, alert] of Object.entries(after.alerts)) {
      const wasPending = before?.alerts[slot as keyof Watch['alerts']]?.status === 'PENDING';
      if (alert?.status !== 'SENT' || !wasPending) continue;
      for (const copy of this.#unmarked()) {
        if (copy.alertKey !== alertKey(after.taskId, slot)) continue;
        copy.marked = copy.invocation === invocation;
        // Somebody else marked it first: another attempt, or the execution that took the watch over.
        copy.interrupted ||= !copy.marked;
      }
    }
  }

  #unmarked(): Copy[] {
    return this.copies.filter(({ marked }) => !marked);
  }
}

/** What must hold for every write of a watch, by any execution. */
function checkWrite(before: StoredWatch | undefined, after: StoredWatch, { execution }: Effect, now: number): void {
  const check = (holds: boolean, rule: string) => {
    if (!holds) throw new Error(`${rule}: ${execution} wrote ${JSON.stringify({ before, after, now })}`);
  };
  const isOfTheSweep = execution === undefined && changesOnlyDueAt(before, after);
  check(
    after.execution === execution || isOfTheSweep || isFindingsMark(before, after),
    'Only the holder of the lease writes',
  );
  if (before === undefined) return;
  if (before.execution !== after.execution) {
    check(before.leaseUntil < now, 'A lease is taken over only when it has expired');
    check(before.poll === after.poll, 'A take-over changes nothing else');
  }
  check(before.open !== undefined, 'A closed watch stays as it is');
  check([0, 1].includes(after.poll - before.poll), 'Polls follow one another');
  check(before.execution === NOBODY || before.watchedSince === after.watchedSince, 'A watch has one beginning');
  check(before.endedAt === undefined || before.endedAt === after.endedAt, 'A watch ends once');
  check(after.open !== undefined || workLeft(after) === undefined, 'A watch closes when nothing is left to do');
  const gaveUpLate = before.endedAt !== undefined && !before.alerts.WATCHER_GAVE_UP && after.alerts.WATCHER_GAVE_UP;
  check(!gaveUpLate, 'Nobody gives up a watch that has ended');
  for (const [slot, alert] of Object.entries(before.alerts)) {
    const now = after.alerts[slot as keyof Watch['alerts']];
    check(now !== undefined && aboutOf(now) === aboutOf(alert), 'A registered alert stays what it is');
    check(alert.status === 'PENDING' || alert.status === now?.status, 'What is sent stays sent');
  }
}

/** The sweep begins a watch for no execution, and notes when it is due again. */
function changesOnlyDueAt(before: StoredWatch | undefined, after: StoredWatch): boolean {
  if (before === undefined) return after.execution === NOBODY && after.leaseUntil === 0;
  const rest = ({ dueAt: _, takeOvers: __, ...others }: StoredWatch) => others;
  return isDeepStrictEqual(rest(before), rest(after));
}

/** Findings need no lease: storing them again stores the same. */
function isFindingsMark(before: StoredWatch | undefined, after: StoredWatch): boolean {
  const rest = ({ findings: _, open: __, ...others }: StoredWatch) => others;
  const isMarked = after.findings === 'STORED' || after.findings === 'PARTIAL';
  return before !== undefined && isMarked && isDeepStrictEqual(rest(before), rest(after));
}

function aboutOf({ kind, poll, registeredAt, gaveUp }: RegisteredAlert): string {
  return JSON.stringify([kind, poll, registeredAt, gaveUp]);
}
