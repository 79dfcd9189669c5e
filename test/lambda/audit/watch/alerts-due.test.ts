import { describe, expect, test } from '@jest/globals';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { alertsDue, isClean, isEnded } from '../../../../lambda/audit/watch/alerts-due.ts';
import type { AlertOutbox } from '../../../../lambda/audit/watch/watch.ts';

const sent = {
  kind: 'NON_COMPLIANT_DETECTED',
  status: 'SENT',
  turn: 3,
  registeredAt: '2026-10-02T02:00:00.000Z',
} as const;
const quiet = { alertWhenCompliant: false };

function due(
  taskStatus: string,
  nonCompliantChecks?: number,
  failedChecks?: number,
  outbox: AlertOutbox = {},
  wants = quiet,
) {
  return alertsDue(readAudit({ taskStatus, taskStatistics: { nonCompliantChecks, failedChecks } }), outbox, wants);
}

describe('alertsDue while the audit runs', () => {
  test('is empty when there is no trouble', () => {
    expect(due('IN_PROGRESS', 0, 0)).toEqual([]);
    expect(due('IN_PROGRESS')).toEqual([]);
  });

  test('tells the first non-compliant and the first failed check, each once', () => {
    expect(due('IN_PROGRESS', 1, 2)).toEqual([
      { slot: 'NON_COMPLIANT_DETECTED', kind: 'NON_COMPLIANT_DETECTED' },
      { slot: 'CHECK_FAILED', kind: 'CHECK_FAILED' },
    ]);
    expect(due('IN_PROGRESS', 5, 0, { NON_COMPLIANT_DETECTED: sent })).toEqual([]);
  });

  test('tells trouble under an unknown status too', () => {
    expect(due('PAUSED', 1, 0)).toEqual([{ slot: 'NON_COMPLIANT_DETECTED', kind: 'NON_COMPLIANT_DETECTED' }]);
  });
});

describe('alertsDue when the audit ends', () => {
  test('is the closing message alone when trouble is first seen at the end', () => {
    expect(due('COMPLETED', 2, 1)).toEqual([{ slot: 'TERMINAL', kind: 'COMPLETED_WITH_FINDINGS' }]);
    expect(due('COMPLETED', undefined, 1)).toEqual([{ slot: 'TERMINAL', kind: 'COMPLETED_WITH_FINDINGS' }]);
  });

  test('is silent about a clean audit unless that is wanted', () => {
    expect(due('COMPLETED', 0, 0)).toEqual([]);
    expect(due('COMPLETED', 0, 0, {}, { alertWhenCompliant: true })).toEqual([
      { slot: 'TERMINAL', kind: 'COMPLETED_COMPLIANT' },
    ]);
  });

  test('tells the recovery of all trouble that was told before', () => {
    expect(due('COMPLETED', 0, 0, { NON_COMPLIANT_DETECTED: sent })).toEqual([
      { slot: 'TERMINAL', kind: 'RECOVERED', earlierTurns: [3] },
    ]);
    expect(due('COMPLETED', 0, 0, { NON_COMPLIANT_DETECTED: sent, CHECK_FAILED: { ...sent, turn: 5 } })).toEqual([
      { slot: 'TERMINAL', kind: 'RECOVERED', earlierTurns: [3, 5] },
    ]);
  });

  test('tells the recovery of what the previous audit had told', () => {
    const clean = readAudit({ taskStatus: 'COMPLETED', taskStatistics: { nonCompliantChecks: 0, failedChecks: 0 } });

    expect(alertsDue(clean, {}, quiet, { recovered: true })).toEqual([{ slot: 'TERMINAL', kind: 'RECOVERED' }]);
    expect(isClean(clean)).toBe(true);
  });

  test.each(['FAILED', 'CANCELED'])('tells an audit that ended as %s', (status) => {
    expect(due(status)).toEqual([{ slot: 'TERMINAL', kind: 'AUDIT_NOT_COMPLETED' }]);
  });

  test('is not repeated', () => {
    expect(due('CANCELED', 1, 1, { TERMINAL: sent })).toEqual([]);
  });
});

describe('isEnded', () => {
  test('is false for a completed audit without a result: that is unknown, not clean', () => {
    expect(isEnded(readAudit({ taskStatus: 'COMPLETED' }))).toBe(false);
    expect(due('COMPLETED')).toEqual([]);
  });

  test.each([
    ['IN_PROGRESS', false],
    ['PAUSED', false],
    ['FAILED', true],
    ['CANCELED', true],
  ])('of %s is %s', (taskStatus, ended) => {
    expect(isEnded(readAudit({ taskStatus }))).toBe(ended);
  });
});
