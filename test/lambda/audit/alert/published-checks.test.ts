import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import { announcementOf, publishedChecks, publishedStates } from '../../../../lambda/audit/alert/published-checks.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCompliant,
  buildFailed,
  buildNonCompliant,
  buildPolicyFinding,
  buildReadFindings,
  buildSnapshot,
} from '../../../builders.ts';
import { compared } from './nights.ts';

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const answer = buildAnswer({
  auditDetails: {
    [POLICY]: buildNonCompliant(),
    [SHARED]: buildFailed(),
    [LOGGING]: { checkRunStatus: 'CANCELED' },
    CA_CERTIFICATE_EXPIRING_CHECK: buildCompliant(),
  },
});

function inputOf(kind: AlertInput['kind'], overrides: Partial<AlertInput> = {}): AlertInput {
  return buildAlertInput({ kind, snapshot: buildSnapshot({ answer }), ...overrides });
}

describe('the checks that an alert publishes', () => {
  test('are those in trouble that it is about, with the attributes of the message', () => {
    const sent = { sentAs: 'CRITICAL', auditNames: ['NightlyFleetAudit'] };

    expect(publishedChecks(inputOf('COMPLETED_WITH_FINDINGS'))).toEqual([
      { checkName: POLICY, outcome: 'NON_COMPLIANT', severity: 'CRITICAL', ...sent, resources: 3 },
      {
        checkName: SHARED,
        outcome: 'FAILED',
        severity: 'HIGH',
        ...sent,
        errorCode: 'INSUFFICIENT_PERMISSIONS',
      },
    ]);
    expect(publishedChecks(inputOf('CHECK_FAILED'))).toMatchObject([{ checkName: SHARED, sentAs: 'HIGH' }]);
  });

  test('have the severity of their findings where those are known', () => {
    const findings = buildReadFindings([buildPolicyFinding('A', '1', { severity: 'LOW' })]);

    expect(publishedChecks(inputOf('NON_COMPLIANT_DETECTED', { findings }))).toMatchObject([
      { checkName: POLICY, severity: 'LOW', sentAs: 'LOW' },
    ]);
  });

  test('have the severity of the catalogue, as the alert has, while AWS has not listed all of their findings', () => {
    const findings = {
      ...buildReadFindings([buildPolicyFinding('A', '1', { severity: 'LOW' })]),
      incomplete: [POLICY],
    };

    expect(publishedChecks(inputOf('NON_COMPLIANT_DETECTED', { findings }))).toMatchObject([
      { checkName: POLICY, severity: 'CRITICAL', sentAs: 'CRITICAL' },
    ]);
  });

  test('are sent to the names of the trouble that the alert ends as well', () => {
    const audit = { taskId: 'weekly', auditName: 'Weekly', startedAt: '2026-10-01T02:00:04.000Z' };
    const bad = { CA_CERTIFICATE_EXPIRING_CHECK: buildNonCompliant() };
    const comparison = compared(answer, [{ details: bad, audit }]);

    expect(publishedChecks(inputOf('COMPLETED_WITH_FINDINGS', { comparison }))[0]?.auditNames).toEqual([
      'NightlyFleetAudit',
      'Weekly',
    ]);
  });

  test.each(['RECOVERED', 'SUPPRESSED', 'COMPLETED_COMPLIANT', 'AUDIT_STUCK', 'COMPLETED_INCOMPLETE'] as const)(
    'are empty for an alert of the kind %s',
    (kind) => {
      expect(publishedChecks(inputOf(kind))).toEqual([]);
    },
  );

  test('are empty when the audit could never be polled', () => {
    expect(publishedChecks(inputOf('WATCHER_GAVE_UP', { snapshot: undefined }))).toEqual([]);
  });
});

test('An alert announces another with its own message attributes', () => {
  const announcedAs = [{ severity: 'CRITICAL', checks: [LOGGING] }] as const;

  expect(announcementOf(inputOf('NON_COMPLIANT_DETECTED'))).toEqual({ severity: 'CRITICAL', checks: [POLICY] });
  expect(announcementOf(inputOf('CHECK_FAILED', { announcedAs }))).toEqual({
    severity: 'CRITICAL',
    checks: [SHARED, LOGGING],
  });
});

test('A closing message publishes how each check stands that is not compliant', () => {
  expect(publishedStates(inputOf('COMPLETED_WITH_FINDINGS'))).toEqual([POLICY, SHARED, LOGGING]);
  expect(publishedStates(inputOf('COMPLETED_WITH_FINDINGS', { snapshot: undefined }))).toEqual([]);
  expect(publishedStates(inputOf('CHECK_FAILED', { slot: 'CHECK_FAILED' }))).toEqual([]);
});
