/** How an audit ran, as far as its polls show. Seconds since its start. */
export interface RunTime {
  /** It still ran then. */
  readonly atLeast: number;
  /** It had ended by then. */
  readonly atMost: number;
  /** When its checks were seen to end, in their order; absent when the answers did not tell. */
  readonly checksEndedAt?: readonly number[];
  /** When its first non-compliant check was seen, and its first failed one; absent when it had none. */
  readonly nonCompliantAt?: number;
  readonly failedAt?: number;
}

/** The course of an audit so far: what a RunTime keeps, except for the end. */
export type RunningCourse = Required<Pick<RunTime, 'checksEndedAt'>> & Pick<RunTime, 'nonCompliantAt' | 'failedAt'>;

/** When something is expected to happen, in seconds since the start of the audit: a log-logistic distribution. */
export interface Forecast {
  readonly medianSeconds: number;
  /** Standard deviation of the logarithm: 0.1 is about 10 % of the time. */
  readonly spread: number;
  /** Probability that it happens at all, 0 to 1. */
  readonly chance: number;
}

/**
 * What the end of a check tells about the end of the audit: the time to that, as a multiple of the time to this, and the
 * standard deviation of the logarithm of it. A pair, because it is stored with each poll.
 */
export type Milestone = readonly [factor: number, spread: number];

/** What is expected of an audit, from earlier ones of its name. */
export interface ExpectedCourse {
  /** How many audits this is known from. */
  readonly audits: number;
  /** The later end: what the polls left open is not held against the next audit. */
  readonly longestSeconds: number;
  readonly end: Forecast;
  /** The first non-compliant check, and the first failed one; absent when no earlier audit had one. */
  readonly nonCompliant?: Forecast;
  readonly failed?: Forecast;
  /** For the first check that ends, the second, and so on; empty when nothing is known of the checks. */
  readonly milestones: readonly Milestone[];
}

/** All that is remembered of earlier audits while one is watched: a few numbers, for they are stored with each poll. */
export interface UsualCourse extends ExpectedCourse {
  /** ∫√h from the start to the end, in √s: how many polls all that is worth, for a patience of half a second. */
  readonly effort: number;
}

/** What a watch remembers of its own polls. */
export interface PollsSoFar {
  /** When the next poll is due whatever is known. Seconds since the start of the audit. */
  readonly dueSeconds: number;
  /** Polls so far that were not due: they came because of earlier audits. */
  readonly learned: number;
}
