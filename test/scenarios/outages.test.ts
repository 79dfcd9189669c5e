import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BAD, onDemand } from './fleet-audits.ts';
import { FleetStack, HOUR, MINUTE } from './fleet-stack.ts';

let fleet: FleetStack;

beforeAll(async () => {
  fleet = await FleetStack.start();
});

beforeEach(async () => {
  await fleet.reset();
});

afterAll(async () => {
  await fleet.close();
});

describe('Lambda that refuses to run the functions of the loop for three hours', () => {
  test('costs few executions, and no watch gives up', async () => {
    const until = fleet.now + 3 * HOUR;
    fleet.faults = { isThrottled: (name) => fleet.now < until && !name.includes('FindAudits') };
    const taskIds = Array.from({ length: 20 }, (_, n) => `held-${n}`);
    for (const taskId of taskIds) {
      fleet.add({ taskId, steps: onDemand(60, BAD) });
      fleet.announce(taskId);
    }

    await fleet.pass(MINUTE);
    await fleet.sweepFor(5 * HOUR, 5 * MINUTE);

    const { alerts } = await fleet.expectNothingLost();
    expect(alerts.map(({ kind }) => kind)).toEqual(taskIds.map(() => 'COMPLETED_WITH_FINDINGS'));
    const ends = taskIds.flatMap((taskId) => fleet.lastStates(taskId));
    expect(ends.length).toBeLessThanOrEqual(7 * taskIds.length);
    expect(ends).not.toContain('Gave up');
  });
});
