/** A quota in calls per second, as AWS keeps it: a bucket that fills evenly, and holds what may be called at once. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  /** @param now epoch milliseconds, on whichever clock the callers live; the bucket begins full */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledAt = now;
  }

  /** Takes a token. Returns false when there is none: the call is over the quota, and costs nothing. */
  take(now: number): boolean {
    const passed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (passed / 1000) * this.#perSecond);
    this.#filledAt += passed;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
