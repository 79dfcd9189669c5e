import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  HISTORY_SLICE_MS,
  isKnownAudit,
  isLate,
  LOOK_BACK_MS,
  mayBeAnyRun,
  oldestPendingAlertSeconds,
  planSweep,
  predatesWatcher,
  reachAfter,
  runsUnknownAt,
  type SweepState,
  type SweepWindow,
  unreadSeconds,
  unwatchedSeconds,
} from '../../../../lambda/audit/sweep/sweep.ts';
import { AWS_RETENTION_MS } from '../../../../lambda/audit/watch/due.ts';
import type { RegisteredAlert, Watch } from '../../../../lambda/audit/watch/watch.ts';
import { auditId } from '../../../builders.ts';

const NOW = new Date('2026-10-02T02:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const earlier = (ms: number) => new Date(NOW.getTime() - ms);
const ago = (ms: number) => earlier(ms).toISOString();

const pending: RegisteredAlert = { kind: 'CHECK_FAILED', status: 'PENDING', poll: 1, registeredAt: ago(2 * HOUR_MS) };
const sent: RegisteredAlert = { ...pending, status: 'SENT' };

function watch(overrides: Partial<Watch> = {}): Watch {
  return {
    ...auditId('a'),
    execution: 'arn:aws:states:eu-west-1:123456789012:execution:loop:a',
    leaseUntil: NOW.getTime() - 1,
    dueAt: NOW.getTime() - 1,
    poll: 1,
    watchedSince: ago(HOUR_MS),
    alerts: {},
    expiresAt: 0,
    ...overrides,
  };
}

/** How far sweeps have come that found everything watched. */
const known = (state: SweepState): SweepState => ({ coveredUntil: state.lastSweepAt, ...state });
const LONG_KNOWN = { firstSweepAt: ago(60 * DAY_MS), historyUntil: ago(61 * DAY_MS) };

describe('the plan of a sweep', () => {
  it('of the first one is the last day, all that still runs, and the oldest slice of the history', () => {
    expect(planSweep({}, NOW)).toEqual({
      recent: [{ from: earlier(LOOK_BACK_MS), to: NOW }],
      running: { from: earlier(AWS_RETENTION_MS), to: earlier(LOOK_BACK_MS), runningOnly: true },
      history: { from: earlier(AWS_RETENTION_MS), to: earlier(AWS_RETENTION_MS - HISTORY_SLICE_MS) },
      reached: { coveredUntil: ago(0), historyUntil: ago(AWS_RETENTION_MS) },
    });
  });

  it('goes on with the history where the last one stopped', () => {
    const state = known({ firstSweepAt: ago(300_000), lastSweepAt: ago(300_000), historyUntil: ago(50 * DAY_MS) });

    expect(planSweep(state, NOW).history).toEqual({ from: earlier(50 * DAY_MS), to: earlier(43 * DAY_MS) });
  });

  it('is the time since the last one with a day before it, once the history is known', () => {
    const { recent, running, history } = planSweep(known({ ...LONG_KNOWN, lastSweepAt: ago(300_000) }), NOW);

    expect(recent).toEqual([{ from: earlier(300_000 + LOOK_BACK_MS), to: NOW }]);
    expect([running, history]).toEqual([undefined, undefined]);
  });

  it('after days without any sweep covers all of them', () => {
    const state = known({ ...LONG_KNOWN, lastSweepAt: ago(5 * DAY_MS) });

    expect(planSweep(state, NOW).recent).toEqual([{ from: earlier(6 * DAY_MS), to: NOW }]);
  });

  it('goes back to where everything was watched, however many sweeps there were since', () => {
    const state = { ...LONG_KNOWN, lastSweepAt: ago(300_000), coveredUntil: ago(4 * DAY_MS) };

    expect(planSweep(state, NOW).recent).toEqual([
      { from: earlier(5 * DAY_MS), to: earlier(300_000) },
      { from: earlier(300_000), to: NOW },
    ]);
  });

  it('of a sweep beside one that has just ended is one span', () => {
    const state = { ...LONG_KNOWN, lastSweepAt: ago(0), coveredUntil: ago(300_000) };

    expect(planSweep(state, NOW).recent).toEqual([{ from: earlier(300_000 + LOOK_BACK_MS), to: NOW }]);
  });

  it('takes what a version without that mark left for watched', () => {
    const { coveredUntil: _, ...state } = known({ ...LONG_KNOWN, lastSweepAt: ago(300_000) });

    expect(planSweep(state, NOW)).toEqual(planSweep(known(state), NOW));
  });

  it('never asks for more than AWS keeps, however long no sweep has run', () => {
    const state = { firstSweepAt: ago(500 * DAY_MS), lastSweepAt: ago(400 * DAY_MS), historyUntil: ago(501 * DAY_MS) };

    for (const coveredUntil of [ago(400 * DAY_MS), ago(450 * DAY_MS)]) {
      expect(planSweep({ ...state, coveredUntil }, NOW).recent).toEqual([{ from: earlier(AWS_RETENTION_MS), to: NOW }]);
    }
  });

  it('takes a state that cannot be read for none', () => {
    const unreadable = { firstSweepAt: 'x', lastSweepAt: 'y', coveredUntil: 'w', historyUntil: 'z' };

    expect(planSweep(unreadable, NOW)).toEqual(planSweep({}, NOW));
  });

  it('lets no moment of the 90 days go unwatched, whatever the pace of the sweeps and however late watches begin', () => {
    const sweeps = fc.array(fc.record({ gap: fc.integer({ min: 60_000, max: 10 * DAY_MS }), isBlind: fc.boolean() }), {
      minLength: 60,
      maxLength: 75,
    });
    /** What a blind sweep lists for the first time gets no watch. */
    const sweepAll = (all: readonly { readonly gap: number; readonly isBlind: boolean }[]) => {
      let state: SweepState = {};
      let now = NOW;
      const watched: { from: number; to: number }[] = [];
      for (const { gap, isBlind } of all) {
        const plan = planSweep(state, now);
        const windows = [...plan.recent, ...(plan.history ? [plan.history] : [])];
        for (const { from, to } of windows) {
          expect(from.getTime()).toBeGreaterThanOrEqual(now.getTime() - AWS_RETENTION_MS);
          expect(to.getTime()).toBeGreaterThanOrEqual(from.getTime());
        }
        const reach = reachAfter(plan, () => !isBlind, 0);
        if (!isBlind) watched.push(...windows.map(({ from, to }) => ({ from: from.getTime(), to: to.getTime() })));
        const at = now.toISOString();
        state = { firstSweepAt: state.firstSweepAt ?? at, lastSweepAt: at, ...reach };
        now = new Date(now.getTime() + gap);
      }
      return { watched, now };
    };

    fc.assert(
      fc.property(sweeps, (all) => {
        // The last ones see well: enough of them for the whole history.
        const { watched, now } = sweepAll(all.map(({ gap, isBlind }, n) => ({ gap, isBlind: isBlind && n < 25 })));
        const lastSweep = now.getTime() - (all.at(-1)?.gap ?? 0);
        // What AWS had forgotten before its slice came cannot be asked for any more.
        let covered = lastSweep - AWS_RETENTION_MS;
        for (const { from, to } of watched.toSorted((a, b) => a.from - b.from)) {
          if (to <= covered) continue;
          expect(from).toBeLessThanOrEqual(covered);
          covered = to;
        }
        expect(covered).toBe(lastSweep);
      }),
    );
  });
});

describe('the reach of the sweeps', () => {
  const lagging = planSweep({ ...LONG_KNOWN, lastSweepAt: ago(300_000), coveredUntil: ago(4 * DAY_MS) }, NOW);
  const [older, newer] = lagging.recent;

  it.each([
    ['all is watched', [older, newer], ago(0)],
    ['only what is new is not watched yet', [older], ago(300_000)],
    ['something older is not watched yet', [newer], ago(4 * DAY_MS)],
    ['nothing is watched', [], ago(4 * DAY_MS)],
  ])('when %s', (_, watched, coveredUntil) => {
    const reach = reachAfter(lagging, (window) => watched.includes(window), 0);

    expect(reach).toEqual({ coveredUntil, historyUntil: LONG_KNOWN.historyUntil });
  });

  it('goes on to the next slice of the history only when all of this one are watched', () => {
    const plan = planSweep({ historyListed: 0 }, NOW);

    expect(reachAfter(plan, () => true, 0).historyUntil).toBe(ago(AWS_RETENTION_MS - HISTORY_SLICE_MS));
    expect(reachAfter(plan, () => false, 0).historyUntil).toBe(ago(AWS_RETENTION_MS));
  });

  it.each([
    ['no sweep has listed before', undefined, 0],
    ['in which fewer audits were listed before', 2, 3],
    ['in which more audits were listed before', 3, 2],
  ])('stays before a slice of the history %s', (_, historyListed, listed) => {
    const reach = reachAfter(planSweep({ historyListed }, NOW), () => true, listed);

    expect(reach).toMatchObject({ historyUntil: ago(AWS_RETENTION_MS), historyListed: listed });
  });

  it('forgets how many audits were listed once it goes on', () => {
    const reach = reachAfter(planSweep({ historyListed: 3 }, NOW), () => true, 3);

    expect(reach).not.toHaveProperty('historyListed');
  });
});

describe('audits that nobody watches', () => {
  it.each([
    ['have waited since an earlier sweep found them', ago(300_000), ago(2 * HOUR_MS), 7200],
    ['are none when they are just found', ago(300_000), ago(300_000), 0],
    ['are none when all are watched', ago(300_000), ago(0), 0],
    ['are none for the first sweep', undefined, ago(0), 0],
  ])('%s', (_, lastSweepAt, coveredUntil, seconds) => {
    expect(unwatchedSeconds({ lastSweepAt }, { coveredUntil, historyUntil: ago(0) }, NOW)).toBe(seconds);
  });
});

describe('audits from before the deployment', () => {
  const listed = { taskId: 'old', isOnDemand: false };
  const plan = planSweep({}, NOW);
  const listedIn = (...windows: readonly (SweepWindow | undefined)[]) =>
    predatesWatcher(plan, (window) => (windows.includes(window) ? [listed] : []), listed);

  it('are those that only the slice of the history lists', () => {
    expect(listedIn(plan.history)).toBe(true);
    expect(listedIn(plan.history, plan.running)).toBe(false);
    expect(listedIn(plan.history, plan.recent[0])).toBe(false);
  });

  it('have been unread since the first of them gave up in silence', () => {
    const silent = watch({ gaveUpAt: ago(HOUR_MS) });
    const older = watch({ gaveUpAt: ago(3 * HOUR_MS) });
    const sentTo = watch({ gaveUpAt: ago(DAY_MS), alerts: { WATCHER_GAVE_UP: sent } });

    expect(unreadSeconds([silent, older, sentTo, watch()], NOW)).toBe(3 * 3600);
    expect(unreadSeconds([sentTo, watch()], NOW)).toBe(0);
  });
});

describe('a listed audit', () => {
  const unseen = { watchedSince: ago(HOUR_MS), isOpen: true };

  it.each([
    ['that nobody watches', undefined, { scheduled: false, onDemand: false }],
    ['that nobody has polled yet', unseen, { scheduled: false, onDemand: true }],
    ['that somebody has polled', { ...unseen, auditName: 'Nightly' }, { scheduled: true, onDemand: true }],
    ['whose watch gave up without a poll', { ...unseen, gaveUpAt: ago(0) }, { scheduled: true, onDemand: true }],
    ['whose watch ended without a name', { ...unseen, endedAt: ago(0) }, { scheduled: true, onDemand: true }],
    ['whose watch was closed without a poll', { ...unseen, isOpen: false }, { scheduled: true, onDemand: true }],
    ['whose watch cannot be read', { ...unseen, isUnreadable: true }, { scheduled: true, onDemand: true }],
  ])('%s is known, or is to be listed again, and may be the run of a schedule', (_, watch, { scheduled, onDemand }) => {
    expect(isKnownAudit({ taskId: 'a', isOnDemand: false }, watch)).toBe(scheduled);
    expect(isKnownAudit({ taskId: 'a', isOnDemand: true }, watch)).toBe(onDemand);
    expect(mayBeAnyRun({ taskId: 'a', isOnDemand: false }, watch)).toBe(!scheduled);
    expect(mayBeAnyRun({ taskId: 'a', isOnDemand: true }, watch)).toBe(false);
  });
});

describe('runs that nobody can name', () => {
  const listed = [
    { taskId: 'scheduled', isOnDemand: false },
    { taskId: 'on-demand', isOnDemand: true },
  ];
  const ended = { endedAt: ago(0), watchedSince: ago(HOUR_MS), isOpen: true };

  it.each([
    ['are those whose watch ended before its first poll', { scheduled: ended }, ago(HOUR_MS)],
    [
      'are those whose watch gave up before its first poll',
      { scheduled: { ...ended, endedAt: undefined, gaveUpAt: ago(0) } },
      ago(HOUR_MS),
    ],
    [
      'are those whose watch somebody closed before its first poll',
      { scheduled: { watchedSince: ago(HOUR_MS), isOpen: false } },
      ago(HOUR_MS),
    ],
    ['are none of those that still are watched', { scheduled: { ...ended, endedAt: undefined } }, undefined],
    [
      'are those whose watch cannot be read, up to now if it does not say since when',
      { scheduled: { isOpen: true, isUnreadable: true } },
      ago(0),
    ],
    ['are none of those with a name', { scheduled: { ...ended, auditName: 'Nightly' } }, undefined],
    ['are no audits on demand', { 'on-demand': ended }, undefined],
    ['are none of those without a watch', {}, undefined],
  ])('%s', (_, watches, moment) => {
    expect(runsUnknownAt({}, listed, new Map(Object.entries(watches)), NOW)).toBe(moment);
  });

  it('stay so when later sweeps do not list them any more', () => {
    expect(runsUnknownAt({ runsUnknownAt: ago(DAY_MS) }, [], new Map(), NOW)).toBe(ago(DAY_MS));
    const watches = new Map([['scheduled', ended]]);
    expect(runsUnknownAt({ runsUnknownAt: ago(DAY_MS) }, listed, watches, NOW)).toBe(ago(HOUR_MS));
    expect(runsUnknownAt({ runsUnknownAt: ago(0) }, listed, watches, NOW)).toBe(ago(0));
  });
});

describe('the oldest pending alert', () => {
  it('is the one that was registered first', () => {
    const younger = { ...pending, registeredAt: ago(60_000) };

    const watches = [watch({ alerts: { CHECK_FAILED: younger, TERMINAL: pending } })];

    expect(oldestPendingAlertSeconds(watches, [], NOW)).toBe(7200);
    expect(oldestPendingAlertSeconds(watches, [{ judgedAt: ago(HOUR_MS) }], NOW)).toBe(7200);
    expect(oldestPendingAlertSeconds(watches, [{ judgedAt: ago(3 * HOUR_MS) }], NOW)).toBe(10_800);
  });

  it('is none when all are sent', () => {
    expect(oldestPendingAlertSeconds([watch(), watch({ alerts: { TERMINAL: sent } })], [], NOW)).toBe(0);
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
