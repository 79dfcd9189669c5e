import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { type Finding, identityOf, openSince } from '../../../../lambda/audit/answer/finding.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { type ComparedAudit, compareAudits } from '../../../../lambda/audit/ledger/comparison.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCertificateFinding,
  buildCompliant,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildPolicyFinding,
  buildReadFindings,
  buildSnapshot,
} from '../../../builders.ts';

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const EXPIRING = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const EARLIER = '2026-09-28T02:00:03.000Z';
const YESTERDAY = '2026-10-01T02:00:03.000Z';
const TODAY = '2026-10-02T02:00:04.000Z';

const PRINCIPALS = {
  [certificate(0)]: { names: ['pump-0142'], more: 0 },
  [certificate(1)]: { names: ['pump-0177', 'pump-0178', 'pump-0179', 'pump-0180'], more: 5 },
};

/** 64 digits that begin and end with the number. */
function certificate(number: number): string {
  const digit = number.toString(16).padStart(4, '0');
  return `${digit}${'a0b1c2d3'.repeat(7)}${digit}`;
}

function certificates(first: number, last: number): Finding[] {
  return Array.from({ length: last - first + 1 }, (_, index) => buildCertificateFinding(certificate(first + index)));
}

function open(findings: readonly Finding[], since: string): ReadonlyMap<string, string> {
  return new Map(findings.map((finding) => [identityOf(finding), since]));
}

/** An alert about an audit with these checks and findings, compared with one before. */
function compose(
  kind: AlertInput['kind'],
  now: { readonly details: Record<string, CheckDetails>; readonly findings?: readonly Finding[] },
  before?: { readonly details: Record<string, CheckDetails>; readonly findings?: ReadonlyMap<string, string> },
  overrides: Partial<AlertInput> = {},
) {
  const answer = buildAnswer({ auditDetails: buildDetails(now.details), taskStartTime: TODAY });
  const findings = now.findings?.map((finding) => ({
    ...finding,
    since: openSince(identityOf(finding), TODAY, before?.findings),
  }));
  const current: ComparedAudit = {
    reading: readAudit(answer),
    findings: findings && new Map(findings.filter(isOpen).map((finding) => [identityOf(finding), finding.since])),
  };
  const previous = before && {
    startedAt: YESTERDAY,
    reading: readAudit(buildAnswer({ auditDetails: buildDetails(before.details) })),
    findings: before.findings,
  };
  const input = buildAlertInput({
    kind,
    snapshot: buildSnapshot({ answer }),
    findings: findings && buildReadFindings(findings, PRINCIPALS),
    comparison: previous && compareAudits(previous, current),
    ...overrides,
  });
  const message = composeAlert(input);
  expectAlertWithinLimits(message);
  return { ...message, chat: JSON.parse(message.chat), machine: JSON.parse(message.machine) };
}

function isOpen({ suppressed }: Finding): boolean {
  return !suppressed;
}

const POLICIES = [
  buildPolicyFinding('FleetProvisioning', '7'),
  buildPolicyFinding('GatewayLegacy', '1'),
  buildPolicyFinding('TestBench', '2'),
  buildPolicyFinding('Attic', '1', { suppressed: true }),
];
const FOUND = {
  [POLICY]: buildNonCompliant(),
  [EXPIRING]: buildNonCompliant({ totalResourcesCount: 4210, nonCompliantResourcesCount: 17 }),
  [SHARED]: buildFailed(),
};
const FOUND_BEFORE = {
  [EXPIRING]: buildNonCompliant({ totalResourcesCount: 4205, nonCompliantResourcesCount: 12 }),
  [LOGGING]: buildNonCompliant({ nonCompliantResourcesCount: 1 }),
};

