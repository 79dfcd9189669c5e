/** How a watch paces its looks: what its number of history events depends on. */
export interface WatchPace {
  readonly watchLimitHours: number;
  readonly minWaitSeconds: number;
  readonly maxWaitSeconds: number;
}

/**
 * Step Functions ends an execution at this many history events, and nothing can catch it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const HISTORY_LIMIT = 25_000;

/** Pauses of an hour keep the longest watch allowed, a week, far below the limit. */
export const LONGEST_WAIT_SECONDS = 3600;
export const LONGEST_WATCH_HOURS = 168;

/** *Check audit* writes 5 events, *What next?* and *Wait* 2 each. */
const EVENTS_PER_TURN = 9;

/** Failed, scheduled and started again. */
const EVENTS_PER_RETRY = 3;

/**
 * Room for one failed attempt in every turn. A long spell of errors needs no more room: with pauses that grow to minutes
 * it writes fewer events than the quiet turns whose time it takes.
 */
const RETRIES_PER_TURN = 1;

/**
 * Written once in a watch: its start and end, *Send alerts* and *Finished?* (7 events for each of at most four alerts),
 * *Give up*, and three tasks that use up all their retries (3 events each, about 40 retries).
 */
const EVENTS_ONCE = 500;

/**
 * Most history events that one execution can come to: an audit that never ends, looks that take no time, and one
 * retry in every turn.
 */
export function worstCaseHistoryEvents(pace: WatchPace): number {
  return EVENTS_ONCE + mostTurns(pace) * (EVENTS_PER_TURN + RETRIES_PER_TURN * EVENTS_PER_RETRY);
}

/** What is wrong with a pace, in one sentence with the remedy; undefined when nothing is. */
export function paceProblem(pace: WatchPace): string | undefined {
  const { watchLimitHours, minWaitSeconds, maxWaitSeconds } = pace;
  if (maxWaitSeconds < minWaitSeconds) {
    return `maxWaitSeconds: ${maxWaitSeconds} is less than minWaitSeconds, which is ${minWaitSeconds}. Give ${minWaitSeconds} to ${LONGEST_WAIT_SECONDS}, or lower minWaitSeconds.`;
  }
  if (worstCaseHistoryEvents(pace) < HISTORY_LIMIT) return undefined;
  return `maxWaitSeconds: ${maxWaitSeconds} is too small for watchLimitHours ${watchLimitHours}: a watch that long could reach the ${HISTORY_LIMIT} history events at which Step Functions ends it. Give ${smallestMaxWaitSeconds(pace)} to ${LONGEST_WAIT_SECONDS}, or lower watchLimitHours.`;
}

/** Longer pauses never make more turns, so the boundary can be found by halving. */
function smallestMaxWaitSeconds(pace: WatchPace): number {
  let tooSmall = pace.maxWaitSeconds;
  let enough = LONGEST_WAIT_SECONDS;
  while (enough - tooSmall > 1) {
    const maxWaitSeconds = Math.floor((tooSmall + enough) / 2);
    if (worstCaseHistoryEvents({ ...pace, maxWaitSeconds }) < HISTORY_LIMIT) enough = maxWaitSeconds;
    else tooSmall = maxWaitSeconds;
  }
  return enough;
}

/** The schedule's first form, played through: the pause is the square root of the time so far, within its bounds. */
function mostTurns({ watchLimitHours, minWaitSeconds, maxWaitSeconds }: WatchPace): number {
  const limitSeconds = watchLimitHours * 3600;
  let turns = 1;
  for (let elapsed = 0; elapsed < limitSeconds; turns += 1) {
    elapsed += Math.min(Math.max(Math.ceil(Math.sqrt(elapsed)), minWaitSeconds), maxWaitSeconds);
  }
  return turns;
}
