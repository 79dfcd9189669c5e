import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { alertKey } from '../builders.ts';
import { BAD, finding, onDemand } from './fleet-audits.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { MetricAlarms } from './metric-alarms.ts';
import { answer, at } from './scenario-stack.ts';
import { DENIED, NOT_FOUND, THROTTLED } from './stack-faults.ts';

const OLD_AUDITS = 88;

let fleet: FleetStack;
let alarms: MetricAlarms;
let firstDeployment: Awaited<ReturnType<typeof playFirstDeployment>>;

beforeAll(async () => {
  alarms = await MetricAlarms.of(process.env.TEST_CLOUD_ASSEMBLY ?? '');
  fleet = await FleetStack.start({ onLog: alarms.onLog });
  firstDeployment = await playFirstDeployment();
});

beforeEach(async () => {
  await fleet.reset();
  alarms.reset();
});

afterAll(async () => {
  await fleet.close();
});

/** A first deployment that finds many old nights, may not read audits for three hours, and then may for four. */
async function playFirstDeployment() {
  const deniedUntil = fleet.now + 3 * HOUR;
  fleet.failUntil(deniedUntil, 'DescribeAuditTask', DENIED);
  for (let n = 0; n < OLD_AUDITS; n += 1) {
    fleet.add({ taskId: `night-${n}`, steps: onDemand(600, BAD), startsAt: fleet.now - (n + 1.5) * DAY });
  }
  await fleet.sweepFor(3 * HOUR, 5 * MINUTE);
  const denied = await fleet.ledger();
  await fleet.sweepFor(4 * HOUR, 5 * MINUTE);
  const lastStates = fleet.lastStates('night-50');
  return { deniedUntil, denied, lastStates, recorded: await fleet.expectNothingLost(), wentOff: alarms.wentOff() };
}

test('A first deployment that may not read audits sends nothing about old nights, and records all after the repair', () => {
  const { denied, lastStates, recorded } = firstDeployment;

  expect(denied.alerts).toEqual([]);
  expect([...denied.watches.values()].filter(({ gaveUpAt }) => gaveUpAt !== undefined)).toHaveLength(OLD_AUDITS);
  expect(lastStates).not.toContain('Gave up');
  expect(recorded.alerts).toEqual([]);
  expect([...recorded.watches.values()].filter(({ late }) => late)).toHaveLength(OLD_AUDITS);
});

test('A first deployment that may not read audits for three hours sets off one alarm, once, until they are recorded', () => {
  const { deniedUntil, wentOff } = firstDeployment;

  const [alarm, ...others] = wentOff;
  expect(others).toEqual([]);
  expect(alarm).toMatchObject({ name: 'SweepAuditsNotWatched', times: 1 });
  expect(alarm?.from).toBeLessThanOrEqual(deniedUntil - 90 * MINUTE);
  expect(alarm?.until).toBeGreaterThan(deniedUntil);
  expect(alarm?.until).toBeLessThan(deniedUntil + 3 * HOUR);
});

test('A watch that gave up sends so once, and the result when AWS can be asked again', async () => {
  await fleet.knowHistory();
  fleet.failUntil(fleet.now + 20 * HOUR, 'DescribeAuditTask', DENIED);
  fleet.add({ taskId: 'denied', steps: onDemand(600, BAD), findings: [finding('FleetProvisioning')] });
  fleet.announce('denied');

  await fleet.sweepFor(20 * HOUR, 15 * MINUTE);
  const early = await fleet.ledger();
  await fleet.sweepFor(DAY, 15 * MINUTE);

  expect(early.alerts.map(({ kind }) => kind)).toEqual(['WATCHER_GAVE_UP']);
  const { alerts, watches } = await fleet.expectNothingLost();
  expect(alerts.map(({ key }) => key)).toEqual([alertKey('denied', 'WATCHER_GAVE_UP'), alertKey('denied', 'TERMINAL')]);
  expect(watches.get('denied')).toMatchObject({ taskStatus: 'COMPLETED', findings: 'STORED' });
  const polling = fleet.lastStates('denied').filter((state) => state !== 'Already watched');
  expect(polling.length).toBeLessThanOrEqual(9);
});