describe('the closing message about findings that were read and compared', () => {
  const message = compose(
    'COMPLETED_WITH_FINDINGS',
    { details: FOUND, findings: [...POLICIES, ...certificates(0, 16)] },
    {
      details: FOUND_BEFORE,
      findings: open([...certificates(1, 11), buildCertificateFinding(certificate(99))], EARLIER),
    },
  );

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

CHANGED SINCE THE AUDIT OF 2026-10-01
  New          AWS IoT policies overly permissive (0 -> 3 resources)
  Worse        Device certificate expiring (12 -> 17 resources: 6 new, 1 gone,
               11 still open since 2026-09-28); no longer open: cert
               0063...063
  Recovered    Logging disabled (1 -> 0 resources)
  Unknown      Device certificate shared (failed: INSUFFICIENT_PERMISSIONS;
               then compliant)

NON-COMPLIANT
  [CRITICAL] AWS IoT policies overly permissive
    3 of 120 resources non-compliant (1 more suppressed), new
    policy FleetProvisioning v7  ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS
    policy GatewayLegacy v1      ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS
    policy TestBench v2          ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html

  [MEDIUM] Device certificate expiring
    17 of 4210 resources non-compliant (1 more suppressed), was 12
    cert 0000...000 (thing pump-0142)  CERTIFICATE_APPROACHING_EXPIRATION, new
    cert 000c...00c                    CERTIFICATE_APPROACHING_EXPIRATION, new
    cert 000d...00d                    CERTIFICATE_APPROACHING_EXPIRATION, new
    cert 000e...00e                    CERTIFICATE_APPROACHING_EXPIRATION, new
    cert 000f...00f                    CERTIFICATE_APPROACHING_EXPIRATION, new
    and 12 more
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_EXPIRING_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-device-cert-approaching-expiration.html

FAILED, RESULT UNKNOWN
  [HIGH] Device certificate shared
    Result unknown; it would be CRITICAL if non-compliant
    Last result: compliant in the audit of 2026-10-01
    Error     INSUFFICIENT_PERMISSIONS
    Message   Device Defender does not have permission to call
              iot:ListCertificates with the configured role.
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK

  A failed check is not a pass: nothing is known about its resources.

NEXT STEPS
  1. Start with "AWS IoT policies overly permissive", which is new: open its
     results and look for what changed, then follow its fix link.
  2. Check that the Device Defender audit role still has the managed policy
     AWSIoTDeviceDefenderAudit.
  3. Run the failed check again:
     aws iot start-on-demand-audit-task --region eu-west-1 \\
       --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK
  4. Open the audit report:
     https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a

SILENCE A KNOWN RESOURCE (AN EXAMPLE, ENDS BY ITSELF ON 2026-11-01)
  If cert 000f...00f is known and accepted:
  aws iot create-audit-suppression --region eu-west-1 \\
    --check-name DEVICE_CERTIFICATE_EXPIRING_CHECK \\
    --resource-identifier '{"deviceCertificateId":"000fa0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000f"}' \\
    --no-suppress-indefinitely --expiration-date 2026-11-01T00:00:00Z \\
    --description 'why it is accepted, and who owns it'

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(message.chat.content).toMatchInlineSnapshot(`
{
  "description": "*Changed since the audit of 2026-10-01*: 1 new, 1 worse, 1 recovered, 1 unknown
Recovered: Logging disabled (1 -&gt; 0 resources)
*Non-compliant*
:red_circle: CRITICAL *AWS IoT policies overly permissive*: 3 of 120 resources non-compliant (1 more suppressed), new <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK|results> <https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html|fix>
    \`policy FleetProvisioning v7\`, \`policy GatewayLegacy v1\`, \`policy TestBench v2\`
:large_yellow_circle: MEDIUM *Device certificate expiring*: 17 of 4210 resources non-compliant (1 more suppressed), was 12 <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_EXPIRING_CHECK|results> <https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-device-cert-approaching-expiration.html|fix>
    \`cert 0000...000\` (thing pump-0142, new), \`cert 000c...00c\` (new), \`cert 000d...00d\` (new), \`cert 000e...00e\` (new), \`cert 000f...00f\` (new), and 12 more
*Failed, result unknown*
:grey_question: HIGH *Device certificate shared*: \`INSUFFICIENT_PERMISSIONS\` \`Device Defender does not have permission to call iot:ListCertificates with the configured role.\` Result unknown; it would be CRITICAL if non-compliant <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK|results>
    Last result: compliant in the audit of 2026-10-01
A failed check is not a pass: nothing is known about its resources.

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* completed, seen 02:41:37 UTC; 14 checks: 11 compliant, 2 non-compliant, 1 failed",
  "keywords": [
    "CRITICAL",
    "NightlyFleetAudit",
    "eu-west-1",
    "COMPLETED",
  ],
  "nextSteps": [
    "Start with "AWS IoT policies overly permissive", which is new: open its results and look for what changed, then follow its fix link.",
    "Check that the Device Defender audit role still has the managed policy AWSIoTDeviceDefenderAudit.",
    "Run the failed check again: \`aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK\`",
    "<https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
  ],
  "textType": "client-markdown",
  "title": ":rotating_light: CRITICAL: IoT audit *NightlyFleetAudit* done: 2 non-compliant, 1 failed of 14 checks (eu-west-1)",
}
`);
  });

  test('is complete for machines', () => {
    const { checks, changes, findings } = message.machine;

    expect({ checks: checks.slice(0, 1), changes, findings }).toMatchInlineSnapshot(`
{
  "changes": {
    "checks": [
      {
        "before": {
          "nonCompliantResourcesCount": 0,
          "outcome": "COMPLIANT",
        },
        "change": "NEW",
        "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
        "findings": {
          "gone": 0,
          "goneResources": [],
          "new": 3,
          "newResources": [
            "policy FleetProvisioning v7",
            "policy GatewayLegacy v1",
            "policy TestBench v2",
          ],
          "stillOpen": 0,
        },
        "now": {
          "nonCompliantResourcesCount": 3,
          "outcome": "NON_COMPLIANT",
        },
      },
      {
        "before": {
          "nonCompliantResourcesCount": 0,
          "outcome": "COMPLIANT",
        },
        "change": "UNKNOWN",
        "checkName": "DEVICE_CERTIFICATE_SHARED_CHECK",
        "now": {
          "errorCode": "INSUFFICIENT_PERMISSIONS",
          "outcome": "FAILED",
        },
      },
      {
        "before": {
          "nonCompliantResourcesCount": 12,
          "outcome": "NON_COMPLIANT",
        },
        "change": "WORSE",
        "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
        "findings": {
          "gone": 1,
          "goneResources": [
            "cert 0063...063",
          ],
          "new": 6,
          "newResources": [
            "cert 0000...000",
            "cert 000c...00c",
            "cert 000d...00d",
            "cert 000e...00e",
            "cert 000f...00f",
          ],
          "stillOpen": 11,
          "stillOpenSince": "2026-09-28T02:00:03.000Z",
        },
        "now": {
          "nonCompliantResourcesCount": 17,
          "outcome": "NON_COMPLIANT",
        },
      },
      {
        "before": {
          "nonCompliantResourcesCount": 1,
          "outcome": "NON_COMPLIANT",
        },
        "change": "RECOVERED",
        "checkName": "LOGGING_DISABLED_CHECK",
        "findings": {
          "gone": 0,
          "goneResources": [],
          "new": 0,
          "newResources": [],
          "stillOpen": 0,
        },
        "now": {
          "nonCompliantResourcesCount": 0,
          "outcome": "COMPLIANT",
        },
      },
    ],
    "previousAuditStartTime": "2026-10-01T02:00:03.000Z",
    "unchanged": false,
  },
  "checks": [
    {
      "change": "NEW",
      "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
      "checkRunStatus": "COMPLETED_NON_COMPLIANT",
      "nonCompliantResourcesCount": 3,
      "previousNonCompliantResourcesCount": 0,
      "severity": "CRITICAL",
      "suppressedNonCompliantResourcesCount": 1,
      "title": "AWS IoT policies overly permissive",
      "totalResourcesCount": 120,
    },
  ],
  "findings": {
    "checks": [
      {
        "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
        "open": 3,
        "suppressed": 1,
      },
      {
        "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
        "open": 17,
        "suppressed": 0,
      },
    ],
    "resources": [
      {
        "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
        "reasonCode": "ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS",
        "resource": "policy FleetProvisioning v7",
        "resourceIdentifier": {
          "policyVersionIdentifier": {
            "policyName": "FleetProvisioning",
            "policyVersionId": "7",
          },
        },
        "resourceType": "IOT_POLICY",
        "severity": "CRITICAL",
        "since": "2026-10-02T02:00:04.000Z",
      },
      {
        "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
        "reasonCode": "ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS",
        "resource": "policy GatewayLegacy v1",
        "resourceIdentifier": {
          "policyVersionIdentifier": {
            "policyName": "GatewayLegacy",
            "policyVersionId": "1",
          },
        },
        "resourceType": "IOT_POLICY",
        "severity": "CRITICAL",
        "since": "2026-10-02T02:00:04.000Z",
      },
      {
        "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
        "reasonCode": "ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS",
        "resource": "policy TestBench v2",
        "resourceIdentifier": {
          "policyVersionIdentifier": {
            "policyName": "TestBench",
            "policyVersionId": "2",
          },
        },
        "resourceType": "IOT_POLICY",
        "severity": "CRITICAL",
        "since": "2026-10-02T02:00:04.000Z",
      },
      {
        "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
        "reasonCode": "CERTIFICATE_APPROACHING_EXPIRATION",
        "resource": "cert 0000a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d30000",
        "resourceIdentifier": {
          "deviceCertificateId": "0000a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d30000",
        },
        "resourceType": "DEVICE_CERTIFICATE",
        "severity": "MEDIUM",
        "since": "2026-10-02T02:00:04.000Z",
        "things": [
          "pump-0142",
        ],
      },
      {
        "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
        "reasonCode": "CERTIFICATE_APPROACHING_EXPIRATION",
        "resource": "cert 000ca0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000c",
        "resourceIdentifier": {
          "deviceCertificateId": "000ca0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000c",
        },
        "resourceType": "DEVICE_CERTIFICATE",
        "severity": "MEDIUM",
        "since": "2026-10-02T02:00:04.000Z",
      },
      {
        "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
        "reasonCode": "CERTIFICATE_APPROACHING_EXPIRATION",
        "resource": "cert 000da0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000d",
        "resourceIdentifier": {
          "deviceCertificateId": "000da0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000d",
        },
        "resourceType": "DEVICE_CERTIFICATE",
        "severity": "MEDIUM",
        "since": "2026-10-02T02:00:04.000Z",
      },
      {
        "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
        "reasonCode": "CERTIFICATE_APPROACHING_EXPIRATION",
        "resource": "cert 000ea0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000e",
        "resourceIdentifier": {
          "deviceCertificateId": "000ea0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000e",
        },
        "resourceType": "DEVICE_CERTIFICATE",
        "severity": "MEDIUM",
        "since": "2026-10-02T02:00:04.000Z",
      },
      {
        "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
        "reasonCode": "CERTIFICATE_APPROACHING_EXPIRATION",
        "resource": "cert 000fa0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000f",
        "resourceIdentifier": {
          "deviceCertificateId": "000fa0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3a0b1c2d3000f",
        },
        "resourceType": "DEVICE_CERTIFICATE",
        "severity": "MEDIUM",
        "since": "2026-10-02T02:00:04.000Z",
      },
    ],
    "status": "READ",
  },
}
`);
  });
});

