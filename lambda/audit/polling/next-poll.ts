import type { Forecast, PollsSoFar, RunningCourse, UsualCourse } from '../watch/course.ts';
import { hazardAt, SCALE_FREE_SPREAD } from './forecast.ts';

/** How polls are spaced. */
export interface PollSpacing {
  /** Shortest and longest pause between two polls, in seconds. */
  readonly minWaitSeconds: number;
  readonly maxWaitSeconds: number;
  /** Seconds of delay that one poll less is worth, for an audit of which nothing is known. */
  readonly patienceSeconds: number;
  /** Most polls that earlier audits add to those that a watch makes anyway. */
  readonly mostLearnedPolls: number;
}

/** What is known when the next poll is chosen. */
export interface WatchProgress extends RunningCourse {
  /** Since the audit started, or the watch if that is longer ago. */
  readonly elapsedSeconds: number;
  /** Until the watch limit. */
  readonly remainingSeconds: number;
  /** As the poll before left it; absent at the first poll. */
  readonly polls?: PollsSoFar;
  /** From the earlier audits of its name; absent for the first one. */
  readonly usual?: UsualCourse;
}

/** When to poll again. */
interface NextPoll {
  /** Whole, at least 1. */
  readonly waitSeconds: number;
  /** To remember until then. */
  readonly polls: PollsSoFar;
}

/** Where something is expected, a poll less is worth this part of the delay that it is worth otherwise, at least. */
const IMPATIENCE = 1 / 16;
/** Steps of the integral over the time ahead: a part of the pause so far, and of the narrowest expectation. */
const COARSEST_STEP = 0.1;
const STEPS_PER_SPREAD = 3;

/**
 * When to poll a running audit again.
 *
 * With a hazard rate h(t) for "something changes now" and a cost c for a poll, the best spacing is √(2c/h).
 *
 * Without history h is taken as 1/t, the scale-free guess: an audit that has run for t is as likely to end within the
 * next t/2 whatever t is. The spacing is √(2ct), which grows with the time that has passed. These polls are always made.
 *
 * Earlier audits of the same name add polls where they expect something to happen. An added poll postpones the one
 * that is due by less than the shortest pause, so no alert is later than without history by more than that.
 * The last pause is cut to meet the watch limit.
 */
export function nextPoll(given: WatchProgress, spacing: PollSpacing): NextPoll {
  // Sums of fractions differ in their last digit: a poll at the very moment when it is due would be too early for it.
  const progress = { ...given, elapsedSeconds: inMilliseconds(given.elapsedSeconds) };
  const { elapsedSeconds, remainingSeconds } = progress;
  const polls = pollsAt(progress, spacing);
  const untilDue = Math.max(Math.ceil(inMilliseconds(polls.dueSeconds - elapsedSeconds)), spacing.minWaitSeconds);
  const wait = Math.max(secondsToNews(progress, polls, spacing, untilDue), spacing.minWaitSeconds);
  return { waitSeconds: Math.max(1, Math.min(wait, Math.ceil(remainingSeconds))), polls };
}

/** As exact as the clocks are. */
function inMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** When the poll after this one is due. A poll that comes a little late does not postpone those after it. */
function pollsAt({ elapsedSeconds, polls }: WatchProgress, spacing: PollSpacing): PollsSoFar {
  if (polls === undefined) return { dueSeconds: dueAfter(elapsedSeconds, spacing), learned: 0 };
  const { dueSeconds, learned } = polls;
  const late = elapsedSeconds - dueSeconds;
  // A clock may be set back: what is due is never further away than the longest pause.
  if (late < 0 && late >= -spacing.maxWaitSeconds) return { dueSeconds, learned: learned + 1 };
  const isInTime = late >= 0 && late < spacing.minWaitSeconds;
  return { dueSeconds: dueAfter(isInTime ? dueSeconds : elapsedSeconds, spacing), learned };
}

function dueAfter(seconds: number, { minWaitSeconds, maxWaitSeconds, patienceSeconds }: PollSpacing): number {
  const best = Math.ceil(Math.sqrt(2 * patienceSeconds * Math.max(0, seconds)));
  return inMilliseconds(seconds + Math.min(Math.max(best, minWaitSeconds), maxWaitSeconds));
}

/** The learned pause, at most `limit`: until the polls that the expected news is worth, 1/√(2c/h) a second, add up to one. */
function secondsToNews(
  progress: WatchProgress,
  { learned }: PollsSoFar,
  { minWaitSeconds, patienceSeconds, mostLearnedPolls }: PollSpacing,
  limit: number,
): number {
  const { usual, elapsedSeconds } = progress;
  if (usual === undefined || learned >= mostLearnedPolls) return limit;
  const news = expectedNews(usual, progress);
  // The longer the audit, the more patience, so that the polls that are allowed last until its end.
  const patience = Math.max(patienceSeconds * impatience(usual.end), usual.end.medianSeconds / mostLearnedPolls ** 2);
  const finest = Math.min(...news.map(({ spread }) => spread)) / STEPS_PER_SPREAD;
  let polls = 0;
  for (let wait = 0; wait < limit; ) {
    const at = elapsedSeconds + wait;
    const step = Math.max(minWaitSeconds / 2, Math.min(wait * COARSEST_STEP, at * finest));
    const hazard = news.reduce((sum, forecast) => sum + hazardAt(at + step / 2, forecast), 0);
    const added = Math.sqrt(hazard / (2 * patience)) * step;
    // The last step may lead beyond the limit.
    if (polls + added >= 1) return Math.min(limit, Math.round(wait + (step * (1 - polls)) / added));
    polls += added;
    wait += step;
  }
  return limit;
}

/** Everything worth a message that earlier audits let expect and that has not been seen yet. */
function expectedNews(usual: UsualCourse, { checksEndedAt, nonCompliantAt }: RunningCourse): Forecast[] {
  const end = expectedEnd(usual, checksEndedAt);
  return usual.nonCompliant === undefined || nonCompliantAt !== undefined ? [end] : [end, usual.nonCompliant];
}

/** From the duration of earlier audits, or from how they went on after as many checks, whichever scattered less. */
function expectedEnd({ end, milestones }: UsualCourse, checksEndedAt: readonly number[]): Forecast {
  const milestone = milestones[checksEndedAt.length - 1];
  const reachedAt = checksEndedAt.at(-1);
  const isLast = checksEndedAt.length === milestones.length;
  if (milestone === undefined || !reachedAt || isLast) return end;
  const [factor, spread] = milestone;
  return spread >= end.spread ? end : { medianSeconds: factor * reachedAt, spread, chance: 1 };
}

/** The more earlier audits scatter, the less they say; when they scatter as if without a scale, nothing. */
function impatience({ spread }: Forecast): number {
  return Math.max(IMPATIENCE, Math.min(1, (spread / SCALE_FREE_SPREAD) ** 2));
}
