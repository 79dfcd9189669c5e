import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { BAD, onDemand } from './fleet-audits.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { MetricAlarms } from './metric-alarms.ts';

const OLD_AUDITS = 12;

let fleet: FleetStack;
let alarms: MetricAlarms;

beforeAll(async () => {
  alarms = await MetricAlarms.of(process.env.TEST_CLOUD_ASSEMBLY ?? '');
  fleet = await FleetStack.start({ onLog: alarms.onLog });
});

beforeEach(async () => {
  await fleet.reset();
  alarms.reset();
});

afterAll(async () => {
  await fleet.close();
});

test('A first deployment that may read audits sets off no alarm', async () => {
  addOldAudits();

  await fleet.sweepFor(3 * HOUR, 5 * MINUTE);

  await fleet.expectNothingLost();
  expect(alarms.wentOff()).toEqual([]);
});

test('Audits that no execution can poll for two hours, because Lambda does not run the function, set off an alarm', async () => {
  await fleet.knowHistory();
  await fleet.sweep();
  const until = fleet.now + 2 * HOUR;
  fleet.faults = { isThrottled: (name) => name.includes('CheckAudit') && fleet.now < until };
  fleet.add({ taskId: 'nightly', steps: onDemand(600, BAD), startsAt: fleet.now + MINUTE });

  await fleet.sweepFor(4 * HOUR, 5 * MINUTE);

  await fleet.expectNothingLost();
  expect(alarms.wentOff()).toMatchObject([{ name: 'SweepAuditsNotWatched', times: 1 }]);
});

function addOldAudits(): void {
  for (let n = 0; n < OLD_AUDITS; n += 1) {
    fleet.add({ taskId: `night-${n}`, steps: onDemand(600, BAD), startsAt: fleet.now - (n * 7 + 1.5) * DAY });
  }
}
