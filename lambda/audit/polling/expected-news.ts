import type { ExpectedCourse, Forecast, RunningCourse } from '../watch/course.ts';
import { SCALE_FREE_SPREAD } from './forecast.ts';

/** Non-compliant checks and failed ones: each kind has its alert. */
const KINDS_OF_TROUBLE = 2;
/** How likely an audit has trouble that none of the earlier ones had; and then that of the other kind as well. */
const UNEXPECTED_TROUBLE = 0.2;
const OTHER_TROUBLE = 0.07;

/** Everything worth a message that is still to come, and when: first the end of the audit. */
export function expectedNews(
  usual: ExpectedCourse,
  { checksEndedAt, nonCompliantAt, failedAt }: RunningCourse,
): readonly [Forecast, ...Forecast[]] {
  const end = expectedEnd(usual, checksEndedAt);
  const expected = [
    ...(nonCompliantAt === undefined ? [usual.nonCompliant] : []),
    ...(failedAt === undefined ? [usual.failed] : []),
  ];
  const trouble = expected.filter((forecast) => forecast !== undefined);
  return [end, ...trouble, ...unexpectedTrouble(usual, end, checksEndedAt.length, expected.length)];
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
  kindsLeft: number,
): Forecast[] {
  if (kindsLeft === 0) return [];
  const chance = kindsLeft === KINDS_OF_TROUBLE ? UNEXPECTED_TROUBLE : OTHER_TROUBLE;
  if (milestones.length === 0) return [{ medianSeconds: end.medianSeconds, spread: SCALE_FREE_SPREAD, chance }];
  // The last check ends with the audit, which is news anyway.
  return milestones.slice(checksEnded, -1).map(([factor, spread]) => ({
    medianSeconds: end.medianSeconds / factor,
    spread: Math.hypot(end.spread, spread),
    chance: chance / milestones.length,
  }));
}
