import { describe, expect, test } from '@jest/globals';
import { composeAlert } from '../../../../../lambda/audit/alert/message.ts';
import type { AuditAnswer } from '../../../../../lambda/audit/answer/aws-answers.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import { buildAlertInput, buildAnswer, buildDetails, buildNonCompliant, buildSnapshot } from '../../../../builders.ts';

const CANCELED = { checkRunStatus: 'CANCELED' };

function compose(overrides: Partial<AuditAnswer>) {
  return composeAlert(
    buildAlertInput({
      kind: 'AUDIT_NOT_COMPLETED',
      snapshot: buildSnapshot({ capturedAt: '2026-10-02T02:12:55.000Z', answer: buildAnswer(overrides) }),
    }),
  );
}

describe('the alert about an audit that was canceled', () => {
  const message = compose({
    taskStatus: 'CANCELED',
    auditDetails: buildDetails({
      IOT_POLICY_OVERLY_PERMISSIVE_CHECK: buildNonCompliant(),
      CA_CERTIFICATE_EXPIRING_CHECK: CANCELED,
      CA_CERTIFICATE_KEY_QUALITY_CHECK: CANCELED,
      DEVICE_CERTIFICATE_KEY_QUALITY_CHECK: CANCELED,
      DEVICE_CERTIFICATE_SHARED_CHECK: CANCELED,
    }),
  });

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [HIGH] IoT audit NightlyFleetAudit was CANCELED after 10 of 14 checks (eu-west-1)

HIGH: the AWS IoT audit was CANCELED. Its result is incomplete.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   2026-10-02 02:00:04 UTC
Progress  CANCELED, seen 02:12:55 UTC; 10 of 14 checks finished (1
          non-compliant, 0 failed, 4 canceled)

NON-COMPLIANT BEFORE IT ENDED
  [CRITICAL] AWS IoT policies overly permissive
    3 of 120 resources non-compliant (1 more suppressed)
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html

WITHOUT A RESULT (4)
  CA certificate key quality, Device certificate key quality, Device
  certificate shared, CA certificate expiring

NEXT STEP
  Find who canceled it (CloudTrail event CancelAuditTask), then run it again
  or wait for the next scheduled run.
  Open the audit report:
  https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(JSON.parse(message.chat)).toMatchInlineSnapshot(`
{
  "content": {
    "description": "*Non-compliant before it ended*
:red_circle: CRITICAL *AWS IoT policies overly permissive*: 3 of 120 resources non-compliant (1 more suppressed) <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK|results> <https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html|fix>
*Without a result (4)*
CA certificate key quality, Device certificate key quality, Device certificate shared, CA certificate expiring

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* CANCELED, seen 02:12:55 UTC; 10 of 14 checks finished (1 non-compliant, 0 failed, 4 canceled)",
    "keywords": [
      "HIGH",
      "NightlyFleetAudit",
      "eu-west-1",
      "CANCELED",
    ],
    "nextSteps": [
      "Find who canceled it (CloudTrail event CancelAuditTask), then run it again or wait for the next scheduled run. <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
    ],
    "textType": "client-markdown",
    "title": ":no_entry: HIGH: IoT audit *NightlyFleetAudit* was CANCELED after 10 of 14 checks (eu-west-1)",
  },
  "id": "9f71b6e90cfb57d4ac671be3a4898e6a-TERMINAL",
  "metadata": {
    "additionalContext": {
      "account": "123456789012",
      "audit": "NightlyFleetAudit",
      "canceledChecks": "4",
      "compliantChecks": "9",
      "failedChecks": "0",
      "nonCompliantChecks": "1",
      "region": "eu-west-1",
      "severity": "HIGH",
      "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
      "taskStatus": "CANCELED",
    },
    "enableCustomActions": false,
    "eventType": "AUDIT_NOT_COMPLETED",
    "relatedResources": [
      "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
    ],
    "summary": "HIGH: IoT audit NightlyFleetAudit was CANCELED after 10 of 14 checks (eu-west-1)",
    "threadId": "iot-dd-audit-9f71b6e90cfb57d4ac671be3a4898e6a",
  },
  "source": "custom",
  "version": "1.0",
}
`);
  });

  test('is complete for machines', () => {
    expect(JSON.parse(message.machine)).toMatchInlineSnapshot(`
{
  "accountId": "123456789012",
  "alertKey": "9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL",
  "capturedAt": "2026-10-02T02:12:55.000Z",
  "checks": [
    {
      "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
      "checkRunStatus": "COMPLETED_NON_COMPLIANT",
      "nonCompliantResourcesCount": 3,
      "severity": "CRITICAL",
      "suppressedNonCompliantResourcesCount": 1,
      "title": "AWS IoT policies overly permissive",
      "totalResourcesCount": 120,
    },
  ],
  "kind": "AUDIT_NOT_COMPLETED",
  "region": "eu-west-1",
  "scheduledAuditName": "NightlyFleetAudit",
  "schemaVersion": "1",
  "severity": "HIGH",
  "statistics": {
    "canceledChecks": 4,
    "compliantChecks": 9,
    "failedChecks": 0,
    "inProgressChecks": 0,
    "nonCompliantChecks": 1,
    "totalChecks": 14,
    "waitingForDataCollectionChecks": 0,
  },
  "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
  "taskStartTime": "2026-10-02T02:00:04.000Z",
  "taskStatus": "CANCELED",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });
});

describe('the alert about an audit that ended early', () => {
  test('says FAILED where AWS says so, and where to look for the reason', () => {
    const { subject, email } = compose({ taskStatus: 'FAILED', auditDetails: {}, taskStatistics: undefined });

    expect(subject).toBe('[HIGH] IoT audit NightlyFleetAudit ended as FAILED (eu-west-1)');
    expect(email).toContain('HIGH: the AWS IoT audit ended as FAILED. Its result is incomplete.');
    expect(email).toContain('Progress  FAILED, seen 02:12:55 UTC; progress unknown\n');
    expect(email).toContain(
      'Look for the reason in the audit report, then run it again or wait for the\n  next scheduled run.',
    );
  });

  test('promises no next run of an on-demand audit', () => {
    const { email } = compose({
      taskStatus: 'CANCELED',
      taskType: 'ON_DEMAND_AUDIT_TASK',
      scheduledAuditName: undefined,
    });

    expect(email).toContain('(CloudTrail event CancelAuditTask), then run it again.');
  });

  test('lists ten checks without a result, with an unknown status as AWS gave it, and counts the others', () => {
    const names = Array.from({ length: 12 }, (_, index) => `NEW_${String.fromCharCode(65 + index)}_CHECK`);
    const auditDetails = Object.fromEntries(names.map((name) => [name, CANCELED]));
    const { email } = compose({
      taskStatus: 'CANCELED',
      auditDetails: { ...auditDetails, NEW_A_CHECK: { checkRunStatus: 'PAUSED' }, NEW_B_CHECK: {} },
    });

    expect(email).toContain(
      [
        'WITHOUT A RESULT (12)',
        '  New a (PAUSED), New b (no status), New c, New d, New e, New f, New g, New h,',
        '  New i, New j, and 2 more',
      ].join('\n'),
    );
  });
});
