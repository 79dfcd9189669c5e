import { expect, test } from '@jest/globals';
import {
  alertsDueAt,
  pendingSlots,
  type RegisteredAlert,
  type Watch,
  workLeft,
} from '../../../../lambda/audit/watch/watch.ts';
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

test('A watch needs polls, then its alerts, then its findings, until nothing is left to do', () => {
  const alert: RegisteredAlert = { kind: 'RECOVERED', status: 'SENT', poll: 1, registeredAt: '2026-10-02T02:00:00Z' };
  const done: Watch = {
    ...auditId(),
    execution: 'arn',
    leaseUntil: 0,
    dueAt: 0,
    poll: 1,
    watchedSince: '2026-10-02T02:00:00Z',
    alerts: { TERMINAL: alert },
    endedAt: '2026-10-02T02:00:00Z',
    expiresAt: 0,
    findings: 'PARTIAL',
    ledger: 'MOVED',
  };

  expect(workLeft(done)).toBeUndefined();
  const pending = { TERMINAL: { ...alert, status: 'PENDING' } } as const;
  expect(workLeft({ ...done, endedAt: undefined, findings: 'PENDING', alerts: pending })).toBe('POLLS');
  expect(workLeft({ ...done, ledger: 'PENDING', findings: 'PENDING' })).toBe('ALERTS');
  expect(workLeft({ ...done, alerts: pending, findings: 'PENDING' })).toBe('ALERTS');
  expect(workLeft({ ...done, findings: 'PENDING' })).toBe('FINDINGS');
});

test('Without a pending alert nothing has to be waited for', () => {
  expect(alertsDueAt({})).toBe(0);
});
