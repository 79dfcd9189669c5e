import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { alertKey } from '../builders.ts';
import { BAD, onDemand, scheduled } from './fleet-audits.ts';
import type { Ledger } from './fleet-ledger.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { DENIED, isPublish, once, SNS_DOWN, THROTTLED } from './stack-faults.ts';

let fleet: FleetStack;

beforeAll(async () => {
  // Stuck audits need no whole day to be given up.
  fleet = await FleetStack.start({ functionVariables: { WATCH_LIMIT_HOURS: '3' } });
});

afterAll(async () => {
  await fleet.close();
});

const nightly = { scheduledAuditName: 'Nightly', frequency: 'DAILY' } as const;
const steady = { scheduledAuditName: 'Steady', frequency: 'DAILY' } as const;
const SWEEP_EVERY = 6 * HOUR;

const keys = ({ alerts }: Ledger) => alerts.map(({ key }) => key);

/** `Nightly` ran at two o'clock on three days, and `Steady` goes on for ever. */
async function ranForDays(): Promise<void> {
  await fleet.reset();
  fleet.stack.setSchedules([nightly, steady]);
  for (let day = 0; day < 3; day += 1) run('Nightly', fleet.now + day * DAY);
  for (let day = 0; day < 6; day += 1) run('Steady', fleet.now + day * DAY);
  await fleet.knowHistory();
  await fleet.sweepFor(3 * DAY, SWEEP_EVERY);
}

function run(name: string, midnight: number): void {
  const startsAt = midnight + 2 * HOUR;
  fleet.add({ taskId: `${name}-${startsAt / MINUTE}`, steps: scheduled(name, onDemand(60)), startsAt });
}

/** The key of the alert about the run of some day, counted from today. */
function keyOf(day: number): string {
  return alertKey('Nightly', `AUDIT_OVERDUE#${new Date(fleet.now + day * DAY).toISOString().slice(0, 10)}`);
}

test('An audit that ends at the watch limit is published as ended, though the last poll before died with its function', async () => {
  await fleet.reset();
  await fleet.sweep();
  const limit = fleet.now + 3 * HOUR;
  let hasDied = false;
  fleet.faults = {
    afterCall: ({ operation }) => {
      if (hasDied || operation !== 'PutItem' || fleet.now < limit) return undefined;
      hasDied = true;
      return fleet.die('long');
    },
  };
  fleet.add({ taskId: 'long', steps: onDemand(3 * 3600 + 300, BAD) });
  fleet.announce('long');

  await fleet.pass(3 * HOUR + 5 * MINUTE);
  fleet.startSweeps();
  await fleet.pass(HOUR);

  const { alerts } = await fleet.expectNothingLost();
  expect(hasDied).toBe(true);
  expect(alerts.map(({ key }) => key)).toEqual([alertKey('long', 'TERMINAL')]);
});

describe('A schedule that ran daily', () => {
  beforeEach(ranForDays);

  test('and then stops sends one alert for each day it misses, and one that keeps running sends nothing', async () => {
    await fleet.sweepFor(3 * DAY, SWEEP_EVERY);

    const ledger = await fleet.expectNothingLost();
    expect(keys(ledger)).toEqual([keyOf(-3), keyOf(-2), keyOf(-1)]);
    expect(ledger.alerts[0]?.machine).toMatchObject({ scheduledAuditName: 'Nightly', kind: 'AUDIT_OVERDUE' });
  });

  test('and runs again after a miss sends an alert for that miss only', async () => {
    run('Nightly', fleet.now + DAY);

    await fleet.sweepFor(2 * DAY, SWEEP_EVERY);

    expect(keys(await fleet.expectNothingLost())).toEqual([keyOf(-2)]);
  });

  test('and stops sends the same alert again under the same key when the sweep dies between publish and mark', async () => {
    fleet.faults = { afterCall: once(isPublish, () => ({ type: 'kill', functionName: 'FindAudits' })) };

    await fleet.sweepFor(DAY, SWEEP_EVERY);

    const key = keyOf(-1);
    expect(keys(await fleet.expectNothingLost({ repeated: [key] }))).toEqual([key, key]);
    expect(fleet.stack.scheduledInvocations.filter(({ error }) => error === 'Runtime.ExitError')).toHaveLength(1);
  });

  test('and keeps running is not published as missed while its audits cannot be polled', async () => {
    run('Nightly', fleet.now);
    run('Nightly', fleet.now + DAY);
    fleet.failUntil(fleet.now + DAY, 'DescribeAuditTask', DENIED);

    await fleet.sweepFor(2 * DAY, 2 * HOUR);

    const kinds = new Set((await fleet.expectNothingLost()).alerts.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['WATCHER_GAVE_UP', 'COMPLETED_COMPLIANT']));
  });

  test('and stops is published by a later sweep when publishing fails', async () => {
    const until = fleet.now + 15 * HOUR;
    fleet.failUntil(until, 'Publish', SNS_DOWN);

    await fleet.sweepFor(DAY, SWEEP_EVERY);

    const ledger = await fleet.expectNothingLost();
    expect(keys(ledger)).toEqual([keyOf(-1)]);
    expect(ledger.alerts[0]?.atSeconds).toBeGreaterThanOrEqual(until / 1000);
  });

  test('and stops sends one alert when two sweeps judge it at the same moment', async () => {
    await fleet.pass(12 * HOUR);

    // The first ones find the audits since the last sweep, the others judge.
    await fleet.sweepTwice();
    await fleet.pass(MINUTE);
    await fleet.sweepTwice();

    expect(keys(await fleet.expectNothingLost())).toEqual([keyOf(0)]);
  });

  test('and is deleted is not missed', async () => {
    fleet.stack.setSchedules([steady]);

    await fleet.sweepFor(2 * DAY, SWEEP_EVERY);

    expect(keys(await fleet.expectNothingLost())).toEqual([]);
  });

  test('and stops sends an alert although the list of schedules is empty in between', async () => {
    await fleet.pass(3 * HOUR);
    await fleet.sweep();
    await fleet.pass(3 * HOUR);
    fleet.stack.setSchedules([]);
    await fleet.sweep();
    fleet.stack.setSchedules([nightly, steady]);

    await fleet.sweepFor(18 * HOUR, SWEEP_EVERY);

    expect(keys(await fleet.expectNothingLost())).toEqual([keyOf(-1)]);
  });

  test('and whose run is listed late, with a start that moves, is watched once and judged by the last start', async () => {
    const startsAt = fleet.now + 2 * HOUR;
    const [running, ended] = scheduled('Nightly', onDemand(60)).map(({ response }) => response as object);
    const moved = '2026-10-02T02:30:00.000000+00:00';
    fleet.add({
      taskId: 'late',
      startsAt,
      steps: [
        { atSeconds: 3 * 3600, response: running },
        { atSeconds: 3 * 3600 + 60, response: { ...ended, taskStartTime: moved } },
      ],
    });

    await fleet.pass(3 * HOUR);
    await fleet.sweep();
    await fleet.pass(3 * HOUR);
    await fleet.sweepTwice();
    fleet.announce('late');
    await fleet.sweepFor(18 * HOUR, SWEEP_EVERY);

    const ledger = await fleet.expectNothingLost();
    expect(fleet.lastStates('late').filter((state) => state !== 'Already watched')).toEqual(['Finished']);
    expect(ledger.watches.get('late')?.auditStartTime).toBe(new Date(startsAt + 30 * MINUTE).toISOString());
    expect(keys(ledger)).toEqual([]);

    await fleet.sweepFor(18 * HOUR, SWEEP_EVERY);

    expect(keys(await fleet.expectNothingLost())).toEqual([keyOf(0)]);
  });

  test('and becomes a weekly one is not missed before its day', async () => {
    const inFourDays = new Date(fleet.now + 4 * DAY).toUTCString().slice(0, 3).toUpperCase();
    fleet.stack.setSchedules([steady, { ...nightly, frequency: 'WEEKLY', dayOfWeek: inFourDays }]);

    await fleet.sweepFor(3 * DAY, SWEEP_EVERY);

    expect(keys(await fleet.expectNothingLost())).toEqual([]);
  });
});

