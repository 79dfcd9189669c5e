import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditSchedule } from '../../../../lambda/audit/answer/aws-answers.ts';
import { firstRunThatCounts, missedRun, type RunHistory } from '../../../../lambda/audit/sweep/missed-run.ts';
import type { MissedRun } from '../../../../lambda/audit/watch/alert-kinds.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST_DAY = Date.UTC(2027, 5, 1);
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAYS_OF_MONTH = [...Array.from({ length: 31 }, (_, day) => String(day + 1)), 'LAST'];
const ALWAYS = new Date(0).toISOString();
const PERIOD_DAYS: Readonly<Record<string, number>> = { DAILY: 1, WEEKLY: 7, BIWEEKLY: 14, MONTHLY: 31 };

const schedule: fc.Arbitrary<AuditSchedule> = fc.oneof(
  fc.record({ name: fc.constant('A'), frequency: fc.constant('DAILY') }),
  fc.record({
    name: fc.constant('A'),
    frequency: fc.constantFrom('WEEKLY', 'BIWEEKLY'),
    dayOfWeek: fc.constantFrom(...WEEKDAYS),
  }),
  fc.record({
    name: fc.constant('A'),
    frequency: fc.constant('MONTHLY'),
    dayOfMonth: fc.constantFrom('29', '30', '31', 'LAST', ...DAYS_OF_MONTH),
  }),
);

/** A schedule that runs regularly for a year with a leap day in it. */
interface RegularAudit {
  readonly schedule: AuditSchedule;
  /** When its runs start, in order. */
  readonly starts: readonly number[];
}

/** At any time of day in any time zone, two hours sooner or later, with an hour's shift for a part of the year. */
const regular: fc.Arbitrary<RegularAudit> = fc
  .record({
    schedule,
    phase: fc.nat({ max: 1 }),
    time: fc.oneof(
      fc.integer({ min: -14 * HOUR, max: 36 * HOUR }),
      fc.constantFrom(-14 * HOUR, 0, 12 * HOUR, 36 * HOUR),
    ),
    scatter: fc.array(fc.oneof(fc.integer({ min: -2 * HOUR, max: 2 * HOUR }), fc.constantFrom(-2 * HOUR, 2 * HOUR)), {
      minLength: 1,
      maxLength: 30,
    }),
    shift: fc.constantFrom(-HOUR, 0, HOUR),
    shiftedFrom: fc.nat({ max: 365 }),
    shiftedDays: fc.nat({ max: 240 }),
  })
  .map(({ schedule, phase, time, scatter, shift, shiftedFrom, shiftedDays }) => {
    const starts = daysOf(schedule, phase).map((day, index) => {
      const isShifted = day >= FIRST_DAY + shiftedFrom * DAY && day < FIRST_DAY + (shiftedFrom + shiftedDays) * DAY;
      return day + time + (scatter[index % scatter.length] ?? 0) + (isShifted ? shift : 0);
    });
    return { schedule, starts };
  });

/** Slow and plain: goes through every day of the year, and of the two months before it. */
function daysOf({ frequency, dayOfWeek, dayOfMonth }: AuditSchedule, phase: number): number[] {
  const days = Array.from({ length: 430 }, (_, day) => FIRST_DAY + (day - 64) * DAY).filter((day) => {
    if (frequency === 'DAILY') return true;
    if (frequency !== 'MONTHLY') return WEEKDAYS[new Date(day).getUTCDay()] === dayOfWeek;
    const isLast = new Date(day + DAY).getUTCDate() === 1;
    const date = new Date(day).getUTCDate();
    return dayOfMonth === 'LAST' ? isLast : date === Number(dayOfMonth) || (isLast && date < Number(dayOfMonth));
  });
  return frequency === 'BIWEEKLY' ? days.filter((_, index) => index % 2 === phase) : days;
}

function isoOf(moment: number): string {
  return new Date(moment).toISOString();
}

