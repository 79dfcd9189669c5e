import { parseRecording, type Recording } from '../../local/recordings/recording.ts';

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const EXPIRING = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const CERTIFICATE = 'abc123';

// Every case has checks of its own, by the prefix `own`: what is known of a check is known of the whole account.

type Outcome = 'running' | 'ok' | 'bad' | 'failed';

/** Trouble early, then a failed check, then the end with findings, one of them about a certificate. */
export function troubled(own: string): Recording {
  return recording(
    'Nightly',
    [
      [0, 'IN_PROGRESS', 'running', 'running'],
      [4, 'IN_PROGRESS', 'bad', 'running'],
      [9, 'IN_PROGRESS', 'bad', 'failed'],
      [14, 'COMPLETED', 'bad', 'failed'],
    ],
    own,
  );
}

/** Over at once, with the trouble that `clean` ends. */
export function beforeClean(own: string): Recording {
  return recording('Weekly', [[0, 'COMPLETED', 'bad', 'ok']], own);
}

/** Over at once, and all is well again. */
export function clean(own: string): Recording {
  return recording('Weekly', [[0, 'COMPLETED', 'ok', 'ok']], own);
}

/** Still runs when its execution dies, and when the next one takes over. */
export const ORPHANED = recording('Orphaned', [
  [0, 'IN_PROGRESS', 'bad', 'running'],
  [1250, 'COMPLETED', 'bad', 'ok'],
]);

/** Over in a moment, and no event announced it. */
export const UNTOLD = recording('Untold', [[0, 'COMPLETED', 'ok', 'failed']]);

function recording(
  scheduledAuditName: string,
  steps: readonly (readonly [number, string, Outcome, Outcome])[],
  own = '',
): Recording {
  const nameOf = (check: string) => (own === '' ? check : `${own}_${check}`);
  const [, , policies] = steps.at(-1) ?? [];
  const shape = {
    taskId: scheduledAuditName,
    steps: steps.map(([atSeconds, taskStatus, policy, logging]) => ({
      atSeconds,
      response: response(scheduledAuditName, taskStatus, policy, logging, nameOf),
    })),
    findings: policies === 'bad' ? findings(nameOf) : [],
    things: { [CERTIFICATE]: ['pump-0142'] },
  };
  return parseRecording(JSON.stringify(shape), scheduledAuditName);
}

function response(
  scheduledAuditName: string,
  taskStatus: string,
  policy: Outcome,
  logging: Outcome,
  nameOf: (check: string) => string,
) {
  const outcomes = [policy, policy, logging];
  const of = (outcome: Outcome) => outcomes.filter((each) => each === outcome).length;
  return {
    taskStatus,
    taskType: 'SCHEDULED_AUDIT_TASK',
    scheduledAuditName,
    taskStartTime: '2026-10-02T02:00:00.000000+00:00',
    taskStatistics: {
      totalChecks: 3,
      inProgressChecks: of('running'),
      compliantChecks: of('ok'),
      nonCompliantChecks: of('bad'),
      failedChecks: of('failed'),
    },
    auditDetails: {
      [nameOf(POLICY)]: check(policy),
      [nameOf(EXPIRING)]: check(policy),
      [nameOf(LOGGING)]: check(logging),
    },
  };
}

function check(outcome: Outcome) {
  const status = {
    running: 'IN_PROGRESS',
    ok: 'COMPLETED_COMPLIANT',
    bad: 'COMPLETED_NON_COMPLIANT',
    failed: 'FAILED',
  };
  return {
    checkRunStatus: status[outcome],
    totalResourcesCount: 10,
    nonCompliantResourcesCount: outcome === 'bad' ? 1 : 0,
    ...(outcome === 'failed' ? { errorCode: 'INSUFFICIENT_PERMISSIONS', message: 'No access.' } : {}),
  };
}

function findings(nameOf: (check: string) => string) {
  const base = { isSuppressed: false, severity: 'CRITICAL' };
  return [
    {
      ...base,
      findingId: 'policy',
      checkName: nameOf(POLICY),
      nonCompliantResource: {
        resourceType: 'IOT_POLICY',
        resourceIdentifier: { policyVersionIdentifier: { policyName: 'FleetProvisioning', policyVersionId: '1' } },
      },
      reasonForNonComplianceCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
    },
    {
      ...base,
      findingId: 'certificate',
      checkName: nameOf(EXPIRING),
      nonCompliantResource: {
        resourceType: 'DEVICE_CERTIFICATE',
        resourceIdentifier: { deviceCertificateId: CERTIFICATE },
      },
      reasonForNonComplianceCode: 'CERTIFICATE_PAST_EXPIRATION',
    },
  ];
}
