/** How an audit ran, as far as its polls show. Seconds since its start. */
export interface RunTime {
  /** It still ran then. */
  readonly atLeast: number;
  /** It had ended by then. */
  readonly atMost: number;
  /** When its checks were seen to end, in order; absent when the answers did not say. */
  readonly checksEndedAt?: readonly number[];
  /** When its first non-compliant check was seen; absent if it had no such check. */
  readonly nonCompliantAt?: number;
}

/** The course of an audit so far: what a RunTime keeps, except for the end. */
export type RunningCourse = Required<Pick<RunTime, 'checksEndedAt'>> & Pick<RunTime, 'nonCompliantAt'>;

/** When something is expected to happen, in seconds since the start of the audit: a log-logistic distribution. */
export interface Forecast {
  readonly medianSeconds: number;
  /** Standard deviation of the logarithm: 0.1 is about 10 % of the time. */
  readonly spread: number;
  /** Probability that it happens at all, 0 to 1. */
  readonly chance: number;
}

/**
 * What the end of a check says about the end of the audit: the time to the latter as a multiple of the time to the former,
 * and the standard deviation of the logarithm of that factor. A pair, because it is stored with each poll.
 */
export type Milestone = readonly [factor: number, spread: number];

/** What earlier audits of a name say about the next one: a few numbers, because they are stored with each poll. */
export interface UsualCourse {
  /** How many audits this is known from. */
  readonly audits: number;
  /** The latest possible end of any of them: what the polls left open is not held against the next audit. */
  readonly longestSeconds: number;
  readonly end: Forecast;
  /** The first non-compliant check; absent when no earlier audit had one. */
  readonly nonCompliant?: Forecast;
  /** For the first check that ends, the second, and so on; empty when nothing is known of the checks. */
  readonly milestones: readonly Milestone[];
}

/** What a watch remembers of its own polls. */
export interface PollsSoFar {
  /** When the next poll is due whatever is known. Seconds since the start of the audit. */
  readonly dueSeconds: number;
  /** Polls so far that were not due: earlier audits added them. */
  readonly learned: number;
}
