import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../../lambda/audit/alert/message.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildDetails,
  buildNonCompliant,
  buildSnapshot,
  buildStuck,
  buildStuckSnapshot,
} from '../../../../builders.ts';

/** A composed alert that obeys every limit. */
function compose(overrides: Partial<AlertInput> = {}) {
  const input: Partial<AlertInput> = { kind: 'AUDIT_STUCK', slot: 'AUDIT_STUCK', snapshot: buildStuckSnapshot() };
  const message = composeAlert(buildAlertInput({ ...input, stuck: buildStuck(), ...overrides }));
  expectAlertWithinLimits(message);
  return message;
}

describe('the alert about an audit that seems stuck', () => {
  const message = compose();

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [HIGH] IoT audit NightlyFleetAudit seems stuck: 12 of 14 checks in 6 h, usually 42 min (eu-west-1)

HIGH: the AWS IoT audit seems stuck: nothing has changed for 5.5 h. It is
still running.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Task ID   9f71b6e90cfb57d4ac671be3a4898e6a
Started   2026-10-02 02:00:04 UTC
Progress  12 of 14 checks finished (0 non-compliant, 0 failed, 1 still
          running, 1 waiting for data), seen 08:00:21 UTC

WHY
  Nothing has changed since 2026-10-02 02:31:10 UTC.
  The longest of 7 earlier audits took 42 min.

STILL RUNNING
  Device certificate shared

WAITING FOR DATA COLLECTION
  Conflicting MQTT client IDs

NEXT STEPS
  1. See whether anything moves.
     Open the audit report:
     https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a
  2. Waiting for data collection is normal for a check that was enabled a
     short time ago, above all in an account with much data: give it time.
  3. If nothing moves, cancel the audit:
     aws iot cancel-audit-task --region eu-west-1 --task-id \\
       9f71b6e90cfb57d4ac671be3a4898e6a
  4. Then run the checks again that have no result:
     aws iot start-on-demand-audit-task --region eu-west-1 \\
       --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK \\
       CONFLICTING_CLIENT_IDS_CHECK

This is told once. The watcher looks on until the audit ends or the watch
limit of 24 hours passes; then a closing message follows.

--
Alert key 9f71b6e90cfb57d4ac671be3a4898e6a#AUDIT_STUCK
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(JSON.parse(message.chat)).toMatchInlineSnapshot(`
{
  "content": {
    "description": "*Why*
Nothing has changed since 2026-10-02 02:31:10 UTC.
The longest of 7 earlier audits took 42 min.
*Still running*
Device certificate shared
*Waiting for data collection*
Conflicting MQTT client IDs

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* 12 of 14 checks finished (0 non-compliant, 0 failed, 1 still running, 1 waiting for data), seen 08:00:21 UTC",
    "keywords": [
      "HIGH",
      "NightlyFleetAudit",
      "eu-west-1",
      "IN_PROGRESS",
    ],
    "nextSteps": [
      "See whether anything moves. <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
      "Waiting for data collection is normal for a check that was enabled a short time ago, above all in an account with much data: give it time.",
      "If nothing moves, cancel the audit: \`aws iot cancel-audit-task --region eu-west-1 --task-id 9f71b6e90cfb57d4ac671be3a4898e6a\`",
      "Then run the checks again that have no result: \`aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK CONFLICTING_CLIENT_IDS_CHECK\`",
      "This is told once. The watcher looks on until the audit ends or the watch limit of 24 hours passes; then a closing message follows.",
    ],
    "textType": "client-markdown",
    "title": ":hourglass: HIGH: IoT audit *NightlyFleetAudit* seems stuck: 12 of 14 checks in 6 h, usually 42 min (eu-west-1)",
  },
  "id": "9f71b6e90cfb57d4ac671be3a4898e6a-AUDIT_STUCK",
  "metadata": {
    "additionalContext": {
      "account": "123456789012",
      "audit": "NightlyFleetAudit",
      "canceledChecks": "0",
      "compliantChecks": "12",
      "failedChecks": "0",
      "nonCompliantChecks": "0",
      "region": "eu-west-1",
      "severity": "HIGH",
      "taskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
      "taskStatus": "IN_PROGRESS",
    },
    "enableCustomActions": false,
    "eventType": "AUDIT_STUCK",
    "relatedResources": [
      "DEVICE_CERTIFICATE_SHARED_CHECK",
      "CONFLICTING_CLIENT_IDS_CHECK",
    ],
    "summary": "HIGH: IoT audit NightlyFleetAudit seems stuck: 12 of 14 checks in 6 h, usually 42 min (eu-west-1)",
    "threadId": "iot-dd-audit-9f71b6e90cfb57d4ac671be3a4898e6a",
  },
  "source": "custom",
  "version": "1.0",
}
`);
  });

  test('gives machines the facts, and the checks without a result', () => {
    const { stuck, checks } = JSON.parse(message.machine);

    expect(stuck).toEqual({
      usualSeconds: 2493,
      audits: 7,
      unchangedSince: '2026-10-02T02:31:10.000Z',
      watchLimitHours: 24,
    });
    expect(checks).toMatchObject([
      { checkName: 'DEVICE_CERTIFICATE_SHARED_CHECK', checkRunStatus: 'IN_PROGRESS' },
      { checkName: 'CONFLICTING_CLIENT_IDS_CHECK', checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
    ]);
  });

  test('can be filtered by', () => {
    expect(message.attributes).toEqual({
      kind: 'AUDIT_STUCK',
      severity: 'HIGH',
      taskStatus: 'IN_PROGRESS',
      taskType: 'SCHEDULED_AUDIT_TASK',
      auditName: 'NightlyFleetAudit',
      account: '123456789012',
      region: 'eu-west-1',
      checks: ['DEVICE_CERTIFICATE_SHARED_CHECK', 'CONFLICTING_CLIENT_IDS_CHECK'],
    });
  });
});

