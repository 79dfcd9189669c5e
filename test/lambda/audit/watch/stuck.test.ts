import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { usualCourse } from '../../../../lambda/audit/polling/usual-course.ts';
import { isStuck } from '../../../../lambda/audit/watch/stuck.ts';

const seconds = fc.nat({ max: 30 * 24 * 3600 });
const usual = fc.record({ longestSeconds: seconds, audits: fc.integer({ min: 3, max: 90 }) });
const progress = fc.record({ elapsedSeconds: seconds, secondsSinceChange: seconds });

test('an audit is not stuck as long as fewer than three earlier ones are known', () => {
  const progressFar = { elapsedSeconds: 1e6, secondsSinceChange: 1e6 };

  expect(isStuck(progressFar, { longestSeconds: 5, audits: 2 })).toBe(false);
  expect(isStuck(progressFar, { longestSeconds: 5, audits: 3 })).toBe(true);
});

describe('an audit that usually takes half an hour', () => {
  const halfAnHour = { longestSeconds: 1800, audits: 3 };

  test.each([
    ['it runs as long as usual', 1800, 1800, false],
    ['it runs four times as long', 7200, 7200, false],
    ['it runs longer than that, and nothing changed for an hour', 7201, 3600, true],
    ['it runs longer than that, but a check changed since', 7201, 3599, false],
    ['its run time is unknown', Number.NaN, Number.NaN, false],
  ])('when %s: stuck %#', (_title, elapsedSeconds, secondsSinceChange, stuck) => {
    expect(isStuck({ elapsedSeconds, secondsSinceChange }, halfAnHour)).toBe(stuck);
  });
});

test('an audit that usually takes seconds is not stuck within the hour', () => {
  const brief = { longestSeconds: 5, audits: 90 };

  expect(isStuck({ elapsedSeconds: 3605, secondsSinceChange: 3605 }, brief)).toBe(false);
  expect(isStuck({ elapsedSeconds: 3606, secondsSinceChange: 3600 }, brief)).toBe(true);
});

test('an audit that usually takes hours is not stuck before it was silent for as long', () => {
  const long = { longestSeconds: 7200, audits: 3 };

  expect(isStuck({ elapsedSeconds: 30_000, secondsSinceChange: 7199 }, long)).toBe(false);
  expect(isStuck({ elapsedSeconds: 30_000, secondsSinceChange: 7200 }, long)).toBe(true);
});

describe('any audit', () => {
  test('stays stuck while it runs on in silence', () => {
    fc.assert(
      fc.property(progress, usual, seconds, seconds, (now, known, longer, moreSilent) => {
        const later = {
          elapsedSeconds: now.elapsedSeconds + longer,
          secondsSinceChange: now.secondsSinceChange + moreSilent,
        };

        if (isStuck(now, known)) expect(isStuck(later, known)).toBe(true);
      }),
    );
  });

  test('is not stuck within its usual duration, nor in the hour after it', () => {
    fc.assert(
      fc.property(usual, fc.double({ min: 0, max: 1, noNaN: true }), seconds, (known, part, secondsSinceChange) => {
        const elapsedSeconds = part * (known.longestSeconds + 3600);

        expect(isStuck({ elapsedSeconds, secondsSinceChange }, known)).toBe(false);
      }),
    );
  });

  test('is not stuck if any earlier audit took as long', () => {
    const run = fc.tuple(seconds, seconds).map(([a, b]) => ({ atLeast: Math.min(a, b), atMost: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 20 }), seconds, (earlier, secondsSinceChange) => {
        const known = usualCourse(earlier);

        for (const { atMost } of earlier) {
          expect(isStuck({ elapsedSeconds: atMost, secondsSinceChange }, known)).toBe(false);
        }
      }),
    );
  });

  test('is judged by the same measure whether it takes hours or days', () => {
    const hours = usual.map((known) => ({ ...known, longestSeconds: known.longestSeconds + 3600 }));
    fc.assert(
      fc.property(progress, hours, fc.integer({ min: 1, max: 50 }), (now, known, scale) => {
        const scaled = {
          elapsedSeconds: now.elapsedSeconds * scale,
          secondsSinceChange: now.secondsSinceChange * scale,
        };

        expect(isStuck(scaled, { ...known, longestSeconds: known.longestSeconds * scale })).toBe(isStuck(now, known));
      }),
    );
  });

  test('is never stuck when nothing is known of others', () => {
    fc.assert(
      fc.property(progress, (now) => {
        expect(isStuck(now, undefined)).toBe(false);
      }),
    );
  });
});
