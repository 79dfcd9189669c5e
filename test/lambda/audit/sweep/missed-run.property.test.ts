import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AuditSchedule,
  type MissedRun,
  missedRun,
  type ScheduleHistory,
} from '../../../../lambda/audit/sweep/missed-run.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST_DAY = Date.UTC(2027, 5, 1);
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAYS_OF_MONTH = [...Array.from({ length: 31 }, (_, day) => String(day + 1)), 'LAST'];
const ALWAYS = new Date(0).toISOString();
/** Before the first run of the year. */
const LONG_KNOWN = new Date(FIRST_DAY - DAY).toISOString();

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

/** A run as it should be: the day it is for, and when it starts. */
interface Run {
  readonly day: string;
  readonly startsAt: number;
}

/** A schedule that runs regularly for a year with a leap day in it. */
interface RegularAudit {
  readonly schedule: AuditSchedule;
  readonly runs: readonly Run[];
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
    const runs = daysOf(schedule, phase).map((day, index) => {
      const isShifted = day >= FIRST_DAY + shiftedFrom * DAY && day < FIRST_DAY + (shiftedFrom + shiftedDays) * DAY;
      const startsAt = day + time + (scatter[index % scatter.length] ?? 0) + (isShifted ? shift : 0);
      return { day: isoOf(day).slice(0, 10), startsAt };
    });
    return { schedule, runs };
  });

