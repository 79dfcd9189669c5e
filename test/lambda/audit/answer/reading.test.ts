import { describe, expect, test } from '@jest/globals';
import type { AuditAnswer } from '../../../../lambda/audit/answer/aws-answers.ts';
import { auditNameOf, isContradictory, mayHaveFindings, readAudit } from '../../../../lambda/audit/answer/reading.ts';

const THREE = {
  A: { checkRunStatus: 'COMPLETED_NON_COMPLIANT' },
  B: { checkRunStatus: 'COMPLETED_COMPLIANT' },
  C: { checkRunStatus: 'COMPLETED_COMPLIANT' },
};

describe('readAudit', () => {
  test.each([
    ['IN_PROGRESS', 'RUNNING'],
    ['COMPLETED', 'COMPLETED'],
    ['FAILED', 'FAILED'],
    ['CANCELED', 'CANCELED'],
    ['PAUSED', 'UNKNOWN'],
    ['constructor', 'UNKNOWN'],
    [undefined, 'UNKNOWN'],
  ])('reads the status %s as the phase %s', (taskStatus, phase) => {
    expect(readAudit({ taskStatus }).phase).toBe(phase);
  });

  test('takes the counts from the statistics', () => {
    const reading = readAudit({
      taskStatistics: {
        totalChecks: 14,
        inProgressChecks: 6,
        waitingForDataCollectionChecks: 1,
        compliantChecks: 4,
        nonCompliantChecks: 2,
        failedChecks: 1,
        canceledChecks: 0,
      },
    });

    expect(reading.counts).toEqual({
      total: 14,
      inProgress: 6,
      waitingForData: 1,
      compliant: 4,
      nonCompliant: 2,
      failed: 1,
      canceled: 0,
    });
  });

  test('leaves every count unknown when neither statistics nor details came', () => {
    expect(Object.values(readAudit({}).counts)).toEqual(Array(7).fill(undefined));
    expect(Object.values(readAudit({ auditDetails: {} }).counts)).toEqual(Array(7).fill(undefined));
  });

  test('counts from the details when the statistics are missing', () => {
    const reading = readAudit({
      auditDetails: {
        A: { checkRunStatus: 'COMPLETED_COMPLIANT' },
        B: { checkRunStatus: 'COMPLETED_NON_COMPLIANT' },
        C: { checkRunStatus: 'FAILED' },
        D: { checkRunStatus: 'IN_PROGRESS' },
        E: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
        F: { checkRunStatus: 'CANCELED' },
      },
    });

    expect(reading.counts).toEqual({
      total: 6,
      inProgress: 1,
      waitingForData: 1,
      compliant: 1,
      nonCompliant: 1,
      failed: 1,
      canceled: 1,
    });
  });

  test('takes the larger count of trouble when statistics and details disagree', () => {
    const details = { A: { checkRunStatus: 'COMPLETED_NON_COMPLIANT' }, B: { checkRunStatus: 'FAILED' } };

    expect(
      readAudit({ taskStatistics: { nonCompliantChecks: 0, failedChecks: 0 }, auditDetails: details }).counts,
    ).toMatchObject({ nonCompliant: 1, failed: 1 });
    expect(
      readAudit({ taskStatistics: { nonCompliantChecks: 3, failedChecks: 2 }, auditDetails: details }).counts,
    ).toMatchObject({ nonCompliant: 3, failed: 2 });
  });

  test.each<[string, AuditAnswer, object]>([
    [
      'than it describes',
      { taskStatistics: { totalChecks: 1, compliantChecks: 1, nonCompliantChecks: 1 }, auditDetails: THREE },
      { total: 3, compliant: 2, nonCompliant: 1 },
    ],
    [
      'than it counts as compliant and in trouble',
      { taskStatistics: { totalChecks: 1, compliantChecks: 1, nonCompliantChecks: 1 } },
      { total: 1, compliant: 0, nonCompliant: 1 },
    ],
    [
      'than it counts as in trouble',
      { taskStatistics: { totalChecks: 1, compliantChecks: 1, nonCompliantChecks: 2, failedChecks: 1 } },
      { total: 3, compliant: 0, nonCompliant: 2, failed: 1 },
    ],
  ])('never counts more than the total: AWS gives fewer checks %s', (_, answer, counts) => {
    expect(readAudit(answer).counts).toMatchObject(counts);
  });

  test('does not know the total from the trouble alone', () => {
    expect(readAudit({ taskStatistics: { nonCompliantChecks: 2 } }).counts.total).toBeUndefined();
  });

  test('does not take a check it cannot read for a clean one', () => {
    const { counts, checks } = readAudit({ auditDetails: { A: { checkRunStatus: 'SOMETHING_NEW' } } });

    expect(checks).toEqual([{ name: 'A', outcome: 'UNKNOWN', details: { checkRunStatus: 'SOMETHING_NEW' } }]);
    expect(counts.nonCompliant).toBeUndefined();
    expect(counts.total).toBe(1);
  });

  test.each([
    [{ checkRunStatus: 'SOMETHING_NEW', nonCompliantResourcesCount: 2 }, 'NON_COMPLIANT'],
    [{ nonCompliantResourcesCount: 1 }, 'NON_COMPLIANT'],
    [{ checkCompliant: true }, 'COMPLIANT'],
    [{ checkCompliant: false, nonCompliantResourcesCount: 0 }, 'UNKNOWN'],
    [{ checkRunStatus: 'SOMETHING_NEW', checkCompliant: true }, 'UNKNOWN'],
  ])('reads %j without a known status as %s', (details, outcome) => {
    expect(readAudit({ auditDetails: { A: details } }).checks[0]?.outcome).toBe(outcome);
  });
});

