import { describe, expect, test } from '@jest/globals';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildSnapshot,
} from '../../../builders.ts';

const RUNNING: Record<string, CheckDetails> = {
  DEVICE_CERTIFICATE_KEY_QUALITY_CHECK: { checkRunStatus: 'IN_PROGRESS' },
  DEVICE_CERTIFICATE_EXPIRING_CHECK: { checkRunStatus: 'IN_PROGRESS' },
  LOGGING_DISABLED_CHECK: { checkRunStatus: 'IN_PROGRESS' },
  CONFLICTING_CLIENT_IDS_CHECK: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
};

function snapshotOf(details: Record<string, CheckDetails>) {
  const answer = buildAnswer({ taskStatus: 'IN_PROGRESS', auditDetails: buildDetails({ ...RUNNING, ...details }) });
  return buildSnapshot({ capturedAt: '2026-10-02T02:12:55.000Z', answer });
}

describe('the alert about the first non-compliant check', () => {
  const message = composeAlert(
    buildAlertInput({
      kind: 'NON_COMPLIANT_DETECTED',
      slot: 'NON_COMPLIANT_DETECTED',
      snapshot: snapshotOf({ IOT_POLICY_OVERLY_PERMISSIVE_CHECK: buildNonCompliant() }),
    }),
  );

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [CRITICAL] IoT audit NightlyFleetAudit: 1 non-compliant check so far (eu-west-1)

CRITICAL: an AWS IoT audit check is non-compliant. The audit is still running.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   2026-10-02 02:00:04 UTC
Progress  10 of 14 checks finished (1 non-compliant, 0 failed, 3 still
          running, 1 waiting for data)

FOUND SO FAR
  [CRITICAL] AWS IoT policies overly permissive
    3 of 120 resources non-compliant (1 more suppressed)
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html

NEXT STEPS
  1. Start with "AWS IoT policies overly permissive": open its results and
     look for what changed, then follow its fix link.
  2. Open the audit report:
     https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a

One closing message follows when the audit ends; no message per look.

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#NON_COMPLIANT_DETECTED
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(JSON.parse(message.chat)).toMatchInlineSnapshot(`
{
  "content": {
    "description": "*Found so far*
:red_circle: CRITICAL *AWS IoT policies overly permissive*: 3 of 120 resources non-compliant (1 more suppressed) <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK|results> <https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html|fix>

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* 10 of 14 checks finished (1 non-compliant, 0 failed, 3 still running, 1 waiting for data)",
    "keywords": [
      "CRITICAL",
      "NightlyFleetAudit",
      "eu-west-1",
      "IN_PROGRESS",
    ],
    "nextSteps": [
      "Start with "AWS IoT policies overly permissive": open its results and look for what changed, then follow its fix link.",
      "<https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
      "One closing message follows when the audit ends; no message per look.",
    ],
    "textType": "client-markdown",
    "title": ":rotating_light: CRITICAL: IoT audit *NightlyFleetAudit*: 1 non-compliant check so far (eu-west-1)",
  },
  "id": "9f71b6e90cfb57d4ac671be3a4898e6a-NON_COMPLIANT_DETECTED",
  "metadata": {
    "additionalContext": {
      "account": "123456789012",
      "audit": "NightlyFleetAudit",
      "canceledChecks": "0",
      "compliantChecks": "9",
      "failedChecks": "0",
      "nonCompliantChecks": "1",
      "region": "eu-west-1",
      "severity": "CRITICAL",
      "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
      "taskStatus": "IN_PROGRESS",
    },
    "enableCustomActions": false,
    "eventType": "NON_COMPLIANT_DETECTED",
    "relatedResources": [
      "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
    ],
    "summary": "CRITICAL: IoT audit NightlyFleetAudit: 1 non-compliant check so far (eu-west-1)",
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
  "alertKey": "9f71b6e90cfb57d4ac671be3a4898e6a#NON_COMPLIANT_DETECTED",
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
  "kind": "NON_COMPLIANT_DETECTED",
  "region": "eu-west-1",
  "scheduledAuditName": "NightlyFleetAudit",
  "schemaVersion": "1",
  "severity": "CRITICAL",
  "statistics": {
    "canceledChecks": 0,
    "compliantChecks": 9,
    "failedChecks": 0,
    "inProgressChecks": 3,
    "nonCompliantChecks": 1,
    "totalChecks": 14,
    "waitingForDataCollectionChecks": 1,
  },
  "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
  "taskStartTime": "2026-10-02T02:00:04.000Z",
  "taskStatus": "IN_PROGRESS",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });

  test('can be filtered by its attributes', () => {
    expect(message.attributes).toMatchInlineSnapshot(`
{
  "account": "123456789012",
  "auditName": "NightlyFleetAudit",
  "checks": [
    "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
  ],
  "kind": "NON_COMPLIANT_DETECTED",
  "region": "eu-west-1",
  "severity": "CRITICAL",
  "taskStatus": "IN_PROGRESS",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });
});

