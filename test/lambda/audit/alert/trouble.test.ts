import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import type { AuditAnswer } from '../../../../lambda/audit/answer/aws-answers.ts';
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

/** A composed alert that obeys every limit, with its JSON parsed. */
function compose(kind: AlertInput['kind'], answer: Partial<AuditAnswer>, overrides: Partial<AlertInput> = {}) {
  const snapshot = buildSnapshot({ answer: buildAnswer(answer) });
  const message = composeAlert(buildAlertInput({ kind, snapshot, ...overrides }));
  expectAlertWithinLimits(message);
  return { ...message, chat: JSON.parse(message.chat), machine: JSON.parse(message.machine) };
}

const LOGGING = 'LOGGING_DISABLED_CHECK';
const CLIENT_IDS = 'CONFLICTING_CLIENT_IDS_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';

describe('an audit with trouble in every check', () => {
  const details = Object.fromEntries(
    Object.keys(buildDetails()).map((name, index) => [
      name,
      index % 2 === 0 ? buildFailed() : buildNonCompliant({ nonCompliantResourcesCount: index }),
    ]),
  );

  test('begins its mail with one line for each check, the worst first', () => {
    const { email } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: details });

    expect(email.slice(email.indexOf('AT A GLANCE'), email.indexOf('\n\nNON-COMPLIANT'))).toMatchInlineSnapshot(`
"AT A GLANCE
  [CRITICAL] Unauthenticated Cognito role overly permissive: 13 of 120
  [CRITICAL] Revoked CA certificate still active: 11 of 120
  [CRITICAL] Role alias overly permissive: 9 of 120
  [CRITICAL] AWS IoT policies overly permissive: 7 of 120
  [CRITICAL] Device certificate key quality: 5 of 120
  [HIGH] Conflicting MQTT client IDs: 3 of 120
  [HIGH] Authenticated Cognito role overly permissive: failed
  [HIGH] CA certificate key quality: failed
  [HIGH] Device certificate shared: failed
  [MEDIUM] CA certificate expiring: 1 of 120
  [MEDIUM] Device certificate expiring: failed
  [MEDIUM] AWS IoT policy potentially misconfigured: failed
  [MEDIUM] Logging disabled: failed
  [MEDIUM] Revoked device certificate still active: failed"
`);
  });

  test('gives the whole command in the mail, and a short one in chat', () => {
    const { email, chat } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: details });

    expect(email.slice(email.indexOf('NEXT STEPS'), email.indexOf('\n\n--'))).toMatchInlineSnapshot(`
"NEXT STEPS
  1. Start with "Unauthenticated Cognito role overly permissive": open its
     results, see what changed, then follow its fix link.
  2. Check that the Device Defender audit role still has the managed policy
     AWSIoTDeviceDefenderAudit.
  3. Run the failed checks again:
     aws iot start-on-demand-audit-task --region eu-west-1 \\
       --target-check-names \\
       AUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK \\
       CA_CERTIFICATE_KEY_QUALITY_CHECK DEVICE_CERTIFICATE_SHARED_CHECK \\
       DEVICE_CERTIFICATE_EXPIRING_CHECK \\
       IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK LOGGING_DISABLED_CHECK \\
       REVOKED_DEVICE_CERTIFICATE_STILL_ACTIVE_CHECK
  4. Open the audit report:
     https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a"
`);
    expect(chat.content.nextSteps).toContain(
      'Run the failed checks again: `aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names ...`',
    );
  });

  test('lists 25 of more checks than AWS has, and counts the others', () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`NEW_${index}_CHECK`, buildNonCompliant()]),
    );
    const { email, chat, machine, attributes } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: many });

    expect(email).toContain('NOT LISTED\n  15 more checks: see the audit report.\n');
    expect(chat.content.description).toContain('_... and more: see the audit report._');
    expect(machine.checks).toHaveLength(25);
    expect(machine.omittedChecks).toBe(15);
    expect(attributes.checks).toHaveLength(25);
  });
});

