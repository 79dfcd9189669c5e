import { describe, expect, test } from '@jest/globals';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { alertsDue } from '../../../../lambda/audit/watch/alerts-due.ts';
import type { AlertOutbox, RegisteredAlert } from '../../../../lambda/audit/watch/watch.ts';
import { buildFailed, buildNonCompliant } from '../../../builders.ts';

const sent: RegisteredAlert = {
  kind: 'NON_COMPLIANT_DETECTED',
  status: 'SENT',
  poll: 3,
  registeredAt: '2026-10-02T02:00:00.000Z',
};
const nonCompliant = { slot: 'NON_COMPLIANT_DETECTED', kind: 'NON_COMPLIANT_DETECTED' };
const failed = { slot: 'CHECK_FAILED', kind: 'CHECK_FAILED' };

function due(taskStatus: string, nonCompliantChecks?: number, failedChecks?: number, outbox: AlertOutbox = {}) {
  return alertsDue(readAudit({ taskStatus, taskStatistics: { nonCompliantChecks, failedChecks } }), outbox, false);
}

function dueAfterHeld(auditDetails: Record<string, CheckDetails>, held: AlertOutbox) {
  return alertsDue(readAudit({ taskStatus: 'IN_PROGRESS', auditDetails }), held, false);
}

describe('while an audit runs', () => {
  test('no alert is due without trouble', () => {
    expect(due('IN_PROGRESS', 0, 0)).toEqual([]);
    expect(due('IN_PROGRESS')).toEqual([]);
  });

  test('the first non-compliant and the first failed check are published, each once', () => {
    expect(due('IN_PROGRESS', 1, 2)).toEqual([nonCompliant, failed]);
    expect(due('IN_PROGRESS', 5, 0, { NON_COMPLIANT_DETECTED: sent })).toEqual([]);
  });

  test('trouble is published under an unknown status, and while a completed audit settles', () => {
    expect(due('PAUSED', 1, 0)).toEqual([nonCompliant]);
    expect(due('COMPLETED', 1, 0)).toEqual([nonCompliant]);
  });

  test('that it is stuck is published once', () => {
    const reading = readAudit({ taskStatus: 'IN_PROGRESS' });

    expect(alertsDue(reading, {}, true)).toEqual([{ slot: 'AUDIT_STUCK', kind: 'AUDIT_STUCK' }]);
    expect(alertsDue(reading, { AUDIT_STUCK: { ...sent, kind: 'AUDIT_STUCK' } }, true)).toEqual([]);
  });

  test('an alert that was held back is due again when a further check gets into trouble', () => {
    const held: AlertOutbox = {
      NON_COMPLIANT_DETECTED: { ...sent, status: 'HELD', heldChecks: ['A_CHECK'] },
      CHECK_FAILED: { ...sent, kind: 'CHECK_FAILED', status: 'HELD', heldChecks: ['B_CHECK'] },
    };

    expect(dueAfterHeld({ A_CHECK: buildNonCompliant(), B_CHECK: buildFailed() }, held)).toEqual([]);
    expect(dueAfterHeld({ A_CHECK: buildNonCompliant(), C_CHECK: buildNonCompliant() }, held)).toEqual([nonCompliant]);
    expect(dueAfterHeld({ B_CHECK: buildFailed(), C_CHECK: buildFailed() }, held)).toEqual([failed]);
  });
});
