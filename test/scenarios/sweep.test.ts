import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Call } from '../../local/services/service.ts';
import { alertKey } from '../builders.ts';
import { BAD, onDemand, scheduled } from './fleet-audits.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { answer, at } from './scenario-stack.ts';
import { THROTTLED } from './stack-faults.ts';

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

const kinds = ({ alerts }: { alerts: readonly { kind: string }[] }) => alerts.map(({ kind }) => kind);

describe('An audit', () => {
  test('whose event got lost is found while it runs', async () => {
    fleet.startSweeps();
    await fleet.pass(MINUTE);
    fleet.add({ taskId: 'lost', steps: onDemand(1800, BAD) });

    await fleet.pass(HOUR);

    const ledger = await fleet.expectNothingLost();
    const foundAt = new Date(fleet.now - HOUR + 4 * MINUTE).toISOString();
    expect(ledger.watches.get('lost')).toMatchObject({ watchedSince: foundAt, taskStatus: 'COMPLETED' });
    expect(kinds(ledger)).toEqual(['COMPLETED_WITH_FINDINGS']);
  });

  test('that several events and the sweep announce, at once and later, is watched once', async () => {
    fleet.add({ taskId: 'announced', steps: onDemand(1200, BAD) });
    fleet.announce('announced');
    fleet.announce('announced');
    fleet.startSweeps();
    await fleet.pass(MINUTE);
    fleet.announce('announced');

    await fleet.pass(HOUR);

    await fleet.expectNothingLost();
    // The sweep at the same moment may, or may not, see the watch of the first event already.
    const [last, ...others] = fleet.lastStates('announced').toSorted().toReversed();
    expect(last).toBe('Finished');
    expect(others.length).toBeGreaterThanOrEqual(2);
    expect(new Set(others)).toEqual(new Set(['Already watched']));
  });

  test('that is listed an hour late and then twice, and whose start moves, is watched once', async () => {
    await fleet.knowHistory();
    fleet.stack.setSchedules([{ scheduledAuditName: 'Nightly', frequency: 'DAILY' }]);
    const moved = { ...answer('COMPLETED', BAD), taskStartTime: '2026-10-02T01:40:00.000000+00:00' };
    const steps = scheduled('Nightly', [at(0, answer('IN_PROGRESS')), at(2 * 3600, moved)]);
    fleet.add({ taskId: 'glitch', steps, startsAt: fleet.now + MINUTE });
    const listedFrom = fleet.now + HOUR;
    const task = { taskId: 'glitch', taskStatus: 'IN_PROGRESS', taskType: 'SCHEDULED_AUDIT_TASK' };
    fleet.faults = {
      onCall: ({ operation }) =>
        operation === 'ListAuditTasks'
          ? {
              type: 'answer',
              statusCode: 200,
              body: JSON.stringify({ tasks: fleet.now < listedFrom ? [] : [task, task] }),
            }
          : undefined,
    };

    await fleet.sweepFor(26 * HOUR, 30 * MINUTE);

    const ledger = await fleet.expectNothingLost();
    expect(kinds(ledger)).toEqual(['COMPLETED_WITH_FINDINGS']);
    expect(fleet.lastStates('glitch').filter((state) => state !== 'Already watched')).toEqual(['Finished']);
  });

  test('that is over between two sweeps is published all the same', async () => {
    await fleet.sweep();
    await fleet.pass(MINUTE);
    fleet.add({ taskId: 'short', steps: onDemand(30, BAD) });
    await fleet.pass(4 * MINUTE);

    await fleet.sweep();
    await fleet.pass(MINUTE);

    expect(kinds(await fleet.expectNothingLost())).toEqual(['COMPLETED_WITH_FINDINGS']);
  });

  test('that a schedule started, and no event announced, is found', async () => {
    fleet.startSweeps();
    await fleet.pass(2 * MINUTE);
    fleet.add({ taskId: 'nightly', steps: scheduled('Nightly', onDemand(1200, BAD)) });

    await fleet.pass(HOUR);

    const ledger = await fleet.expectNothingLost();
    expect(ledger.watches.get('nightly')).toMatchObject({ auditName: 'Nightly', taskStatus: 'COMPLETED' });
    expect(kinds(ledger)).toEqual(['COMPLETED_WITH_FINDINGS']);
  });

  test('that ran while there were no sweeps for days is published, however late', async () => {
    await fleet.sweep();
    await fleet.pass(HOUR);
    fleet.add({ taskId: 'unseen', steps: onDemand(60, BAD) });
    await fleet.pass(5 * DAY);

    await fleet.sweep();
    await fleet.pass(MINUTE);

    const ledger = await fleet.expectNothingLost();
    expect(kinds(ledger)).toEqual(['COMPLETED_WITH_FINDINGS']);
    expect(ledger.watches.get('unseen')?.late).toBeUndefined();
  });
});

describe('Two sweeps at the same moment', () => {
  test('leave one execution that watches', async () => {
    await fleet.sweep();
    await fleet.pass(MINUTE);
    fleet.add({ taskId: 'twice', steps: onDemand(600, BAD) });

    const sweeps = await fleet.sweepTwice();
    await fleet.pass(HOUR);

    expect(sweeps.map(({ error }) => error)).toEqual([undefined, undefined]);
    await fleet.expectNothingLost();
    expect(fleet.lastStates('twice').filter((state) => state === 'Finished')).toHaveLength(1);
  });
});

describe('ListAuditTasks', () => {
  test('throttled for several sweeps hides no audit for good', async () => {
    await fleet.sweep();
    fleet.failUntil(fleet.now + 40 * MINUTE, 'ListAuditTasks', THROTTLED);
    fleet.add({ taskId: 'hidden', steps: onDemand(60, BAD) });
    fleet.startSweeps();

    await fleet.pass(HOUR);

    const failed = fleet.stack.scheduledInvocations.filter(({ error }) => error === 'ThrottledError');
    expect(failed.length).toBeGreaterThan(3);
    expect(kinds(await fleet.expectNothingLost())).toEqual(['COMPLETED_WITH_FINDINGS']);
  });
});

