import type { Forecast, PollsSoFar, RunningCourse, UsualCourse } from '../watch/course.ts';
import { expectedNews } from './expected-news.ts';
import { SCALE_FREE_SPREAD, totalHazardAt } from './forecast.ts';

/** How looks are spaced. */
export interface LookSpacing {
  /** Shortest and longest pause between two looks, in seconds. */
  readonly minWaitSeconds: number;
  readonly maxWaitSeconds: number;
  /** Seconds of delay that one look less is worth, for an audit of which nothing is known. */
  readonly patienceSeconds: number;
  /** Most looks that a watch makes because of earlier audits, besides those that it makes anyway. */
  readonly mostLearnedLooks: number;
}

/** What is known when the next look is chosen. */
export interface WatchProgress extends RunningCourse {
  /** Since the audit started, or the watch if that is longer ago. */
  readonly elapsedSeconds: number;
  /** Until the watch limit. */
  readonly remainingSeconds: number;
  /** As the look before left it; absent at the first look. */
  readonly looks?: PollsSoFar;
  /** All checks that are left wait for data. */
  readonly onlyWaitsForData: boolean;
  /** Of the earlier audits of its name; absent when there are none. */
  readonly usual?: UsualCourse;
}

/** When to look again. */
export interface NextLook {
  /** Whole, at least 1. */
  readonly waitSeconds: number;
  /** To remember until then. */
  readonly looks: PollsSoFar;
}

/** Where something is expected, a look less is worth this part of the delay that it is worth otherwise, at least. */
const IMPATIENCE = 1 / 16;
/** Data collection goes by hours: half the looks. */
const PATIENCE_FOR_DATA = 4;
/** The learned looks are spread over what is expected to happen, and some are left for what comes after that. */
const PLANNED_SHARE = 0.8;
/** How finely the time ahead is looked through: a part of the pause so far, and of the narrowest expectation. */
const COARSEST_STEP = 0.1;
const STEPS_PER_SPREAD = 3;

/**
 * When to look again at an audit that runs.
 *
 * With a hazard rate h(t) for "something changes now" and a cost c for a look, the best spacing is √(2c/h).
 *
 * Without history h is taken as 1/t, the scale-free guess: an audit that ran for t so far is as likely to end within the
 * next t/2 whatever t is. The spacing is √(2ct), which grows with the time that has passed. These looks are always made.
 *
 * Earlier audits of the same name add looks where they expect something to happen. A look that they add puts off the one
 * that is due by less than the shortest pause; so whatever they say, no alert comes later than without them by more
 * than that. The last pause is cut to meet the watch limit.
 */
export function nextLook(given: WatchProgress, spacing: LookSpacing): NextLook {
  // Sums of fractions differ in their last digit: a look at the very moment when it is due would be too early for it.
  const progress = { ...given, elapsedSeconds: inMilliseconds(given.elapsedSeconds) };
  const { elapsedSeconds, remainingSeconds } = progress;
  const looks = looksAt(progress, spacing);
  const secondsLeft = Math.ceil(inMilliseconds(looks.dueSeconds - elapsedSeconds));
  const untilDue = Math.max(secondsLeft, spacing.minWaitSeconds);
  const wait = Math.max(secondsToNews(progress, looks, spacing, untilDue), spacing.minWaitSeconds);
  return { waitSeconds: Math.max(1, Math.min(wait, Math.ceil(remainingSeconds))), looks };
}

/** As exact as the clocks are. */
function inMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** When the look after this one is due. A look that comes a little late does not put off those after it. */
function looksAt({ elapsedSeconds, looks }: WatchProgress, spacing: LookSpacing): PollsSoFar {
  if (looks === undefined) return { dueSeconds: dueAfter(elapsedSeconds, spacing), learned: 0 };
  const { dueSeconds, learned } = looks;
  const overdue = elapsedSeconds - dueSeconds;
  // A clock may be set back: what is due is never further away than the longest pause.
  if (overdue < 0 && overdue >= -spacing.maxWaitSeconds) return { dueSeconds, learned: learned + 1 };
  const isInTime = overdue >= 0 && overdue < spacing.minWaitSeconds;
  return { dueSeconds: dueAfter(isInTime ? dueSeconds : elapsedSeconds, spacing), learned };
}

function dueAfter(seconds: number, { minWaitSeconds, maxWaitSeconds, patienceSeconds }: LookSpacing): number {
  const best = Math.ceil(Math.sqrt(2 * patienceSeconds * Math.max(0, seconds)));
  return inMilliseconds(seconds + Math.min(Math.max(best, minWaitSeconds), maxWaitSeconds));
}

/** The learned pause, at most `limit`: until the looks that the expected news is worth add up to one. */
function secondsToNews(
  progress: WatchProgress,
  { learned }: PollsSoFar,
  { minWaitSeconds, patienceSeconds, mostLearnedLooks }: LookSpacing,
  limit: number,
): number {
  const { usual, elapsedSeconds, onlyWaitsForData } = progress;
  if (usual === undefined || learned >= mostLearnedLooks) return limit;
  const news = expectedNews(usual, progress);
  const [end] = news;
  const patience = patienceSeconds * impatience(end) * (onlyWaitsForData ? PATIENCE_FOR_DATA : 1);
  const density = lookDensity(news, Math.max(patience, affordablePatience(usual, mostLearnedLooks)));
  const finest = Math.min(...news.map(({ spread }) => spread)) / STEPS_PER_SPREAD;
  let looks = 0;
  for (let wait = 0; wait < limit; ) {
    const at = elapsedSeconds + wait;
    const step = Math.max(minWaitSeconds / 2, Math.min(wait * COARSEST_STEP, at * finest));
    const added = density(at + step / 2) * step;
    // The last step may lead beyond the limit.
    if (looks + added >= 1) return Math.min(limit, Math.round(wait + (step * (1 - looks)) / added));
    looks += added;
    wait += step;
  }
  return limit;
}

/** The more earlier audits scatter, the less they say; when they scatter as if without a scale, nothing. */
function impatience({ spread }: Forecast): number {
  return Math.max(IMPATIENCE, Math.min(1, (spread / SCALE_FREE_SPREAD) ** 2));
}

/** Looks per second that what is expected is worth: one over √(2c/h). */
function lookDensity(news: readonly Forecast[], patienceSeconds: number): (seconds: number) => number {
  return (seconds) => Math.sqrt(totalHazardAt(seconds, news) / (2 * patienceSeconds));
}

/** The least patience with which the looks last until the expected end. */
function affordablePatience({ effort }: UsualCourse, mostLearnedLooks: number): number {
  return effort ** 2 / (2 * (PLANNED_SHARE * mostLearnedLooks) ** 2);
}
