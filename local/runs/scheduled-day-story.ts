import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lambda/audit/text/duration.ts';
import { type Recording, readRecording } from '../recordings/recording.ts';
import type { ScheduledAudit } from '../services/device-defender-lists.ts';

/** An audit of the story. */
export interface DayAudit {
  readonly taskId: string;
  readonly auditName: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly recording: Recording;
  /** It ran on a day before the stack was deployed. */
  readonly earlier: boolean;
}

/** A day in the life of the stack, which is deployed at its first moment. */
export interface DayStory {
  /** Midnight UTC, epoch milliseconds. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly schedules: readonly ScheduledAudit[];
  readonly audits: readonly DayAudit[];
  /** The audit whose execution somebody aborts, and when. */
  readonly aborted: { readonly taskId: string; readonly at: number };
  /** Name of the audit that does not run today. */
  readonly missedRun: string;
}

const RECORDINGS = join(import.meta.dirname, '../../recordings/scheduled');

const NIGHTLY = 'NightlyFleetAudit';
const CERTIFICATES = 'CertificateAudit';
const GATEWAYS = 'GatewayAudit';

/**
 * Three audits are scheduled daily and ran on the three days before; two of those runs had findings. Today the nightly one
 * loses its watcher midway, the one of the certificates is over between two sweeps, and the one of the gateways does not run.
 *
 * @param day any moment of the day, epoch milliseconds
 */
export async function readDayStory(day: number): Promise<DayStory> {
  const startsAt = Math.floor(day / DAY_MS) * DAY_MS;
  const read = (name: string) => readRecording(join(RECORDINGS, `${name}.json`));
  const nightly = await read('nightly');
  const nightlyCompliant = await read('nightly-compliant');
  const certificates = await read('certificates');
  const certificatesCompliant = await read('certificates-compliant');
  const gatewaysCompliant = await read('gateways-compliant');

  /** Each day's run begins a little later or earlier than the day before's, as on AWS. */
  const audit = (daysAgo: number, auditName: string, hour: number, secondsAfter: number, recording: Recording) => {
    const startedAt = startsAt - daysAgo * DAY_MS + hour * HOUR_MS + secondsAfter * 1000;
    return { taskId: taskIdOf(auditName, startedAt), auditName, startedAt, recording, earlier: daysAgo > 0 };
  };
  const today = audit(0, NIGHTLY, 2, 192, nightly);
  return {
    startsAt,
    endsAt: startsAt + DAY_MS,
    schedules: [NIGHTLY, CERTIFICATES, GATEWAYS].map((name) => ({ scheduledAuditName: name, frequency: 'DAILY' })),
    audits: [
      audit(3, NIGHTLY, 2, 71, nightly),
      audit(2, NIGHTLY, 2, 304, nightly),
      audit(1, NIGHTLY, 2, 133, nightlyCompliant),
      audit(3, CERTIFICATES, 6, 47, certificatesCompliant),
      audit(2, CERTIFICATES, 6, 210, certificatesCompliant),
      audit(1, CERTIFICATES, 6, 89, certificatesCompliant),
      audit(3, GATEWAYS, 12, 26, gatewaysCompliant),
      audit(2, GATEWAYS, 12, 155, gatewaysCompliant),
      audit(1, GATEWAYS, 12, 64, gatewaysCompliant),
      today,
      audit(0, CERTIFICATES, 6, 100, certificates),
    ],
    aborted: { taskId: today.taskId, at: today.startedAt + 15 * MINUTE_MS },
    missedRun: GATEWAYS,
  };
}

/** The same for every run of the same day. */
function taskIdOf(auditName: string, startedAt: number): string {
  return createHash('sha256').update(`${auditName} ${startedAt}`).digest('hex').slice(0, 32);
}
