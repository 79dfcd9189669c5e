/** Messages between the main thread, which has the clock, and the threads that run functions and the state machine. */

/**
 * Header of an interim answer: the final answer comes after this many milliseconds, or never. It lets the time of a
 * client in simulated time move on meanwhile; during any other call that time stands still.
 */
export const PAUSE_HEADER = 'x-local-pause';

/** Header of an interim answer: the client is to believe that its connection was refused. */
export const REFUSED_HEADER = 'x-local-refused';

/** Every message to a thread brings the time. */
export type ToThread<Request> = { readonly now: number } & (
  | { readonly type: 'wake' }
  | { readonly type: 'request'; readonly id: number; readonly request: Request }
  | { readonly type: 'reply'; readonly id: number; readonly reply: Reply }
);

export type FromThread<Event> =
  /** All that came up to message number `received` is handled, and nothing happens before `nextTimer` (epoch ms). */
  | { readonly type: 'waiting'; readonly nextTimer: number; readonly received: number }
  | { readonly type: 'done'; readonly id: number; readonly reply: Reply }
  | { readonly type: 'event'; readonly event: Event }
  /** The thread asks the main thread for something and goes on when the reply comes. */
  | { readonly type: 'ask'; readonly id: number; readonly question: unknown };

/** A value, or an error by name. */
export type Reply =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'error'; readonly name: string; readonly message: string };

/** An error that keeps its name on the way between threads; Step Functions matches on names. */
export class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** What was thrown, ready to cross threads. */
export function toErrorReply(error: unknown): Reply {
  if (error instanceof Error) return { type: 'error', name: error.name, message: error.message };
  return { type: 'error', name: 'Error', message: String(error) };
}
