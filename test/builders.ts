import type { AlertInput, ReadFindings } from '../lambda/audit/alert/alert-input.ts';
import type { MissedRunInput } from '../lambda/audit/alert/missed-run-facts.ts';
import type {
  AuditAnswer,
  CheckDetails,
  FindingAnswer,
  Snapshot,
  TaskStatistics,
} from '../lambda/audit/answer/aws-answers.ts';
import { type Finding, readFinding } from '../lambda/audit/answer/finding.ts';
import { WorstResources } from '../lambda/audit/answer/worst-resources.ts';
import type { GaveUp, StuckFacts } from '../lambda/audit/watch/alert-kinds.ts';
import type { AuditId } from '../lambda/contract.ts';

/** Task id of every built audit. */
export const TASK_ID = '9f71b6e90cfb57d4ac671be3a4898e6a';

/** An audit of the account and Region that every test runs in. */
export function auditId(taskId = TASK_ID): AuditId {
  return { account: '123456789012', region: 'eu-west-1', taskId };
}

/** Key of an alert about an audit, or with a schedule's name, a missed run, of `auditId`'s account and Region. */
export function alertKey(name: string, slot: string): string {
  return `123456789012#eu-west-1#${name}#${slot}`;
}

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

/** One poll of `buildAnswer()`, 41 minutes after its start. */
export function buildSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return { poll: 7, capturedAt: '2026-10-02T02:41:37.512Z', answer: buildAnswer(), ...overrides };
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
    retriedUntil: '2026-12-31T01:00:00.000Z',
    ...overrides,
  };
}

/** Silence of 5.5 hours in `buildStuckSnapshot()`, in an audit that usually takes 42 minutes. */
export function buildStuck(overrides: Partial<StuckFacts> = {}): StuckFacts {
  return {
    usualSeconds: 2493,
    audits: 7,
    unchangedSince: '2026-10-02T02:31:10.000Z',
    watchLimitHours: 24,
    ...overrides,
  };
}

/** One poll of a nightly audit that is at 12 of 14 checks after six hours. */
export function buildStuckSnapshot(overrides: Partial<AuditAnswer> = {}): Snapshot {
  const auditDetails = buildDetails({
    DEVICE_CERTIFICATE_SHARED_CHECK: { checkRunStatus: 'IN_PROGRESS' },
    CONFLICTING_CLIENT_IDS_CHECK: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
  });
  const answer = buildAnswer({ taskStatus: 'IN_PROGRESS', auditDetails, ...overrides });
  return buildSnapshot({ capturedAt: '2026-10-02T08:00:21.000Z', answer });
}

/** The nightly audit that did not come one night. */
export function buildMissedRunInput(overrides: Partial<MissedRunInput> = {}): MissedRunInput {
  return {
    schedule: { name: 'NightlyFleetAudit', frequency: 'DAILY' },
    day: '2026-11-22',
    dueAt: '2026-11-22T02:00:04.000Z',
    lastStartedAt: '2026-11-21T02:00:03.000Z',
    lastTaskId: TASK_ID,
    judgedAt: '2026-11-22T05:00:09.000Z',
    accountId: '123456789012',
    region: 'eu-west-1',
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

/** A policy that allows too much, as ListAuditFindings tells it. */
export function buildFindingAnswer(overrides: Partial<FindingAnswer> = {}): FindingAnswer {
  return {
    findingId: 'a0e1c9d2-6d0b-4f6e-9d39-0d7a3c0f6d21',
    taskId: TASK_ID,
    checkName: 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
    taskStartTime: '2026-10-02T02:00:04.000Z',
    findingTime: '2026-10-02T02:12:40.000Z',
    severity: 'CRITICAL',
    nonCompliantResource: {
      resourceType: 'IOT_POLICY',
      resourceIdentifier: { policyVersionIdentifier: { policyName: 'FleetProvisioning', policyVersionId: '7' } },
    },
    reasonForNonCompliance: 'Policy allows broad access to IoT data plane actions.',
    reasonForNonComplianceCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
    isSuppressed: false,
    ...overrides,
  };
}

/** The same, read; first seen in the audit that found it. */
export function buildFinding(overrides: Partial<Finding> = {}): Finding {
  return { ...readFinding(buildFindingAnswer()), since: '2026-10-02T02:00:04.000Z', ...overrides };
}

/** An open finding about a version of a policy. */
export function buildPolicyFinding(
  policyName: string,
  policyVersionId: string,
  overrides: Partial<Finding> = {},
): Finding {
  return buildFinding({
    resource: `policy ${policyName} v${policyVersionId}`,
    identifier: { policyVersionIdentifier: { policyName, policyVersionId } },
    ...overrides,
  });
}

/** A certificate that ends soon. */
export function buildCertificateFinding(deviceCertificateId: string, overrides: Partial<Finding> = {}): Finding {
  return buildFinding({
    checkName: 'DEVICE_CERTIFICATE_EXPIRING_CHECK',
    severity: 'MEDIUM',
    resourceType: 'DEVICE_CERTIFICATE',
    resource: `cert ${deviceCertificateId}`,
    identifier: { deviceCertificateId },
    reasonCode: 'CERTIFICATE_APPROACHING_EXPIRATION',
    ...overrides,
  });
}

/** What an alert is told about the findings of an audit. */
export function buildReadFindings(
  findings: readonly Finding[],
  principals: ReadFindings['principals'] = {},
): ReadFindings {
  const collector = new WorstResources();
  for (const finding of findings) collector.add(finding);
  return { status: 'READ', ...collector.result(), principals, incomplete: [] };
}
