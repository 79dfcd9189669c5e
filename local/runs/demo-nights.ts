import { createHash } from 'node:crypto';
import { parseRecording, type Recording } from '../recordings/recording.ts';

const NIGHTS = 35;
const POLICIES = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const CERTIFICATES = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';

const START = '2026-10-02T02:00:00.000000+00:00';
const MISSED_NIGHT = 23;
const CANCELED_NIGHT = 18;

/** A night of the demo; without a recording, its audit did not run. */
export interface DemoNight {
  /** Days since the first. */
  readonly day: number;
  readonly recording?: Recording;
}

interface Resource {
  readonly checkName: string;
  readonly resourceType: string;
  readonly resourceIdentifier: object;
  readonly reasonForNonComplianceCode: string;
  readonly isSuppressed: boolean;
}

/** Five weeks of a fleet: trouble that comes, gets worse, recovers and is suppressed; incomplete audits, and a missed one. */
export function demoNights(): DemoNight[] {
  return Array.from({ length: NIGHTS }, (_, day) =>
    day === MISSED_NIGHT ? { day } : { day, recording: recordingOf(day) },
  );
}

function recordingOf(day: number): Recording {
  const isCanceled = day === CANCELED_NIGHT;
  const findings = isCanceled ? [] : resourcesOf(day);
  const running = answer('IN_PROGRESS', day, findings);
  const ended = answer(isCanceled ? 'CANCELED' : 'COMPLETED', day, findings);
  const recording = {
    taskId: createHash('sha256').update(`demo night ${day}`).digest('hex').slice(0, 32),
    steps: [
      { atSeconds: 0, response: running },
      // Audits of a name take about as long each time.
      { atSeconds: 240 + ((day * 37) % 60), response: ended },
    ],
    findings: findings.map(({ resourceType, resourceIdentifier, ...finding }) => ({
      ...finding,
      taskStartTime: START,
      nonCompliantResource: { resourceType, resourceIdentifier },
    })),
  };
  return parseRecording(JSON.stringify(recording), `night ${day} of the demo`);
}

function answer(taskStatus: string, day: number, findings: readonly Resource[]): object {
  const auditDetails = Object.fromEntries(
    [POLICIES, CERTIFICATES, SHARED, LOGGING].map((name) => [name, details(name, taskStatus, day, findings)]),
  );
  return {
    taskStatus,
    taskType: 'SCHEDULED_AUDIT_TASK',
    taskStartTime: START,
    scheduledAuditName: 'NightlyFleetAudit',
    taskStatistics: { totalChecks: Object.keys(auditDetails).length },
    auditDetails,
  };
}

function details(name: string, taskStatus: string, day: number, findings: readonly Resource[]): object {
  // A check is in progress, or canceled, as its audit is.
  if (taskStatus !== 'COMPLETED') return { checkRunStatus: taskStatus };
  // The role of the audits lacked a permission for two nights.
  if (name === SHARED && (day === 15 || day === 16)) {
    return { checkRunStatus: 'FAILED', checkCompliant: false, errorCode: 'INSUFFICIENT_PERMISSIONS' };
  }
  const own = findings.filter(({ checkName }) => checkName === name);
  const open = own.filter(({ isSuppressed }) => !isSuppressed).length;
  return {
    checkRunStatus: open > 0 ? 'COMPLETED_NON_COMPLIANT' : 'COMPLETED_COMPLIANT',
    checkCompliant: open === 0,
    totalResourcesCount: name === LOGGING ? 1 : 120,
    nonCompliantResourcesCount: open,
    suppressedNonCompliantResourcesCount: own.length - open,
  };
}

/** What is wrong on a day. */
function resourcesOf(day: number): Resource[] {
  return [
    ...(day >= 3 && day < 20 ? [policy('GatewayLegacy')] : []),
    ...(day >= 12 && day < 20 ? [policy('FleetProvisioning'), policy('MeterFirmware')] : []),
    ...(day >= 30 ? [policy('PumpMaintenance')] : []),
    ...(day >= 5 ? [policy('TestBench', day >= 10)] : []),
    ...(day < 25 ? [certificate('3f9c52f8c1d7'), certificate('a81b6e90cfb5')] : []),
    ...(day >= 28 ? [certificate('77d4ac671be3')] : []),
    ...(day < 8 ? [logging()] : []),
  ];
}

function policy(policyName: string, isSuppressed = false): Resource {
  return {
    checkName: POLICIES,
    resourceType: 'IOT_POLICY',
    resourceIdentifier: { policyVersionIdentifier: { policyName, policyVersionId: '1' } },
    reasonForNonComplianceCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
    isSuppressed,
  };
}

function certificate(beginning: string): Resource {
  return {
    checkName: CERTIFICATES,
    resourceType: 'DEVICE_CERTIFICATE',
    resourceIdentifier: { deviceCertificateId: beginning.padEnd(64, '0') },
    reasonForNonComplianceCode: 'CERTIFICATE_APPROACHING_EXPIRATION',
    isSuppressed: false,
  };
}

function logging(): Resource {
  return {
    checkName: LOGGING,
    resourceType: 'ACCOUNT_SETTINGS',
    resourceIdentifier: { account: '123456789012' },
    reasonForNonComplianceCode: 'LOGGING_DISABLED',
    isSuppressed: false,
  };
}
