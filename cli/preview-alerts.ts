import type { AlertInput, AlertMessage, ReadFindings } from '../lambda/audit/alert.ts';
import { composeAlert } from '../lambda/audit/alert-message.ts';
import { composeOverdue, type OverdueInput } from '../lambda/audit/alert-overdue.ts';
import { type ComparedAudit, type Comparison, compareAudits } from '../lambda/audit/comparison.ts';
import { type Finding, identityOf, openSince, readFinding } from '../lambda/audit/finding.ts';
import { readAudit } from '../lambda/audit/reading.ts';
import type { AuditAnswer, CheckDetails, Snapshot } from '../lambda/audit/snapshot.ts';
import { WorstResources } from '../lambda/audit/worst-resources.ts';

/** An example of an alert. */
export interface PreviewAlert {
  /** In lower case, with hyphens. */
  readonly id: string;
  /** For people: what happened. */
  readonly title: string;
  readonly message: AlertMessage;
}

type Checks = Readonly<Record<string, CheckDetails>>;

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const EXPIRING = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const CLIENT_IDS = 'CONFLICTING_CLIENT_IDS_CHECK';
const REVOKED = 'REVOKED_DEVICE_CERTIFICATE_STILL_ACTIVE_CHECK';

const EARLIER = '2026-11-10T02:00:03.000Z';
const YESTERDAY = '2026-11-16T02:00:03.000Z';
const TODAY = '2026-11-17T02:00:04.000Z';
const TASK_ID = '9f71b6e90cfb57d4ac671be3a4898e6a';

