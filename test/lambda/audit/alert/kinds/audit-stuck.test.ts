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
      auditNames: ['NightlyFleetAudit'],
      account: '123456789012',
      region: 'eu-west-1',
      checks: ['DEVICE_CERTIFICATE_SHARED_CHECK', 'CONFLICTING_CLIENT_IDS_CHECK'],
    });
  });
});

describe('an audit that seems stuck', () => {
  test('is HIGH whatever its checks are, and does not repeat what they found', () => {
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

  test('calls a usual duration unknown that is not a duration', () => {
    const input = buildAlertInput({ kind: 'AUDIT_STUCK', stuck: buildStuck({ usualSeconds: Number.NaN }) });

    expect(composeAlert(input).email).toContain('The longest of 7 earlier audits took an unknown time.');
  });

  test('names the watch limit', () => {
    expect(compose({ stuck: buildStuck({ watchLimitHours: 1 }) }).email).toContain(
      'until the audit ends or the\nwatch limit of 1 hour passes, and sends a message then.',
    );
  });

  test('is given as far as it is known', () => {
    const { subject, email } = compose({ stuck: undefined, snapshot: buildSnapshot({ answer: {} }) });

    expect(subject).toBe('[HIGH] IoT audit 9f71b6e90cfb57d4ac671be3a4898e6a seems stuck (eu-west-1)');
    expect(email).toContain('nothing has changed for far longer than\nusual.');
    expect(email).toContain('  It has run far longer than usual without a change.\n');
    expect(email).toContain('  3. Then run it again.\n');
    expect(email).toContain('until the audit ends or the\nwatch limit passes, and sends a message then.');
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
