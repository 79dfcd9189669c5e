import { parseRecording } from '../../local/recordings/recording.ts';
import { startDeviceDefender } from '../../local/services/device-defender.ts';
import type { PlayedAudit } from '../../local/services/device-defender-lists.ts';
import type { Endpoint } from '../../local/services/endpoint.ts';
import { auditId } from '../builders.ts';
import { taskOf } from './fleet-history.ts';
import { testIo } from './terminal.ts';

export const POLICIES = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
export const LOGGING = 'LOGGING_DISABLED_CHECK';
export const STARTED = taskOf('57a27ed');

type Outcome = 'ok' | 'bad' | 'failed' | 'canceled' | 'running';

const STATUS = {
  ok: 'COMPLETED_COMPLIANT',
  bad: 'COMPLETED_NON_COMPLIANT',
  failed: 'FAILED',
  canceled: 'CANCELED',
  running: 'IN_PROGRESS',
};

/** An answer with the two checks that the account has enabled. */
export function answered(taskStatus: string, policies: Outcome, logging: Outcome) {
  const details = (outcome: Outcome) => ({
    checkRunStatus: STATUS[outcome],
    totalResourcesCount: 10,
    nonCompliantResourcesCount: outcome === 'bad' ? 1 : 0,
  });
  return {
    taskStatus,
    taskType: 'ON_DEMAND_AUDIT_TASK',
    taskStartTime: '2026-10-02T02:00:00.000000+00:00',
    taskStatistics: { totalChecks: 2 },
    auditDetails: { [POLICIES]: details(policies), [LOGGING]: details(logging) },
  };
}

/** The local Device Defender, with an audit that plays these steps when it is started. Its time is that of the commands. */
export async function playDeviceDefender(
  steps: readonly object[],
  findings: readonly object[] = [],
): Promise<Endpoint & { readonly io: (columns?: number) => ReturnType<typeof testIo> }> {
  const recording = parseRecording(JSON.stringify({ taskId: STARTED, steps, findings }), 'test');
  const started: PlayedAudit[] = [];
  let clock = testIo();
  const endpoint = await startDeviceDefender({
    now: () => clock.now(),
    auditOf: (taskId) => started.find(({ recording: { taskId: id } }) => id === taskId),
    audits: () => started,
    onDemand: {
      checks: { [POLICIES]: true, [LOGGING]: true, DEVICE_CERTIFICATE_SHARED_CHECK: false },
      start: () => {
        started.push({ recording, startedAt: clock.now() });
        return recording.taskId;
      },
    },
  });
  const io = (columns?: number) => {
    clock = testIo({ columns, now: new Date(clock.now()).toISOString() });
    return clock;
  };
  return { ...endpoint, io };
}

/** What the commands run with, so that nothing of the machine's AWS configuration matters. */
export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: auditId().region,
  AWS_MAX_ATTEMPTS: '1',
};
