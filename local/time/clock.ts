/**
 * One clock for everything that runs on this machine: the functions' code, the SDK's backoff, the state machine's waits
 * and the recorded audits. Time stands still while anybody works and moves only when all wait, straight to the next
 * timer. So a faster run takes the same decisions, and `max` never waits for real.
 */
export class Clock {
  readonly #participants = new Set<Participant>();
  readonly #speed: number;
  #now: number;
  /** A move of the clock that is under way: it began at real time `from` and ends at `until` on this clock. */
  #move: { readonly timer: Disposable; readonly from: number; readonly until: number } | undefined;

  /** @param speed seconds on this clock per real second of waiting; Infinity never waits */
  constructor(startsAt: number, speed: number) {
    this.#now = startsAt;
    this.#speed = speed;
  }

  /** Epoch milliseconds on this clock. While the clock moves, a moment between its two ends. */
  now(): number {
    if (this.#move === undefined) return this.#now;
    const passed = (performance.now() - this.#move.from) * this.#speed;
    return Math.min(this.#move.until, this.#now + (Number.isFinite(passed) ? passed : 0));
  }

  /** Joins somebody who works now and will wait later. `onDue` is called when the clock reaches their next timer. */
  join(onDue: () => void): Participant {
    const participant = new Participant(onDue, () => this.#reconsider());
    this.#participants.add(participant);
    this.#reconsider();
    return participant;
  }

  /** For somebody who never comes back, such as a killed function. */
  leave(participant: Participant): void {
    this.#participants.delete(participant);
    this.#reconsider();
  }

  /** Waits on this clock. What the caller starts in the same tick after it runs before the clock moves on. */
  async sleep(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const participant = this.join(() => {
      resolve();
      setImmediate(() => this.leave(participant));
    });
    participant.waitUntil(this.now() + milliseconds);
    return promise;
  }

  #reconsider(): void {
    this.#stop();
    const participants = [...this.#participants];
    if (participants.length === 0 || participants.some((participant) => participant.isBusy)) return;
    const next = Math.min(...participants.map((participant) => participant.nextTimer));
    if (!Number.isFinite(next)) return;
    const arrive = () => this.#arrive(next);
    // A timer without delay would still wait for a millisecond.
    const timer =
      this.#speed === Number.POSITIVE_INFINITY
        ? setImmediate(arrive)
        : setTimeout(arrive, Math.max(0, (next - this.#now) / this.#speed));
    this.#move = { timer, from: performance.now(), until: next };
  }

  #arrive(next: number): void {
    this.#move = undefined;
    this.#now = Math.max(this.#now, next);
    for (const participant of [...this.#participants]) participant.wakeIfDue(this.#now);
    this.#reconsider();
  }

  #stop(): void {
    if (this.#move === undefined) return;
    this.#move.timer[Symbol.dispose]();
    this.#now = this.now();
    this.#move = undefined;
  }
}

/** Somebody who works, or waits for a moment on the clock. */
export class Participant {
  readonly #onDue: () => void;
  readonly #changed: () => void;
  #nextTimer: number | undefined;

  constructor(onDue: () => void, changed: () => void) {
    this.#onDue = onDue;
    this.#changed = changed;
  }

  get isBusy(): boolean {
    return this.#nextTimer === undefined;
  }

  /** Epoch milliseconds; Infinity for somebody who waits for others only. */
  get nextTimer(): number {
    return this.#nextTimer ?? Number.NEGATIVE_INFINITY;
  }

  busy(): void {
    this.#nextTimer = undefined;
    this.#changed();
  }

  waitUntil(moment: number): void {
    this.#nextTimer = moment;
    this.#changed();
  }

  wakeIfDue(now: number): void {
    if (this.#nextTimer === undefined || this.#nextTimer > now) return;
    this.#nextTimer = undefined;
    this.#onDue();
  }
}
