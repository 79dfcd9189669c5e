import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../../lambda/audit/alert/message.ts';
import type { GaveUp } from '../../../../../lambda/audit/watch/alert-kinds.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildDetails,
  buildGaveUp,
  buildNonCompliant,
  buildSnapshot,
} from '../../../../builders.ts';

function compose(gaveUp: GaveUp | undefined, overrides: Partial<AlertInput> = {}) {
  return composeAlert(buildAlertInput({ kind: 'WATCHER_GAVE_UP', slot: 'WATCHER_GAVE_UP', gaveUp, ...overrides }));
}

describe('the alert about a watch that reached its limit', () => {
  const message = compose(buildGaveUp(), {
    snapshot: buildSnapshot({
      capturedAt: '2026-10-03T02:00:11.000Z',
      answer: buildAnswer({
        taskStatus: 'IN_PROGRESS',
        auditDetails: buildDetails({
          DEVICE_CERTIFICATE_EXPIRING_CHECK: buildNonCompliant(),
          CONFLICTING_CLIENT_IDS_CHECK: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
          DEVICE_CERTIFICATE_SHARED_CHECK: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
        }),
      }),
    }),
  });

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [HIGH] IoT audit watcher stopped watching NightlyFleetAudit after 24 h (eu-west-1)

HIGH: the watcher stopped before this AWS IoT audit ended. The audit may still
be running.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   2026-10-02 02:00:04 UTC
Progress  last seen 2026-10-03 02:00:11 UTC as IN_PROGRESS: 12 of 14 checks
          finished (1 non-compliant, 0 failed, 2 waiting for data)

WHY
  The watch limit of 24 hours passed.

NON-COMPLIANT WHEN LAST SEEN
  [MEDIUM] Device certificate expiring
    3 of 120 resources non-compliant (1 more suppressed)
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_EXPIRING_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-device-cert-approaching-expiration.html

NEXT STEPS
  1. Look at the audit yourself; no further message will come for it.
     Open the audit report:
     https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a
  2. See what the watcher did.
     Open the execution of the watcher:
     https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:123456789012:execution:AuditWatcher:3f0c6a1e-5b7d-4f11-9a55-0d7a3c0f6d21
  3. If audits really take this long, raise watchLimitHours in the
     configuration and deploy again.

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#WATCHER_GAVE_UP
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(JSON.parse(message.chat)).toMatchInlineSnapshot(`
{
  "content": {
    "description": "*Why*
The watch limit of 24 hours passed.
*Non-compliant when last seen*
:large_yellow_circle: MEDIUM *Device certificate expiring*: 3 of 120 resources non-compliant (1 more suppressed) <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_EXPIRING_CHECK|results> <https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-device-cert-approaching-expiration.html|fix>

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* last seen 2026-10-03 02:00:11 UTC as IN_PROGRESS: 12 of 14 checks finished (1 non-compliant, 0 failed, 2 waiting for data)",
    "keywords": [
      "HIGH",
      "NightlyFleetAudit",
      "eu-west-1",
      "WATCHER",
    ],
    "nextSteps": [
      "Look at the audit yourself; no further message will come for it. <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
      "See what the watcher did. <https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:123456789012:execution:AuditWatcher:3f0c6a1e-5b7d-4f11-9a55-0d7a3c0f6d21|Open the execution of the watcher>",
      "If audits really take this long, raise watchLimitHours in the configuration and deploy again.",
    ],
    "textType": "client-markdown",
    "title": ":hourglass: HIGH: IoT audit watcher stopped watching *NightlyFleetAudit* after 24 h (eu-west-1)",
  },
  "id": "9f71b6e90cfb57d4ac671be3a4898e6a-WATCHER_GAVE_UP",
  "metadata": {
    "additionalContext": {
      "account": "123456789012",
      "audit": "NightlyFleetAudit",
      "canceledChecks": "0",
      "compliantChecks": "11",
      "failedChecks": "0",
      "nonCompliantChecks": "1",
      "reason": "MAX_WATCH_TIME",
      "region": "eu-west-1",
      "severity": "HIGH",
      "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
      "taskStatus": "IN_PROGRESS",
    },
    "enableCustomActions": false,
    "eventType": "WATCHER_GAVE_UP",
    "relatedResources": [
      "DEVICE_CERTIFICATE_EXPIRING_CHECK",
    ],
    "summary": "HIGH: IoT audit watcher stopped watching NightlyFleetAudit after 24 h (eu-west-1)",
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
  "alertKey": "9f71b6e90cfb57d4ac671be3a4898e6a#WATCHER_GAVE_UP",
  "capturedAt": "2026-10-03T02:00:11.000Z",
  "checks": [
    {
      "checkName": "DEVICE_CERTIFICATE_EXPIRING_CHECK",
      "checkRunStatus": "COMPLETED_NON_COMPLIANT",
      "nonCompliantResourcesCount": 3,
      "severity": "MEDIUM",
      "suppressedNonCompliantResourcesCount": 1,
      "title": "Device certificate expiring",
      "totalResourcesCount": 120,
    },
  ],
  "gaveUp": {
    "errorMessage": "The audit did not end within 24 hours.",
    "errorName": "WatchLimitReachedError",
    "execution": "arn:aws:states:eu-west-1:123456789012:execution:AuditWatcher:3f0c6a1e-5b7d-4f11-9a55-0d7a3c0f6d21",
    "gaveUpAt": "2026-10-03T02:00:15.000Z",
    "reason": "MAX_WATCH_TIME",
    "watchLimitHours": 24,
  },
  "kind": "WATCHER_GAVE_UP",
  "region": "eu-west-1",
  "scheduledAuditName": "NightlyFleetAudit",
  "schemaVersion": "1",
  "severity": "HIGH",
  "statistics": {
    "canceledChecks": 0,
    "compliantChecks": 11,
    "failedChecks": 0,
    "inProgressChecks": 0,
    "nonCompliantChecks": 1,
    "totalChecks": 14,
    "waitingForDataCollectionChecks": 2,
  },
  "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
  "taskStartTime": "2026-10-02T02:00:04.000Z",
  "taskStatus": "IN_PROGRESS",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });
});

describe('the alert about an audit that was never seen', () => {
  const message = compose(
    buildGaveUp({
      reason: 'AUDIT_NOT_FOUND',
      errorName: 'ResourceNotFoundException',
      errorMessage: 'The requested resource was not found.',
    }),
    { snapshot: undefined },
  );

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [HIGH] IoT audit watcher stopped watching 9f71b6e90cfb57d4ac671be3a...: audit not found (eu-west-1)

HIGH: the watcher stopped, because AWS knows no audit with this task ID.

Audit     unknown
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   unknown
Progress  never seen

WHY
  AWS keeps the results of an audit for 90 days. Otherwise the task ID is
  wrong, or belongs to another Region or account.
  Last error: ResourceNotFoundException: The requested resource was not found.

NEXT STEPS
  1. Look at the audit yourself; no further message will come for it.
     Open the list of audits:
     https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/auditResultsHub
  2. See what the watcher did.
     Open the execution of the watcher:
     https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:123456789012:execution:AuditWatcher:3f0c6a1e-5b7d-4f11-9a55-0d7a3c0f6d21
  3. Compare the task ID and the Region with the event that started this
     watch.

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#WATCHER_GAVE_UP
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('leaves out what is unknown', () => {
    expect(message.attributes).toMatchInlineSnapshot(`
{
  "account": "123456789012",
  "kind": "WATCHER_GAVE_UP",
  "region": "eu-west-1",
  "severity": "HIGH",
}
`);
    expect(JSON.parse(message.machine)).toMatchInlineSnapshot(`
{
  "accountId": "123456789012",
  "alertKey": "9f71b6e90cfb57d4ac671be3a4898e6a#WATCHER_GAVE_UP",
  "checks": [],
  "gaveUp": {
    "errorMessage": "The requested resource was not found.",
    "errorName": "ResourceNotFoundException",
    "execution": "arn:aws:states:eu-west-1:123456789012:execution:AuditWatcher:3f0c6a1e-5b7d-4f11-9a55-0d7a3c0f6d21",
    "gaveUpAt": "2026-10-03T02:00:15.000Z",
    "reason": "AUDIT_NOT_FOUND",
    "watchLimitHours": 24,
  },
  "kind": "WATCHER_GAVE_UP",
  "region": "eu-west-1",
  "schemaVersion": "1",
  "severity": "HIGH",
  "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
}
`);
  });
});

describe('the alert about a watch that gave up', () => {
  test.each([
    {
      reason: 'RESULTS_MISSING',
      subject: '[HIGH] IoT audit watcher stopped watching NightlyFleetAudit: results missing (eu-west-1)',
      remedy: 'If the audit report is empty too, run the audit again.',
    },
    {
      reason: 'ACCESS_DENIED',
      subject: '[HIGH] IoT audit watcher stopped watching NightlyFleetAudit: access denied (eu-west-1)',
      remedy: 'Deploy the watcher again to restore its permissions',
    },
    {
      reason: 'PERSISTENT_ERROR',
      subject: '[HIGH] IoT audit watcher stopped watching NightlyFleetAudit: persistent errors (eu-west-1)',
      remedy: 'Open the execution to see which calls failed',
    },
  ] as const)('for $reason names the error and a remedy of its own', ({ reason, subject, remedy }) => {
    const message = compose(buildGaveUp({ reason, errorName: 'SomeException', errorMessage: 'Rate exceeded' }));

    expectAlertWithinLimits(message);
    expect(message.subject).toBe(subject);
    expect(message.email).toContain('Last error: SomeException: Rate exceeded');
    expect(message.email).toContain(remedy);
  });

  test('names the error alone where it came without a message', () => {
    const { email } = compose(buildGaveUp({ reason: 'PERSISTENT_ERROR', errorName: 'Oops', errorMessage: undefined }));

    expect(email).toContain('  Last error: Oops\n');
  });

  test('says so where the error came without a name', () => {
    const { email } = compose(buildGaveUp({ reason: 'PERSISTENT_ERROR', errorName: '', execution: '' }));

    expect(email).toContain('  Last error: unknown: The audit did not end');
  });

  test('says what it can when nothing is known about why', () => {
    const message = compose(undefined, { snapshot: undefined });

    expectAlertWithinLimits(message);
    expect(message.email).toContain('The reason is unknown.');
    expect(message.email).not.toContain('states/home');
  });

  test.each([
    { length: 80, step: expect.stringMatching(/^See what the watcher did\. <https:.+>$/) },
    { length: 160, step: expect.stringMatching(/^<https:.+>$/) },
    { length: 300, step: 'See what the watcher did.' },
  ])('shows a chat step with as much of it as fits: execution name of $length characters', ({ length, step }) => {
    const execution = `arn:aws:states:eu-west-1:123456789012:execution:${'x'.repeat(length)}`;
    const { chat, email } = compose(buildGaveUp({ execution }));

    expect(JSON.parse(chat).content.nextSteps[1]).toEqual(step);
    expect(email).toContain(execution);
  });
});
