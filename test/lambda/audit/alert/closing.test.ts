import { describe, expect, test } from '@jest/globals';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCompliant,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildSnapshot,
} from '../../../builders.ts';

describe('the alert about an audit that completed with findings', () => {
  const auditDetails = buildDetails({
    DEVICE_CERTIFICATE_EXPIRING_CHECK: buildNonCompliant({
      totalResourcesCount: 4210,
      nonCompliantResourcesCount: 17,
      suppressedNonCompliantResourcesCount: 0,
    }),
    IOT_POLICY_OVERLY_PERMISSIVE_CHECK: buildNonCompliant(),
    DEVICE_CERTIFICATE_SHARED_CHECK: buildFailed(),
    LOGGING_DISABLED_CHECK: buildCompliant({ suppressedNonCompliantResourcesCount: 1 }),
  });
  const message = composeAlert(
    buildAlertInput({
      kind: 'COMPLETED_WITH_FINDINGS',
      snapshot: buildSnapshot({ answer: buildAnswer({ auditDetails }) }),
    }),
  );

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [CRITICAL] IoT audit NightlyFleetAudit done: 2 non-compliant, 1 failed of 14 checks (eu-west-1)

CRITICAL: the AWS IoT audit finished with 2 non-compliant checks and 1 failed
check.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   2026-10-02 02:00:04 UTC
Progress  completed, seen 02:41:37 UTC; 14 checks: 11 compliant, 2
          non-compliant, 1 failed

NON-COMPLIANT
  [CRITICAL] AWS IoT policies overly permissive
    3 of 120 resources non-compliant (1 more suppressed)
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html

  [MEDIUM] Device certificate expiring
    17 of 4210 resources non-compliant
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_EXPIRING_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-device-cert-approaching-expiration.html

FAILED, RESULT UNKNOWN
  [HIGH] Device certificate shared
    Result unknown; it would be CRITICAL if non-compliant
    Error     INSUFFICIENT_PERMISSIONS
    Message   Device Defender does not have permission to call
              iot:ListCertificates with the configured role.
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK

  A failed check is not a pass: nothing is known about its resources.

SUPPRESSED, NOT COUNTED ABOVE
  Logging disabled: 1 resource

NEXT STEPS
  1. Start with "AWS IoT policies overly permissive": open its results and
     look for what changed, then follow its fix link.
  2. Check that the Device Defender audit role still has the managed policy
     AWSIoTDeviceDefenderAudit.
  3. Run the failed check again:
     aws iot start-on-demand-audit-task --region eu-west-1 \\
       --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK
  4. Open the audit report:
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
    "description": "*Non-compliant*
:red_circle: CRITICAL *AWS IoT policies overly permissive*: 3 of 120 resources non-compliant (1 more suppressed) <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK|results> <https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html|fix>
:large_yellow_circle: MEDIUM *Device certificate expiring*: 17 of 4210 resources non-compliant <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_EXPIRING_CHECK|results> <https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-device-cert-approaching-expiration.html|fix>
*Failed, result unknown*
:grey_question: HIGH *Device certificate shared*: \`INSUFFICIENT_PERMISSIONS\` \`Device Defender does not have permission to call iot:ListCertificates with the configured role.\` Result unknown; it would be CRITICAL if non-compliant <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK|results>
A failed check is not a pass: nothing is known about its resources.
*Suppressed, not counted above*
Logging disabled: 1 resource

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* completed, seen 02:41:37 UTC; 14 checks: 11 compliant, 2 non-compliant, 1 failed",
    "keywords": [
      "CRITICAL",
      "NightlyFleetAudit",
      "eu-west-1",
      "COMPLETED",
    ],
    "nextSteps": [
      "Start with "AWS IoT policies overly permissive": open its results and look for what changed, then follow its fix link.",
      "Check that the Device Defender audit role still has the managed policy AWSIoTDeviceDefenderAudit.",
      "Run the failed check again: \`aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK\`",
      "<https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
    ],
    "textType": "client-markdown",
    "title": ":rotating_light: CRITICAL: IoT audit *NightlyFleetAudit* done: 2 non-compliant, 1 failed of 14 checks (eu-west-1)",
  },
  "id": "9f71b6e90cfb57d4ac671be3a4898e6a-TERMINAL",
  "metadata": {
    "additionalContext": {
      "account": "123456789012",
      "audit": "NightlyFleetAudit",
      "canceledChecks": "0",
      "compliantChecks": "11",
      "failedChecks": "1",
      "nonCompliantChecks": "2",
      "region": "eu-west-1",
      "severity": "CRITICAL",
      "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
      "taskStatus": "COMPLETED",
    },
    "enableCustomActions": false,
    "eventType": "COMPLETED_WITH_FINDINGS",
    "relatedResources": [
      "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
      "DEVICE_CERTIFICATE_SHARED_CHECK",
      "DEVICE_CERTIFICATE_EXPIRING_CHECK",
    ],
    "summary": "CRITICAL: IoT audit NightlyFleetAudit done: 2 non-compliant, 1 failed of 14 checks (eu-west-1)",
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
  "capturedAt": "2026-10-02T02:41:37.512Z",
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
    {
      "checkName": "DEVICE_CERTIFICATE_SHARED_CHECK",
      "checkRunStatus": "FAILED",
      "errorCode": "INSUFFICIENT_PERMISSIONS",
      "message": "Device Defender does not have permission to call iot:ListCertificates with the configured role.",
      "severity": "HIGH",
      "title": "Device certificate shared",
    },
    {
      "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
      "checkRunStatus": "COMPLETED_NON_COMPLIANT",
      "nonCompliantResourcesCount": 17,
      "severity": "MEDIUM",
      "suppressedNonCompliantResourcesCount": 0,
      "title": "Device certificate expiring",
      "totalResourcesCount": 4210,
    },
  ],
  "kind": "COMPLETED_WITH_FINDINGS",
  "region": "eu-west-1",
  "scheduledAuditName": "NightlyFleetAudit",
  "schemaVersion": "1",
  "severity": "CRITICAL",
  "statistics": {
    "canceledChecks": 0,
    "compliantChecks": 11,
    "failedChecks": 1,
    "inProgressChecks": 0,
    "nonCompliantChecks": 2,
    "totalChecks": 14,
    "waitingForDataCollectionChecks": 0,
  },
  "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
  "taskStartTime": "2026-10-02T02:00:04.000Z",
  "taskStatus": "COMPLETED",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });
});

describe('the alert about an audit that recovered while it ran', () => {
  const message = composeAlert(
    buildAlertInput({
      kind: 'RECOVERED',
      snapshot: buildSnapshot({
        answer: buildAnswer({
          auditDetails: buildDetails({
            IOT_POLICY_OVERLY_PERMISSIVE_CHECK: buildCompliant({ suppressedNonCompliantResourcesCount: 1 }),
          }),
        }),
      }),
      earlier: buildSnapshot({
        turn: 3,
        capturedAt: '2026-10-02T02:12:55.000Z',
        answer: buildAnswer({
          taskStatus: 'IN_PROGRESS',
          auditDetails: buildDetails({
            IOT_POLICY_OVERLY_PERMISSIVE_CHECK: buildNonCompliant(),
            DEVICE_CERTIFICATE_SHARED_CHECK: buildFailed(),
          }),
        }),
      }),
    }),
  );

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [RECOVERED] IoT audit NightlyFleetAudit: all 14 checks are compliant (eu-west-1)

RECOVERED: all 14 checks of this AWS IoT audit are compliant again.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   2026-10-02 02:00:04 UTC
Progress  completed, seen 02:41:37 UTC; 14 checks: 14 compliant, 0
          non-compliant, 0 failed

RECOVERED SINCE 2026-10-02 02:12:55 UTC
  AWS IoT policies overly permissive: 3 -> 0 resources
  Device certificate shared: failed -> compliant

SUPPRESSED, NOT COUNTED ABOVE
  AWS IoT policies overly permissive: 1 resource

NEXT STEP
  Nothing to do.
  Open the audit report:
  https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(JSON.parse(message.chat).content).toMatchInlineSnapshot(`
{
  "description": "*Recovered since 2026-10-02 02:12:55 UTC*
AWS IoT policies overly permissive: 3 -&gt; 0 resources
Device certificate shared: failed -&gt; compliant
*Suppressed, not counted above*
AWS IoT policies overly permissive: 1 resource

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* completed, seen 02:41:37 UTC; 14 checks: 14 compliant, 0 non-compliant, 0 failed",
  "keywords": [
    "RECOVERED",
    "NightlyFleetAudit",
    "eu-west-1",
    "COMPLETED",
  ],
  "nextSteps": [
    "Nothing to do. <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
  ],
  "textType": "client-markdown",
  "title": ":white_check_mark: RECOVERED: IoT audit *NightlyFleetAudit*: all 14 checks are compliant (eu-west-1)",
}
`);
  });

  test('tells machines how the checks stand now', () => {
    expect(JSON.parse(message.machine)).toMatchInlineSnapshot(`
{
  "accountId": "123456789012",
  "alertKey": "9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL",
  "capturedAt": "2026-10-02T02:41:37.512Z",
  "checks": [
    {
      "change": "RECOVERED",
      "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
      "checkRunStatus": "COMPLETED_COMPLIANT",
      "nonCompliantResourcesCount": 0,
      "severity": "CRITICAL",
      "suppressedNonCompliantResourcesCount": 1,
      "title": "AWS IoT policies overly permissive",
      "totalResourcesCount": 120,
    },
    {
      "change": "RECOVERED",
      "checkName": "DEVICE_CERTIFICATE_SHARED_CHECK",
      "checkRunStatus": "COMPLETED_COMPLIANT",
      "nonCompliantResourcesCount": 0,
      "severity": "HIGH",
      "suppressedNonCompliantResourcesCount": 0,
      "title": "Device certificate shared",
      "totalResourcesCount": 120,
    },
  ],
  "kind": "RECOVERED",
  "region": "eu-west-1",
  "scheduledAuditName": "NightlyFleetAudit",
  "schemaVersion": "1",
  "severity": "CRITICAL",
  "statistics": {
    "canceledChecks": 0,
    "compliantChecks": 14,
    "failedChecks": 0,
    "inProgressChecks": 0,
    "nonCompliantChecks": 0,
    "totalChecks": 14,
    "waitingForDataCollectionChecks": 0,
  },
  "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
  "taskStartTime": "2026-10-02T02:00:04.000Z",
  "taskStatus": "COMPLETED",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });

  test('reaches those who were told about the trouble', () => {
    expect(message.attributes).toMatchInlineSnapshot(`
{
  "account": "123456789012",
  "auditName": "NightlyFleetAudit",
  "checks": [
    "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
    "DEVICE_CERTIFICATE_SHARED_CHECK",
  ],
  "kind": "RECOVERED",
  "region": "eu-west-1",
  "severity": "CRITICAL",
  "taskStatus": "COMPLETED",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });
});

describe('the alert about an audit that found nothing', () => {
  const message = composeAlert(buildAlertInput({ kind: 'COMPLETED_COMPLIANT' }));

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [INFO] IoT audit NightlyFleetAudit: all 14 checks are compliant (eu-west-1)

INFO: all 14 checks of this AWS IoT audit are compliant.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   2026-10-02 02:00:04 UTC
Progress  completed, seen 02:41:37 UTC; 14 checks: 14 compliant, 0
          non-compliant, 0 failed

NEXT STEP
  Nothing to do.
  Open the audit report:
  https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(JSON.parse(message.chat).content).toMatchInlineSnapshot(`
{
  "description": "
*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* completed, seen 02:41:37 UTC; 14 checks: 14 compliant, 0 non-compliant, 0 failed",
  "keywords": [
    "INFO",
    "NightlyFleetAudit",
    "eu-west-1",
    "COMPLETED",
  ],
  "nextSteps": [
    "Nothing to do. <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
  ],
  "textType": "client-markdown",
  "title": ":white_check_mark: INFO: IoT audit *NightlyFleetAudit*: all 14 checks are compliant (eu-west-1)",
}
`);
  });

  test('is complete for machines', () => {
    expect(JSON.parse(message.machine)).toMatchInlineSnapshot(`
{
  "accountId": "123456789012",
  "alertKey": "9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL",
  "capturedAt": "2026-10-02T02:41:37.512Z",
  "checks": [],
  "kind": "COMPLETED_COMPLIANT",
  "region": "eu-west-1",
  "scheduledAuditName": "NightlyFleetAudit",
  "schemaVersion": "1",
  "severity": "INFO",
  "statistics": {
    "canceledChecks": 0,
    "compliantChecks": 14,
    "failedChecks": 0,
    "inProgressChecks": 0,
    "nonCompliantChecks": 0,
    "totalChecks": 14,
    "waitingForDataCollectionChecks": 0,
  },
  "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
  "taskStartTime": "2026-10-02T02:00:04.000Z",
  "taskStatus": "COMPLETED",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });
});