const COMPLIANT: CheckDetails = {
  checkRunStatus: 'COMPLETED_COMPLIANT',
  checkCompliant: true,
  totalResourcesCount: 120,
  nonCompliantResourcesCount: 0,
  suppressedNonCompliantResourcesCount: 0,
};
const RUNNING: CheckDetails = { checkRunStatus: 'IN_PROGRESS' };
const WAITING: CheckDetails = { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' };
const CANCELED: CheckDetails = { checkRunStatus: 'CANCELED' };
const FAILED: CheckDetails = {
  checkRunStatus: 'FAILED',
  checkCompliant: false,
  errorCode: 'INSUFFICIENT_PERMISSIONS',
  message: 'Device Defender does not have permission to call iot:ListCertificates with the configured role.',
};

/** The checks of the nightly audit, in the order of the alphabet. */
const NIGHTLY: Checks = Object.fromEntries(
  ['CA_CERTIFICATE_EXPIRING_CHECK', CLIENT_IDS, EXPIRING, SHARED, POLICY, LOGGING, REVOKED].map((name) => [
    name,
    COMPLIANT,
  ]),
);

const PUMPS = [certificate('5c1e'), certificate('8a40'), certificate('e77b')];
const THINGS: ReadFindings['principals'] = {
  [PUMPS[0] ?? '']: { names: ['pump-0142'], more: 0 },
  [PUMPS[1] ?? '']: { names: ['pump-0177', 'pump-0178', 'pump-0179'], more: 2 },
};

const POLICY_FINDINGS = [policyFinding('FleetProvisioning', '7'), policyFinding('GatewayLegacy', '1')];
const CERTIFICATE_FINDINGS = PUMPS.map(certificateFinding);
const FINDINGS = [...POLICY_FINDINGS, ...CERTIFICATE_FINDINGS, policyFinding('TestBench', '2', true)];
const FOUND: Checks = { [POLICY]: found(2, 41, 1), [EXPIRING]: found(3, 4210), [SHARED]: FAILED };
const FOUND_YESTERDAY: Checks = { [EXPIRING]: found(2, 4205), [LOGGING]: found(1, 1) };
/** One that is still open, and one that is gone today. */
const OPEN_YESTERDAY = new Map(
  [...CERTIFICATE_FINDINGS.slice(0, 1), certificateFinding(certificate('03d9'))].map((finding) => [
    identityOf(finding),
    EARLIER,
  ]),
);

const DONE = audit(FOUND);

/** One of every kind, and the variants that look different. */
export const PREVIEW_ALERTS: readonly PreviewAlert[] = [
  example('first-finding', 'The first non-compliant check, while the audit runs', {
    kind: 'NON_COMPLIANT_DETECTED',
    slot: 'NON_COMPLIANT_DETECTED',
    snapshot: look(
      audit({ [POLICY]: found(2, 41, 1), [SHARED]: RUNNING, [EXPIRING]: RUNNING, [REVOKED]: RUNNING }, 'IN_PROGRESS'),
      '2026-11-17T02:12:41.000Z',
    ),
    comparison: compared(audit({ [POLICY]: found(2, 41, 1), [SHARED]: RUNNING }), FOUND_YESTERDAY),
  }),
  example('check-failed', 'A check that could not run', {
    kind: 'CHECK_FAILED',
    slot: 'CHECK_FAILED',
    snapshot: look(audit({ [SHARED]: FAILED, [EXPIRING]: RUNNING }, 'IN_PROGRESS'), '2026-11-17T02:20:09.000Z'),
    comparison: compared(audit({ [SHARED]: FAILED }), {}),
  }),
  example('stuck', 'An audit that seems stuck', {
    kind: 'AUDIT_STUCK',
    slot: 'AUDIT_STUCK',
    snapshot: look(
      audit({ [EXPIRING]: RUNNING, [SHARED]: RUNNING, [CLIENT_IDS]: WAITING }, 'IN_PROGRESS'),
      '2026-11-17T08:00:21.000Z',
    ),
    stuck: { usualSeconds: 2493, audits: 7, unchangedSince: '2026-11-17T02:31:10.000Z', watchLimitHours: 24 },
  }),
  example('closing', 'The end of an audit, with resources and what changed', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: look(DONE),
    findings: read(FINDINGS, OPEN_YESTERDAY),
    comparison: compared(DONE, FOUND_YESTERDAY, FINDINGS, OPEN_YESTERDAY),
  }),
  example('closing-without-resources', 'The same, but its findings could not be read', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: look(DONE),
    findings: { status: 'UNAVAILABLE', errorName: 'ThrottlingException' },
    comparison: compared(DONE, FOUND_YESTERDAY),
  }),
  example('closing-first-audit', 'The first audit of a schedule', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: look(audit({ [POLICY]: found(2, 41, 1) })),
    findings: read(POLICY_FINDINGS),
    comparison: { first: true },
  }),
  example('closing-unchanged', 'The same as the day before', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: look(audit({ [POLICY]: found(2, 41) })),
    findings: read(POLICY_FINDINGS, openFrom(POLICY_FINDINGS, EARLIER)),
    comparison: compared(
      audit({ [POLICY]: found(2, 41) }),
      { [POLICY]: found(2, 41) },
      POLICY_FINDINGS,
      openFrom(POLICY_FINDINGS, EARLIER),
    ),
  }),
  example('closing-on-demand', 'An audit that somebody started', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: look({
      ...audit({ [CLIENT_IDS]: found(1, 4210) }),
      taskType: 'ON_DEMAND_AUDIT_TASK',
      scheduledAuditName: undefined,
    }),
    findings: read([clientIdFinding('gateway-berlin-3')]),
  }),
  example('recovered', 'Clean again since the audit before', {
    kind: 'RECOVERED',
    snapshot: look(audit({})),
    findings: read([]),
    comparison: compared(audit({}), { [LOGGING]: found(1, 1) }),
  }),
  example('recovered-within-audit', 'A check that failed, then passed in the same audit', {
    kind: 'RECOVERED',
    snapshot: look(audit({})),
    earlier: look(audit({ [SHARED]: FAILED, [EXPIRING]: RUNNING }, 'IN_PROGRESS'), '2026-11-17T02:20:09.000Z'),
  }),
  example('all-compliant', 'Nothing found', {
    kind: 'COMPLETED_COMPLIANT',
    snapshot: look(audit({})),
    findings: read([]),
    comparison: compared(audit({}), {}),
  }),
  example('canceled', 'An audit that was canceled', {
    kind: 'AUDIT_NOT_COMPLETED',
    snapshot: look(
      audit({ [POLICY]: found(2, 41, 1), [SHARED]: CANCELED, [EXPIRING]: CANCELED, [REVOKED]: CANCELED }, 'CANCELED'),
    ),
  }),
  example('gave-up', 'A watch that ended at its limit', {
    kind: 'WATCHER_GAVE_UP',
    slot: 'WATCHER_GAVE_UP',
    snapshot: look(audit({ [EXPIRING]: RUNNING, [SHARED]: RUNNING }, 'IN_PROGRESS'), '2026-11-18T01:58:11.000Z'),
    gaveUp: {
      reason: 'MAX_WATCH_TIME',
      errorName: 'WatchLimitReachedError',
      errorMessage: 'The audit did not end within 24 hours.',
      execution: execution(),
      watchLimitHours: 24,
      gaveUpAt: '2026-11-18T02:00:15.000Z',
    },
  }),
  example('gave-up-blind', 'A watch that never saw its audit', {
    kind: 'WATCHER_GAVE_UP',
    slot: 'WATCHER_GAVE_UP',
    snapshot: undefined,
    gaveUp: {
      reason: 'ACCESS_DENIED',
      errorName: 'AccessDeniedException',
      errorMessage: 'The function is not authorized to perform: iot:DescribeAuditTask.',
      execution: execution(),
      watchLimitHours: 24,
      gaveUpAt: '2026-11-17T02:00:31.000Z',
    },
  }),
  overdueExample('overdue', 'A scheduled audit that did not run', {}),
  overdueExample('overdue-day', 'The same, of a schedule that is too new to know its time of day', {
    schedule: { name: 'MonthlyDeepAudit', frequency: 'MONTHLY', dayOfMonth: '31' },
    day: '2026-11-30',
    dueAt: '2026-11-30T00:00:00.000Z',
    isLearned: false,
    lastStartedAt: undefined,
    lastTaskId: undefined,
    judgedAt: '2026-12-01T03:00:09.000Z',
  }),
];

