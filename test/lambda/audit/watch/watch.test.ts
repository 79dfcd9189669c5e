import { expect, test } from '@jest/globals';
import { pendingSlots, type RegisteredAlert } from '../../../../lambda/audit/watch/watch.ts';

test('pendingSlots names what is not out yet, in the order of sending', () => {
  const alert: RegisteredAlert = {
    kind: 'CHECK_FAILED',
    status: 'PENDING',
    turn: 1,
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
