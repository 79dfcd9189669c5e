import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import type { AuditAnswer } from '../../../../lambda/audit/answer/aws-answers.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildSnapshot,
} from '../../../builders.ts';
import { sectionOf } from './nights.ts';

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
  [MEDIUM] Revoked device certificate still active: failed
  [MEDIUM] Logging disabled: failed"
`);
  });

  test('gives the whole command in the mail, for a POSIX shell, and a short one in chat', () => {
    const { email, chat } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: details });

    expect(sectionOf(email, 'NEXT STEPS')).toContain(
      'Run the failed checks again: aws iot start-on-demand-audit-task --region eu-west-1 \\ --target-check-names \\ AUTHENTICATED_COGNITO',
    );
    expect(email).toContain('\n\nCommands are for a POSIX shell, ');
    expect(chat.content.nextSteps).toContain(
      'Run the failed checks again: `aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names ...`',
    );
  });

  test('starts with the worst, and names the audit role once', () => {
    const { chat } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: details });

    expect(chat.content.nextSteps.slice(0, 2)).toEqual([
      'Start with "Unauthenticated Cognito role overly permissive": open its results, then follow its fix link.',
      'Check that the Device Defender audit role still has the managed policy AWSIoTDeviceDefenderAudit.',
    ]);
  });

  test('lists 25 of more checks than AWS has, and counts the others', () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`NEW_${index}_CHECK`, buildNonCompliant()]),
    );
    const { email, chat, machine, attributes } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: many });

    expect(email).toContain('NOT LISTED\n  15 more checks: see the results in the AWS console.\n');
    expect(chat.content.description).toContain('_... and more: see the AWS console._');
    expect(machine.checks).toHaveLength(25);
    expect(machine.omittedChecks).toBe(15);
    expect(attributes.checks).toHaveLength(25);
  });
});

describe('a failed check', () => {
  test('is shown with the remedy for its error, each remedy once', () => {
    const { chat } = compose('CHECK_FAILED', {
      auditDetails: {
        [SHARED]: buildFailed({ errorCode: 'AUDIT_CHECK_DISABLED', message: undefined }),
        [LOGGING]: buildFailed({ errorCode: 'AUDIT_CHECK_DISABLED' }),
        [CLIENT_IDS]: buildFailed({ errorCode: undefined }),
      },
    });

    expect(chat.content.nextSteps.slice(0, 3)).toEqual([
      'Enable the check in the audit settings of the account, or remove it from the audit.',
      'Read the error of the failed check in its results.',
      'Run the failed checks again: `aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names DEVICE_CERTIFICATE_SHARED_CHECK CONFLICTING_CLIENT_IDS_CHECK LOGGING_DISABLED_CHECK`',
    ]);
  });

  test('whose name is no check name stays out of the command', () => {
    const { email } = compose('CHECK_FAILED', { auditDetails: { 'X; rm -rf /': buildFailed(), '': buildFailed() } });

    expect(email).toContain('  [MEDIUM] X; rm -rf /\n');
    expect(email).toContain('--target-check-names UNNAMED_CHECK\n');
    expect(email.match(/rm -rf/g)).toHaveLength(1);
  });
});

describe('trouble that AWS counts but does not name', () => {
  const taskStatistics = { totalChecks: 2, compliantChecks: 1, nonCompliantChecks: 1, failedChecks: 0 };

  test('is to be found in the list of audits', () => {
    const { email } = compose('COMPLETED_WITH_FINDINGS', { taskStatistics, auditDetails: undefined });

    expect(sectionOf(email, 'NEXT STEP')).toMatch(
      /^Find the checks in the results of the audit\. Open the list of audits: https:\S+#\/dd\/auditResultsHub$/,
    );
  });
});
