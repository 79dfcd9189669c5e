import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StackFault } from '../../local/local-stack-options.ts';
import { BAD, finding, onDemand } from './fleet-audits.ts';
import { FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { DENIED, NOT_FOUND } from './stack-faults.ts';

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

describe('An outage of four minutes, in which every call to every service fails', () => {
  const AUDITS = 6;
  const PAGE = '<html><body>Service temporarily una';

  test.each<[string, { readonly before?: StackFault; readonly after?: StackFault }]>([
    ['a page with 503', { before: { type: 'answer', statusCode: 503, body: PAGE } }],
    ['503 and nothing', { before: { type: 'answer', statusCode: 503, body: '' } }],
    ['half of a body with 503', { before: { type: 'cut', statusCode: 503, body: '{"__ty' } }],
    ['refused connections', { before: { type: 'refuse' } }],
    ['connections that end after the headers', { after: { type: 'cut', statusCode: 200, body: '' } }],
    ['connections that end within the body', { after: { type: 'cut', statusCode: 200, body: '{"taskSta' } }],
    ['denials', { before: DENIED }],
    ['404', { before: NOT_FOUND }],
  ])('with %s ends no watch', async (_, { before, after }) => {
    const from = fleet.now + MINUTE;
    const isOut = () => from <= fleet.now && fleet.now < from + 4 * MINUTE;
    let failed = 0;
    const failing = (fault: StackFault | undefined) => {
      if (fault === undefined || !isOut()) return undefined;
      failed += 1;
      return fault;
    };
    fleet.faults = { onCall: () => failing(before), afterCall: () => failing(after) };
    const taskIds = Array.from({ length: AUDITS }, (_, n) => `out-${n}`);
    for (const [n, taskId] of taskIds.entries()) {
      fleet.add({ taskId, steps: onDemand(60 * n, BAD) });
      fleet.announce(taskId);
    }

    await fleet.sweepFor(2 * HOUR, 10 * MINUTE);

    expect(failed).toBeGreaterThan(AUDITS);
    const { watches, alerts } = await fleet.ledger();
    const ends = taskIds.map((taskId) => {
      const { endedAt, open, alerts: outbox = {} } = watches.get(taskId) ?? {};
      return endedAt !== undefined && open === undefined && outbox.WATCHER_GAVE_UP === undefined;
    });
    expect(ends).toEqual(taskIds.map(() => true));
    const closed = new Set(alerts.filter(({ kind }) => kind === 'COMPLETED_WITH_FINDINGS').map(({ key }) => key));
    expect(closed.size).toBe(AUDITS);
    expect(taskIds.flatMap((taskId) => fleet.lastStates(taskId))).not.toContain('Gave up');
  });
});

describe('Reading findings that goes on after its task has timed out', () => {
  /** Five pages: at 14 s each, the last one comes after *Read findings* has timed out, at 60 s. */
  const FINDINGS = 1_001;
  const SLOW_PAGE = { type: 'slow', seconds: 14 } as const;
  const SHORT_LIST = {
    type: 'answer',
    statusCode: 200,
    body: JSON.stringify({ findings: [finding('PolicyA'), finding('PolicyB')] }),
  } as const;

  test.each([
    ['after *Store findings* leaves what that one read', SHORT_LIST, 2],
    ['before *Store findings* leaves all that it read itself', SLOW_PAGE, FINDINGS],
  ])('and ends %s', async (_, forStore, expected) => {
    const readers = new Set<string | undefined>();
    fleet.faults = {
      onCall: ({ operation, caller }) => {
        if (operation !== 'ListAuditFindings') return undefined;
        readers.add(caller);
        return [...readers].indexOf(caller) === 0 ? SLOW_PAGE : forStore;
      },
    };
    const findings = Array.from({ length: FINDINGS }, (_, n) => finding(`Policy${n}`));
    fleet.add({ taskId: 'large', steps: onDemand(0, BAD), findings });
    fleet.announce('large');

    await fleet.pass(MINUTE);
    await fleet.sweepFor(HOUR, 10 * MINUTE);

    const items = (await fleet.items()).filter(({ pk }) => String(pk).endsWith('#large'));
    const summary = items.find(({ sk }) => sk === 'FINDINGS');
    const attempts = Map.groupBy(
      items.filter(({ sk }) => String(sk).startsWith('FINDINGS#')),
      ({ sk }) => String(sk).split('#')[1],
    );
    const counted = attempts.get(String(summary?.attempt)) ?? [];
    expect(attempts.size).toBe(2);
    expect(summary).toMatchObject({ count: expected, chunks: counted.length });
    expect(counted.reduce((sum, { count }) => sum + Number(count), 0)).toBe(expected);
    const { watches, alerts } = await fleet.expectNothingLost();
    expect(watches.get('large')).toMatchObject({ findings: 'STORED' });
    expect(alerts.map(({ kind }) => kind)).toEqual(['COMPLETED_WITH_FINDINGS']);
    expect(fleet.lastStates('large')).toEqual(['Finished']);
  });
});
