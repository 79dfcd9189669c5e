import { describe, expect, test } from '@jest/globals';
import type { AuditAnswer } from '../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { isEnded, settlingOf } from '../../../../lambda/audit/watch/end.ts';
import { buildCompliant, buildFailed, buildNonCompliant } from '../../../builders.ts';

function completed(answer: Partial<AuditAnswer>) {
  return readAudit({ taskStatus: 'COMPLETED', ...answer });
}

describe('isEnded', () => {
  test.each([
    ['IN_PROGRESS', false],
    ['PAUSED', false],
    ['COMPLETED', true],
    ['FAILED', true],
    ['CANCELED', true],
  ])('of %s is %s', (taskStatus, ended) => {
    expect(isEnded(readAudit({ taskStatus }))).toBe(ended);
  });
});

describe('a completed audit', () => {
  const decided = { A: buildCompliant(), B: buildNonCompliant(), C: buildFailed() };

  test.each<[string, Partial<AuditAnswer>]>([
    ['every check is compliant, non-compliant or failed', { auditDetails: decided }],
    ['its counts alone say so', { taskStatistics: { totalChecks: 2, compliantChecks: 1, nonCompliantChecks: 1 } }],
    ['it has no check', { taskStatistics: { totalChecks: 0, nonCompliantChecks: 0, failedChecks: 0 } }],
  ])('needs no further poll when %s', (_, answer) => {
    expect(settlingOf(completed(answer), 0)).toEqual({ isOver: true, waitSeconds: 0 });
  });

  test.each<[string, Partial<AuditAnswer>]>([
    ['a check still runs', { auditDetails: { ...decided, D: { checkRunStatus: 'IN_PROGRESS' } } }],
    ['a check was canceled', { auditDetails: { ...decided, D: { checkRunStatus: 'CANCELED' } } }],
    [
      'AWS counts more trouble than it names, and names every check',
      { auditDetails: { A: buildCompliant() }, taskStatistics: { totalChecks: 1, nonCompliantChecks: 1 } },
    ],
    ['AWS counts more checks than it describes', { auditDetails: decided, taskStatistics: { totalChecks: 4 } }],
    ['AWS gives neither counts nor details', {}],
    ['AWS does not say how many checks there are', { taskStatistics: { nonCompliantChecks: 0, failedChecks: 0 } }],
  ])('is polled again for some minutes, at growing distance, when %s', (_, answer) => {
    const polls: number[] = [];
    for (let seconds = 0, next = settlingOf(completed(answer), 0); !next.isOver; ) {
      seconds += next.waitSeconds;
      polls.push(seconds);
      next = settlingOf(completed(answer), seconds);
    }

    expect(polls).toEqual([15, 45, 105, 225]);
  });

  test.each(['FAILED', 'CANCELED'])('needs no further poll when it ended as %s', (taskStatus) => {
    const reading = readAudit({ taskStatus, auditDetails: { A: { checkRunStatus: 'IN_PROGRESS' } } });

    expect(settlingOf(reading, 0).isOver).toBe(true);
  });
});
