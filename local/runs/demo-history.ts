import { HISTORY_SLICE_MS } from '../../lambda/audit/sweep/sweep.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../lambda/audit/text/duration.ts';
import { AWS_RETENTION_MS } from '../../lambda/audit/watch/due.ts';
import { LocalStack } from '../local-stack.ts';
import type { LocalStackOptions } from '../local-stack-options.ts';
import type { DemoNight } from './demo-nights.ts';
import { startWatch } from './watch-run.ts';

/** What the demo left in the tables. */
export interface DemoReport {
  readonly audits: number;
  readonly alerts: number;
}

/** Audits begin at 02:00 UTC, and at 08:00 a sweep sees whether one is missing. */
const AUDIT_AT_MS = 2 * HOUR_MS;
const SWEEP_AT_MS = 8 * HOUR_MS;
/** Before a new stack judges that a run is missing, it lists the 90 days that AWS keeps, slice by slice, and each one twice. */
const SWEEPS_OF_THE_PAST = 2 * Math.ceil(AWS_RETENTION_MS / HISTORY_SLICE_MS) + 1;

/**
 * Lets the stack watch the audits of some weeks, one night after the other, up to the night before this moment.
 *
 * @param now epoch milliseconds
 */
export async function playHistory(
  nights: readonly DemoNight[],
  now: number,
  options: Pick<LocalStackOptions, 'assembly' | 'dataDirectory' | 'fresh'>,
  onNight: (played: number) => void = () => undefined,
): Promise<DemoReport> {
  // The last sweep must not lie in the future.
  const firstDay = Math.floor((now - SWEEP_AT_MS) / DAY_MS) * DAY_MS - (nights.length - 1) * DAY_MS;
  const stack = await LocalStack.start({ ...options, speed: Number.POSITIVE_INFINITY, startsAt: firstDay });
  try {
    stack.setSchedules([{ scheduledAuditName: 'NightlyFleetAudit', frequency: 'DAILY' }]);
    for (let swept = 0; swept < SWEEPS_OF_THE_PAST; swept += 1) {
      await sweep(stack);
      await stack.clock.sleep(MINUTE_MS);
    }
    for (const { day, recording } of nights) {
      const until = (moment: number) => stack.clock.sleep(firstDay + day * DAY_MS + moment - stack.clock.now());
      await until(AUDIT_AT_MS);
      if (recording !== undefined) {
        await startWatch(stack, { taskId: recording.taskId, recording, startedAt: stack.clock.now() }).execution.ended;
      }
      await until(SWEEP_AT_MS);
      await sweep(stack);
      onNight(day + 1);
    }
    return { audits: stack.executions.length, alerts: stack.publications.length };
  } finally {
    await stack.close();
  }
}

/** A schedule invokes its target at once. */
async function sweep(stack: LocalStack): Promise<void> {
  stack.startSchedules();
  await stack.stopSchedules();
}
