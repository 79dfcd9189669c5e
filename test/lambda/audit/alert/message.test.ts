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
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';

describe('a subject', () => {
  test('shortens a long name, and keeps the counts and the Region', () => {
    const { subject, chat } = compose('COMPLETED_WITH_FINDINGS', {
      scheduledAuditName: 'Nightly'.repeat(30),
      auditDetails: buildDetails({ [SHARED]: buildFailed(), [LOGGING]: buildNonCompliant() }),
    });

    expect(subject).toBe(
      '[HIGH] IoT audit NightlyNightlyNightlyN... done: 1 non-compliant, 1 failed of 14 checks (eu-west-1)',
    );
    expect(chat.content.title).toContain('(eu-west-1)');
  });

  test('calls an on-demand audit by what it is', () => {
    const { subject, email, chat, attributes } = compose('COMPLETED_COMPLIANT', {
      taskType: 'ON_DEMAND_AUDIT_TASK',
      scheduledAuditName: undefined,
      auditDetails: { [LOGGING]: buildCompliant() },
    });

    expect(subject).toBe('[INFO] IoT on-demand audit: the only check is compliant (eu-west-1)');
    expect(email).toContain('Audit     on-demand audit\n');
    expect(chat.content.title).toBe(
      ':white_check_mark: INFO: IoT on-demand audit: the only check is compliant (eu-west-1)',
    );
    expect(attributes.auditName).toBe('ON_DEMAND');
  });

  test('survives counts that no audit has', () => {
    const { subject } = compose('COMPLETED_WITH_FINDINGS', {
      auditDetails: {},
      taskStatistics: { totalChecks: 1e300, nonCompliantChecks: Number.MAX_SAFE_INTEGER, failedChecks: 1e300 },
    });

    expect(subject).toContain(' done: 9007199254740991 non-compliant, 1e+300 failed');
    expect(subject.endsWith(' (eu-west-1)')).toBe(true);
  });
});

describe('what AWS leaves out', () => {
  test('is called unknown, never zero', () => {
    const { email, machine } = compose('NON_COMPLIANT_DETECTED', {
      taskStartTime: undefined,
      taskStatistics: { totalChecks: 14 },
      auditDetails: { [LOGGING]: { checkRunStatus: 'COMPLETED_NON_COMPLIANT' }, [SHARED]: {} },
    });

    expect(email).toContain('Started   unknown\n');
    expect(email).toContain('Progress  unknown of 14 checks finished (1 non-compliant, unknown failed)\n');
    expect(email).toContain('unknown of an unknown number of resources non-compliant\n');
    expect(machine.statistics).toEqual({ totalChecks: 14 });
    expect(machine.checks[0]).not.toHaveProperty('nonCompliantResourcesCount');
  });

  test('is shown when it is the name of a troubled check', () => {
    const taskStatistics = { totalChecks: 14, nonCompliantChecks: 1, failedChecks: 2 };
    const { email, chat } = compose('COMPLETED_WITH_FINDINGS', { taskStatistics, auditDetails: undefined });

    expect(email).toContain('NON-COMPLIANT\n  Not named by AWS yet: 1 non-compliant check.\n');
    expect(email).toContain('Not named by AWS yet: 2 failed checks.');
    expect(chat.content.description).toContain('Not named by AWS yet: 1 non-compliant check.');
  });

  test('does not keep the progress out of the alert', () => {
    const { email } = compose('CHECK_FAILED', {
      auditDetails: undefined,
      taskStatistics: {
        totalChecks: 14,
        inProgressChecks: 3,
        waitingForDataCollectionChecks: 1,
        canceledChecks: 0,
        failedChecks: 2,
      },
    });

    expect(email).toContain('MEDIUM: 2 AWS IoT audit checks could not run');
    expect(email).toContain('Progress  10 of 14 checks finished (unknown non-compliant, 2 failed, 3 still');
  });

  test.each([
    [{ taskType: undefined }, 'Audit     NightlyFleetAudit\n'],
    [{ taskType: 'PLANNED_TASK' }, 'Audit     NightlyFleetAudit (PLANNED_TASK)\n'],
    [{ taskType: 'PLANNED_TASK', scheduledAuditName: undefined }, 'Audit     name unknown (PLANNED_TASK)\n'],
    [{ scheduledAuditName: undefined }, 'Audit     name unknown (scheduled)\n'],
    [{ taskType: 'ON_DEMAND_AUDIT_TASK' }, 'Audit     NightlyFleetAudit (on demand)\n'],
  ])('about the audit itself is not invented: %j', (answer, line) => {
    expect(compose('COMPLETED_COMPLIANT', answer).email).toContain(line);
  });

  test('or calls something new is shown as given', () => {
    const { email } = compose('NON_COMPLIANT_DETECTED', {
      taskStatus: 'REWINDING',
      auditDetails: { NEW_IOT_THING_CHECK: buildNonCompliant(), [LOGGING]: buildNonCompliant() },
    });

    expect(email).toContain('MEDIUM: 2 AWS IoT audit checks are non-compliant. The audit reports REWINDING.');
    expect(email).toContain('  [MEDIUM] New IoT thing\n');
    expect(email).toContain('/devguide/device-defender-audit-checks.html\n');
  });

  test('of a status is shown too', () => {
    expect(compose('NON_COMPLIANT_DETECTED', { taskStatus: undefined }).email).toContain(
      'The audit reports a missing\nstatus.',
    );
  });

  test('of the time of a poll is unknown', () => {
    const snapshot = buildSnapshot({ capturedAt: 'yesterday' });

    expect(compose('COMPLETED_COMPLIANT', {}, { snapshot }).email).toContain('completed, seen unknown; 14 checks');
  });
});
