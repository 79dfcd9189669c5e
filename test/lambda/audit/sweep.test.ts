import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AWS_RETENTION_MS,
  HISTORY_SLICE_MS,
  isLate,
  LOOK_BACK_MS,
  oldestPendingAlertSeconds,
  planSweep,
  type SweepState,
  takeOverReason,
} from '../../../lambda/audit/sweep.ts';
import type { RegisteredAlert, Watch } from '../../../lambda/audit/watch.ts';

const NOW = new Date('2026-10-02T02:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const earlier = (ms: number) => new Date(NOW.getTime() - ms);
const ago = (ms: number) => earlier(ms).toISOString();

const pending: RegisteredAlert = { kind: 'CHECK_FAILED', status: 'PENDING', turn: 1, registeredAt: ago(2 * HOUR_MS) };
const sent: RegisteredAlert = { ...pending, status: 'SENT' };

function watch(overrides: Partial<Watch> = {}): Watch {
  return {
    taskId: 'a',
    execution: 'arn:aws:states:eu-west-1:123456789012:execution:loop:a',
    leaseUntil: NOW.getTime() - 1,
    turn: 1,
    watchedSince: ago(HOUR_MS),
    alerts: {},
    expiresAt: 0,
    ...overrides,
  };
}

describe('the plan of a sweep', () => {
  it('of the first one is the last day, all that still runs, and the oldest slice of the history', () => {
    const plan = planSweep({}, NOW);

    expect(plan.windows).toEqual([
      { from: earlier(LOOK_BACK_MS), to: NOW },
      { from: earlier(AWS_RETENTION_MS), to: earlier(LOOK_BACK_MS), runningOnly: true },
      { from: earlier(AWS_RETENTION_MS), to: earlier(AWS_RETENTION_MS - HISTORY_SLICE_MS) },
    ]);
    expect(plan.historyUntil).toBe(ago(AWS_RETENTION_MS - HISTORY_SLICE_MS));
  });

  it('goes on with the history where the last one stopped', () => {
    const state = { firstSweepAt: ago(300_000), lastSweepAt: ago(300_000), historyUntil: ago(50 * DAY_MS) };

    expect(planSweep(state, NOW).windows[2]).toEqual({ from: earlier(50 * DAY_MS), to: earlier(43 * DAY_MS) });
  });

  it('is the time since the last one with a day before it, once the history is known', () => {
    const state = { firstSweepAt: ago(60 * DAY_MS), lastSweepAt: ago(300_000), historyUntil: ago(61 * DAY_MS) };

    expect(planSweep(state, NOW).windows).toEqual([{ from: earlier(300_000 + LOOK_BACK_MS), to: NOW }]);
  });

  it('after days without any sweep covers all of them', () => {
    const state = { firstSweepAt: ago(60 * DAY_MS), lastSweepAt: ago(5 * DAY_MS), historyUntil: ago(61 * DAY_MS) };

    expect(planSweep(state, NOW).windows).toEqual([{ from: earlier(6 * DAY_MS), to: NOW }]);
  });

  it('never asks for more than AWS keeps, however long no sweep has run', () => {
    const state = { firstSweepAt: ago(500 * DAY_MS), lastSweepAt: ago(400 * DAY_MS), historyUntil: ago(501 * DAY_MS) };

    expect(planSweep(state, NOW).windows).toEqual([{ from: earlier(AWS_RETENTION_MS), to: NOW }]);
  });

  it('takes a state that cannot be read for none', () => {
    expect(planSweep({ firstSweepAt: 'x', lastSweepAt: 'y', historyUntil: 'z' }, NOW)).toEqual(planSweep({}, NOW));
  });

  it('lets no moment of the 90 days go unasked, whatever the pace of the sweeps', () => {
    const pauses = fc.array(fc.integer({ min: 60_000, max: 10 * DAY_MS }), { minLength: 30, maxLength: 60 });
    const sweepUntilDone = (gaps: readonly number[]) => {
      let state: SweepState = {};
      let now = NOW;
      const asked: { from: number; to: number }[] = [];
      for (const gap of gaps) {
        const plan = planSweep(state, now);
        for (const { from, to, runningOnly } of plan.windows) {
          expect(from.getTime()).toBeGreaterThanOrEqual(now.getTime() - AWS_RETENTION_MS);
          expect(to.getTime()).toBeGreaterThanOrEqual(from.getTime());
          if (!runningOnly) asked.push({ from: from.getTime(), to: to.getTime() });
        }
        const at = now.toISOString();
        state = { firstSweepAt: state.firstSweepAt ?? at, lastSweepAt: at, historyUntil: plan.historyUntil };
        now = new Date(now.getTime() + gap);
      }
      return { asked, isDone: planSweep(state, now).windows.length === 1, now };
    };

    fc.assert(
      fc.property(pauses, (gaps) => {
        const { asked, isDone, now } = sweepUntilDone(gaps);
        expect(isDone).toBe(true);
        // What AWS had forgotten before its slice came cannot be asked for any more.
        const lastSweep = now.getTime() - (gaps.at(-1) ?? 0);
        let covered = lastSweep - AWS_RETENTION_MS;
        for (const { from, to } of asked.toSorted((a, b) => a.from - b.from)) {
          if (to <= covered) continue;
          expect(from).toBeLessThanOrEqual(covered);
          covered = to;
        }
        expect(covered).toBe(lastSweep);
      }),
    );
  });
});

describe('a watch with work left', () => {
  it.each([
    ['whose execution died', {}, 'EXECUTION_DIED'],
    ['whose execution died with alerts pending', { alerts: { CHECK_FAILED: pending } }, 'EXECUTION_DIED'],
    ['with an alert that was never sent', { endedAt: ago(HOUR_MS), alerts: { TERMINAL: pending } }, 'ALERTS_PENDING'],
    [
      'without its findings',
      { endedAt: ago(3 * HOUR_MS), leaseUntil: NOW.getTime() - 2 * HOUR_MS },
      'FINDINGS_PENDING',
    ],
  ])('%s needs a new execution', (_, overrides, reason) => {
    expect(takeOverReason(watch({ findings: 'PENDING', ...overrides }), NOW)).toBe(reason);
  });

  it.each([
    ['while its lease lasts', { leaseUntil: NOW.getTime() }],
    ['for findings that may still be stored', { endedAt: ago(3 * HOUR_MS), leaseUntil: NOW.getTime() - HOUR_MS }],
    ['for its findings so soon after the last try', { endedAt: ago(DAY_MS), leaseUntil: NOW.getTime() - HOUR_MS }],
    ['for findings that AWS has forgotten', { endedAt: ago(91 * DAY_MS), leaseUntil: NOW.getTime() - 80 * DAY_MS }],
  ])('needs none %s', (_, overrides) => {
    expect(takeOverReason(watch({ findings: 'PENDING', ...overrides }), NOW)).toBeUndefined();
  });
});

describe('the oldest pending alert', () => {
  it('is the one that was registered first', () => {
    const younger = { ...pending, registeredAt: ago(60_000) };

    expect(oldestPendingAlertSeconds([watch({ alerts: { CHECK_FAILED: younger, TERMINAL: pending } })], NOW)).toBe(
      7200,
    );
  });

  it('is none when all are sent', () => {
    expect(oldestPendingAlertSeconds([watch(), watch({ alerts: { TERMINAL: sent } })], NOW)).toBe(0);
  });
});

describe('an audit that was over when it was found', () => {
  it.each([
    ['a day before there was any sweep', ago(25 * HOUR_MS), undefined, true],
    ['less than a day before there was any sweep', ago(23 * HOUR_MS), undefined, false],
    ['a day before the first sweep', ago(60 * DAY_MS), ago(58 * DAY_MS), true],
    ['after the first sweep, days ago', ago(3 * DAY_MS), ago(58 * DAY_MS), false],
    ['nobody knows when', undefined, undefined, false],
  ])('and began %s', (_, startedAt, firstSweepAt, late) => {
    expect(isLate(startedAt, firstSweepAt, 24, NOW)).toBe(late);
  });
});
