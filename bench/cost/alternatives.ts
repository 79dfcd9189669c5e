import { exponentialPoller, fixedPoller, type Poller, RETRY_POLLER } from '../schedule/pollers.ts';
import { randomFrom } from '../schedule/random.ts';
import { watch } from '../schedule/watched.ts';
import { type AuditKind, durationOf, foundAfterSeconds, KNOWN_RUNS, newsIn } from './audits.ts';
import { plus, type Use } from './use.ts';

/** Draws of a schedule with jitter. */
const DRAWS = 100;

/** The other ways to poll, with what each takes. */
export const POLLERS: readonly Poller[] = [...[30, 60, 120, 300].map(fixedPoller), exponentialPoller(), RETRY_POLLER];

/** A way to watch the known runs of a kind of audit, on the average. */
interface WatchedRuns {
  readonly polls: number;
  readonly delays: readonly number[];
}

/** Watches them with a poller that begins when this watcher does. */
export function watchWith({ polls }: Poller, kind: AuditKind): WatchedRuns {
  const watched = KNOWN_RUNS.flatMap((run) =>
    Array.from({ length: DRAWS }, (_, seed) => watch(newsIn(kind, run), later(polls(randomFrom(seed)), kind))),
  );
  return {
    polls: watched.reduce((total, { polls }) => total + polls, 0) / watched.length,
    delays: watched.flatMap(({ delays }) => delays),
  };
}

/** AWS announces only the end. */
export function watchAtEnd(kind: AuditKind): WatchedRuns {
  return { polls: 1, delays: KNOWN_RUNS.flatMap((run) => watch(newsIn(kind, run), [durationOf(kind, run)]).delays) };
}

/**
 * The use of a poller that polls this often: everything that this watcher uses besides its polls, and for each poll what one
 * of this watcher's polls uses, except for the states of the loop and the events that they log.
 */
export function useWith(
  poller: Poller,
  polls: number,
  own: { readonly use: Use; readonly poll: Use; readonly stateEvents: number },
): Use {
  const { use, poll, stateEvents } = own;
  const states = poll.transitions - poller.transitionsPerPoll;
  const theirs = { ...poll, transitions: poller.transitionsPerPoll, logBytes: poll.logBytes - states * stateEvents };
  return plus(plus(use, poll, -use.polls), theirs, polls);
}

/** AWS's own notification at the end: no state machine, one function that polls once and sends one message. */
export function useOfCompletionOnly(shortest: Use): Use {
  return { ...shortest, transitions: 0, invocations: 1, polls: 1, alerts: 1 };
}

function* later(polls: Iterable<number>, kind: AuditKind): Generator<number> {
  for (const at of polls) yield at + foundAfterSeconds(kind);
}
