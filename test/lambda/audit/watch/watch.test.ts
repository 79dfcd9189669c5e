import { expect, test } from '@jest/globals';
import { isDone, pendingSlots, type RegisteredAlert, type Watch } from '../../../../lambda/audit/watch/watch.ts';
import { auditId } from '../../../builders.ts';

test('pendingSlots names what is not out yet, in the order of sending', () => {
  const alert: RegisteredAlert = {
    kind: 'CHECK_FAILED',
    status: 'PENDING',
    poll: 1,
    registeredAt: '2026-10-02T02:00:00Z',
  };

  expect(
    pendingSlots({
      WATCHER_GAVE_UP: alert,
      AUDIT_STUCK: alert,
      TERMINAL: { ...alert, status: 'SENT' },
      CHECK_FAILED: alert,
    }),
  ).toEqual(['CHECK_FAILED', 'AUDIT_STUCK', 'WATCHER_GAVE_UP']);
});

test('A watch is done when its audit has ended, its alerts are out, and findings and ledger are settled', () => {
  const alert: RegisteredAlert = { kind: 'RECOVERED', status: 'SENT', poll: 1, registeredAt: '2026-10-02T02:00:00Z' };
  const done: Watch = {
    ...auditId(),
    execution: 'arn',
    leaseUntil: 0,
    poll: 1,
    watchedSince: '2026-10-02T02:00:00Z',
    alerts: { TERMINAL: alert },
    endedAt: '2026-10-02T02:00:00Z',
    expiresAt: 0,
    findings: 'PARTIAL',
    ledger: 'MOVED',
  };

  expect(isDone(done)).toBe(true);
  for (const left of [
    { endedAt: undefined },
    { findings: 'PENDING' },
    { ledger: 'PENDING' },
    { alerts: { TERMINAL: { ...alert, status: 'PENDING' } } },
  ] as const) {
    expect(isDone({ ...done, ...left })).toBe(false);
  }
});
