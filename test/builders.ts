import type { AlertInput, GaveUp } from '../lambda/audit/alert.ts';
import type { AuditAnswer, CheckDetails, Snapshot, TaskStatistics } from '../lambda/audit/snapshot.ts';

/** Task id of every built audit. */
export const TASK_ID = '9f71b6e90cfb57d4ac671be3a4898e6a';

/** The checks of the built audit. */
const NIGHTLY_CHECKS = [
  'AUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK',
  'CA_CERTIFICATE_EXPIRING_CHECK',
  'CA_CERTIFICATE_KEY_QUALITY_CHECK',
  'CONFLICTING_CLIENT_IDS_CHECK',
  'DEVICE_CERTIFICATE_EXPIRING_CHECK',
  'DEVICE_CERTIFICATE_KEY_QUALITY_CHECK',
  'DEVICE_CERTIFICATE_SHARED_CHECK',
  'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
  'IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK',
  'IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK',
  'LOGGING_DISABLED_CHECK',
  'REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK',
  'REVOKED_DEVICE_CERTIFICATE_STILL_ACTIVE_CHECK',
  'UNAUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK',
];

/** The 14 checks of the nightly audit, all compliant but for the overrides. */
export function buildDetails(overrides: Record<string, CheckDetails> = {}): Record<string, CheckDetails> {
  return { ...Object.fromEntries(NIGHTLY_CHECKS.map((name) => [name, buildCompliant()])), ...overrides };
}

/** The statistics that AWS gives with such details. */
export function buildStatistics(details: Record<string, CheckDetails>): Required<TaskStatistics> {
  const count = (status: string) =>
    Object.values(details).filter(({ checkRunStatus }) => checkRunStatus === status).length;
  return {
    totalChecks: Object.keys(details).length,
    inProgressChecks: count('IN_PROGRESS'),
    waitingForDataCollectionChecks: count('WAITING_FOR_DATA_COLLECTION'),
    compliantChecks: count('COMPLETED_COMPLIANT'),
    nonCompliantChecks: count('COMPLETED_NON_COMPLIANT'),
    failedChecks: count('FAILED'),
    canceledChecks: count('CANCELED'),
  };
}

/** A nightly audit that completed with all checks compliant; statistics that fit the details. */
export function buildAnswer(overrides: Partial<AuditAnswer> = {}): AuditAnswer {
  const auditDetails = overrides.auditDetails ?? buildDetails();
  return {
    taskStatus: 'COMPLETED',
    taskType: 'SCHEDULED_AUDIT_TASK',
    taskStartTime: '2026-10-02T02:00:04.000Z',
    scheduledAuditName: 'NightlyFleetAudit',
    taskStatistics: buildStatistics(auditDetails),
    auditDetails,
    ...overrides,
  };
}

/** One look at `buildAnswer()`, 41 minutes after its start. */
export function buildSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return { taskId: TASK_ID, turn: 7, capturedAt: '2026-10-02T02:41:37.512Z', answer: buildAnswer(), ...overrides };
}

/** What is known when the closing message about `buildSnapshot()` is written. */
export function buildAlertInput(overrides: Partial<AlertInput> = {}): AlertInput {
  return {
    kind: 'COMPLETED_COMPLIANT',
    slot: 'TERMINAL',
    taskId: TASK_ID,
    accountId: '123456789012',
    region: 'eu-west-1',
    snapshot: buildSnapshot(),
    ...overrides,
  };
}

/** A watch that ended at its limit. */
export function buildGaveUp(overrides: Partial<GaveUp> = {}): GaveUp {
  return {
    reason: 'MAX_WATCH_TIME',
    errorName: 'WatchLimitReachedError',
    errorMessage: 'The audit did not end within 24 hours.',
    execution: 'arn:aws:states:eu-west-1:123456789012:execution:AuditWatcher:3f0c6a1e-5b7d-4f11-9a55-0d7a3c0f6d21',
    watchLimitHours: 24,
    gaveUpAt: '2026-10-03T02:00:15.000Z',
    ...overrides,
  };
}

/** A check that found 3 of 120 resources, and one more that is suppressed. */
export function buildNonCompliant(overrides: Partial<CheckDetails> = {}): CheckDetails {
  return {
    checkRunStatus: 'COMPLETED_NON_COMPLIANT',
    checkCompliant: false,
    totalResourcesCount: 120,
    nonCompliantResourcesCount: 3,
    suppressedNonCompliantResourcesCount: 1,
    ...overrides,
  };
}

/** A check that passed, with nothing suppressed. */
export function buildCompliant(overrides: Partial<CheckDetails> = {}): CheckDetails {
  return {
    checkRunStatus: 'COMPLETED_COMPLIANT',
    checkCompliant: true,
    totalResourcesCount: 120,
    nonCompliantResourcesCount: 0,
    suppressedNonCompliantResourcesCount: 0,
    ...overrides,
  };
}

/** A check that could not run. */
export function buildFailed(overrides: Partial<CheckDetails> = {}): CheckDetails {
  return {
    checkRunStatus: 'FAILED',
    checkCompliant: false,
    errorCode: 'INSUFFICIENT_PERMISSIONS',
    message: 'Device Defender does not have permission to call iot:ListCertificates with the configured role.',
    ...overrides,
  };
}
