import { exponentialPoller, fixedPoller, type Poller, RETRY_POLLER } from '../schedule/pollers.ts';
import { randomFrom } from '../schedule/random.ts';
import { watch } from '../schedule/watched.ts';
import { type AuditKind, durationOf, foundAfterSeconds, KNOWN_RUNS, newsIn } from './audits.ts';
import { plus, type Use } from './use.ts';

/** Draws of a schedule with jitter. */
const DRAWS = 100;

/** The other ways to look, with what each takes. */
export const POLLERS: readonly Poller[] = [...[30, 60, 120, 300].map(fixedPoller), exponentialPoller(), RETRY_POLLER];

/** A way to watch the known runs of a kind of audit, on the average. */
interface WatchedRuns {
  readonly looks: number;
  readonly delays: readonly number[];
}

/** Watches them with a poller that begins when this watcher does. */
export function watchWith({ polls }: Poller, kind: AuditKind): WatchedRuns {
  const watched = KNOWN_RUNS.flatMap((run) =>
    Array.from({ length: DRAWS }, (_, seed) => watch(newsIn(kind, run), later(polls(randomFrom(seed)), kind))),
  );
  return {
    looks: watched.reduce((total, { polls }) => total + polls, 0) / watched.length,
    delays: watched.flatMap(({ delays }) => delays),
  };
}

/** AWS tells of the end only. */
export function watchAtEnd(kind: AuditKind): WatchedRuns {
  return { looks: 1, delays: KNOWN_RUNS.flatMap((run) => watch(newsIn(kind, run), [durationOf(kind, run)]).delays) };
}

/**
 * The use of a poller that looks so often: all that this watcher uses beside its looks, and for each look what a look of it
 * uses, but for the states of the loop and the events that they log.
 */
export function useWith(
  poller: Poller,
  looks: number,
  own: { readonly use: Use; readonly look: Use; readonly stateEvents: number },
): Use {
  const { use, look, stateEvents } = own;
  const states = look.transitions - poller.transitionsPerPoll;
  const theirs = { ...look, transitions: poller.transitionsPerPoll, logBytes: look.logBytes - states * stateEvents };
  return plus(plus(use, look, -use.looks), theirs, looks);
}

/** AWS's own notification at the end: no state machine, one function that looks once and sends one message. */
export function useOfCompletionOnly(shortest: Use): Use {
  return { ...shortest, transitions: 0, invocations: 1, looks: 1, alerts: 1 };
}

function* later(looks: Iterable<number>, kind: AuditKind): Generator<number> {
  for (const at of looks) yield at + foundAfterSeconds(kind);
}
