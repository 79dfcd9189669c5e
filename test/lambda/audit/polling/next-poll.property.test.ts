import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextPoll } from '../../../../lambda/audit/polling/next-poll.ts';
import { usualCourse } from '../../../../lambda/audit/polling/usual-course.ts';
import type { RunTime } from '../../../../lambda/audit/watch/course.ts';
import { mostLearnedPolls, worstCaseHistoryEvents } from '../../../../lib/watching/watch-pace.ts';
import { historyEvents, PROMPT, pollTimes, type WatchedAudit } from '../../../watch-schedule.ts';
import { anyHistory } from './courses.ts';

/** Standard executions end, uncatchably, at 25,000 events. Source: AWS Step Functions quotas. */
const HISTORY_LIMIT = 25_000;
const LONGEST_WATCH_HOURS = 72;
const RUNS = 200;

const spacings = fc
  .record({
    minWaitSeconds: fc.integer({ min: 1, max: 60 }),
    maxWaitSeconds: fc.integer({ min: 60, max: 3600 }),
    patienceSeconds: fc.constantFrom(0.5, 4, 32),
  })
  .map((pace) => ({ ...pace, mostLearnedPolls: mostLearnedPolls({ ...pace, watchLimitHours: LONGEST_WATCH_HOURS }) }));

describe('The spacing of polls', () => {
  test('stays between floor and ceiling whatever is known, and never shrinks while nothing is', () => {
    fc.assert(
      fc.property(
        spacings,
        anyHistory,
        fc.double({ min: -1000, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (spacing, history, elapsedSeconds, later) => {
          const pause = (elapsed: number, runs: readonly RunTime[]) =>
            nextPoll(
              {
                elapsedSeconds: elapsed,
                remainingSeconds: 1e9,
                usual: usualCourse(runs),
                checksEndedAt: [],
              },
              spacing,
            ).waitSeconds;

          const learned = pause(elapsedSeconds, history);
          expect(Number.isInteger(learned)).toBe(true);
          expect(learned).toBeGreaterThanOrEqual(spacing.minWaitSeconds);
          expect(learned).toBeLessThanOrEqual(spacing.maxWaitSeconds);
          expect(pause(elapsedSeconds + later, [])).toBeGreaterThanOrEqual(pause(elapsedSeconds, []));
        },
      ),
    );
  });

  test('never lets learning delay an alert by more than the schedule without it would, plus the shortest pause', () => {
    const audits = fc.record({
      spacing: spacings,
      history: anyHistory,
      startedBefore: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 50_000, noNaN: true })),
      // What the polls see changes what is expected.
      checksEnd: fc.array(fc.double({ min: 0, max: 6 * 3600, noNaN: true }), { maxLength: 5 }),
      nonCompliantAt: fc.option(fc.double({ min: 0, max: 6 * 3600, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        audits,
        ({ spacing, history, startedBefore, checksEnd, nonCompliantAt = Number.POSITIVE_INFINITY }) => {
          const watched: WatchedAudit = {
            watchLimitHours: 6,
            spacing,
            startedBefore,
            seenAt: (elapsed) => ({
              checksEndedAt: checksEnd.filter((endedAt) => endedAt <= elapsed),
              nonCompliantAt: nonCompliantAt <= elapsed ? nonCompliantAt : undefined,
            }),
          };
          const learned = pollTimes({ ...watched, usual: usualCourse(history) });
          const seenAfter = (at: number) => learned.find((poll) => poll >= at) ?? startedBefore + 6 * 3600;

          // What comes up between two polls is seen by the later one. It waits longest if it comes just before that.
          const latest = pollTimes(watched).map((poll) => seenAfter(poll) - poll);
          expect(Math.max(...latest)).toBeLessThanOrEqual(spacing.minWaitSeconds);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('adds no more polls than are allowed because of earlier audits', () => {
    fc.assert(
      fc.property(spacings, anyHistory, fc.nat({ max: 60 }), (spacing, history, mostLearnedPolls) => {
        const watched: WatchedAudit = { watchLimitHours: 24, spacing: { ...spacing, mostLearnedPolls } };
        const learned = pollTimes({ ...watched, usual: usualCourse(history) });

        expect(learned.length).toBeLessThanOrEqual(pollTimes(watched).length + mostLearnedPolls);
      }),
      { numRuns: RUNS },
    );
  });

  test('keeps the history of the longest watch allowed under its limit, whatever earlier audits and clocks say', () => {
    const paces = fc
      .record({
        watchLimitHours: fc.integer({ min: 1, max: LONGEST_WATCH_HOURS }),
        minWaitSeconds: fc.integer({ min: 1, max: 60 }),
        maxWaitSeconds: fc.integer({ min: 60, max: 3600 }),
        patienceSeconds: fc.constantFrom(0.5, 4, 32),
      })
      .filter((pace) => worstCaseHistoryEvents(pace) < HISTORY_LIMIT);
    // A poll sees the clock set forward or back by up to an hour, a few times in a watch.
    const clockSteps = fc.array(
      fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, fc.integer({ min: -3600, max: 3600 })),
      {
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(
        paces,
        anyHistory,
        fc.nat({ max: 90 * 24 * 3600 }),
        fc.boolean(),
        clockSteps,
        (pace, history, startedBefore, isNonCompliant, steps) => {
          const learned = mostLearnedPolls(pace);
          const watched: WatchedAudit = {
            watchLimitHours: pace.watchLimitHours,
            spacing: { ...pace, mostLearnedPolls: learned },
            startedBefore,
            usual: usualCourse(history),
            seenAt: () => ({ nonCompliantAt: isNonCompliant ? 1 : undefined }),
          };

          expect(worstCaseHistoryEvents(pace, learned)).toBeLessThan(HISTORY_LIMIT);
          expect(historyEvents(watched)).toBeLessThan(worstCaseHistoryEvents(pace, learned));
          expect(historyEvents({ ...watched, clockSteps: steps })).toBeLessThan(HISTORY_LIMIT);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('keeps the history of the longest watch under its limit by default, whenever the watch begins', () => {
    fc.assert(
      fc.property(fc.nat({ max: 90 * 24 * 3600 }), (startedBefore) => {
        const events = historyEvents({ watchLimitHours: LONGEST_WATCH_HOURS, spacing: PROMPT, startedBefore });

        expect(events).toBeLessThan(HISTORY_LIMIT);
      }),
    );
  });
});
