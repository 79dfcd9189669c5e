import { DAY_MS, MINUTE_MS } from '../text/duration.ts';

/** An attempt to publish an alert. It is noted in the outbox before it is made, so that neither a crash nor a lost answer hides it. */
export interface PublishAttempt {
  /** Which attempt has, or had, the alert. */
  readonly id: string;
  /** Attempts so far, this one included, that may have published the alert. One that SNS refused does not count. */
  readonly copies: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** An alert of any outbox, as far as publishing it goes. */
export interface Publishable {
  /** The latest attempt that may have published it; absent before the first. */
  readonly attempt?: PublishAttempt;
  /** Id of the message on the alert topic, as SNS returned it. */
  readonly messageId?: string;
}

/** After this many attempts of unknown fate the alert is UNCERTAIN, and people decide. */
const MOST_COPIES = 10;

/**
 * Pause after the first attempt of unknown fate; each is twice the one before, so any three in a row take more than an hour.
 * Longer than an attempt can take.
 */
const FIRST_PAUSE_MS = 10 * MINUTE_MS;

/** The next attempt to publish an alert. */
export function nextAttempt({ attempt }: Publishable, id: string, now: Date): PublishAttempt {
  return { id, copies: (attempt?.copies ?? 0) + 1, at: now.toISOString() };
}

/** When an alert may be published, or settled as UNCERTAIN. Epoch milliseconds; 0 before its first attempt. */
export function nextAttemptAt({ attempt }: Publishable): number {
  if (attempt === undefined) return 0;
  const { copies, at } = attempt;
  return (
    Date.parse(at) + (copies < MOST_COPIES ? Math.min(DAY_MS, FIRST_PAUSE_MS * 2 ** (copies - 1)) : FIRST_PAUSE_MS)
  );
}

/** Whether an attempt to publish an alert may be made now. */
export function isAttemptDue(alert: Publishable, now: Date): boolean {
  return nextAttemptAt(alert) <= now.getTime();
}

/** Whether an alert has had all its attempts. */
export function isUncertain({ attempt }: Publishable): boolean {
  return attempt !== undefined && attempt.copies >= MOST_COPIES;
}
