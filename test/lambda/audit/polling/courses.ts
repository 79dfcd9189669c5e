import fc from 'fast-check';
import type { RunTime } from '../../../../lambda/audit/watch/course.ts';

/** How an audit may have gone: anything that a table may hold, from nothing to days, and what no audit can be. */
const anyRun: fc.Arbitrary<RunTime> = fc
  .record({
    moments: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3e5, noNaN: true }), fc.nat({ max: 90 })), {
      minLength: 2,
      maxLength: 22,
    }),
    trouble: fc.option(fc.double({ min: 0, max: 3e5, noNaN: true }), { nil: undefined }),
    tellsChecks: fc.boolean(),
  })
  .map(({ moments, trouble, tellsChecks }) => {
    const sorted = moments.toSorted((a, b) => a - b);
    return {
      atLeast: sorted.at(-2) ?? 0,
      atMost: sorted.at(-1) ?? 0,
      checksEndedAt: tellsChecks ? sorted : undefined,
      nonCompliantAt: trouble,
    };
  });

/** Earlier audits: none, one, wildly scattered ones, the same again and again, all over at once. */
export const anyHistory: fc.Arbitrary<readonly RunTime[]> = fc.oneof(
  fc.constant([]),
  fc.array(anyRun, { minLength: 1, maxLength: 12 }),
  fc.tuple(anyRun, fc.integer({ min: 2, max: 12 })).map(([run, times]) => new Array<RunTime>(times).fill(run)),
  fc.constant(new Array<RunTime>(10).fill({ atLeast: 0, atMost: 0, checksEndedAt: [0, 0, 0], nonCompliantAt: 0 })),
);
