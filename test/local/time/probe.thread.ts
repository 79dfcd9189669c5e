import http from 'node:http';
import { type MainThread, serve } from '../../../local/time/thread-side.ts';

/** What the tests of threads ask of a thread. */
export type ProbeRequest =
  | { readonly type: 'echo'; readonly value: unknown }
  | { readonly type: 'now' }
  | { readonly type: 'throw'; readonly name: string; readonly message: string }
  | { readonly type: 'throw text' }
  /** Asks the main thread, and answers with its answer. */
  | { readonly type: 'ask'; readonly question: unknown }
  | { readonly type: 'notify'; readonly event: string }
  | { readonly type: 'print'; readonly text: string }
  /** Sleeps in simulated time; the reply is the time after. */
  | { readonly type: 'sleep'; readonly milliseconds: number }
  /** Sets timers and reports how long it is to the earliest, without waiting for them. */
  | { readonly type: 'milliseconds to next timer'; readonly timers: readonly number[] }
  /** Calls an endpoint; the reply is the code of what went wrong. */
  | { readonly type: 'call'; readonly url: string }
  | { readonly type: 'hang' }
  | { readonly type: 'exit' }
  | { readonly type: 'crash' };

serve<ProbeRequest, string>(0, async (request, main) => {
  switch (request.type) {
    case 'echo':
      return request.value;
    case 'now':
      return Date.now();
    case 'throw':
      throw Object.assign(new Error(request.message), { name: request.name });
    case 'throw text':
      throw 'only text';
    case 'ask':
      return main.ask(request.question);
    case 'notify':
      return main.notify(request.event);
    case 'print':
      process.stdout.write(request.text);
      return undefined;
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, request.milliseconds));
      return Date.now();
    case 'milliseconds to next timer':
      return millisecondsToNextTimer(request.timers, main);
    case 'call':
      return new Promise((resolve) =>
        http.get(request.url).on('error', ({ code }: NodeJS.ErrnoException) => resolve(code)),
      );
    case 'hang':
      return new Promise(() => undefined);
    case 'exit':
      return process.exit(0);
    case 'crash':
      setImmediate(() => {
        throw new RangeError('nobody catches this');
      });
      return new Promise(() => undefined);
  }
});

function millisecondsToNextTimer(timers: readonly number[], { time }: MainThread<string>): number {
  const set = timers.map((milliseconds) => setTimeout(() => undefined, milliseconds));
  const next = time.nextTimer() - Date.now();
  for (const timer of set) clearTimeout(timer);
  return next;
}
