import { describe, expect, test } from '@jest/globals';
import { composeAlert } from '../../../../../lambda/audit/alert/message.ts';
import type { AuditAnswer } from '../../../../../lambda/audit/answer/aws-answers.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import { buildAlertInput, buildAnswer, buildSnapshot } from '../../../../builders.ts';

const CANCELED = { checkRunStatus: 'CANCELED' };

/** A composed alert that obeys every limit. */
function compose(overrides: Partial<AuditAnswer>) {
  const message = composeAlert(
    buildAlertInput({
      kind: 'AUDIT_NOT_COMPLETED',
      snapshot: buildSnapshot({ capturedAt: '2026-10-02T02:12:55.000Z', answer: buildAnswer(overrides) }),
    }),
  );
  expectAlertWithinLimits(message);
  return message;
}

describe('the alert about an audit that ended early', () => {
  test('says FAILED where AWS says so, and where to look for the reason', () => {
    const { subject, email } = compose({ taskStatus: 'FAILED', auditDetails: {}, taskStatistics: undefined });

    expect(subject).toBe('[HIGH] IoT audit NightlyFleetAudit ended as FAILED (eu-west-1)');
    expect(email).toContain('HIGH: the AWS IoT audit ended as FAILED, and its result is not known.\n');
    expect(email).toContain('Progress  FAILED, seen 02:12:55 UTC; number of finished checks unknown\n');
    expect(email).toContain(
      'Look for the reason in the AWS console, then run it again or wait for the\n  next scheduled run.',
    );
  });

  test('promises no next run of an on-demand audit', () => {
    const { email } = compose({
      taskStatus: 'CANCELED',
      taskType: 'ON_DEMAND_AUDIT_TASK',
      scheduledAuditName: undefined,
    });

    expect(email).toContain('(CloudTrail event CancelAuditTask), then run it\n  again.\n');
  });

  test('lists ten checks without a result, with an unknown status as AWS gave it, and counts the others', () => {
    const names = Array.from({ length: 12 }, (_, index) => `NEW_${String.fromCharCode(65 + index)}_CHECK`);
    const auditDetails = Object.fromEntries(names.map((name) => [name, CANCELED]));
    const { email } = compose({
      taskStatus: 'CANCELED',
      auditDetails: { ...auditDetails, NEW_A_CHECK: { checkRunStatus: 'PAUSED' }, NEW_B_CHECK: {} },
    });

    expect(email).toContain('was CANCELED with 12 checks without a result.\n');
    expect(email).toContain('WITHOUT A RESULT (12)\n  New a: status PAUSED\n  New b: no status\n  New c: canceled\n');
    expect(email).toContain('  New j: canceled\n  and 2 more\n');
  });
});
