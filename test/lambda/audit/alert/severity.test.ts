import { describe, expect, test } from '@jest/globals';
import type { AlertInput, Announcement } from '../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import type { AuditAnswer, CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import type { Severity } from '../../../../lambda/audit/answer/severity.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCompliant,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildSnapshot,
} from '../../../builders.ts';
import { compared } from './nights.ts';

/** Severity and subject of an alert. */
function compose(kind: AlertInput['kind'], answer: Partial<AuditAnswer>, overrides: Partial<AlertInput> = {}) {
  const snapshot = buildSnapshot({ answer: buildAnswer(answer) });
  const { attributes, subject } = composeAlert(buildAlertInput({ kind, snapshot, ...overrides }));
  return { severity: attributes.severity, subject };
}

function announced(severity: Severity): Announcement {
  return { severity, checks: [] };
}

const LOGGING = 'LOGGING_DISABLED_CHECK';
const CLIENT_IDS = 'CONFLICTING_CLIENT_IDS_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';

describe('the severity of an alert', () => {
  const bad = buildNonCompliant();
  const failed = buildFailed();

  test.each<[AlertInput['kind'], Record<string, CheckDetails>, string]>([
    ['NON_COMPLIANT_DETECTED', { [LOGGING]: bad }, 'LOW'],
    ['NON_COMPLIANT_DETECTED', { [LOGGING]: bad, [CLIENT_IDS]: bad }, 'HIGH'],
    ['NON_COMPLIANT_DETECTED', { [LOGGING]: bad, [SHARED]: failed }, 'LOW'],
    ['NON_COMPLIANT_DETECTED', { NEW_THING_CHECK: bad }, 'MEDIUM'],
    ['CHECK_FAILED', { [LOGGING]: failed }, 'MEDIUM'],
    ['CHECK_FAILED', { [SHARED]: failed }, 'HIGH'],
    ['COMPLETED_WITH_FINDINGS', { [LOGGING]: bad, [SHARED]: failed }, 'HIGH'],
    ['COMPLETED_WITH_FINDINGS', { [LOGGING]: failed, [SHARED]: bad }, 'CRITICAL'],
    ['COMPLETED_WITH_FINDINGS', { [LOGGING]: bad }, 'LOW'],
    ['AUDIT_NOT_COMPLETED', { [SHARED]: bad }, 'CRITICAL'],
    ['AUDIT_NOT_COMPLETED', { [LOGGING]: bad }, 'HIGH'],
    ['AUDIT_NOT_COMPLETED', {}, 'HIGH'],
    ['WATCHER_GAVE_UP', { [SHARED]: bad }, 'CRITICAL'],
    ['WATCHER_GAVE_UP', { [LOGGING]: bad }, 'HIGH'],
    ['COMPLETED_COMPLIANT', {}, 'INFO'],
    ['COMPLETED_INCOMPLETE', { [LOGGING]: { checkRunStatus: 'CANCELED' } }, 'MEDIUM'],
    ['COMPLETED_INCOMPLETE', { [SHARED]: { checkRunStatus: 'CANCELED' } }, 'HIGH'],
  ])('%s about %j is %s', (kind, details, severity) => {
    const message = compose(kind, { auditDetails: buildDetails(details) });

    expect(message.severity).toBe(severity);
    expect(message.subject.startsWith(`[${severity}] `)).toBe(true);
  });

  test('of a recovery is that of what recovered, though its word is RECOVERED', () => {
    const comparison = compared(buildAnswer(), [{ details: buildDetails({ [CLIENT_IDS]: bad }) }]);
    const message = compose('RECOVERED', {}, { comparison });

    expect(message.severity).toBe('HIGH');
    expect(message.subject.startsWith('[RECOVERED] ')).toBe(true);
  });

  test('of a recovery shows what recovered, and is sent with that at which it was published', () => {
    const before = buildDetails({ [LOGGING]: bad, [SHARED]: bad });
    const answer = buildAnswer({ auditDetails: buildDetails({ [LOGGING]: buildCompliant(), [SHARED]: bad }) });
    const comparison = compared(answer, [{ details: before }]);
    const { machine, attributes } = composeAlert(
      buildAlertInput({ kind: 'RECOVERED', snapshot: buildSnapshot({ answer }), comparison }),
    );

    expect(JSON.parse(machine).severity).toBe('LOW');
    expect(attributes.severity).toBe('CRITICAL');
  });

  test('of a recovery is sent to everybody when it is unknown who was sent the trouble', () => {
    const { machine, attributes } = composeAlert(buildAlertInput({ kind: 'RECOVERED' }));

    expect(JSON.parse(machine).severity).toBe('MEDIUM');
    expect(attributes.severity).toBe('CRITICAL');
    expect(attributes).not.toHaveProperty('auditNames');
  });

  test.each<[AlertInput['announcedAs'], string]>([
    [undefined, 'INFO'],
    [[], 'INFO'],
    [[announced('LOW')], 'LOW'],
    [[announced('MEDIUM'), announced('CRITICAL'), announced('HIGH')], 'CRITICAL'],
  ])('of the last message is at least that of the alerts that announced it: %j', (announcedAs, severity) => {
    expect(compose('COMPLETED_COMPLIANT', {}, { announcedAs }).severity).toBe(severity);
  });

  test('is MEDIUM at least when AWS counts trouble that it does not name', () => {
    const taskStatistics = { totalChecks: 14, nonCompliantChecks: 2, failedChecks: 1 };

    expect(compose('NON_COMPLIANT_DETECTED', { taskStatistics, auditDetails: {} }).severity).toBe('MEDIUM');
    expect(compose('NON_COMPLIANT_DETECTED', { taskStatistics, auditDetails: { [LOGGING]: bad } }).severity).toBe(
      'MEDIUM',
    );
  });
});
