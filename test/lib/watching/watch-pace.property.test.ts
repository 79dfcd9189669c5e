import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PATIENCE_SECONDS } from '../../../lib/configuration/alert-delay.ts';
import { RETRY_POLICIES } from '../../../lib/watching/retry-policies.ts';
import {
  HISTORY_LIMIT,
  mostLearnedPolls,
  paceProblem,
  pollsNearHistoryLimit,
  worstCaseHistoryEvents,
} from '../../../lib/watching/watch-pace.ts';
import { historyEvents } from '../../watch-schedule.ts';

/** Check audit 5, What next? 2, Wait 2. */
const EVENTS_PER_POLL = 9;
const EVENTS_PER_RETRY = 3;

const pace = fc.record({
  watchLimitHours: fc.integer({ min: 1, max: 72 }),
  minWaitSeconds: fc.integer({ min: 1, max: 3600 }),
  maxWaitSeconds: fc.integer({ min: 1, max: 3600 }),
  patienceSeconds: fc.constantFrom(...Object.values(PATIENCE_SECONDS)),
});

describe('the worst case that the stack computes', () => {
  it('is at least what the real schedule comes to when each poll takes no time, fails once, and its alerts cannot be sent', () => {
    fc.assert(
      fc.property(pace, (given) => {
        fc.pre(paceProblem(given) === undefined);

        const spacing = { ...given, mostLearnedPolls: 0 };
        const polls = historyEvents({ watchLimitHours: given.watchLimitHours, spacing }) / EVENTS_PER_POLL;
        // Every alert fails with an error that is never retried, at every poll: Send alerts 5, Watch on? 2.
        const events = polls * (EVENTS_PER_POLL + EVENTS_PER_RETRY + 7);

        expect(worstCaseHistoryEvents(given)).toBeGreaterThanOrEqual(events);
        expect(events).toBeLessThan(HISTORY_LIMIT);
      }),
    );
  });

  it('stays under the limit by default, with the longest watch, and with the shortest pauses that are allowed', () => {
    const byDefault = { watchLimitHours: 24, minWaitSeconds: 5, maxWaitSeconds: 900, patienceSeconds: 0.5 };
    const longest = { watchLimitHours: 72, minWaitSeconds: 1, maxWaitSeconds: 300, patienceSeconds: 0.5 };

    expect(paceProblem(byDefault)).toBeUndefined();
    expect(worstCaseHistoryEvents(byDefault)).toMatchInlineSnapshot(`11596`);
    expect(paceProblem(longest)).toBeUndefined();
    expect(worstCaseHistoryEvents(longest)).toMatchInlineSnapshot(`23450`);
  });

  it('leaves room for a poll in which three tasks use up every retry', () => {
    const retries = RETRY_POLICIES.reduce((sum, { maxAttempts = 0 }) => sum + maxAttempts, 0);
    const noTime = { watchLimitHours: 0, minWaitSeconds: 1, maxWaitSeconds: 1, patienceSeconds: 0.5 };

    expect(worstCaseHistoryEvents(noTime)).toBeGreaterThan(3 * retries * EVENTS_PER_RETRY);
  });
});

describe('the alarm before the limit of history events', () => {
  it('never goes off for a watch that keeps its pauses, and goes off before the limit when no alert can be sent', () => {
    fc.assert(
      fc.property(pace, (given) => {
        fc.pre(paceProblem(given) === undefined);

        const learned = mostLearnedPolls(given);
        const spacing = { ...given, mostLearnedPolls: 0 };
        const polls = historyEvents({ watchLimitHours: given.watchLimitHours, spacing }) / EVENTS_PER_POLL;
        const near = pollsNearHistoryLimit(given);

        expect(near).toBeGreaterThan(Math.min(polls + learned, (given.watchLimitHours * 3600) / given.minWaitSeconds));
        expect(near * (EVENTS_PER_POLL + EVENTS_PER_RETRY + 7)).toBeLessThan(HISTORY_LIMIT);
      }),
    );
  });
});