test('A weekly run that could not be watched for a day, and then not be polled, is not published as missed', async () => {
  await fleet.reset();
  const dayOfWeek = new Date(fleet.now).toUTCString().slice(0, 3).toUpperCase();
  fleet.stack.setSchedules([{ scheduledAuditName: 'Weekly', frequency: 'WEEKLY', dayOfWeek }]);
  for (const week of [-3, -2, -1, 0]) run('Weekly', fleet.now + week * 7 * DAY);
  await fleet.sweepFor(150 * MINUTE, 5 * MINUTE);
  fleet.add({ taskId: 'Weekly-now', steps: scheduled('Weekly', onDemand(60)), startsAt: fleet.now + 7 * DAY });
  await fleet.sweepFor(7 * DAY, DAY);
  const watchedFrom = fleet.now + 30 * HOUR;
  const seenFrom = watchedFrom + 5 * HOUR;
  const isOfWatch = (parameters: unknown) => JSON.stringify(parameters).includes('AUDIT#');
  fleet.faults = {
    onCall: ({ operation, parameters }) => {
      if (operation === 'UpdateItem' && fleet.now < watchedFrom && isOfWatch(parameters)) return DENIED;
      return operation === 'DescribeAuditTask' && fleet.now < seenFrom ? THROTTLED : undefined;
    },
  };

  await fleet.sweepFor(30 * HOUR, 2 * HOUR);
  await fleet.sweepFor(6 * HOUR, 10 * MINUTE);
  await fleet.sweepFor(2 * DAY, 6 * HOUR);

  expect(keys(await fleet.expectNothingLost())).toEqual([
    alertKey('Weekly-now', 'WATCHER_GAVE_UP'),
    alertKey('Weekly-now', 'TERMINAL'),
  ]);
});

describe('An audit of a schedule that takes minutes', () => {
  const hangs = scheduled('Slow', onDemand(2 * 3600, BAD));
  const forever = scheduled('Slow', onDemand(100 * 3600).slice(0, 1));

  beforeEach(async () => {
    await fleet.reset();
    // Each is heard of a minute before its end: few polls.
    for (let n = 0; n < 5; n += 1) {
      fleet.add({ taskId: `slow-${n}`, steps: scheduled('Slow', onDemand(600)), startsAt: fleet.now - 9 * MINUTE });
      fleet.announce(`slow-${n}`);
      await fleet.pass(DAY);
    }
  });

  test('and then hangs for hours sends one alert that it is stuck, and one at its end', async () => {
    fleet.add({ taskId: 'hangs', steps: hangs });
    fleet.announce('hangs');

    await fleet.pass(3 * HOUR);

    const { alerts } = await fleet.expectNothingLost();
    expect(alerts.map(({ kind }) => kind)).toEqual(['AUDIT_STUCK', 'COMPLETED_WITH_FINDINGS']);
  });

  test('and then hangs for ever sends one alert that it is stuck, and is given up at the watch limit', async () => {
    fleet.add({ taskId: 'forever', steps: forever });
    fleet.announce('forever');

    await fleet.pass(4 * HOUR);

    const { alerts } = await fleet.expectNothingLost({ open: ['forever'] });
    expect(alerts.map(({ kind }) => kind)).toEqual(['AUDIT_STUCK', 'WATCHER_GAVE_UP']);
  });
});
