import { describe, expect, test } from '@jest/globals';
import { auditNameOf, mayHaveFindings, readAudit } from '../../../../lambda/audit/answer/reading.ts';

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
