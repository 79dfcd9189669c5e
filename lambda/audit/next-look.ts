/** Shortest and longest pause between two looks, in seconds. */
export interface LookSpacing {
  readonly minWaitSeconds: number;
  readonly maxWaitSeconds: number;
}

/** What is known when the next look is chosen. The audit's own history will join it here. */
export interface WatchProgress {
  /** Since the audit started, or the watch if that is longer ago. */
  readonly elapsedSeconds: number;
  /** Until the watch limit. */
  readonly remainingSeconds: number;
}

/**
 * Seconds until the next look: whole, at least 1.
 *
 * With a hazard rate h(t) for "something changes now" and a cost c for a look, the best spacing is √(2c/h). Without
 * history h is taken as 1/t, the scale-free guess: an audit that ran for t so far is as likely to end within the next
 * t/2 whatever t is. With c = ½ s the spacing is √t: a look every 5 s at first, every minute after an hour, and about
 * 590 looks in a whole day. The last pause is cut to meet the watch limit.
 */
export function secondsUntilNextLook(progress: WatchProgress, spacing: LookSpacing): number {
  const best = Math.ceil(Math.sqrt(Math.max(0, progress.elapsedSeconds)));
  const wait = Math.min(Math.max(best, spacing.minWaitSeconds), spacing.maxWaitSeconds);
  return Math.max(1, Math.min(wait, Math.ceil(progress.remainingSeconds)));
}
