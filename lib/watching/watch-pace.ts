/** How a watch paces its polls: what its number of history events depends on. */
export interface WatchPace {
  readonly watchLimitHours: number;
  readonly minWaitSeconds: number;
  readonly maxWaitSeconds: number;
  /** Seconds of delay that one poll less is worth. */
  readonly patienceSeconds: number;
}

/**
 * Step Functions ends an execution at this many history events, and nothing can catch it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const HISTORY_LIMIT = 25_000;

/** The longest watch allowed stays below the limit even when its alerts can never be sent. */
export const LONGEST_WAIT_SECONDS = 3600;
export const LONGEST_WATCH_HOURS = 72;

/** Failed, scheduled and started again. */
const EVENTS_PER_RETRY = 3;

/** What one poll can come to, with what follows it until the next. */
interface PollCost {
  /** History events, with room for one failed attempt of *Check audit*. A long spell of errors takes time instead. */
  readonly events: number;
  /** Time that it takes besides the pause. */
  readonly seconds: number;
}

/** *Check audit* 5, *What next?* and *Wait* 2 each. */
const QUIET: PollCost = { events: 9 + EVENTS_PER_RETRY, seconds: 0 };

/** *Send alerts* 5, *Watch on?* 2. */
const EVENTS_NOT_SENT = 7;

/**
 * Unsent alerts are tried again at every poll. The error may never be retried, or be retried by one of the policies
 * that give up within minutes: 5 retries in 135 s at least, or 12 in 555 s. Throttling, denials and server errors are retried
 * for an hour, so there are few such polls.
 */
const NOT_SENT: readonly PollCost[] = [
  { events: QUIET.events + EVENTS_NOT_SENT, seconds: 0 },
  { events: QUIET.events + EVENTS_NOT_SENT + 5 * EVENTS_PER_RETRY, seconds: 135 },
  { events: QUIET.events + EVENTS_NOT_SENT + 12 * EVENTS_PER_RETRY, seconds: 555 },
];

const POLL_COSTS = [QUIET, ...NOT_SENT];

/**
 * Written once in a watch: its start and end, *Send alerts* and *Finished?* (7 events for each of at most four alerts),
 * *Give up*, and three tasks that use up all their retries (3 events each, about 40 retries).
 */
const EVENTS_ONCE = 500;

/** Polls that earlier audits may add to a watch: more would hardly bring an alert sooner. */
const LEARNED_POLLS = 700;

/**
 * Most history events that one execution can come to: an audit that never ends, polls that take no time, one retry at
 * every poll, alerts that can never be sent, and as many polls added by earlier audits as are given.
 */
export function worstCaseHistoryEvents(pace: WatchPace, learnedPolls = 0): number {
  const all = POLL_COSTS.map(({ events, seconds }) => mostPolls(pace, seconds, learnedPolls) * events);
  return EVENTS_ONCE + Math.max(...all);
}

/** Polls that earlier audits may add to a watch of this pace, so that even then it stays below the limit. */
export function mostLearnedPolls(pace: WatchPace): number {
  const spare = POLL_COSTS.map(({ events, seconds }) => {
    const fit = Math.ceil((HISTORY_LIMIT - EVENTS_ONCE) / events) - 1;
    return pollsAtShortestPauses(pace, seconds) <= fit ? LEARNED_POLLS : fit - pollsWithoutHistory(pace, seconds);
  });
  return Math.max(0, Math.min(LEARNED_POLLS, ...spare));
}

/**
 * Polls after which a watch is near that limit: more than its pauses allow for, and at least four fifths of those that fit even
 * when alerts can never be sent. A pace without a problem keeps the former within the limit too.
 */
export function pollsNearHistoryLimit(pace: WatchPace): number {
  const fit = (HISTORY_LIMIT - EVENTS_ONCE) / (QUIET.events + EVENTS_NOT_SENT);
  return Math.max(mostPolls(pace, 0, mostLearnedPolls(pace)) + 1, Math.ceil(0.8 * fit));
}

/** What is wrong with a pace, in one sentence with the remedy; undefined when it is valid. */
export function paceProblem(pace: WatchPace): string | undefined {
  const { watchLimitHours, minWaitSeconds, maxWaitSeconds } = pace;
  if (maxWaitSeconds < minWaitSeconds) {
    return `maxWaitSeconds: ${maxWaitSeconds} is less than minWaitSeconds, which is ${minWaitSeconds}. Give ${minWaitSeconds} to ${LONGEST_WAIT_SECONDS}, or lower minWaitSeconds.`;
  }
  if (worstCaseHistoryEvents(pace) < HISTORY_LIMIT) return undefined;
  return `maxWaitSeconds: ${maxWaitSeconds} is too small for watchLimitHours ${watchLimitHours}: a watch that long could reach the ${HISTORY_LIMIT} history events at which Step Functions ends it. Give ${smallestMaxWaitSeconds(pace)} to ${LONGEST_WAIT_SECONDS}, or lower watchLimitHours.`;
}

/** Longer pauses never make more polls. */
function smallestMaxWaitSeconds(pace: WatchPace): number {
  let maxWaitSeconds = pace.maxWaitSeconds;
  while (worstCaseHistoryEvents({ ...pace, maxWaitSeconds }) >= HISTORY_LIMIT) maxWaitSeconds += 1;
  return maxWaitSeconds;
}

/** The polls without history and those that history adds; each takes at least the shortest pause. */
function mostPolls(pace: WatchPace, secondsPerPoll: number, learnedPolls = 0): number {
  return Math.min(
    pollsWithoutHistory(pace, secondsPerPoll) + learnedPolls,
    pollsAtShortestPauses(pace, secondsPerPoll),
  );
}

/** The polls when every pause is the shortest. */
function pollsAtShortestPauses({ watchLimitHours, minWaitSeconds }: WatchPace, secondsPerPoll: number): number {
  return Math.ceil((watchLimitHours * 3600) / (minWaitSeconds + secondsPerPoll)) + 1;
}

/** The pauses without history, played through. */
function pollsWithoutHistory(pace: WatchPace, secondsPerPoll: number): number {
  const { watchLimitHours, minWaitSeconds, maxWaitSeconds, patienceSeconds } = pace;
  const limitSeconds = watchLimitHours * 3600;
  let polls = 1;
  let elapsed = 0;
  for (let pause = 0; pause < maxWaitSeconds && elapsed < limitSeconds; polls += 1) {
    const best = Math.ceil(Math.sqrt(2 * patienceSeconds * elapsed));
    pause = Math.min(Math.max(best, minWaitSeconds), maxWaitSeconds);
    elapsed += pause + secondsPerPoll;
  }
  // From here on each pause is the longest.
  return polls + Math.max(0, Math.ceil((limitSeconds - elapsed) / (maxWaitSeconds + secondsPerPoll)));
}
