import type { WatchPace } from '../watching/watch-pace.ts';

/** How soon alerts arrive, in a user's terms; docs/cost.md says what each costs. */
export const ALERT_DELAYS = ['prompt', 'balanced', 'thrifty'] as const;
export type AlertDelay = (typeof ALERT_DELAYS)[number];

/**
 * Seconds of delay that one poll less is worth. Without history the pauses are √(2 × patience × time so far): after an hour
 * 1, 3 and 8 minutes.
 */
export const PATIENCE_SECONDS: Readonly<Record<AlertDelay, number>> = { prompt: 0.5, balanced: 4, thrifty: 32 };

/** The pace that these settings ask for. */
export function paceOf({
  watchLimitHours,
  minWaitSeconds,
  maxWaitSeconds,
  alertDelay,
}: Omit<WatchPace, 'patienceSeconds'> & { readonly alertDelay: AlertDelay }): WatchPace {
  return { watchLimitHours, minWaitSeconds, maxWaitSeconds, patienceSeconds: PATIENCE_SECONDS[alertDelay] };
}
