/** How soon alerts come, in a user's terms; what each costs is in docs/cost.md. */
export const ALERT_DELAYS = ['prompt', 'balanced', 'thrifty'] as const;
export type AlertDelay = (typeof ALERT_DELAYS)[number];

/**
 * Seconds of delay that one look less is worth. Without history the pauses are √(2 × patience × time so far): after an hour
 * 1, 3 and 8 minutes.
 */
export const PATIENCE_SECONDS: Readonly<Record<AlertDelay, number>> = { prompt: 0.5, balanced: 4, thrifty: 32 };
