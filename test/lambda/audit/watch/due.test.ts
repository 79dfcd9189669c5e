import { describe, expect, it } from '@jest/globals';
import {
  AWS_RETENTION_MS,
  dueAfterAttempt,
  dueAfterGivingUp,
  dueAfterLease,
  dueAfterTakeOver,
  isOutOfReach,
} from '../../../../lambda/audit/watch/due.ts';
import type { RegisteredAlert, Watch } from '../../../../lambda/audit/watch/watch.ts';
import { auditId } from '../../../builders.ts';

const NOW = new Date('2026-10-02T02:00:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PENDING: RegisteredAlert = {
  kind: 'RECOVERED',
  status: 'PENDING',
  poll: 1,
  registeredAt: '2026-10-02T01:00:00.000Z',
};
const ENDED = { endedAt: '2026-10-02T01:00:00.000Z', ledger: 'MOVED' } as const;

function watch(overrides: Partial<Watch> = {}): Watch {
  return {
    ...auditId(),
    execution: 'arn',
    leaseUntil: 0,
    dueAt: 0,
    poll: 1,
    watchedSince: '2026-10-02T01:00:00.000Z',
    alerts: {},
    expiresAt: 0,
    ...overrides,
  };
}

/** Minutes from a take-over to the next one, after so many. */
function backoffs(overrides: Partial<Watch>): number[] {
  return [0, 1, 2, 3, 7, 50].map(
    (takeOvers) => (dueAfterTakeOver(watch({ ...overrides, takeOvers }), NOW) - NOW.getTime()) / MINUTE_MS,
  );
}

describe('A watch with an attempt to publish an alert', () => {
  const attempt = { id: 'a', copies: 4, at: NOW.toISOString() };
  const nextAt = NOW.getTime() + 80 * MINUTE_MS;
  const due = (overrides: Partial<Watch>) => dueAfterAttempt(watch(overrides), 'TERMINAL', attempt);

  it('is due when the next attempt is, if nothing else is left', () => {
    expect(due({ ...ENDED, alerts: { TERMINAL: PENDING } })).toBe(nextAt);
  });

  it.each([
    ['another alert', { ...ENDED, alerts: { TERMINAL: PENDING, CHECK_FAILED: PENDING } }],
    ['the ledger', { ...ENDED, ledger: 'PENDING', alerts: { TERMINAL: PENDING } } as const],
    ['a poll', { alerts: { TERMINAL: PENDING } }],
  ])('is due after its lease for %s', (_, overrides) => {
    expect(due({ ...overrides, leaseUntil: NOW.getTime() })).toBe(NOW.getTime());
  });

  it('is due no earlier than it was, nor before its lease ends', () => {
    const late = nextAt + HOUR_MS;

    expect(due({ ...ENDED, alerts: { TERMINAL: PENDING }, dueAt: late })).toBe(late);
    expect(due({ ...ENDED, alerts: { TERMINAL: PENDING }, leaseUntil: late })).toBe(late);
    expect(due({ ...ENDED, alerts: {} })).toBe(0);
  });
});

describe('A watch is due', () => {
  it.each([
    ['when its lease has expired, for polls', {}, 0],
    ['when its lease has expired, for alerts', { ...ENDED, alerts: { TERMINAL: PENDING } }, 0],
    ['two hours later for findings, which renew no lease', { ...ENDED, findings: 'PENDING' }, 2 * HOUR_MS],
  ] as const)('%s', (_, overrides, later) => {
    expect(dueAfterLease(watch(overrides), 1000)).toBe(1000 + later);
  });

  it('again 15 minutes after the first take-over, then after twice as long, for polls and alerts after an hour at most', () => {
    expect(backoffs({})).toEqual([15, 30, 60, 60, 60, 60]);
    expect(backoffs({ ...ENDED, alerts: { TERMINAL: PENDING } })).toEqual([15, 30, 60, 60, 60, 60]);
  });

  it('after a day at most for findings', () => {
    expect(backoffs({ ...ENDED, findings: 'PENDING' })).toEqual([15, 30, 60, 120, 1440, 1440]);
  });

  it('15 minutes after it gave up, but not before its lease ends', () => {
    const inMinutes = (minutes: number) => NOW.getTime() + minutes * MINUTE_MS;

    expect(dueAfterGivingUp(watch(), NOW)).toBe(inMinutes(15));
    expect(dueAfterGivingUp(watch({ leaseUntil: inMinutes(20) }), NOW)).toBe(inMinutes(20));
  });

  it('after a day at most for an audit that was given up, and after an hour for the alert that says so', () => {
    const gaveUpAt = NOW.toISOString();

    expect(backoffs({ gaveUpAt })).toEqual([15, 30, 60, 120, 1440, 1440]);
    expect(backoffs({ gaveUpAt, alerts: { WATCHER_GAVE_UP: PENDING } })).toEqual([15, 30, 60, 60, 60, 60]);
  });

  it('15 minutes after its first take-over, which nothing has noted yet', () => {
    expect(dueAfterTakeOver(watch(), NOW)).toBe(NOW.getTime() + 15 * MINUTE_MS);
  });
});

describe('Findings', () => {
  const endedAt = new Date(NOW.getTime() - AWS_RETENTION_MS).toISOString();

  it('are out of reach once AWS has forgotten their audit', () => {
    expect(isOutOfReach(watch({ ...ENDED, endedAt, findings: 'PENDING' }), NOW)).toBe(true);
    expect(isOutOfReach(watch({ ...ENDED, findings: 'PENDING' }), NOW)).toBe(false);
  });

  it('do not take an unsent alert with them', () => {
    const unsent = watch({ ...ENDED, endedAt, findings: 'PENDING', alerts: { TERMINAL: PENDING } });

    expect(isOutOfReach(unsent, NOW)).toBe(false);
  });
});

describe('An audit that was given up', () => {
  const gaveUpAt = NOW.toISOString();
  const start = new Date(NOW.getTime() - AWS_RETENTION_MS).toISOString();

  it('is out of reach 90 days after its start, or after the start of its watch where that is unknown', () => {
    expect(isOutOfReach(watch({ gaveUpAt, auditStartTime: start }), NOW)).toBe(true);
    expect(isOutOfReach(watch({ gaveUpAt, watchedSince: start }), NOW)).toBe(true);
    expect(isOutOfReach(watch({ gaveUpAt, watchedSince: start, auditStartTime: gaveUpAt }), NOW)).toBe(false);
  });

  it('does not take the alert that says so with it', () => {
    const unsent = watch({ gaveUpAt, watchedSince: start, alerts: { WATCHER_GAVE_UP: PENDING } });

    expect(isOutOfReach(unsent, NOW)).toBe(false);
  });
});

it('A watch is out of reach for its findings alone, and in no hurry when nothing is left to do', () => {
  expect(backoffs(ENDED).at(-1)).toBe(24 * 60);
  expect(isOutOfReach(watch(ENDED), new Date(NOW.getTime() + 2 * AWS_RETENTION_MS))).toBe(false);
  expect(isOutOfReach(watch({ findings: 'PENDING' }), new Date(NOW.getTime() + 2 * AWS_RETENTION_MS))).toBe(false);
});