describe('the closing message about the same findings again', () => {
  const details = { [POLICY]: buildNonCompliant(), [SHARED]: buildFailed() };
  const message = compose(
    'COMPLETED_WITH_FINDINGS',
    { details, findings: POLICIES },
    { details, findings: open(POLICIES.filter(isOpen), EARLIER) },
  );

  test('says since when they are open', () => {
    expect(
      message.email.slice(message.email.indexOf('NOTHING'), message.email.indexOf('NEXT STEPS')),
    ).toMatchInlineSnapshot(`
"NOTHING CHANGED SINCE THE AUDIT OF 2026-10-01
  Still open   AWS IoT policies overly permissive (3 resources, since
               2026-09-28)

NON-COMPLIANT
  [CRITICAL] AWS IoT policies overly permissive
    3 of 120 resources non-compliant (1 more suppressed), still open since
    2026-09-28
    ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS:
      policy FleetProvisioning v7, open since 2026-09-28
      policy GatewayLegacy v1, open since 2026-09-28
      policy TestBench v2, open since 2026-09-28
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html

FAILED, RESULT UNKNOWN
  [HIGH] Device certificate shared
    Result unknown; it would be CRITICAL if non-compliant
    Failed in the audit of 2026-10-01 too
    Error     INSUFFICIENT_PERMISSIONS
    Message   Device Defender does not have permission to call
              iot:ListCertificates with the configured role.
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK

  A failed check is not a pass: nothing is known about its resources.

"
`);
    expect(message.machine.changes).toMatchObject({ unchanged: true });
  });

  test('reads well in chat', () => {
    expect(message.chat.content.description).toMatchInlineSnapshot(`
"*Nothing changed since the audit of 2026-10-01*: 1 still open
*Non-compliant*
:red_circle: CRITICAL *AWS IoT policies overly permissive*: 3 of 120 resources non-compliant (1 more suppressed), still open since 2026-09-28 <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK|results> <https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html|fix>
    \`policy FleetProvisioning v7\` (open since 2026-09-28), \`policy GatewayLegacy v1\` (open since 2026-09-28), \`policy TestBench v2\` (open since 2026-09-28)
*Failed, result unknown*
:grey_question: HIGH *Device certificate shared*: \`INSUFFICIENT_PERMISSIONS\` \`Device Defender does not have permission to call iot:ListCertificates with the configured role.\` Result unknown; it would be CRITICAL if non-compliant <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK|results>
    Failed in the audit of 2026-10-01 too
A failed check is not a pass: nothing is known about its resources.

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* completed, seen 02:41:37 UTC; 14 checks: 12 compliant, 1 non-compliant, 1 failed"
`);
  });
});