function example(id: string, title: string, alert: Partial<AlertInput> & Pick<AlertInput, 'kind'>): PreviewAlert {
  const where = { slot: 'TERMINAL', taskId: TASK_ID, accountId: '123456789012', region: 'eu-west-1' } as const;
  return { id, title, message: composeAlert({ ...where, ...alert }) };
}

/** The nightly audit that did not come. */
function overdueExample(id: string, title: string, overdue: Partial<OverdueInput>): PreviewAlert {
  const message = composeOverdue({
    schedule: { name: 'NightlyFleetAudit', frequency: 'DAILY' },
    day: '2026-11-17',
    dueAt: TODAY,
    isLearned: true,
    lastStartedAt: YESTERDAY,
    lastTaskId: '5d0c7f1e2b3a49c8a6d1e0f49b7c8d52',
    judgedAt: '2026-11-17T05:00:09.000Z',
    accountId: '123456789012',
    region: 'eu-west-1',
    ...overdue,
  });
  return { id, title, message };
}

function execution(): string {
  return 'arn:aws:states:eu-west-1:123456789012:execution:AuditWatcher:3f0c6a1e-5b7d-4f11-9a55-0d7a3c0f6d21';
}

/** 64 digits that begin and end with these. */
function certificate(digits: string): string {
  return `${digits}${'a0b1c2d3'.repeat(7)}${digits}`;
}

function found(resources: number, of: number, suppressed = 0): CheckDetails {
  return {
    checkRunStatus: 'COMPLETED_NON_COMPLIANT',
    checkCompliant: false,
    totalResourcesCount: of,
    nonCompliantResourcesCount: resources,
    suppressedNonCompliantResourcesCount: suppressed,
  };
}

