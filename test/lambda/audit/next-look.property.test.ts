import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secondsUntilNextLook } from '../../../lambda/audit/next-look.ts';
import { historyEvents } from '../../watch-schedule.ts';

/** Standard executions end, uncatchably, at 25,000 events. Source: AWS Step Functions quotas. */
const HISTORY_LIMIT = 25_000;
const LONGEST_WATCH_HOURS = 72;

describe('The spacing of looks', () => {
  test('stays between floor and ceiling and never shrinks while the audit runs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 60, max: 3600 }),
        fc.double({ min: -1000, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (minWaitSeconds, maxWaitSeconds, elapsedSeconds, later) => {
          const spacing = { minWaitSeconds, maxWaitSeconds };
          const wait = (elapsed: number) =>
            secondsUntilNextLook({ elapsedSeconds: elapsed, remainingSeconds: 1e9 }, spacing);

          expect(wait(elapsedSeconds)).toBeGreaterThanOrEqual(minWaitSeconds);
          expect(wait(elapsedSeconds)).toBeLessThanOrEqual(maxWaitSeconds);
          expect(wait(elapsedSeconds + later)).toBeGreaterThanOrEqual(wait(elapsedSeconds));
        },
      ),
    );
  });

  test('keeps the history of the longest watch allowed under its limit, whenever the watch begins', () => {
    fc.assert(
      fc.property(fc.nat({ max: 90 * 24 * 3600 }), (startedBefore) => {
        const spacing = { minWaitSeconds: 5, maxWaitSeconds: 300 };
        expect(historyEvents(LONGEST_WATCH_HOURS, spacing, startedBefore)).toBeLessThan(HISTORY_LIMIT);
      }),
    );
  });
});
