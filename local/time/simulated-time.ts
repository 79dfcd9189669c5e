import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { type Clock, install } from '@sinonjs/fake-timers';
import { PAUSE_HEADER, REFUSED_HEADER } from './thread-protocol.ts';

/** Quiet rounds of the event loop after which a thread counts as waiting. */
const QUIET_ROUNDS = 5;
const realTimeout = setTimeout;

/**
 * Puts a thread under the main thread's clock: `Date` and timers follow it, everything else (promises, sockets, files) is
 * real. Must be installed before the code that is to live in simulated time is imported.
 */
export class SimulatedTime {
  readonly #clock: Clock;
  #requestsUnderWay = 0;
  /** Called when no request is under way any more. */
  #whenAnswered: (() => void)[] = [];

  constructor(now: number) {
    this.#clock = install({
      now,
      toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    });
    // The same for who imports it from node:timers/promises.
    syncBuiltinESMExports();
    AbortSignal.timeout = timeoutSignal;
    // A call to an endpoint is work, not waiting: its timers must not fire while the answer is on its way.
    subscribe('http.client.request.start', (message) => this.#follow((message as { request: ClientRequest }).request));
  }

  /** Time stands still until the answer is here, except while the endpoint says that it takes its time. */
  #follow(request: ClientRequest): void {
    let isUnderWay = false;
    const setUnderWay = (value: boolean) => {
      if (value !== isUnderWay) this.#requestsUnderWay += value ? 1 : -1;
      isUnderWay = value;
      if (this.#requestsUnderWay === 0) for (const resume of this.#whenAnswered.splice(0)) resume();
    };
    let resumption: ReturnType<Clock['setTimeout']> | undefined;
    setUnderWay(true);
    request.on('information', ({ headers }) => {
      if (headers[REFUSED_HEADER] !== undefined) request.destroy(connectionRefused(request));
      const pause = Number(headers[PAUSE_HEADER]);
      // On this clock: it and the endpoint's own sleep end at the same moment, and time stands still from then on.
      if (Number.isFinite(pause)) resumption = this.#clock.setTimeout(() => setUnderWay(true), pause);
      setUnderWay(false);
    });
    request.once('close', () => {
      setUnderWay(false);
      if (resumption !== undefined) this.#clock.clearTimeout(resumption);
    });
  }

  /** Moves the thread's time on and fires what is due. */
  moveTo(now: number): void {
    this.#clock.tick(Math.max(0, now - this.#clock.now));
  }

  /**
   * Epoch milliseconds of the earliest timer, at least one from now as in Node.js: otherwise code that asks for a
   * fraction, such as the SDK's rate limiter, would wait for a moment that never comes. Infinity without timers.
   */
  nextTimer(): number {
    // The library has no public way to ask; a test of this file notices if its table of timers changes.
    const { timers } = this.#clock as { timers?: Map<unknown, { callAt: number }> };
    const earliest = Math.min(...[...(timers?.values() ?? [])].map(({ callAt }) => callAt));
    return Math.max(Math.ceil(earliest), this.#clock.now + 1);
  }

  /** Resolves when the thread has nothing left to do but wait for a timer or a message. `isWaiting` can veto. */
  async untilQuiet(isWaiting: () => boolean): Promise<void> {
    for (let quiet = 0; quiet < QUIET_ROUNDS; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#requestsUnderWay === 0 && isWaiting()) continue;
      quiet = -1;
      await new Promise<void>((resolve) => {
        if (this.#requestsUnderWay > 0) this.#whenAnswered.push(resolve);
        else realTimeout(resolve, 0);
      });
    }
  }
}

/** As Node.js has it when nothing listens. */
function connectionRefused({ host }: ClientRequest): Error {
  return Object.assign(new Error(`connect ECONNREFUSED ${host}`), { code: 'ECONNREFUSED', syscall: 'connect' });
}

/** As the one of Node.js, which has a clock of its own. */
function timeoutSignal(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  setTimeout(() => controller.abort(reason), milliseconds);
  return controller.signal;
}