/** The nightly audit, all compliant but for these checks; statistics that fit. */
function audit(checks: Checks, taskStatus = 'COMPLETED'): AuditAnswer {
  const auditDetails = { ...NIGHTLY, ...checks };
  const statuses = Object.values(auditDetails).map(({ checkRunStatus }) => checkRunStatus);
  const count = (status: string) => statuses.filter((one) => one === status).length;
  return {
    taskStatus,
    taskType: 'SCHEDULED_AUDIT_TASK',
    taskStartTime: TODAY,
    scheduledAuditName: 'NightlyFleetAudit',
    taskStatistics: {
      totalChecks: statuses.length,
      inProgressChecks: count('IN_PROGRESS'),
      waitingForDataCollectionChecks: count('WAITING_FOR_DATA_COLLECTION'),
      compliantChecks: count('COMPLETED_COMPLIANT'),
      nonCompliantChecks: count('COMPLETED_NON_COMPLIANT'),
      failedChecks: count('FAILED'),
      canceledChecks: count('CANCELED'),
    },
    auditDetails,
  };
}

function look(answer: AuditAnswer, capturedAt = '2026-11-17T02:41:37.000Z'): Snapshot {
  return { taskId: TASK_ID, turn: 7, capturedAt, answer };
}

function read(findings: readonly Finding[], before?: ReadonlyMap<string, string>): ReadFindings {
  const collector = new WorstResources();
  for (const finding of withSince(findings, before)) collector.add(finding);
  return { status: 'READ', ...collector.result(), principals: THINGS };
}

/** With the nightly audit of the day before. */
function compared(
  now: AuditAnswer,
  before: Checks,
  findings?: readonly Finding[],
  openBefore?: ReadonlyMap<string, string>,
): Comparison {
  const current: ComparedAudit = {
    reading: readAudit(now),
    findings: findings && new Map(withSince(findings, openBefore).flatMap(openOnly)),
  };
  return compareAudits({ startedAt: YESTERDAY, reading: readAudit(audit(before)), findings: openBefore }, current);
}

function openOnly(finding: Finding): [string, string][] {
  return finding.suppressed ? [] : [[identityOf(finding), finding.since ?? TODAY]];
}

function openFrom(findings: readonly Finding[], since: string): ReadonlyMap<string, string> {
  return new Map(findings.map((finding) => [identityOf(finding), since]));
}

function withSince(findings: readonly Finding[], before?: ReadonlyMap<string, string>): Finding[] {
  return findings.map((finding) => ({ ...finding, since: openSince(identityOf(finding), TODAY, before) }));
}

function policyFinding(policyName: string, policyVersionId: string, isSuppressed = false): Finding {
  return readFinding({
    checkName: POLICY,
    severity: 'CRITICAL',
    nonCompliantResource: {
      resourceType: 'IOT_POLICY',
      resourceIdentifier: { policyVersionIdentifier: { policyName, policyVersionId } },
    },
    reasonForNonCompliance: 'Policy allows broad access to IoT data plane actions.',
    reasonForNonComplianceCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
    isSuppressed,
  });
}

function certificateFinding(deviceCertificateId: string): Finding {
  return readFinding({
    checkName: EXPIRING,
    severity: 'MEDIUM',
    nonCompliantResource: { resourceType: 'DEVICE_CERTIFICATE', resourceIdentifier: { deviceCertificateId } },
    reasonForNonCompliance: 'Certificate is about to expire.',
    reasonForNonComplianceCode: 'CERTIFICATE_APPROACHING_EXPIRATION',
  });
}

function clientIdFinding(clientId: string): Finding {
  return readFinding({
    checkName: CLIENT_IDS,
    severity: 'HIGH',
    nonCompliantResource: { resourceType: 'CLIENT_ID', resourceIdentifier: { clientId } },
    reasonForNonCompliance: 'Several devices connect with the same client id.',
    reasonForNonComplianceCode: 'DUPLICATE_CLIENT_ID_ACROSS_CONNECTIONS',
  });
}