/** What is known of a schedule besides its runs. */
type Known = Pick<RunHistory, 'knownSince' | 'runsCountFrom'>;

const LONG_KNOWN: Known = { knownSince: ALWAYS, runsCountFrom: ALWAYS };

/** Changed, or created again, at a moment: only its own runs count. */
function changedAt(moment: number): Known {
  return { knownSince: isoOf(moment), runsCountFrom: isoOf(moment) };
}

/** Seen by the very first sweep: it may be old. */
function firstSeenAt(moment: number, { frequency }: AuditSchedule): Known {
  return { knownSince: isoOf(moment), runsCountFrom: firstRunThatCounts(frequency, new Date(moment)) };
}

function missedAt(
  now: number,
  starts: readonly number[],
  { frequency }: AuditSchedule,
  known: Known,
): MissedRun | undefined {
  const last = starts.findLast((start) => start <= now);
  return missedRun({ ...known, frequency, lastStartedAt: last === undefined ? undefined : isoOf(last) }, new Date(now));
}

/** What is missed just before each run, when it is latest, and at some other moments, up to the last start. */
function falseAlarms(
  starts: readonly number[],
  schedule: AuditSchedule,
  known: Known,
  moments: readonly number[] = [],
): MissedRun[] {
  const justBefore = starts.map((start) => start - 1);
  return [...justBefore, ...moments.map((moment) => FIRST_DAY + moment)]
    .filter((now) => now < (starts.at(-1) ?? 0))
    .map((now) => missedAt(now, starts, schedule, known))
    .filter((missed) => missed !== undefined);
}

const moments = fc.array(fc.nat({ max: 360 * DAY }), { maxLength: 50 });

describe('an audit that runs regularly', () => {
  test('is never missed', () => {
    fc.assert(
      fc.property(regular, moments, fc.nat({ max: 300 * DAY }), ({ schedule, starts }, at, since) => {
        expect(falseAlarms(starts, schedule, changedAt(FIRST_DAY + since), at)).toEqual([]);
        expect(falseAlarms(starts, schedule, firstSeenAt(FIRST_DAY + since, schedule), at)).toEqual([]);
        expect(falseAlarms(starts.slice(1), schedule, changedAt(starts[0] ?? 0), at)).toEqual([]);
      }),
    );
  });

  test('is never missed after it was deleted and created again, whether a sweep saw it before or not', () => {
    fc.assert(
      fc.property(
        regular,
        moments,
        fc.nat({ max: 300 * DAY }),
        fc.nat({ max: 90 * DAY }),
        fc.boolean(),
        ({ schedule, starts }, at, deleted, pause, isFirstSweep) => {
          const created = FIRST_DAY + deleted + pause;
          const kept = starts.filter((start) => start < FIRST_DAY + deleted || start >= created);
          const known = isFirstSweep ? firstSeenAt(created, schedule) : changedAt(created);

          expect(falseAlarms(kept, schedule, known, [...at, deleted, deleted + pause])).toEqual([]);
        },
      ),
    );
  });

  test('is never missed after it was created again for another day and time', () => {
    fc.assert(
      fc.property(regular, regular, fc.nat({ max: 300 * DAY }), (before, after, changed) => {
        const since = FIRST_DAY + changed;
        const starts = [
          ...before.starts.filter((start) => start < since),
          ...after.starts.filter((start) => start >= since),
        ];

        expect(falseAlarms(starts, after.schedule, changedAt(since), [changed])).toEqual([]);
      }),
    );
  });
});

