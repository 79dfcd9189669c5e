import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alertKey } from '../builders.ts';
import { BAD, finding, onDemand, type Steps, scheduled } from './fleet-audits.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { answer, at } from './scenario-stack.ts';

let fleet: FleetStack;

beforeAll(async () => {
  fleet = await FleetStack.start();
});

afterAll(async () => {
  await fleet.close();
});

const AUDITS = 40;
const { taskStatistics: _none, auditDetails: _nothing, ...WITHOUT_RESULT } = answer('COMPLETED');

/** What 80 days of history are made of, again and again. */
const ENDINGS: readonly Steps[] = [
  onDemand(600),
  onDemand(600, BAD),
  [at(0, answer('FAILED', { A: 'ok', B: 'canceled', C: 'canceled' }))],
  [at(0, { ...WITHOUT_RESULT, taskStatus: 'COMPLETED' })],
  [at(0, answer('CANCELED', { A: 'canceled', B: 'canceled', C: 'canceled' }))],
];

test('A first deployment records 80 days of audits without a single alert, and publishes what comes then', async () => {
  await fleet.reset();
  const names = ['Nightly', 'Weekly', undefined];
  for (let n = 0; n < AUDITS; n += 1) {
    const [steps = [], name] = [ENDINGS[n % ENDINGS.length], names[n % names.length]];
    fleet.add({
      taskId: `old-${n}`,
      steps: name === undefined ? steps : scheduled(name, steps),
      findings: [finding('FleetProvisioning')],
      startsAt: fleet.now - 81 * DAY + (n * 80 * DAY) / AUDITS,
    });
  }
  const weekday = new Date(fleet.now).toUTCString().slice(0, 3).toUpperCase();
  fleet.stack.setSchedules([
    { scheduledAuditName: 'Nightly', frequency: 'DAILY' },
    { scheduledAuditName: 'Weekly', frequency: 'WEEKLY', dayOfWeek: weekday },
  ]);
  fleet.add({ taskId: 'running', steps: onDemand((2.65 * DAY) / 1000, BAD), startsAt: fleet.now - 2.5 * DAY });

  await fleet.sweepFor(150 * MINUTE, 5 * MINUTE);
  const silent = await fleet.expectNothingLost({ open: ['running'] });
  fleet.add({ taskId: 'new', steps: onDemand(60, BAD) });
  await fleet.sweepFor(4 * HOUR, HOUR);

  expect(silent.alerts).toEqual([]);
  expect([...silent.watches.values()].filter(({ late }) => late)).toHaveLength(AUDITS);
  // Audits with findings, and audits that do not say that they have no findings.
  expect([...silent.watches.values()].filter(({ findings }) => findings === 'STORED')).toHaveLength(
    (AUDITS / ENDINGS.length) * 2,
  );
  const { alerts } = await fleet.expectNothingLost();
  expect(alerts.map(({ key }) => key).sort()).toEqual([alertKey('new', 'TERMINAL'), alertKey('running', 'TERMINAL')]);
});

test('A first deployment records the oldest week although AWS lists nothing at first', async () => {
  await fleet.reset();
  await fleet.sweep();
  await fleet.pass(5 * MINUTE);
  const ids = ['oldest', 'later'];
  ids.forEach((taskId, week) => {
    fleet.add({ taskId, steps: onDemand(600), startsAt: fleet.now - (88 - 7 * week) * DAY });
  });

  await fleet.sweepFor(30 * MINUTE, 5 * MINUTE);

  const { watches } = await fleet.expectNothingLost();
  expect([...watches.keys()].sort()).toEqual(ids.toSorted());
});

test('A first deployment sends alerts about an audit that ended in the last day', async () => {
  await fleet.reset();
  fleet.add({ taskId: 'yesterday', steps: onDemand(600, BAD), startsAt: fleet.now - 23 * HOUR });
  fleet.add({ taskId: 'before', steps: onDemand(600, BAD), startsAt: fleet.now - 25 * HOUR });

  await fleet.sweepFor(140 * MINUTE, 5 * MINUTE);

  const { alerts } = await fleet.expectNothingLost();
  expect(alerts.map(({ key }) => key)).toEqual([alertKey('yesterday', 'TERMINAL')]);
});