describe('the alert about the first failed check', () => {
  const message = composeAlert(
    buildAlertInput({
      kind: 'CHECK_FAILED',
      slot: 'CHECK_FAILED',
      snapshot: snapshotOf({
        IOT_POLICY_OVERLY_PERMISSIVE_CHECK: buildNonCompliant(),
        DEVICE_CERTIFICATE_SHARED_CHECK: buildFailed(),
      }),
    }),
  );

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [HIGH] IoT audit NightlyFleetAudit: 1 check could not run (eu-west-1)

HIGH: an AWS IoT audit check could not run, so its result is unknown.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   2026-10-02 02:00:04 UTC
Progress  10 of 14 checks finished (1 non-compliant, 1 failed, 3 still
          running, 1 waiting for data)

COULD NOT RUN
  [HIGH] Device certificate shared
    Result unknown; it would be CRITICAL if non-compliant
    Error     INSUFFICIENT_PERMISSIONS
    Message   Device Defender does not have permission to call
              iot:ListCertificates with the configured role.
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK

  A failed check is not a pass: nothing is known about its resources.

NEXT STEPS
  1. Check that the Device Defender audit role still has the managed policy
     AWSIoTDeviceDefenderAudit.
  2. Run the failed check again:
     aws iot start-on-demand-audit-task --region eu-west-1 \\
       --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK
  3. Open the audit report:
     https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a

One closing message follows when the audit ends; no message per look.

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#CHECK_FAILED
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(JSON.parse(message.chat).content).toMatchInlineSnapshot(`
{
  "description": "*Could not run*
:grey_question: HIGH *Device certificate shared*: \`INSUFFICIENT_PERMISSIONS\` \`Device Defender does not have permission to call iot:ListCertificates with the configured role.\` Result unknown; it would be CRITICAL if non-compliant <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK|results>
A failed check is not a pass: nothing is known about its resources.

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* 10 of 14 checks finished (1 non-compliant, 1 failed, 3 still running, 1 waiting for data)",
  "keywords": [
    "HIGH",
    "NightlyFleetAudit",
    "eu-west-1",
    "IN_PROGRESS",
  ],
  "nextSteps": [
    "Check that the Device Defender audit role still has the managed policy AWSIoTDeviceDefenderAudit.",
    "Run the failed check again: \`aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK\`",
    "<https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
    "One closing message follows when the audit ends; no message per look.",
  ],
  "textType": "client-markdown",
  "title": ":warning: HIGH: IoT audit *NightlyFleetAudit*: 1 check could not run (eu-west-1)",
}
`);
  });

  test('is complete for machines', () => {
    expect(JSON.parse(message.machine)).toMatchInlineSnapshot(`
{
  "accountId": "123456789012",
  "alertKey": "9f71b6e90cfb57d4ac671be3a4898e6a#CHECK_FAILED",
  "capturedAt": "2026-10-02T02:12:55.000Z",
  "checks": [
    {
      "checkName": "DEVICE_CERTIFICATE_SHARED_CHECK",
      "checkRunStatus": "FAILED",
      "errorCode": "INSUFFICIENT_PERMISSIONS",
      "message": "Device Defender does not have permission to call iot:ListCertificates with the configured role.",
      "severity": "HIGH",
      "title": "Device certificate shared",
    },
  ],
  "kind": "CHECK_FAILED",
  "region": "eu-west-1",
  "scheduledAuditName": "NightlyFleetAudit",
  "schemaVersion": "1",
  "severity": "HIGH",
  "statistics": {
    "canceledChecks": 0,
    "compliantChecks": 8,
    "failedChecks": 1,
    "inProgressChecks": 3,
    "nonCompliantChecks": 1,
    "totalChecks": 14,
    "waitingForDataCollectionChecks": 1,
  },
  "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
  "taskStartTime": "2026-10-02T02:00:04.000Z",
  "taskStatus": "IN_PROGRESS",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });
});
