import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditPartition, uncertainPartition } from '../../lambda/contract.ts';
import type { StackFault } from '../../local/local-stack-options.ts';
import { PLACE } from '../../local/place.ts';
import type { Call } from '../../local/services/service.ts';
import { alertKey } from '../builders.ts';
import { BAD, onDemand, scheduled } from './fleet-audits.ts';
import type { Ledger } from './fleet-ledger.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { runRunbook } from './runbook-commands.ts';
import { isPublish } from './stack-faults.ts';

let fleet: FleetStack;

beforeAll(async () => {
  fleet = await FleetStack.start();
});

afterAll(async () => {
  await fleet.close();
});

const UNMARKED = { type: 'error', name: 'ProvisionedThroughputExceededException', statusCode: 400 } as const;
const isMissedRun = (call: Call) => isPublish(call) && JSON.stringify(call.parameters).includes('AUDIT_OVERDUE');
const marksSent = ({ operation, parameters }: Call) =>
  operation === 'UpdateItem' && JSON.stringify(parameters).includes('"SENT"');

/** What befalls the publications about each audit, after SNS has accepted them. */
const AFTER_PUBLISH: Readonly<Record<string, StackFault>> = {
  'answered-after-6-s': { type: 'slow', seconds: 6 },
  'answered-after-60-s': { type: 'slow', seconds: 60 },
  'answer-lost': { type: 'reset' },
  'function-dies': { type: 'kill' },
};
const ATTACKED = [...Object.keys(AFTER_PUBLISH), 'not-marked'];

function afterCall(call: Call): StackFault | undefined {
  if (isMissedRun(call)) return AFTER_PUBLISH['answered-after-60-s'];
  return isPublish(call) ? AFTER_PUBLISH[call.taskId ?? ''] : undefined;
}

function onCall(call: Call): StackFault | undefined {
  const isOfIt = marksSent(call) && JSON.stringify(call.parameters).includes('#not-marked"');
  return isOfIt ? UNMARKED : undefined;
}

/** Most copies of one message within an hour, and in all. */
function storms(alerts: Ledger['alerts']): Record<string, { readonly inAnHour: number; readonly all: number }> {
  const copies = Map.groupBy(alerts, ({ key }) => key);
  const counted = [...copies].map(([key, all]) => {
    const moments = all.map(({ atSeconds }) => atSeconds);
    const inAnHour = Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + 3600).length));
    return [key, { inAnHour, all: all.length }] as const;
  });
  return Object.fromEntries(counted);
}

/** Keys of the alerts that the doctor lists. */
async function uncertainKeys(): Promise<string[]> {
  const items = await fleet.items();
  return items.filter(({ pk }) => pk === uncertainPartition(PLACE)).map(({ sk }) => String(sk));
}

test('Whatever becomes of the answers, an alert has at most three copies in an hour and ten in all', async () => {
  await fleet.reset();
  fleet.stack.setSchedules([{ scheduledAuditName: 'Monthly', frequency: 'MONTHLY' }]);
  fleet.add({ taskId: 'monthly', steps: scheduled('Monthly', onDemand(60)) });
  await fleet.knowHistory();
  await fleet.sweepFor(10 * MINUTE, MINUTE);
  await fleet.pass(32 * DAY);
  const missed = alertKey('Monthly', `AUDIT_OVERDUE#${new Date(fleet.now - DAY).toISOString().slice(0, 10)}`);
  fleet.faults = { onCall, afterCall };
  for (const taskId of ATTACKED) fleet.add({ taskId, steps: onDemand(20, BAD) });

  await fleet.sweepFor(3 * HOUR, 10 * MINUTE);
  await fleet.sweepFor(4 * DAY, 4 * HOUR);

  const { alerts, watches, sweep } = await fleet.ledger();
  const [answered = '', ...unclear] = [...ATTACKED.map((taskId) => alertKey(taskId, 'TERMINAL')), missed];
  const most = { inAnHour: 3, all: 10 };
  expect(storms(alerts)).toEqual({
    [answered]: { inAnHour: 1, all: 1 },
    ...Object.fromEntries(unclear.map((key) => [key, most])),
  });
  const statuses = ATTACKED.map((taskId) => watches.get(taskId)?.alerts.TERMINAL?.status);
  expect(statuses).toEqual(['SENT', 'UNCERTAIN', 'UNCERTAIN', 'UNCERTAIN', 'UNCERTAIN']);
  expect(sweep.schedules?.Monthly?.missed?.status).toBe('UNCERTAIN');
  expect([...watches.values()].filter(({ open }) => open !== undefined)).toEqual([]);
  expect(await uncertainKeys()).toEqual(unclear.toSorted());
  await expectSentByHand('function-dies', missed);
});

/** Sends the alert about an audit, and one about a missed run, with the commands of the runbook. */
async function expectSentByHand(taskId: string, missed: string): Promise<void> {
  fleet.faults = {};
  const before = (await fleet.ledger()).alerts.length;
  const KEY = JSON.stringify({ pk: { S: auditPartition({ ...PLACE, taskId }) }, sk: { S: 'WATCH' } });
  const ALERT_KEY = alertKey(taskId, 'TERMINAL');

  const run = (mark: string, variables: Readonly<Record<string, string>>) =>
    runRunbook(fleet.stack, 'Alert uncertain', mark, variables);
  await run('SLOT=', { KEY, SLOT: 'TERMINAL' });
  await run('SCHEDULE=', { SCHEDULE: 'Monthly' });
  for (const key of [ALERT_KEY, missed]) await run('ALERT_KEY=', { ALERT_KEY: key });
  await fleet.sweepFor(10 * MINUTE, 5 * MINUTE);

  const { alerts, watches, sweep } = await fleet.ledger();
  expect(
    alerts
      .slice(before)
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual([ALERT_KEY, missed].toSorted());
  expect(watches.get(taskId)).toMatchObject({ alerts: { TERMINAL: { status: 'SENT' } } });
  expect(sweep.schedules?.Monthly?.missed?.status).toBe('SENT');
  expect(await uncertainKeys()).toHaveLength(3);
}
