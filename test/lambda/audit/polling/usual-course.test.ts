import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { usualCourse } from '../../../../lambda/audit/polling/usual-course.ts';
import type { RunTime } from '../../../../lambda/audit/watch/course.ts';
import { anyHistory } from './courses.ts';

const run: RunTime = { atLeast: 590, atMost: 610, checksEndedAt: [60, 300, 600], nonCompliantAt: 300 };

describe('the usual course of audits', () => {
  test('is unknown without a usable run time', () => {
    expect(usualCourse([])).toBeUndefined();
    expect(usualCourse([{ atLeast: Number.NaN, atMost: 5 }])).toBeUndefined();
  });

  test.each<RunTime>([
    { atLeast: -1, atMost: 9000 },
    { atLeast: 0, atMost: -1 },
    { atLeast: Number.NaN, atMost: 9000 },
    { atLeast: 0, atMost: Number.POSITIVE_INFINITY },
  ])('leaves out $atLeast to $atMost', (unreadable) => {
    expect(usualCourse([unreadable, run])).toEqual(usualCourse([run]));
  });

  test('of one audit is wide, for the next may differ', () => {
    expect(usualCourse([run])).toEqual({
      audits: 1,
      longestSeconds: 610,
      end: { medianSeconds: 600, spread: 0.1414, chance: 1 },
      nonCompliant: { medianSeconds: 300, spread: 0.1414, chance: 0.5 },
      milestones: [
        [10, 0.1414],
        [2, 0.1414],
        [1, 0.1414],
      ],
    });
  });

  test('of ten alike is narrow, of ten that differ is not', () => {
    const alike = usualCourse(new Array<RunTime>(10).fill(run));
    const scattered = usualCourse(Array.from({ length: 10 }, (_, index) => ({ atLeast: 0, atMost: 100 * 2 ** index })));

    expect(alike?.end).toEqual({ medianSeconds: 600, spread: 0.02406, chance: 1 });
    expect(scattered?.end.spread).toBeGreaterThan(2);
    expect(alike?.nonCompliant?.chance).toBeCloseTo(10 / 11, 3);
  });

  test('expects no non-compliant check when no audit had one', () => {
    expect(usualCourse([{ ...run, nonCompliantAt: undefined }])?.nonCompliant).toBeUndefined();
  });

  test('compares the checks of audits with as many checks as the newest only', () => {
    const other = { ...run, checksEndedAt: [1, 600] };

    expect(usualCourse([run, other])?.milestones).toEqual(usualCourse([run])?.milestones);
    expect(usualCourse([other, run])?.milestones).toEqual(usualCourse([other])?.milestones);
    expect(usualCourse([{ ...run, checksEndedAt: undefined }, run])?.milestones).toEqual([]);
    expect(usualCourse([{ ...run, checksEndedAt: [Number.NaN] }])?.milestones).toEqual([]);
  });

  test('is finite numbers of four digits, small enough to be stored with each poll', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        JSON.parse(JSON.stringify(usualCourse(history) ?? {}), (_key, value) => {
          expect(value).not.toBeNull();
          if (typeof value === 'number') expect(Number(value.toPrecision(4))).toBe(value);
          return value;
        });
      }),
    );
  });
});