describe('an audit that seems stuck', () => {
  test('is HIGH whatever its checks are, and does not tell again what they found', () => {
    const auditDetails = buildDetails({
      IOT_POLICY_OVERLY_PERMISSIVE_CHECK: buildNonCompliant(),
      LOGGING_DISABLED_CHECK: { checkRunStatus: 'IN_PROGRESS' },
    });
    const { email, attributes } = compose({ snapshot: buildStuckSnapshot({ auditDetails }) });

    expect(attributes).toMatchObject({ severity: 'HIGH', checks: ['LOGGING_DISABLED_CHECK'] });
    expect(email).toContain('13 of 14 checks finished (1 non-compliant, 0 failed, 1 still\n');
    expect(email).not.toContain('overly permissive');
    expect(email).not.toContain('WAITING');
    expect(email).not.toContain('Waiting for data collection');
  });

  test('shows a check in a state that nobody knows yet', () => {
    const auditDetails = { LOGGING_DISABLED_CHECK: { checkRunStatus: 'REWINDING' }, A_NEW_CHECK: {} };
    const { email } = compose({ snapshot: buildStuckSnapshot({ auditDetails }) });

    expect(email).toContain('IN AN UNKNOWN STATE\n  A new (no status), Logging disabled (REWINDING)\n');
  });

  test('that was compared with one other says so', () => {
    expect(compose({ stuck: buildStuck({ audits: 1 }) }).email).toContain(
      '  The one earlier audit whose duration is known took 42 min.\n',
    );
  });

  test('names the watch limit', () => {
    expect(compose({ stuck: buildStuck({ watchLimitHours: 1 }) }).email).toContain(
      'until the audit ends or the watch\nlimit of 1 hour passes;',
    );
  });

  test('is told as far as it is known', () => {
    const { subject, email } = compose({ stuck: undefined, snapshot: buildSnapshot({ answer: {} }) });

    expect(subject).toBe('[HIGH] IoT audit 9f71b6e90cfb57d4ac671be3a4898e6a seems stuck (eu-west-1)');
    expect(email).toContain('nothing has changed for far longer than\nusual.');
    expect(email).toContain('  It is silent far beyond its usual duration.\n');
    expect(email).toContain('  3. Then run it again.\n');
    expect(email).toContain('until the audit ends or the watch\nlimit passes;');
  });

  test.each([
    [{ auditDetails: undefined, taskStatistics: undefined }, ': in 6 h, usually 42 min'],
    [{ taskStartTime: undefined }, ': 12 of 14 checks, usually 42 min'],
  ])('has a subject without what AWS left out: %j', (missing, after) => {
    const snapshot = buildStuckSnapshot(missing);

    expect(compose({ snapshot }).subject).toBe(`[HIGH] IoT audit NightlyFleetAudit seems stuck${after} (eu-west-1)`);
  });

  test('shortens a long name, and keeps how long it takes', () => {
    const snapshot = buildStuckSnapshot({ scheduledAuditName: 'Nightly'.repeat(18) });

    expect(compose({ snapshot, region: 'ap-southeast-1' }).subject).toBe(
      '[HIGH] IoT audit NightlyNig... seems stuck: 12 of 14 checks in 6 h, usually 42 min (ap-southeast-1)',
    );
  });

  test('keeps a check name in its command whole, however long it is', () => {
    const name = `${'LONG_'.repeat(18)}CHECK`;
    const answer = buildAnswer({
      taskStatus: 'IN_PROGRESS',
      auditDetails: { [name]: { checkRunStatus: 'IN_PROGRESS' } },
    });

    expect(compose({ snapshot: buildSnapshot({ answer }) }).email).toContain(
      `--target-check-names \\\n       ${name}\n`,
    );
  });
});
