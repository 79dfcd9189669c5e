import { type Forecast, SCALE_FREE_SPREAD } from './forecast.ts';
import type { ExpectedCourse } from './usual-course.ts';

/** How far a running audit is, as far as it matters for what comes next. */
export interface CourseSoFar {
  /** When the first check was seen to end, the second, and so on. Seconds since the start of the audit. */
  readonly checksEndedAt: readonly number[];
  /** How many of the two alerts of a running audit are out: for the first non-compliant check, and for the first failed one. */
  readonly alertsSeen: number;
}

/** How likely an audit has trouble that none of the earlier ones had, and trouble of the second kind. By alerts already out. */
const UNEXPECTED_TROUBLE = [0.2, 0.07] as const;

/** Everything worth a message that is still to come, and when: first the end of the audit. */
export function expectedNews(
  usual: ExpectedCourse,
  { checksEndedAt, alertsSeen }: CourseSoFar,
): readonly [Forecast, ...Forecast[]] {
  const end = expectedEnd(usual, checksEndedAt);
  const trouble = usual.trouble === undefined || alertsSeen > 0 ? [] : [usual.trouble];
  return [end, ...trouble, ...unexpectedTrouble(usual, end, checksEndedAt.length, alertsSeen)];
}

/** From the duration of earlier audits, or from how they went on after as many checks, whichever scattered less. */
function expectedEnd({ end, milestones }: ExpectedCourse, checksEndedAt: readonly number[]): Forecast {
  const milestone = milestones[checksEndedAt.length - 1];
  const reachedAt = checksEndedAt.at(-1);
  const isLast = checksEndedAt.length === milestones.length;
  if (milestone === undefined || !reachedAt || isLast) return end;
  const [factor, spread] = milestone;
  return spread >= end.spread ? end : { medianSeconds: factor * reachedAt, spread, chance: 1 };
}

/** Any check may turn out bad when it ends. Where nothing is known of checks, at any time. */
function unexpectedTrouble(
  { milestones }: ExpectedCourse,
  end: Forecast,
  checksEnded: number,
  alertsSeen: number,
): Forecast[] {
  const chance = UNEXPECTED_TROUBLE[alertsSeen];
  if (chance === undefined) return [];
  if (milestones.length === 0) return [{ medianSeconds: end.medianSeconds, spread: SCALE_FREE_SPREAD, chance }];
  // The last check ends with the audit, which is news anyway.
  return milestones.slice(checksEnded, -1).map(([factor, spread]) => ({
    medianSeconds: end.medianSeconds / factor,
    spread: Math.hypot(end.spread, spread),
    chance: chance / milestones.length,
  }));
}
