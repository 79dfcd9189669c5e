import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../../lambda/audit/alert/message.ts';
import type { AuditAnswer } from '../../../../../lambda/audit/answer/aws-answers.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCompliant,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildSnapshot,
} from '../../../../builders.ts';

// What each kind says in full: docs/alerts.md.

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const TROUBLE = buildDetails({
  [POLICY]: buildNonCompliant(),
  [SHARED]: buildFailed(),
  LOGGING_DISABLED_CHECK: buildCompliant({ suppressedNonCompliantResourcesCount: 1 }),
});
const EARLIER = buildSnapshot({
  capturedAt: '2026-10-02T02:12:55.000Z',
  answer: buildAnswer({ taskStatus: 'IN_PROGRESS', auditDetails: TROUBLE }),
});

/** A composed alert that obeys every limit, with its JSON parsed. */
function compose(kind: AlertInput['kind'], answer: Partial<AuditAnswer>, overrides: Partial<AlertInput> = {}) {
  const snapshot = buildSnapshot({ answer: buildAnswer(answer) });
  const message = composeAlert(buildAlertInput({ kind, snapshot, ...overrides }));
  expectAlertWithinLimits(message);
  return { ...message, chat: JSON.parse(message.chat), machine: JSON.parse(message.machine) };
}

describe('An alert about a running audit', () => {
  test.each([
    ['NON_COMPLIANT_DETECTED', POLICY, 'overly permissive', 'Device certificate shared'],
    ['CHECK_FAILED', SHARED, 'Device certificate shared', 'overly permissive'],
  ] as const)('of the kind %s is about %s only', (kind, check, about, other) => {
    const { email, chat, machine, attributes } = compose(kind, { taskStatus: 'IN_PROGRESS', auditDetails: TROUBLE });

    for (const text of [email, chat.content.description]) {
      expect(text).toContain(about);
      expect(text).not.toContain(other);
    }
    expect(machine.checks).toMatchObject([{ checkName: check }]);
    expect(attributes.checks).toEqual([check]);
  });
});

describe('An alert about an audit that completed with findings', () => {
  const { email, chat, machine } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: TROUBLE });

  test('shows non-compliant checks, then failed ones, then what is suppressed', () => {
    const headings = ['NON-COMPLIANT\n', 'FAILED, RESULT UNKNOWN\n', 'SUPPRESSED, NOT COUNTED ABOVE\n', 'NEXT STEPS\n'];

    const places = headings.map((heading) => email.indexOf(heading));

    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(email).toContain('  Logging disabled: 1 resource\n');
    expect(chat.content.description).toContain('\nLogging disabled: 1 resource\n');
  });

  test('says nothing about changes when there was nothing to compare with', () => {
    expect(email).not.toContain('CHANGED');
    expect(machine).not.toHaveProperty('changes');
  });
});

describe('An alert about an audit that recovered while it ran', () => {
  const auditDetails = buildDetails({ [POLICY]: buildCompliant({ suppressedNonCompliantResourcesCount: 1 }) });
  const { subject, email, machine, attributes } = compose('RECOVERED', { auditDetails }, { earlier: EARLIER });

  test('says what recovered, and since when', () => {
    expect(subject).toBe('[RECOVERED] IoT audit NightlyFleetAudit: all 14 checks are compliant (eu-west-1)');
    expect(email).toContain('RECOVERED: all 14 checks of this AWS IoT audit are compliant again.\n');
    expect(email).toContain(
      [
        'RECOVERED SINCE 2026-10-02 02:12:55 UTC',
        '  AWS IoT policies overly permissive: 3 -> 0 resources',
        '  Device certificate shared: failed -> compliant',
        '',
        'SUPPRESSED, NOT COUNTED ABOVE',
        '  AWS IoT policies overly permissive: 1 resource',
      ].join('\n'),
    );
  });

  test('tells programs how the checks stand now, with the severity of the trouble', () => {
    expect(machine).toMatchObject({
      severity: 'CRITICAL',
      checks: [
        { checkName: POLICY, change: 'RECOVERED', severity: 'CRITICAL', checkRunStatus: 'COMPLETED_COMPLIANT' },
        { checkName: SHARED, change: 'RECOVERED', severity: 'HIGH', nonCompliantResourcesCount: 0 },
      ],
    });
  });

  test('reaches those who were alerted to the trouble', () => {
    expect(attributes).toMatchObject({ severity: 'CRITICAL', checks: [POLICY, SHARED] });
  });
});

test('An alert can be filtered by its attributes', () => {
  expect(compose('COMPLETED_WITH_FINDINGS', { auditDetails: TROUBLE }).attributes).toEqual({
    kind: 'COMPLETED_WITH_FINDINGS',
    severity: 'CRITICAL',
    taskStatus: 'COMPLETED',
    taskType: 'SCHEDULED_AUDIT_TASK',
    auditName: 'NightlyFleetAudit',
    account: '123456789012',
    region: 'eu-west-1',
    checks: [POLICY, SHARED],
  });
});

test('An alert has in chat what a search or a custom action needs', () => {
  const { chat } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: TROUBLE });

  expect(chat.content.keywords).toEqual(['CRITICAL', 'NightlyFleetAudit', 'eu-west-1', 'COMPLETED']);
  expect(chat.metadata).toMatchObject({
    summary: 'CRITICAL: IoT audit NightlyFleetAudit done: 1 non-compliant, 1 failed of 14 checks (eu-west-1)',
    relatedResources: [POLICY, SHARED],
    additionalContext: {
      account: '123456789012',
      region: 'eu-west-1',
      audit: 'NightlyFleetAudit',
      taskId: '9f71b6e90cfb57d4ac671be3a4898e6a',
      severity: 'CRITICAL',
      taskStatus: 'COMPLETED',
      nonCompliantChecks: '1',
      failedChecks: '1',
      compliantChecks: '12',
      canceledChecks: '0',
    },
  });
});

test('An alert carries the words of its chat form for programs', () => {
  const { chat, machine } = compose('COMPLETED_WITH_FINDINGS', {
    scheduledAuditName: '<!channel> & co',
    auditDetails: TROUBLE,
  });
  const { title, description, nextSteps } = chat.content;

  expect(machine.text).toEqual({ title, description, nextSteps });
  expect(machine.text.title).toContain('*&lt;!channel&gt; &amp; co*');
});