test('A watch that gave up on an audit without trouble sends the end to those who were sent that it gave up', async () => {
  await fleet.knowHistory();
  fleet.failUntil(fleet.now + 2 * HOUR, 'DescribeAuditTask', DENIED);
  fleet.add({ taskId: 'fine', steps: onDemand(600) });
  fleet.announce('fine');

  await fleet.sweepFor(6 * HOUR, 15 * MINUTE);

  const { alerts } = await fleet.expectNothingLost();
  expect(alerts.map(({ kind }) => kind)).toEqual(['WATCHER_GAVE_UP', 'COMPLETED_COMPLIANT']);
});

test('A watch that gave up before the end of the audit goes on with it', async () => {
  await fleet.knowHistory();
  fleet.failUntil(fleet.now + 2 * HOUR, 'DescribeAuditTask', DENIED);
  const steps = [
    at(0, answer('IN_PROGRESS')),
    at(5 * 3600, answer('IN_PROGRESS', { B: 'bad' })),
    at(8 * 3600, answer('COMPLETED', BAD)),
  ];
  fleet.add({ taskId: 'long', steps });
  fleet.announce('long');

  await fleet.sweepFor(10 * HOUR, 15 * MINUTE);

  const { alerts } = await fleet.expectNothingLost();
  expect(alerts.map(({ kind }) => kind)).toEqual([
    'WATCHER_GAVE_UP',
    'NON_COMPLIANT_DETECTED',
    'COMPLETED_WITH_FINDINGS',
  ]);
});

test('An audit that outlasts the watch limit is recorded when it ends', async () => {
  await fleet.knowHistory();
  fleet.add({ taskId: 'slow', steps: onDemand(40 * 3600, BAD) });
  fleet.announce('slow');

  await fleet.sweepFor(3 * DAY, HOUR);

  const { alerts, watches } = await fleet.expectNothingLost();
  expect(alerts.map(({ kind }) => kind)).toEqual(['WATCHER_GAVE_UP', 'COMPLETED_WITH_FINDINGS']);
  expect(watches.get('slow')).toMatchObject({ taskStatus: 'COMPLETED' });
});

test('An audit that AWS never finds is tried again for 90 days, at most once a day, and then no more', async () => {
  await fleet.knowHistory();
  fleet.failUntil(Number.POSITIVE_INFINITY, 'DescribeAuditTask', NOT_FOUND);
  fleet.add({ taskId: 'nowhere', steps: onDemand(600) });
  fleet.announce('nowhere');

  await fleet.sweepFor(100 * DAY, 12 * HOUR);

  const { alerts, watches } = await fleet.ledger();
  expect(alerts.map(({ kind }) => kind)).toEqual(['WATCHER_GAVE_UP']);
  const { open, gaveUpAt, endedAt } = watches.get('nowhere') ?? {};
  expect([open, typeof gaveUpAt, endedAt]).toEqual([undefined, 'string', undefined]);
  const tries = fleet.executionsOf('nowhere').length;
  expect(tries).toBeGreaterThan(60);
  expect(tries).toBeLessThanOrEqual(100);
});

test('An audit is late by the moment when the first sweep began, however long the first sweeps fail', async () => {
  fleet.failUntil(fleet.now + 2 * DAY, 'ListAuditTasks', THROTTLED);
  fleet.add({ taskId: 'before', steps: onDemand(600, BAD), startsAt: fleet.now - 30 * HOUR });
  fleet.add({ taskId: 'since', steps: onDemand(600, BAD), startsAt: fleet.now + HOUR });

  await fleet.sweepFor(4 * DAY, HOUR);

  const { alerts } = await fleet.expectNothingLost();
  expect(alerts.map(({ key }) => key)).toEqual([alertKey('since', 'TERMINAL')]);
});