describe('a failed check', () => {
  test('is told with the remedy for its error, each remedy once', () => {
    const { chat } = compose('CHECK_FAILED', {
      auditDetails: {
        [SHARED]: buildFailed({ errorCode: 'AUDIT_CHECK_DISABLED', message: undefined }),
        [LOGGING]: buildFailed({ errorCode: 'AUDIT_CHECK_DISABLED' }),
        [CLIENT_IDS]: buildFailed({ errorCode: undefined }),
      },
    });

    expect(chat.content.nextSteps.slice(0, 3)).toEqual([
      'Read the error of the failed check in its results.',
      'Enable the check in the audit settings of the account, or remove it from the audit.',
      'Run the failed checks again: `aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names CONFLICTING_CLIENT_IDS_CHECK DEVICE_CERTIFICATE_SHARED_CHECK LOGGING_DISABLED_CHECK`',
    ]);
  });

  test('whose name is no check name stays out of the command', () => {
    const { email } = compose('CHECK_FAILED', { auditDetails: { 'X; rm -rf /': buildFailed(), '': buildFailed() } });

    expect(email).toContain('  [MEDIUM] X; rm -rf /\n');
    expect(email).toContain('--target-check-names UNNAMED_CHECK\n');
    expect(email.match(/rm -rf/g)).toHaveLength(1);
  });
});

describe('a recovery', () => {
  const earlier = buildSnapshot({
    answer: buildAnswer({
      auditDetails: {
        [SHARED]: buildFailed(),
        [CLIENT_IDS]: buildNonCompliant(),
        [LOGGING]: buildNonCompliant({ nonCompliantResourcesCount: undefined }),
        GONE_CHECK: buildNonCompliant(),
      },
    }),
  });

  test('does not call a check recovered that has no result now', () => {
    const { subject, email, machine } = compose(
      'RECOVERED',
      {
        auditDetails: {
          [SHARED]: { checkRunStatus: 'CANCELED' },
          [CLIENT_IDS]: buildCompliant({ nonCompliantResourcesCount: undefined }),
          [LOGGING]: buildCompliant(),
        },
      },
      { earlier },
    );

    expect(subject).toBe('[RECOVERED] IoT audit NightlyFleetAudit: no check is non-compliant or failed (eu-west-1)');
    expect(email.startsWith('RECOVERED: no check of this AWS IoT audit is non-compliant or failed any more.\n')).toBe(
      true,
    );
    expect(email.slice(email.indexOf('RECOVERED SINCE'), email.indexOf('\n\nWITHOUT'))).toMatchInlineSnapshot(`
"RECOVERED SINCE 2026-10-02 02:41:37 UTC
  Conflicting MQTT client IDs: non-compliant -> compliant
  Logging disabled: non-compliant -> compliant

IN TROUBLE BEFORE, UNKNOWN NOW
  Device certificate shared: failed -> CANCELED
  Gone: non-compliant -> not in the answer"
`);
    expect(email).toContain('Run the checks without a result again.');
    expect(machine.checks.map(({ checkName, change }: Record<string, string>) => `${checkName} ${change}`)).toEqual([
      `${CLIENT_IDS} RECOVERED`,
      `${SHARED} UNKNOWN`,
      'GONE_CHECK UNKNOWN',
      `${LOGGING} RECOVERED`,
    ]);
  });

  test('leaves something to do when a check with trouble is not in the answer any more', () => {
    const { email } = compose('RECOVERED', { auditDetails: { [SHARED]: buildCompliant() } }, { earlier });

    expect(email).toContain('Run the checks without a result again.');
  });

  test('leaves something to do when AWS counts canceled checks that it does not name', () => {
    const taskStatistics = { totalChecks: 2, compliantChecks: 1, canceledChecks: 1 };
    const { email } = compose('COMPLETED_COMPLIANT', { taskStatistics, auditDetails: undefined });

    expect(email).toContain('Run the checks without a result again.');
  });

  test('is told though AWS never named what had trouble', () => {
    const unnamed = buildSnapshot({
      capturedAt: 'earlier',
      answer: buildAnswer({ auditDetails: {}, taskStatistics: { nonCompliantChecks: 1, failedChecks: 1 } }),
    });
    const { email } = compose('RECOVERED', {}, { earlier: unnamed });

    expect(email).toContain(
      'RECOVERED DURING THIS AUDIT\n  Not named by AWS yet: 1 non-compliant check.\n  Not named by AWS yet: 1 failed check.\n',
    );
  });
});