/** Slow and plain: looks at every day of the year. */
function daysOf({ frequency, dayOfWeek, dayOfMonth }: AuditSchedule, phase: number): number[] {
  const days = Array.from({ length: 366 }, (_, day) => FIRST_DAY + day * DAY).filter((day) => {
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

function missedAt(now: number, runs: readonly Run[], history: Omit<ScheduleHistory, 'starts'>): MissedRun | undefined {
  return missedRun({ ...history, starts: runs.map(({ startsAt }) => isoOf(startsAt)) }, new Date(now));
}

/** What is missed when a run is most overdue, and at some other moments, up to the last start. */
function falseAlarms(runs: readonly Run[], history: Omit<ScheduleHistory, 'starts'>, moments: readonly number[] = []) {
  const justBefore = runs.map(({ startsAt }) => startsAt - 1);
  return [...justBefore, ...moments.map((moment) => FIRST_DAY + moment)]
    .filter((now) => now < (runs.at(-1)?.startsAt ?? 0))
    .map((now) => missedAt(now, runsAround(runs, now), history))
    .filter((missed) => missed !== undefined);
}

/** What can matter at a moment: some runs before it, and one more that has not started yet. */
function runsAround(runs: readonly Run[], now: number): Run[] {
  const next = runs.findIndex(({ startsAt }) => startsAt > now);
  const end = next === -1 ? runs.length : next + 1;
  return runs.slice(Math.max(0, end - 9), end);
}

const moments = fc.array(fc.nat({ max: 360 * DAY }), { maxLength: 50 });

describe('an audit that runs regularly', () => {
  test('is never missed', () => {
    fc.assert(
      fc.property(regular, moments, fc.nat({ max: 380 * DAY }), ({ schedule, runs }, at, since) => {
        const history = { schedule, knownSince: since > 300 * DAY ? LONG_KNOWN : isoOf(FIRST_DAY + since) };

        expect(falseAlarms(runs, history, at)).toEqual([]);
      }),
    );
  });

  test('is never missed after it was deleted and made anew, whether its start time is learned anew or not', () => {
    fc.assert(
      fc.property(
        regular,
        moments,
        fc.nat({ max: 300 * DAY }),
        fc.nat({ max: 90 * DAY }),
        fc.boolean(),
        ({ schedule, runs }, at, deleted, pause, isLearnedAnew) => {
          const knownSince = FIRST_DAY + deleted + pause;
          const kept = runs.filter(({ startsAt }) => startsAt < FIRST_DAY + deleted || startsAt >= knownSince);
          const since = isoOf(knownSince);
          const history = { schedule, knownSince: since, learnFrom: isLearnedAnew ? since : undefined };

          expect(falseAlarms(kept, history, [...at, deleted, deleted + pause])).toEqual([]);
        },
      ),
    );
  });

  test('is never missed after it was made anew for another day and time', () => {
    fc.assert(
      fc.property(regular, regular, fc.nat({ max: 300 * DAY }), (before, after, changed) => {
        const since = FIRST_DAY + changed;
        const runs = [
          ...before.runs.filter(({ startsAt }) => startsAt < since),
          ...after.runs.filter(({ startsAt }) => startsAt >= since),
        ];
        const history = { schedule: after.schedule, knownSince: isoOf(since), learnFrom: isoOf(since) };

        expect(falseAlarms(runs, history, [changed])).toEqual([]);
      }),
    );
  });
});

describe('a run that does not come', () => {
  /** Latest moment at which it is told of: it is expected up to 5 h later than meant, with up to 8 h of patience. */
  const TOLD_AFTER = 13 * HOUR;

  function without(runs: readonly Run[], position: number, count: number) {
    const first = 1 + (position % Math.max(1, runs.length - count - 1));
    const skipped = runs.slice(first, first + count);
    return { kept: runs.filter((run) => !skipped.includes(run)), skipped, next: runs[first + count] };
  }

  /** A daily run that is meant for midnight may count for either day. */
  function isSame(missed: MissedRun | undefined, run: Run, { frequency }: AuditSchedule): boolean {
    if (missed === undefined) return false;
    return frequency === 'DAILY'
      ? Math.abs(Date.parse(missed.dueAt) - run.startsAt) <= 5 * HOUR && missed.dueAt.startsWith(missed.day)
      : missed.day === run.day;
  }

  test('is missed, as the same run, until the next one starts', () => {
    fc.assert(
      fc.property(
        regular,
        fc.nat(),
        fc.array(fc.nat({ max: 30 * DAY }), { maxLength: 20 }),
        (audit, position, waits) => {
          const { kept, skipped, next } = without(audit.runs, position, 1);
          const [run] = skipped;
          if (run === undefined || next === undefined) return;
          const history = { schedule: audit.schedule, knownSince: ALWAYS };
          const told = run.startsAt + TOLD_AFTER;
          const at = (now: number) => missedAt(now, runsAround(kept, now), history);

          const tellings = [0, ...waits.map((wait) => wait % (next.startsAt - told)), next.startsAt - told - 1].map(
            (wait) => at(told + wait),
          );

          expect(tellings.every((missed) => isSame(missed, run, audit.schedule))).toBe(true);
          expect(new Set(tellings.map((missed) => JSON.stringify(missed))).size).toBe(1);
          expect(at(next.startsAt)).toBeUndefined();
          expect(at(run.startsAt - 1)).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is missed although the one before came late', () => {
    fc.assert(
      fc.property(regular, fc.nat(), fc.integer({ min: 0, max: 14 * HOUR }), ({ schedule, runs }, position, delay) => {
        const first = 4 + (position % Math.max(1, runs.length - 5)); // fewer may not tell which of them came late
        const [late, run] = runs.slice(first, first + 2);
        if (late === undefined || run === undefined) return;
        const history = [...runs.slice(0, first), { ...late, startsAt: late.startsAt + delay }].slice(-9);

        const missed = missedAt(run.startsAt + 20 * HOUR, history, { schedule, knownSince: ALWAYS });

        expect(isSame(missed, run, schedule)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('is followed by the next one, every day a new one', () => {
    const daily = regular.filter(({ schedule }) => schedule.frequency === 'DAILY');
    fc.assert(
      fc.property(
        daily,
        fc.nat({ max: 300 }),
        fc.integer({ min: 1, max: 40 }),
        ({ schedule, runs }, position, days) => {
          const { kept, skipped } = without(runs, position, days);
          const history = { schedule, knownSince: ALWAYS };

          const told = skipped.map((_, index) => {
            const now = (skipped[0]?.startsAt ?? 0) + TOLD_AFTER + index * DAY;
            return missedAt(now, runsAround(kept, now), history);
          });

          const first = Date.parse(told[0]?.dueAt ?? '');
          expect(told.map((missed) => missed?.dueAt)).toEqual(told.map((_, index) => isoOf(first + index * DAY)));
          expect(new Set(told.map((missed) => missed?.day)).size).toBe(days);
        },
      ),
    );
  });
});

describe('an audit without any run', () => {
  test('is missed when its first day, of a biweekly one the second, has passed everywhere', () => {
    fc.assert(
      fc.property(schedule, fc.nat({ max: 300 * DAY }), (given, since) => {
        const known = FIRST_DAY + since;
        const history = { schedule: given, knownSince: isoOf(known), starts: [] };
        const weekly = { ...given, frequency: given.frequency === 'BIWEEKLY' ? 'WEEKLY' : given.frequency };
        const days = daysOf(weekly, 0).filter((day) => day - 17 * HOUR > known);
        const day = days[given.frequency === 'BIWEEKLY' ? 1 : 0];
        if (day === undefined) return;
        const told = day + 41 * HOUR;

        expect(missedRun(history, new Date(told - 1))).toBeUndefined();
        expect(missedRun(history, new Date(told))).toEqual({
          day: isoOf(day).slice(0, 10),
          dueAt: isoOf(day + 36 * HOUR),
          isLearned: false,
        });
        expect(missedRun({ ...history, starts: [isoOf(told - 1)] }, new Date(told))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('anything at all', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('DAILY', 'WEEKLY', 'BIWEEKLY', 'MONTHLY', 'SUN', 'FRI', 'LAST', '31', '1', '__proto__'),
  );
  const anyYear = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
  const recently = fc.date({ min: new Date('2026-06-01'), max: new Date('2026-12-31'), noInvalidDate: true });
  const iso = fc.oneof(
    fc.string(),
    recently.map((date) => date.toISOString()),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('2026-02-31T02:00:00Z', '9999-12-31T23:59:59.999Z', ALWAYS),
  );
  const history: fc.Arbitrary<ScheduleHistory> = fc.record({
    schedule: fc.oneof(
      schedule,
      fc.record({ name: text, frequency: text, dayOfWeek: text, dayOfMonth: text }, { requiredKeys: ['name'] }),
    ),
    knownSince: iso,
    learnFrom: fc.option(iso, { nil: undefined }),
    starts: fc.array(iso, { maxLength: 12 }),
  });

  test('gives a run that was due when the schedule was known, or none', () => {
    fc.assert(
      fc.property(history, fc.oneof(recently, anyYear), (given, now) => {
        const missed = missedRun(given, now);
        if (missed === undefined) return;

        expect(Date.parse(missed.dueAt)).toBeLessThan(now.getTime());
        expect(Date.parse(missed.dueAt)).toBeGreaterThan(Date.parse(given.knownSince));
        expect(Math.abs(Date.parse(missed.dueAt) - Date.parse(missed.day))).toBeLessThanOrEqual(39 * HOUR);
        if (missed.lastStartedAt !== undefined) {
          expect(Date.parse(missed.lastStartedAt)).toBeLessThanOrEqual(now.getTime());
        }
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

  test('gives the same whatever the order of the starts', () => {
    fc.assert(
      fc.property(history, recently, (given, now) => {
        const starts = given.starts.toReversed();

        expect(missedRun({ ...given, starts }, now)).toEqual(missedRun(given, now));
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
          expect(Date.parse(second.day)).toBeGreaterThanOrEqual(Date.parse(first.day));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
