import { GetScheduleCommand, type GetScheduleCommandOutput } from '@aws-sdk/client-scheduler';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { durationText, HOUR_MS, MINUTE_MS } from '../../../lambda/audit/text/duration.ts';
import { sweepKey } from '../../../lambda/contract.ts';
import { rateMs } from '../../../local/compute/rate.ts';
import { ask } from '../../shared/aws/failed-call.ts';
import { type Check, ofTable, resourcesOfType, type StackProbe } from '../probe.ts';
import { fail, pass, type Verdict } from '../verdict.ts';

/** What is known of the sweep. */
export interface SweepFacts {
  /** As the scheduler has it; undefined when the stack has no schedule. */
  readonly schedule?: Pick<GetScheduleCommandOutput, 'State' | 'ScheduleExpression'>;
  /** The item of the sweep as the table has it. */
  readonly item?: Readonly<Record<string, unknown>>;
}

const DEFAULT_RATE_MS = 5 * MINUTE_MS;
/** Longer than any event takes to arrive. */
const LONGEST_UNWATCHED_MS = HOUR_MS;
/** If more sweeps than this are missing, it is not just a late one. */
const MISSED_SWEEPS = 3;

const DEPLOY = 'npx cdk deploy';

/** Whether the sweep that finds audits still runs. */
export const sweepCheck: Check<StackProbe> = {
  name: 'Sweep',
  worst: 'FAIL',
  run: (probe) => ofTable(probe, async (table) => judgeSweep(await sweepFacts(probe, table), probe.now)),
};

async function sweepFacts(probe: StackProbe, table: string): Promise<SweepFacts> {
  const { scheduler } = probe.clients;
  const schedules = await resourcesOfType(probe, 'AWS::Scheduler::Schedule');
  const resource = schedules.find(({ LogicalResourceId = '' }) => /sweep/i.test(LogicalResourceId)) ?? schedules[0];
  const Name = resource?.PhysicalResourceId;
  if (!Name) return {};
  const [group] = await resourcesOfType(probe, 'AWS::Scheduler::ScheduleGroup');
  const GroupName = group?.PhysicalResourceId;
  const [schedule, item] = await Promise.all([
    ask('scheduler:GetSchedule', scheduler.send(new GetScheduleCommand({ Name, GroupName }))),
    sweepItem(probe, table),
  ]);
  return { schedule, item };
}

/** What the sweeps remember; undefined before the first. @throws FailedCallError */
export async function sweepItem(
  { clients, account, region }: StackProbe,
  TableName: string,
): Promise<SweepFacts['item']> {
  const command = new GetCommand({ TableName, Key: sweepKey({ account, region }) });
  return (await ask('dynamodb:GetItem', clients.dynamoDb.send(command))).Item;
}

export function judgeSweep({ schedule, item }: SweepFacts, now: number): Verdict {
  if (schedule === undefined) {
    return fail(
      'The stack has no sweep, so scheduled audits are not found.',
      'It was deployed by an older version. Deploy it again:',
      DEPLOY,
    );
  }
  if (schedule.State !== 'ENABLED') {
    return fail(
      `The schedule of the sweep is ${schedule.State ?? 'without a state'}.`,
      'Enable it in the console of EventBridge Scheduler.',
    );
  }
  const rate = rateMs(schedule.ScheduleExpression ?? '') ?? DEFAULT_RATE_MS;
  const { lastSweepAt, historyUntil, coveredUntil } = item ?? {};
  const last = typeof lastSweepAt === 'string' ? Date.parse(lastSweepAt) : Number.NaN;
  if (Number.isNaN(last)) {
    return fail(
      'No sweep has run to its end yet.',
      `After a deployment, wait ${durationText(rate / 1000)} and run the doctor again. If it stays: read the log of the sweep function, or deploy again:`,
      DEPLOY,
    );
  }
  const found = `The last sweep was ${durationText(Math.max(0, now - last) / 1000)} ago; one is due every ${durationText(rate / 1000)}.`;
  if (now - last > MISSED_SWEEPS * rate) {
    return fail(found, 'Read the log of the sweep function; if it does not run at all, deploy again:', DEPLOY);
  }
  if (typeof coveredUntil === 'string' && last - Date.parse(coveredUntil) > Math.max(LONGEST_UNWATCHED_MS, rate)) {
    return fail(
      `${found} Audits that it found since ${coveredUntil} are not watched.`,
      'Its start events lead to nothing: see docs/runbook.md#audits-not-watched',
    );
  }
  return pass(typeof historyUntil === 'string' ? `${found} The history is filled until ${historyUntil}.` : found);
}
