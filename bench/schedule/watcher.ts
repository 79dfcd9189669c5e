import type { CheckCounts } from '../../lambda/audit/answer/reading.ts';
import { nextPoll, type PollSpacing } from '../../lambda/audit/polling/next-poll.ts';
import { courseAfter } from '../../lambda/audit/polling/running-course.ts';
import { usualCourse } from '../../lambda/audit/polling/usual-course.ts';
import type { PollsSoFar, RunningCourse, RunTime, UsualCourse } from '../../lambda/audit/watch/course.ts';
import type { AuditSeries, Run } from './fleet.ts';
import { type Watched, watch } from './watched.ts';

/** No limit comes into play. */
const REMAINING_SECONDS = 1e9;

/** Watches all audits of a name with the schedule that is deployed; it learned from as many audits before as are given. */
export function watchSeries(
  { history, runs }: Pick<AuditSeries, 'history' | 'runs'>,
  spacing: PollSpacing,
  known: number,
): Watched[] {
  const past: RunTime[] = [];
  for (const run of history.slice(0, known)) {
    const polls = pollsUntil(run.endsAt, pollsOf(run, usualCourse(past), spacing));
    past.unshift(ranAsSeen(run, polls));
  }
  const usual = usualCourse(past);
  return runs.map((run) => watch(run, pollsOf(run, usual, spacing)));
}

/** As *Check audit* does: each poll decides when the next is. */
function* pollsOf(run: Run, usual: UsualCourse | undefined, spacing: PollSpacing): Generator<number> {
  let course: RunningCourse | undefined;
  let before = 0;
  let polls: PollsSoFar | undefined;
  for (let now = 0; ; ) {
    yield now;
    const counts = countsAt(run, now);
    course = courseAfter(course, counts, { before, now });
    const next = nextPoll(
      {
        elapsedSeconds: now,
        remainingSeconds: REMAINING_SECONDS,
        polls,
        ...course,
        usual,
      },
      spacing,
    );
    polls = next.polls;
    before = now;
    now += next.waitSeconds;
  }
}

/** What the watch of an ended audit remembers. */
function ranAsSeen(run: Run, polls: readonly number[]): RunTime {
  let course: RunningCourse | undefined;
  for (const [index, now] of polls.entries()) {
    course = courseAfter(course, countsAt(run, now), { before: polls[index - 1] ?? 0, now });
  }
  return { ...course, atLeast: polls.at(-2) ?? 0, atMost: polls.at(-1) ?? 0 };
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

function pollsUntil(endsAt: number, polls: Iterable<number>): number[] {
  const until: number[] = [];
  for (const at of polls) {
    until.push(at);
    if (at >= endsAt) break;
  }
  return until;
}