describe('isContradictory', () => {
  const good = { checkRunStatus: 'COMPLETED_COMPLIANT' };
  const bad = { checkRunStatus: 'COMPLETED_NON_COMPLIANT' };

  test.each<[AuditAnswer, boolean]>([
    [{ taskStatistics: { totalChecks: 2, nonCompliantChecks: 1 }, auditDetails: { A: good, B: bad } }, false],
    [{ taskStatistics: { totalChecks: 2, nonCompliantChecks: 1 }, auditDetails: { A: good } }, false],
    [{ taskStatistics: { totalChecks: 2, nonCompliantChecks: 1 }, auditDetails: { A: good, B: good } }, true],
    [{ taskStatistics: { totalChecks: 2, nonCompliantChecks: 2 }, auditDetails: { A: good } }, true],
    [{ taskStatistics: { totalChecks: 1, failedChecks: 3 }, auditDetails: { A: good } }, true],
    [{ taskStatistics: { nonCompliantChecks: 1 } }, false],
  ])('of %j is %s', (answer, expected) => {
    expect(isContradictory(readAudit(answer))).toBe(expected);
  });
});

describe('auditNameOf', () => {
  test('is the schedule of a scheduled audit, else ON_DEMAND', () => {
    expect(auditNameOf({ scheduledAuditName: 'NightlyFleetAudit' })).toBe('NightlyFleetAudit');
    expect(auditNameOf({})).toBe('ON_DEMAND');
  });
});

describe('mayHaveFindings', () => {
  test.each([
    [{ taskStatistics: { nonCompliantChecks: 1 } }, true],
    [{ taskStatistics: { nonCompliantChecks: 0 } }, false],
    [{}, true],
    [
      { taskStatistics: { nonCompliantChecks: 0 }, auditDetails: { A: { suppressedNonCompliantResourcesCount: 1 } } },
      true,
    ],
    [
      { taskStatistics: { nonCompliantChecks: 0 }, auditDetails: { A: { suppressedNonCompliantResourcesCount: 0 } } },
      false,
    ],
  ])('of %j is %s: only a known zero is zero', (answer, may) => {
    expect(mayHaveFindings(readAudit(answer))).toBe(may);
  });
});