describe('the message about the first audit', () => {
  test('says that there is nothing to compare with yet', () => {
    const first = compose('COMPLETED_WITH_FINDINGS', { details: FOUND }, undefined, { comparison: { first: true } });

    expect(first.email).toContain(
      'WHAT CHANGED\n  There is nothing to compare with yet: this is the first audit of this\n  schedule on record.\n',
    );
    expect(first.chat.content.description).toContain('*What changed*\nThere is nothing to compare with yet');
    expect(first.machine.changes).toEqual({ firstAudit: true });
  });

  test('on demand says so too', () => {
    const answer = buildAnswer({ taskType: 'ON_DEMAND_AUDIT_TASK', scheduledAuditName: undefined });
    const first = compose('COMPLETED_COMPLIANT', { details: {} }, undefined, {
      comparison: { first: true },
      snapshot: buildSnapshot({ answer }),
    });

    expect(first.email).toContain('this is the first on-demand audit on\n  record.');
  });
});

describe('the message about findings that could not be read', () => {
  const message = compose(
    'COMPLETED_WITH_FINDINGS',
    { details: FOUND },
    { details: FOUND_BEFORE },
    {
      findings: { status: 'UNAVAILABLE', errorName: 'ThrottlingException' },
    },
  );

  test('says so, and tells the rest', () => {
    expect(message.email).toContain('  Resources could not be read (ThrottlingException): see the results links.\n');
    expect(message.email).toContain('  Worse        Device certificate expiring (12 -> 17 resources)\n');
    expect(message.chat.content.description).toContain('Resources could not be read (ThrottlingException)');
    expect(message.machine.findings).toEqual({ status: 'UNAVAILABLE', errorName: 'ThrottlingException' });
  });

  test('has no command for a resource that it does not know', () => {
    expect(message.email).not.toContain('SILENCE');
  });

  test('survives an error without a name', () => {
    const findings = { status: 'UNAVAILABLE', errorName: '' } as const;

    expect(compose('COMPLETED_WITH_FINDINGS', { details: FOUND }, undefined, { findings }).email).toContain(
      '(unknown error)',
    );
  });
});