const DENIED = { type: 'error', name: 'AccessDeniedException', statusCode: 400 } as const;
const REFUSED = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded.' };

describe('An audit that no watch can begin for', () => {
  test('more than a day, while the sweep itself is well, is watched and published as soon as possible', async () => {
    await fleet.sweepFor(14 * MINUTE, MINUTE);
    fleet.add({ taskId: 'kept-waiting', steps: onDemand(60, BAD) });
    const until = fleet.now + 30 * HOUR;
    const isOfLoop = ({ caller }: Call) => caller?.includes('FindAudits') === false;
    fleet.faults = {
      onCall: (call) => (call.operation === 'UpdateItem' && fleet.now < until && isOfLoop(call) ? DENIED : undefined),
    };

    await fleet.sweepFor(30 * HOUR, HOUR);
    const before = await fleet.ledger();
    fleet.add({ taskId: 'after', steps: onDemand(60, BAD) });
    await fleet.sweepFor(HOUR, 5 * MINUTE);

    expect([before.watches.size, before.alerts]).toEqual([0, []]);
    expect(fleet.stack.scheduledInvocations.filter(({ error }) => error !== undefined)).toEqual([]);
    const { alerts } = await fleet.expectNothingLost();
    expect(alerts.map(({ key }) => key)).toEqual([alertKey('kept-waiting', 'TERMINAL'), alertKey('after', 'TERMINAL')]);
    await fleet.sweep();
    const { sweep } = await fleet.ledger();
    expect(sweep.coveredUntil).toBe(sweep.lastSweepAt);
  });
});

describe('PutEvents', () => {
  test('that refuses some entries for a while delays these only', async () => {
    await fleet.sweep();
    await fleet.pass(MINUTE);
    const refusedUntil = fleet.now + 12 * MINUTE;
    fleet.faults = {
      onEntry: ({ detail }) => (detail.taskId === 'later' && fleet.now < refusedUntil ? REFUSED : undefined),
    };
    fleet.add({ taskId: 'soon', steps: onDemand(60, BAD) });
    fleet.add({ taskId: 'later', steps: onDemand(60, BAD) });
    const began = fleet.now;
    fleet.startSweeps();

    await fleet.pass(30 * MINUTE);

    const { watches, alerts } = await fleet.expectNothingLost();
    const delay = (taskId: string) => Date.parse(watches.get(taskId)?.watchedSince ?? '') - began;
    expect(delay('soon')).toBeLessThan(MINUTE);
    expect(delay('later')).toBeGreaterThanOrEqual(12 * MINUTE);
    expect(alerts).toHaveLength(2);
  });

  test('that refuses all entries for several sweeps delays all', async () => {
    await fleet.sweep();
    const refusedUntil = fleet.now + 30 * MINUTE;
    fleet.faults = { onEntry: () => (fleet.now < refusedUntil ? REFUSED : undefined) };
    for (const taskId of ['a', 'b', 'c']) fleet.add({ taskId, steps: onDemand(60, BAD) });
    fleet.startSweeps();

    await fleet.pass(HOUR);

    const errors = new Set(fleet.stack.scheduledInvocations.map(({ error }) => error));
    expect(errors).toEqual(new Set([undefined, 'EventsNotPutError']));
    expect((await fleet.expectNothingLost()).alerts).toHaveLength(3);
  });
});

describe('A sweep', () => {
  test('that finds 260 audits at once, on two pages, puts an event for each, and puts those refused again', async () => {
    const { startedAt } = await fleet.sweep();
    const taskIds = Array.from({ length: 260 }, (_, n) => `busy-${n}`);
    for (const taskId of taskIds) fleet.add({ taskId, steps: onDemand(0) });
    const refused = taskIds.filter((_, n) => n % 65 > 0);
    const put = new Set<unknown>();
    fleet.faults = {
      onEntry: ({ detail }) => {
        put.add(detail.taskId);
        return refused.includes(String(detail.taskId)) ? REFUSED : undefined;
      },
    };

    const { error } = await fleet.sweep();
    await fleet.pass(MINUTE);

    expect(put).toEqual(new Set(taskIds));
    expect(error).toBe('EventsNotPutError');
    const { sweep } = await fleet.expectNothingLost({ unwatched: refused });
    expect(sweep.lastSweepAt).toBe(new Date(startedAt).toISOString());
  });

  test('makes few calls when all is quiet, and no more of them the more is stored', async () => {
    await fleet.knowHistory();
    await fleet.sweep();
    await fleet.pass(DAY);
    const callsOfSweep = async () => {
      const before = fleet.stack.calls.length;
      await fleet.sweep();
      return fleet.stack.calls.slice(before).map(({ operation }) => operation);
    };
    const none = await callsOfSweep();
    // One by one: each function that runs at the same time as another starts a thread of its own.
    for (let n = 0; n < 20; n += 1) {
      fleet.add({ taskId: `known-${n}`, steps: onDemand(0) });
      fleet.announce(`known-${n}`);
      await fleet.pass(MINUTE);
    }
    await fleet.sweep();
    await fleet.pass(MINUTE);

    const twenty = await callsOfSweep();

    const quiet = ['GetItem', 'ListAuditTasks', 'ListScheduledAudits', 'Query', ...Array(3).fill('UpdateItem')];
    expect(none.sort()).toEqual(quiet);
    expect(twenty.sort()).toEqual(['BatchGetItem', ...quiet]);
    await fleet.expectNothingLost();
  });
});
