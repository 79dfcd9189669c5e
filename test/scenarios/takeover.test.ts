import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Call } from '../../local/services/service.ts';
import { alertKey } from '../builders.ts';
import { BAD, finding, onDemand, type Steps } from './fleet-audits.ts';
import type { Ledger } from './fleet-ledger.ts';
import { FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { answer, at } from './scenario-stack.ts';
import { isPublish, once, SNS_DOWN, THROTTLED } from './stack-faults.ts';

let fleet: FleetStack;

beforeAll(async () => {
  fleet = await FleetStack.start();
});

beforeEach(async () => {
  await fleet.reset();
  await fleet.knowHistory();
});

afterAll(async () => {
  await fleet.close();
});

/** Had run for six hours when it is heard of: an old audit is polled seldom. */
const RAN_FOR = 6 * HOUR;
/** Goes on for an hour; a check is non-compliant from minute 10 on. */
const troubled: Steps = [
  at(0, answer('IN_PROGRESS')),
  at(RAN_FOR / 1000 + 600, answer('IN_PROGRESS', { B: 'bad' })),
  at(RAN_FOR / 1000 + 3600, answer('COMPLETED', BAD)),
];
const bothAlerts = ['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS'];
const kinds = ({ alerts }: Ledger) => alerts.map(({ kind }) => kind);
const isSnapshot = ({ operation, parameters }: Call) =>
  operation === 'PutItem' && JSON.stringify(parameters).includes('SNAPSHOT#');
const registersAlert = ({ operation, parameters }: Call) =>
  operation === 'UpdateItem' && JSON.stringify(parameters).includes('PENDING');

describe('The execution of an audit', () => {
  test.each([
    ['before its first poll', ({ operation }: Call) => operation === 'DescribeAuditTask', []],
    ['after a snapshot', isSnapshot, []],
    ['after the watch moved on', registersAlert, []],
    ['between publish and mark', isPublish, [alertKey('dying', 'NON_COMPLIANT_DETECTED')]],
  ])('that dies %s is replaced once its lease has expired, and every alert comes', async (_, matches, repeated) => {
    fleet.faults = { afterCall: once(matches, () => fleet.die('dying')) };
    fleet.add({ taskId: 'dying', steps: troubled, startsAt: fleet.now - RAN_FOR });
    fleet.announce('dying');
    await fleet.pass(MINUTE);

    await fleet.sweepFor(2 * HOUR, 10 * MINUTE);

    const ledger = await fleet.expectNothingLost({ repeated });
    expect([...new Set(kinds(ledger))]).toEqual(bothAlerts);
    expect(finals('dying')).toEqual({ ABORTED: 1, Finished: 1 });
  });

  test('that is aborted while it waits is replaced once its lease has expired', async () => {
    fleet.add({ taskId: 'aborted', steps: troubled, startsAt: fleet.now - RAN_FOR });
    fleet.announce('aborted');
    await fleet.pass(MINUTE);
    fleet.startSweeps();
    await fleet.pass(14 * MINUTE);
    await fleet.abort('aborted');
    await fleet.pass(10 * MINUTE);
    const early = fleet.executionsOf('aborted').length;
    await fleet.stopSweeps();

    await fleet.sweepFor(2 * HOUR, 10 * MINUTE);

    expect(kinds(await fleet.expectNothingLost())).toEqual(bothAlerts);
    expect(early).toBe(1);
    expect(fleet.executionsOf('aborted')).toHaveLength(2);
  });

  test('that dies again and again is replaced again and again', async () => {
    let deaths = 3;
    fleet.faults = {
      afterCall: (call) => {
        if (!isSnapshot(call) || deaths === 0) return undefined;
        deaths -= 1;
        return fleet.die('frail');
      },
    };
    fleet.add({ taskId: 'frail', steps: troubled, startsAt: fleet.now - RAN_FOR });
    fleet.startSweeps();

    await fleet.pass(3 * HOUR);

    // The poll that the dead left is decided on first; an hour was lost, so the audit is over at the next one.
    expect(kinds(await fleet.expectNothingLost())).toEqual(['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS']);
    expect(finals('frail')).toEqual({ ABORTED: 3, Finished: 1 });
  });

  test('that died is replaced by one only when two sweeps find it at the same moment', async () => {
    await fleet.sweep();
    fleet.faults = { afterCall: once(isSnapshot, () => fleet.die('once')) };
    fleet.add({ taskId: 'once', steps: troubled, startsAt: fleet.now - RAN_FOR });
    fleet.announce('once');
    await fleet.pass(20 * MINUTE);

    await fleet.sweepTwice();
    await fleet.pass(2 * HOUR);

    expect(kinds(await fleet.expectNothingLost())).toEqual(bothAlerts);
    // The one sweep may, or may not, see that the other one's execution has the lease already.
    const { 'Already watched': late = 0, ...ends } = finals('once');
    expect(ends).toEqual({ ABORTED: 1, Finished: 1 });
    expect(late).toBeLessThanOrEqual(1);
  });

  test('that lives is never replaced, however long its function is throttled', async () => {
    fleet.failUntil(fleet.now + 50 * MINUTE, 'DescribeAuditTask', THROTTLED);
    fleet.add({ taskId: 'slow', steps: troubled, startsAt: fleet.now - RAN_FOR });
    fleet.announce('slow');
    await fleet.pass(MINUTE);
    fleet.startSweeps();

    await fleet.pass(2 * HOUR);

    await fleet.expectNothingLost();
    expect(fleet.executionsOf('slow')).toHaveLength(1);
  });
});

describe('Publishing', () => {
  test('that fails for an hour delays the alerts and loses nothing', async () => {
    fleet.failUntil(fleet.now + HOUR, 'Publish', SNS_DOWN);
    fleet.add({ taskId: 'late', steps: troubled, startsAt: fleet.now - RAN_FOR });
    fleet.announce('late');
    await fleet.pass(MINUTE);

    await fleet.sweepFor(4 * HOUR, 10 * MINUTE);

    expect(kinds(await fleet.expectNothingLost())).toEqual(bothAlerts);
  });

  test('that outlives the execution is tried again by the sweeps until every alert is out', async () => {
    fleet.failUntil(fleet.now + 5 * HOUR, 'Publish', SNS_DOWN);
    fleet.add({ taskId: 'later', steps: onDemand(60, BAD) });
    fleet.announce('later');
    await fleet.pass(MINUTE);

    await fleet.sweepFor(8 * HOUR, 20 * MINUTE);

    const ledger = await fleet.expectNothingLost();
    expect(kinds(ledger)).toEqual(['COMPLETED_WITH_FINDINGS']);
    const ends = finals('later');
    expect(ends['Alerts not sent']).toBeGreaterThan(0);
    expect(ends.Finished).toBe(1);
  });
});

describe('Findings', () => {
  test('that could not be stored for hours are stored by a later execution, and no alert is sent twice', async () => {
    fleet.failUntil(fleet.now + 6 * HOUR, 'ListAuditFindings', THROTTLED);
    fleet.add({ taskId: 'unread', steps: onDemand(0, BAD), findings: [finding('FleetProvisioning')] });
    fleet.announce('unread');
    await fleet.pass(MINUTE);

    await fleet.sweepFor(12 * HOUR, 30 * MINUTE);

    const ledger = await fleet.expectNothingLost();
    expect(kinds(ledger)).toEqual(['COMPLETED_WITH_FINDINGS']);
    expect(ledger.watches.get('unread')?.findings).toBe('STORED');
    const { Finished, ...failed } = finals('unread');
    expect(Finished).toBe(1);
    expect(Object.keys(failed)).toEqual(['Findings not stored']);
    expect(failed['Findings not stored']).toBeLessThanOrEqual(4);
  });
});

/** How often each state was the last one of an execution for an audit; ABORTED for those that were aborted. */
function finals(taskId: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const state of fleet.lastStates(taskId)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
