import type { CheckCounts } from '../../lambda/audit/answer/reading.ts';
import { type LookSpacing, nextLook } from '../../lambda/audit/polling/next-look.ts';
import { courseAfter, onlyWaitsForData } from '../../lambda/audit/polling/running-course.ts';
import { usualCourse } from '../../lambda/audit/polling/usual-course.ts';
import type { RunningCourse, RunTime, UsualCourse } from '../../lambda/audit/watch/course.ts';
import type { AuditSeries, Run } from './fleet.ts';
import { type Watched, watch } from './watched.ts';

/** No limit comes into play. */
const REMAINING_SECONDS = 1e9;

/** Watches all audits of a name with the schedule that is deployed; it learned from as many audits before as are given. */
export function watchSeries(
  { history, runs }: Pick<AuditSeries, 'history' | 'runs'>,
  spacing: LookSpacing,
  known: number,
): Watched[] {
  const past: RunTime[] = [];
  for (const run of history.slice(0, known)) {
    const looks = looksUntil(run.endsAt, looksOf(run, usualCourse(past), spacing));
    past.unshift(ranAsSeen(run, looks));
  }
  const usual = usualCourse(past);
  return runs.map((run) => watch(run, looksOf(run, usual, spacing)));
}

/** As *Check audit* does: each look decides when the next is. */
function* looksOf(run: Run, usual: UsualCourse | undefined, spacing: LookSpacing): Generator<number> {
  let course: RunningCourse | undefined;
  let before = 0;
  let looks: Parameters<typeof nextLook>[0]['looks'];
  for (let now = 0; ; ) {
    yield now;
    const counts = countsAt(run, now);
    course = courseAfter(course, counts, { before, now });
    const next = nextLook(
      {
        elapsedSeconds: now,
        remainingSeconds: REMAINING_SECONDS,
        looks,
        ...course,
        onlyWaitsForData: onlyWaitsForData(counts),
        usual,
      },
      spacing,
    );
    looks = next.looks;
    before = now;
    now += next.waitSeconds;
  }
}

/** What the watch of an ended audit remembers. */
function ranAsSeen(run: Run, looks: readonly number[]): RunTime {
  let course: RunningCourse | undefined;
  for (const [index, now] of looks.entries()) {
    course = courseAfter(course, countsAt(run, now), { before: looks[index - 1] ?? 0, now });
  }
  return { ...course, atLeast: looks.at(-2) ?? 0, atMost: looks.at(-1) ?? 0 };
}

function countsAt({ checksEndAt, nonCompliantAt, failedAt, waitsForDataFrom }: Run, now: number): CheckCounts {
  const left = checksEndAt.filter((endAt) => endAt > now).length;
  const waits = now >= waitsForDataFrom;
  return {
    total: checksEndAt.length,
    inProgress: waits ? 0 : left,
    waitingForData: waits ? left : 0,
    nonCompliant: nonCompliantAt <= now ? 1 : 0,
    failed: failedAt <= now ? 1 : 0,
  };
}

function looksUntil(endsAt: number, looks: Iterable<number>): number[] {
  const until: number[] = [];
  for (const at of looks) {
    until.push(at);
    if (at >= endsAt) break;
  }
  return until;
}
