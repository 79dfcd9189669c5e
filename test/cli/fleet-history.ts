import { sweepKey, uncertainPartition } from '../../lambda/contract.ts';
import { auditId, buildCompliant, buildFailed, buildNonCompliant } from '../builders.ts';
import { certificateFinding, policyFinding, RecordedHistory } from './recorded-history.ts';

/** When the fleet's history is read. */
export const NOW = '2026-11-23T12:00:00.000Z';

/** A task id as AWS makes them. */
export function taskOf(audit: string): string {
  return audit.replace(/[^0-9a-f]/g, '').padEnd(32, '0');
}

export const OCTOBER = taskOf('0c70be50');
export const NOVEMBER = taskOf('0b0');
const CERTIFICATE = '3f9c52f8c1d7a4e0b6395d2c8e17f40a9b3d6c5e8f7021a4b9c3d8e6f5a7e210';

/** Some weeks of a fleet: trouble that gets worse, recovers, is suppressed, unknown or new, and an audit that runs. */
export function recordFleet(): Promise<string> {
  return RecordedHistory.in(async (history) => {
    const nightly = { name: 'NightlyFleetAudit' };
    const legacy = policyFinding('GatewayLegacy');
    const hidden = policyFinding('KnownBench', { isSuppressed: true });
    const things = { [CERTIFICATE]: { names: ['pump-0143'], more: 2 } };
    await history.add({
      ...nightly,
      taskId: OCTOBER,
      startedAt: '2026-10-05T02:00:00Z',
      checks: {
        CA_CERTIFICATE_EXPIRING_CHECK: buildCompliant(),
        IOT_POLICY_OVERLY_PERMISSIVE_CHECK: bad(1, 1),
        DEVICE_CERTIFICATE_EXPIRING_CHECK: bad(1),
        LOGGING_DISABLED_CHECK: bad(1),
      },
      findings: [legacy, hidden, certificateFinding(CERTIFICATE), loggingFinding()],
      things,
    });
    await history.add({
      ...nightly,
      taskId: NOVEMBER,
      startedAt: '2026-11-20T02:00:00Z',
      checks: {
        CA_CERTIFICATE_EXPIRING_CHECK: buildFailed(),
        IOT_POLICY_OVERLY_PERMISSIVE_CHECK: bad(2, 1),
        DEVICE_CERTIFICATE_EXPIRING_CHECK: bad(1),
        LOGGING_DISABLED_CHECK: buildCompliant(),
      },
      findings: [legacy, policyFinding('FleetProvisioning'), hidden, certificateFinding(CERTIFICATE)],
      things,
    });
    await history.add({
      ...nightly,
      taskId: taskOf('ca'),
      startedAt: '2026-11-21T02:00:00Z',
      status: 'CANCELED',
      checks: { DEVICE_CERTIFICATE_EXPIRING_CHECK: { checkRunStatus: 'CANCELED' } },
    });
    await history.addGivenUp(taskOf('fa'), '2026-11-22T02:00:00.000Z');
    await history.add({
      taskId: taskOf('1e'),
      startedAt: '2026-11-23T11:30:00Z',
      status: 'IN_PROGRESS',
      checks: { REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK: bad(1), LOGGING_DISABLED_CHECK: buildCompliant() },
    });
    await history.put(sweep());
    await history.put({
      pk: uncertainPartition(auditId()),
      sk: `123456789012#eu-west-1#${OCTOBER}#TERMINAL`,
      schemaVersion: 1,
      kind: 'COMPLETED_WITH_FINDINGS',
      uncertainSince: '2026-10-08T02:11:00.000Z',
    });
  });
}

function bad(nonCompliantResourcesCount: number, suppressedNonCompliantResourcesCount = 0) {
  return buildNonCompliant({ nonCompliantResourcesCount, suppressedNonCompliantResourcesCount });
}

function loggingFinding() {
  return policyFinding('', {
    checkName: 'LOGGING_DISABLED_CHECK',
    severity: 'LOW',
    nonCompliantResource: { resourceType: 'ACCOUNT_SETTINGS', resourceIdentifier: { account: '123456789012' } },
    reasonForNonComplianceCode: 'LOGGING_DISABLED',
  });
}

/** A schedule that did not run as it should have. */
function sweep(): Record<string, unknown> {
  return {
    ...sweepKey(auditId()),
    schemaVersion: 1,
    firstSweepAt: '2026-10-01T00:00:00.000Z',
    lastSweepAt: '2026-11-23T11:58:00.000Z',
    schedules: {
      NightlyFleetAudit: {
        frequency: 'DAILY',
        knownSince: '2026-10-01T00:00:00.000Z',
        runsCountFrom: '2026-10-01T00:00:00.000Z',
      },
    },
  };
}