describe('the message about a recovery since the previous audit', () => {
  const message = compose(
    'RECOVERED',
    {
      details: { [POLICY]: buildCompliant({ suppressedNonCompliantResourcesCount: undefined }) },
      findings: POLICIES.slice(3),
    },
    {
      details: {
        [POLICY]: buildNonCompliant({ nonCompliantResourcesCount: 4 }),
        [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 17 }),
        [SHARED]: buildFailed(),
      },
      findings: open([...POLICIES.slice(0, 3), buildPolicyFinding('Zoo', '1')], EARLIER),
    },
  );

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

RECOVERED SINCE THE AUDIT OF 2026-10-01
  AWS IoT policies overly permissive: 4 -> 0 resources; no longer open: policy
  FleetProvisioning v7, policy GatewayLegacy v1, policy TestBench v2 and 1
  more
  Device certificate shared: failed -> compliant
  Device certificate expiring: 17 -> 0 resources

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
    expect(message.chat.content).toMatchInlineSnapshot(`
{
  "description": "*Recovered since the audit of 2026-10-01*
AWS IoT policies overly permissive: 4 -&gt; 0 resources; no longer open: policy FleetProvisioning v7, policy GatewayLegacy v1, policy TestBench v2 and 1 more
Device certificate shared: failed -&gt; compliant
Device certificate expiring: 17 -&gt; 0 resources
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

  test('is complete for machines', () => {
    const { severity, checks, changes, findings } = message.machine;

    expect({
      severity,
      checks: checks.slice(0, 1),
      changes: changes.checks.slice(0, 1),
      findings,
    }).toMatchInlineSnapshot(`
{
  "changes": [
    {
      "before": {
        "errorCode": "INSUFFICIENT_PERMISSIONS",
        "outcome": "FAILED",
      },
      "change": "RECOVERED",
      "checkName": "DEVICE_CERTIFICATE_SHARED_CHECK",
      "now": {
        "nonCompliantResourcesCount": 0,
        "outcome": "COMPLIANT",
      },
    },
  ],
  "checks": [
    {
      "change": "RECOVERED",
      "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
      "checkRunStatus": "COMPLETED_COMPLIANT",
      "nonCompliantResourcesCount": 0,
      "previousNonCompliantResourcesCount": 4,
      "severity": "CRITICAL",
      "title": "AWS IoT policies overly permissive",
      "totalResourcesCount": 120,
    },
  ],
  "findings": {
    "checks": [
      {
        "checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
        "open": 0,
        "suppressed": 1,
      },
    ],
    "resources": [],
    "status": "READ",
  },
  "severity": "CRITICAL",
}
`);
    expect(message.attributes.checks).toEqual([POLICY, SHARED, EXPIRING]);
  });

  test('keeps apart what an earlier look at the same audit saw', () => {
    const earlier = buildSnapshot({
      capturedAt: '2026-10-02T02:12:55.000Z',
      answer: buildAnswer({
        auditDetails: {
          [POLICY]: buildNonCompliant(),
          [LOGGING]: buildNonCompliant({ nonCompliantResourcesCount: 1 }),
        },
      }),
    });
    const { email } = compose(
      'RECOVERED',
      { details: {} },
      { details: { [POLICY]: buildNonCompliant() } },
      { earlier },
    );

    expect(email.slice(email.indexOf('RECOVERED SINCE'), email.indexOf('NEXT STEP'))).toMatchInlineSnapshot(`
"RECOVERED SINCE THE AUDIT OF 2026-10-01
  AWS IoT policies overly permissive: 3 -> 0 resources

RECOVERED SINCE 2026-10-02 02:12:55 UTC
  Logging disabled: 1 -> 0 resources

"
`);
  });

  test('does not hide that another check lost its result', () => {
    const { email, machine } = compose(
      'RECOVERED',
      { details: { [SHARED]: { checkRunStatus: 'CANCELED' }, [LOGGING]: { checkRunStatus: 'CANCELED' } } },
      { details: { [SHARED]: buildFailed(), [POLICY]: buildNonCompliant() } },
    );

    expect(email.slice(email.indexOf('RECOVERED SINCE'), email.indexOf('NEXT STEP'))).toMatchInlineSnapshot(`
"RECOVERED SINCE THE AUDIT OF 2026-10-01
  AWS IoT policies overly permissive: 3 -> 0 resources

TROUBLE BEFORE, UNKNOWN NOW
  Device certificate shared: failed -> CANCELED

UNKNOWN SINCE THE AUDIT OF 2026-10-01
  Logging disabled (canceled; then compliant)

WITHOUT A RESULT (2)
  Device certificate shared, Logging disabled

"
`);
    expect(machine.checks.map(({ change }: { change: string }) => change)).toEqual(['RECOVERED', 'UNKNOWN']);
  });
});

describe('the message about an audit that found nothing', () => {
  test('says that nothing changed', () => {
    const { email, machine } = compose('COMPLETED_COMPLIANT', { details: {} }, { details: {} });

    expect(email).toContain(
      'NOTHING CHANGED SINCE THE AUDIT OF 2026-10-01\n  No check is better or worse than it was then.\n',
    );
    expect(machine.changes).toEqual({ previousAuditStartTime: YESTERDAY, unchanged: true, checks: [] });
  });

  test('takes a check that is new and compliant for no change', () => {
    const { email } = compose('COMPLETED_COMPLIANT', { details: { NEW_CHECK: buildCompliant() } }, { details: {} });

    expect(email).toContain('CHANGED SINCE THE AUDIT OF 2026-10-01\n  No check is better or worse than it was then.\n');
  });

  test('tells that a check has no result any more', () => {
    const { email } = compose(
      'COMPLETED_COMPLIANT',
      { details: { [SHARED]: { checkRunStatus: 'CANCELED' } } },
      { details: { GONE_CHECK: buildCompliant() } },
    );

    expect(email.slice(email.indexOf('CHANGED SINCE'), email.indexOf('NEXT STEP'))).toMatchInlineSnapshot(`
"CHANGED SINCE THE AUDIT OF 2026-10-01
  Unknown      Device certificate shared (canceled; then compliant)
  Unknown      Gone (not in the answer; then compliant)

WITHOUT A RESULT (1)
  Device certificate shared

"
`);
  });
});

describe('the message about the first non-compliant check', () => {
  const running = { [SHARED]: { checkRunStatus: 'IN_PROGRESS' }, [EXPIRING]: buildNonCompliant() };

  test.each<[string, CheckDetails, string]>([
    ['new', buildCompliant(), 'New: this check was compliant in the audit of 2026-10-01'],
    ['not new', buildNonCompliant(), 'Not new: 3 resources non-compliant in the audit of 2026-10-01'],
  ])('says that it is %s', (_, before, line) => {
    const { email, chat, machine } = compose(
      'NON_COMPLIANT_DETECTED',
      { details: running },
      { details: { [EXPIRING]: before } },
    );

    expect(email).toContain(`    ${line}\n`);
    expect(chat.content.description).toContain(`\n    ${line}\n`);
    expect(machine.checks[0]).toMatchObject({ change: before.checkCompliant ? 'NEW' : 'SAME' });
    expect(email).not.toContain('CHANGED SINCE');
  });

  test('says nothing about an audit in which it had no result', () => {
    const { email } = compose(
      'NON_COMPLIANT_DETECTED',
      { details: running },
      { details: { [EXPIRING]: buildFailed() } },
    );

    expect(email).not.toContain('2026-10-01');
  });

  test('leaves what changed to the closing message', () => {
    const details = buildDetails(running);
    const answer = buildAnswer({ taskStatus: 'IN_PROGRESS', auditDetails: details });
    const { machine } = compose(
      'NON_COMPLIANT_DETECTED',
      { details: running },
      { details: {} },
      {
        snapshot: buildSnapshot({ answer }),
      },
    );

    expect(machine).not.toHaveProperty('changes');
    expect(machine.checks[0].change).toBe('NEW');
  });
});

describe('the message about a failed check', () => {
  test.each<[CheckDetails, string]>([
    [buildCompliant(), 'Last result: compliant in the audit of 2026-10-01'],
    [buildNonCompliant(), 'Last result: 3 resources non-compliant in the audit of 2026-10-01'],
    [buildFailed(), 'Failed in the audit of 2026-10-01 too'],
  ])('tells how it stood before: %j', (before, line) => {
    const { email } = compose(
      'CHECK_FAILED',
      { details: { [SHARED]: buildFailed() } },
      { details: { [SHARED]: before } },
    );

    expect(email).toContain(`    ${line}\n`);
  });
});

describe('what changed', () => {
  /** The lines about what changed, for checks before and now. */
  function changed(before: Record<string, CheckDetails>, now: Record<string, CheckDetails>) {
    const { email, chat } = compose('COMPLETED_WITH_FINDINGS', { details: now }, { details: before });
    return { email: email.slice(email.indexOf('CHANGED SINCE'), email.indexOf('\n\nNON-COMPLIANT')), chat };
  }

  test('is told under a label for each kind of change', () => {
    const { email, chat } = changed(
      {
        CA_CERTIFICATE_EXPIRING_CHECK: buildNonCompliant({ nonCompliantResourcesCount: undefined }),
        CONFLICTING_CLIENT_IDS_CHECK: buildNonCompliant({ nonCompliantResourcesCount: 5 }),
        [EXPIRING]: buildNonCompliant(),
        DEVICE_CERTIFICATE_KEY_QUALITY_CHECK: buildFailed(),
        [SHARED]: buildNonCompliant(),
        [LOGGING]: buildFailed(),
        IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK: { checkRunStatus: 'CANCELED' },
        REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK: buildNonCompliant({ nonCompliantResourcesCount: undefined }),
        GONE_CHECK: buildCompliant(),
      },
      {
        CA_CERTIFICATE_EXPIRING_CHECK: buildNonCompliant(),
        CONFLICTING_CLIENT_IDS_CHECK: buildNonCompliant({ nonCompliantResourcesCount: 1 }),
        [EXPIRING]: buildNonCompliant(),
        DEVICE_CERTIFICATE_KEY_QUALITY_CHECK: buildNonCompliant(),
        [SHARED]: buildFailed({ errorCode: undefined }),
        [LOGGING]: buildCompliant(),
        IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK: buildFailed(),
        REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK: buildCompliant(),
        AUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
      },
    );

    expect(email).toMatchInlineSnapshot(`
"CHANGED SINCE THE AUDIT OF 2026-10-01
  Still open   Device certificate expiring (3 resources)
  Better       Conflicting MQTT client IDs (5 -> 1 resource)
  Recovered    Revoked CA certificate still active (unknown -> 0 resources)
  Recovered    Logging disabled (failed -> compliant)
  Unknown      Authenticated Cognito role overly permissive (no result; then
               compliant)
  Unknown      Device certificate shared (failed; then 3 resources)
  Unknown      CA certificate expiring (3 resources; then an unknown number of
               resources)
  Unknown      Gone (not in the answer; then compliant)
  Unknown then Device certificate key quality (3 resources now, no result
               then)"
`);
    expect(chat.content.description.split('\n*Non-compliant*')[0]).toMatchInlineSnapshot(`
"*Changed since the audit of 2026-10-01*: 1 still open, 1 better, 2 recovered, 4 unknown, 1 unknown then
Recovered: Revoked CA certificate still active (unknown -&gt; 0 resources)
Recovered: Logging disabled (failed -&gt; compliant)
Unknown: Authenticated Cognito role overly permissive (no result; then compliant)
Unknown: Gone (not in the answer; then compliant)"
`);
  });

  test('tells how many findings came and went where the count is the same', () => {
    const { email } = compose(
      'COMPLETED_WITH_FINDINGS',
      { details: { [POLICY]: buildNonCompliant() }, findings: POLICIES },
      {
        details: { [POLICY]: buildNonCompliant() },
        findings: open(
          [buildPolicyFinding('TestBench', '2'), buildPolicyFinding('A', '1'), buildPolicyFinding('B', '1')],
          EARLIER,
        ),
      },
    );

    expect(email.slice(email.indexOf('CHANGED'), email.indexOf('    Results:'))).toMatchInlineSnapshot(`
"CHANGED SINCE THE AUDIT OF 2026-10-01
  Changed      AWS IoT policies overly permissive (3 -> 3 resources: 2 new, 2
               gone, 1 still open since 2026-09-28); no longer open: policy A
               v1, policy B v1

NON-COMPLIANT
  [CRITICAL] AWS IoT policies overly permissive
    3 of 120 resources non-compliant (1 more suppressed), was 3
    ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS:
      policy FleetProvisioning v7, new
      policy GatewayLegacy v1, new
      policy TestBench v2, open since 2026-09-28
"
`);
  });

  test('names three of those that are gone', () => {
    const { email } = compose(
      'COMPLETED_WITH_FINDINGS',
      { details: { [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 1 }) }, findings: [] },
      {
        details: { [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 17 }) },
        findings: open(certificates(0, 16), EARLIER),
      },
    );

    expect(email.slice(email.indexOf('CHANGED'), email.indexOf('    Results:'))).toMatchInlineSnapshot(`
"CHANGED SINCE THE AUDIT OF 2026-10-01
  Better       Device certificate expiring (17 -> 1 resource: 17 gone); no
               longer open: cert 0000...000, cert 0001...001, cert 0002...002
               and 14 more

NON-COMPLIANT
  [MEDIUM] Device certificate expiring
    1 of 120 resources non-compliant (1 more suppressed), was 17
    AWS lists no finding for this check (yet)
"
`);
  });

  test('is told by the counts where AWS lists no finding', () => {
    const { email } = compose(
      'COMPLETED_WITH_FINDINGS',
      { details: { [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 5 }) }, findings: [] },
      { details: { [EXPIRING]: buildNonCompliant() }, findings: new Map() },
    );

    expect(email).toContain('  Worse        Device certificate expiring (3 -> 5 resources)\n');
  });

  test('leaves out a date that cannot be read', () => {
    const { email } = compose(
      'COMPLETED_WITH_FINDINGS',
      { details: { [POLICY]: buildNonCompliant() }, findings: POLICIES },
      { details: { [POLICY]: buildNonCompliant() }, findings: open(POLICIES.slice(0, 1), 'once') },
    );

    expect(email).toContain('(3 -> 3 resources: 2 new, 1\n               still open)\n');
  });

  test('is told with the time when the audit before started on the same day', () => {
    const previous = { startedAt: '2026-10-02T01:00:00.000Z', reading: readAudit(buildAnswer()) };
    const comparison = compareAudits(previous, { reading: readAudit(buildAnswer()) });

    expect(compose('COMPLETED_COMPLIANT', { details: {} }, undefined, { comparison }).email).toContain(
      'NOTHING CHANGED SINCE THE AUDIT OF 2026-10-02 01:00:00 UTC\n',
    );
  });

  test('is told though nobody knows when the audit before started', () => {
    const comparison = compareAudits(
      { startedAt: '', reading: readAudit(buildAnswer()) },
      { reading: readAudit(buildAnswer()) },
    );
    const { email, machine } = compose('COMPLETED_COMPLIANT', { details: {} }, undefined, { comparison });

    expect(email).toContain('NOTHING CHANGED SINCE THE PREVIOUS AUDIT\n');
    expect(machine.changes).not.toHaveProperty('previousAuditStartTime');
  });

  test('is bounded', () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`NEW_${index}_CHECK`, buildNonCompliant()]),
    );
    const before = Object.fromEntries(Object.keys(many).map((name) => [name, buildCompliant()]));
    const { email, machine } = compose('COMPLETED_WITH_FINDINGS', { details: many }, { details: before });

    expect(email.match(/^ {2}New /gm)).toHaveLength(25);
    expect(email).toContain('\n  and 35 more\n');
    expect(machine.changes.checks).toHaveLength(25);
    expect(machine.changes.omittedChecks).toBe(35);
  });
});

describe('the severity that AWS gave to findings', () => {
  test('wins over the usual one of the check', () => {
    const findings = [buildPolicyFinding('A', '1', { severity: 'LOW' })];
    const { subject, attributes, machine } = compose('COMPLETED_WITH_FINDINGS', {
      details: { [POLICY]: buildNonCompliant() },
      findings,
    });

    expect(subject.startsWith('[LOW] ')).toBe(true);
    expect(attributes.severity).toBe('LOW');
    expect(machine.checks[0].severity).toBe('LOW');
  });

  test('leaves that of a check without findings alone', () => {
    const { attributes } = compose('COMPLETED_WITH_FINDINGS', {
      details: { [POLICY]: buildNonCompliant() },
      findings: [],
    });

    expect(attributes.severity).toBe('CRITICAL');
  });
});

describe('a check', () => {
  test('of which AWS lists no finding says so', () => {
    const { email } = compose('COMPLETED_WITH_FINDINGS', { details: { [POLICY]: buildNonCompliant() }, findings: [] });

    expect(email).toContain('    AWS lists no finding for this check (yet)\n');
  });

  test('tells which things a certificate belongs to, three by name', () => {
    const { email, machine } = compose('COMPLETED_WITH_FINDINGS', {
      details: { [EXPIRING]: buildNonCompliant() },
      findings: certificates(0, 2),
    });

    expect(email.slice(email.indexOf('    CERT'), email.indexOf('    Results:'))).toMatchInlineSnapshot(`
"    CERTIFICATE_APPROACHING_EXPIRATION:
      cert 0000...000 (thing pump-0142)
      cert 0001...001 (things pump-0177, pump-0178, pump-0179 and 6 more)
      cert 0002...002
"
`);
    expect(machine.findings.resources[1]).toMatchObject({
      things: ['pump-0177', 'pump-0178', 'pump-0179'],
      moreThings: 6,
    });
  });

  test('beyond the twentieth resource only has its findings counted', () => {
    const names = ['A_CHECK', 'B_CHECK', 'C_CHECK', 'D_CHECK', 'E_CHECK'];
    const { email } = compose('COMPLETED_WITH_FINDINGS', {
      details: Object.fromEntries(names.map((name) => [name, buildNonCompliant()])),
      findings: names.flatMap((checkName) =>
        Array.from({ length: 9 }, (_, index) => buildPolicyFinding(`P${index}`, '1', { checkName, severity: 'LOW' })),
      ),
    });

    expect(email.match(/^ {4}policy P/gm)).toHaveLength(20);
    expect(email.match(/^ {4}and 4 more$/gm)).toHaveLength(4);
    expect(email).toContain('    9 findings: see the results link\n');
  });

  test('with findings that have neither code nor age shows the words of AWS, or nothing', () => {
    const findings = [
      buildPolicyFinding('A', '1', { reasonCode: undefined, reason: 'Too broad.' }),
      buildPolicyFinding('B', '1', { reasonCode: undefined, reason: undefined, since: undefined }),
      buildPolicyFinding('D', '1', { resource: '\n', reasonCode: undefined, reason: undefined }),
      buildPolicyFinding('C'.repeat(128), '1', { reasonCode: undefined, reason: undefined }),
    ];
    const { email } = composeAlert(
      buildAlertInput({
        kind: 'COMPLETED_WITH_FINDINGS',
        snapshot: buildSnapshot({ answer: buildAnswer({ auditDetails: { [POLICY]: buildNonCompliant() } }) }),
        findings: buildReadFindings(findings),
      }),
    );

    expect(email.slice(email.indexOf('    policy'), email.indexOf('    Results:'))).toMatchInlineSnapshot(`
"    policy B v1
    unknown resource
    policy A v1
      Too broad.
    policy
      CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC..
      .
"
`);
  });
});