describe('a run that does not come', () => {
  /** Leaves out some runs, but neither the first nor the last. */
  function without(starts: readonly number[], position: number, count: number) {
    const first = 1 + (position % Math.max(1, starts.length - count - 1));
    const kept = starts.filter((_, index) => index < first || index >= first + count);
    return { kept, before: starts[first - 1], next: starts[first + count] };
  }

  function periodOf({ frequency }: AuditSchedule): number {
    return (PERIOD_DAYS[frequency ?? ''] ?? Number.NaN) * DAY;
  }

  test('is missed a period and five hours after the last start, as the same run, until the next one starts', () => {
    fc.assert(
      fc.property(regular, fc.nat(), fc.nat(), ({ schedule, starts }, position, wait) => {
        const { kept, before, next } = without(starts, position, 1);
        fc.pre(before !== undefined && next !== undefined);
        const dueAt = before + periodOf(schedule);
        const from = dueAt + 5 * HOUR + 1;
        // Two short months may be over sooner than a long one and its five hours.
        fc.pre(from < next);
        const at = (now: number) => missedAt(now, kept, schedule, LONG_KNOWN);

        expect(at(from - 1)).toBeUndefined();
        for (const now of [from, from + (wait % (next - from)), next - 1]) expect(at(now)?.dueAt).toBe(isoOf(dueAt));
        expect(at(next)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('is followed by the next one, every period a new one', () => {
    fc.assert(
      fc.property(
        regular,
        fc.nat({ max: 300 }),
        fc.integer({ min: 1, max: 40 }),
        ({ schedule, starts }, position, count) => {
          const [last] = starts.slice(position % starts.length);
          fc.pre(last !== undefined);

          const missed = Array.from({ length: count }, (_, index) =>
            missedAt(last + (index + 1) * periodOf(schedule) + 5 * HOUR + 1, [last], schedule, LONG_KNOWN),
          );

          expect(missed.map((run) => run?.dueAt)).toEqual(
            missed.map((_, index) => isoOf(last + (index + 1) * periodOf(schedule))),
          );
          expect(new Set(missed.map((run) => run?.day)).size).toBe(count);
        },
      ),
    );
  });
});

describe('anything at all', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom(...Object.keys(PERIOD_DAYS), '__proto__'));
  const anyYear = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
  const recently = fc.date({ min: new Date('2026-06-01'), max: new Date('2026-12-31'), noInvalidDate: true });
  const iso = fc.oneof(
    fc.string(),
    recently.map((date) => date.toISOString()),
    anyYear.map((date) => date.toISOString()),
    fc.constantFrom('2026-02-31T02:00:00Z', '9999-12-31T23:59:59.999Z', ALWAYS),
  );
  const history: fc.Arbitrary<RunHistory> = fc.record(
    { frequency: text, knownSince: iso, runsCountFrom: iso, lastStartedAt: iso, runsUnknownAt: iso },
    { requiredKeys: ['knownSince', 'runsCountFrom'] },
  );

  test('gives a run that was due after the last start, more than five hours ago, or none', () => {
    fc.assert(
      fc.property(history, fc.oneof(recently, anyYear), (given, now) => {
        const missed = missedRun(given, now);
        if (missed === undefined) return;

        const last = Date.parse(given.lastStartedAt ?? '');
        expect(Date.parse(missed.dueAt)).toBeLessThan(now.getTime() - 5 * HOUR);
        if (last >= Date.parse(given.runsCountFrom)) expect(Date.parse(missed.dueAt)).toBeGreaterThan(last);
        else expect(Date.parse(missed.dueAt)).toBeGreaterThan(Date.parse(given.knownSince));
        expect(missed.dueAt.startsWith(missed.day)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('is read without an error at any time, also an invalid one', () => {
    fc.assert(
      fc.property(history, fc.date({ noInvalidDate: false }), (given, now) => {
        expect(() => missedRun(given, now)).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });

  test('never goes back to an earlier run', () => {
    fc.assert(
      fc.property(history, recently, fc.nat({ max: 40 * DAY }), (given, now, later) => {
        const first = missedRun(given, now);
        const second = missedRun(given, new Date(now.getTime() + later));

        if (first !== undefined && second !== undefined) {
          expect(Date.parse(second.dueAt)).toBeGreaterThanOrEqual(Date.parse(first.dueAt));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
