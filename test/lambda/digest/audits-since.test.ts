import { describe, expect, test } from '@jest/globals';
import type { Watch } from '../../../lambda/audit/watch/watch.ts';
import { NO_AUDITS, withAudit } from '../../../lambda/digest/audits-since.ts';
import { auditId, buildGaveUp } from '../../builders.ts';

const [BEFORE, SINCE, WITHIN, UNTIL, AFTER] = [4, 5, 6, 7, 8].map((day) => `2026-10-0${day}T06:00:00.000Z`) as [
  string,
  string,
  string,
  string,
  string,
];
const gaveUp = (registeredAt: string): Watch['alerts'] => ({
  WATCHER_GAVE_UP: { kind: 'WATCHER_GAVE_UP', status: 'SENT', poll: 0, registeredAt, gaveUp: buildGaveUp() },
});

/** What these audits come to. */
function audits(...watches: Partial<Watch>[]) {
  const whole = watches.map(
    (watch): Watch => ({
      ...auditId('abc'),
      execution: 'arn',
      leaseUntil: 0,
      dueAt: 0,
      poll: 1,
      watchedSince: SINCE,
      expiresAt: 0,
      alerts: {},
      ...watch,
    }),
  );
  return whole.reduce((sum, watch) => withAudit(sum, watch, SINCE, UNTIL), NO_AUDITS);
}

describe('the audits of some time', () => {
  test('are those that ended in it, by their status', () => {
    const ended = (endedAt: string, taskStatus?: string) => ({ endedAt, taskStatus });

    expect(
      audits(
        ended(BEFORE, 'COMPLETED'),
        ended(SINCE, 'COMPLETED'),
        ended(WITHIN, 'COMPLETED'),
        ended(UNTIL, 'COMPLETED'),
        ended(WITHIN, 'FAILED'),
        ended(WITHIN),
        ended(AFTER, 'COMPLETED'),
      ),
    ).toEqual({ ended: { COMPLETED: 2, FAILED: 1, UNKNOWN: 1 }, running: 0, givenUp: [] });
  });

  test('are those that still run', () => {
    expect(audits({}, {}, { gaveUpAt: WITHIN }).running).toBe(2);
  });

  test('are not those that were found late: they had ended before', () => {
    expect(audits({ endedAt: WITHIN, taskStatus: 'COMPLETED', late: true })).toEqual(NO_AUDITS);
  });

  test('are those that the watcher gave up in it, with what became of them', () => {
    const { givenUp } = audits(
      { taskId: 'early', alerts: gaveUp(BEFORE), gaveUpAt: BEFORE },
      { taskId: 'open', alerts: gaveUp(WITHIN), gaveUpAt: WITHIN },
      { taskId: 'over', alerts: gaveUp(WITHIN), endedAt: UNTIL, auditName: 'Nightly' },
      { taskId: 'silent', gaveUpAt: WITHIN },
    );

    expect(givenUp).toEqual([
      { taskId: 'open', auditName: undefined, gaveUpAt: WITHIN, errorName: buildGaveUp().errorName, hasEnded: false },
      { taskId: 'over', auditName: 'Nightly', gaveUpAt: WITHIN, errorName: buildGaveUp().errorName, hasEnded: true },
    ]);
  });
});
