import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditAnswer, Snapshot } from '../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { LEASE_SLACK_MS, type RegisteredAlert, type Watch } from '../../../../lambda/audit/watch/watch.ts';
import { fromSnapshot } from '../../../../lambda/aws/table/items/snapshot-item.ts';
import { SweepTable } from '../../../../lambda/aws/table/sweep-table.ts';
import { Table } from '../../../../lambda/aws/table/table.ts';
import { WatchTable } from '../../../../lambda/aws/table/watch-table.ts';
import { type AuditId, auditPartition, placeKey } from '../../../../lambda/contract.ts';
import type { MalformedItemError } from '../../../../lambda/errors.ts';
import { type DynamoDb, startDynamoDb } from '../../../../local/services/dynamodb.ts';
import type { Call, Fault } from '../../../../local/services/service.ts';
import { alertKey, auditId, buildCompliant } from '../../../builders.ts';
import { tableEngine } from '../../../table-engine.ts';
import { TABLE_PROPERTIES } from '../../../table-properties.ts';

const tableName = 'audits';
const mine = 'arn:aws:states:eu-west-1:123456789012:execution:loop:mine';
const other = 'arn:aws:states:eu-west-1:123456789012:execution:loop:other';
const now = new Date('2026-10-02T02:00:00.000Z');
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);
const MINUTE_MS = 60_000;
const pending = (poll: number): RegisteredAlert => ({
  kind: 'CHECK_FAILED',
  status: 'PENDING',
  poll,
  registeredAt: now.toISOString(),
});

const SNAPSHOT: Snapshot = { poll: 1, capturedAt: now.toISOString(), answer: { taskStatus: 'IN_PROGRESS' } };

let dynamodb: DynamoDb;
let client: DynamoDBClient;
let table: WatchTable;
let audit: AuditId;
let audits = 0;
const unreadable: MalformedItemError[] = [];
let writes = 0;
let loseAnswerOf: ((call: Call) => boolean) | undefined;
/** What happens once, between what the next write was decided on and the write. */
let beforeWrite: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  const afterCall = (call: Call): Fault | undefined => {
    if (!loseAnswerOf?.(call)) return undefined;
    loseAnswerOf = undefined;
    return { type: 'reset' };
  };
  const onCall = async ({ operation }: Call): Promise<undefined> => {
    if (operation !== 'UpdateItem' && operation !== 'PutItem') return;
    writes += 1;
    const first = beforeWrite;
    beforeWrite = undefined;
    await first?.();
  };
  dynamodb = await startDynamoDb({ now: () => now.getTime(), onCall, afterCall, engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, tableName);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 2 });
  table = new WatchTable(tableName, 400, client, (error) => unreadable.push(error));
});

afterAll(async () => {
  client.destroy();
  await dynamodb.close();
});

beforeEach(() => {
  audits += 1;
  audit = auditId(`audit-${audits}`);
  loseAnswerOf = undefined;
  beforeWrite = undefined;
  unreadable.length = 0;
});

describe('A watch that the sweep has begun', () => {
  test('has one beginning, though two attempts of its first execution take it at once', async () => {
    await new SweepTable(tableName, client).begin(audit, now);
    beforeWrite = () => table.acquireLease(audit, mine, later(MINUTE_MS));

    // It read the watch while nobody had it yet.
    const { outcome, watch } = await table.acquireLease(audit, mine, later(5 * MINUTE_MS));

    expect(outcome).toBe('ACQUIRED');
    expect(watch.watchedSince).toBe(later(MINUTE_MS).toISOString());
  });
});

describe('acquireLease', () => {
  test('begins the watch of an audit that nobody watches', async () => {
    const lease = await table.acquireLease(audit, mine, now);

    expect(lease).toMatchObject({
      outcome: 'ACQUIRED',
      watch: {
        ...audit,
        execution: mine,
        poll: 0,
        alerts: {},
        watchedSince: now.toISOString(),
        leaseUntil: now.getTime() + LEASE_SLACK_MS,
        expiresAt: Math.floor(now.getTime() / 1000) + 400 * 86_400,
      },
    });
  });

  test('leaves a lease that its execution holds for long enough as it is, without a write', async () => {
    await table.acquireLease(audit, mine, now);
    writes = 0;

    const lease = await table.acquireLease(audit, mine, later(LEASE_SLACK_MS - 9 * MINUTE_MS));

    expect(lease).toMatchObject({ outcome: 'ACQUIRED', watch: { leaseUntil: now.getTime() + LEASE_SLACK_MS } });
    expect(writes).toBe(0);
  });

  test('renews a lease that ends too soon and keeps what is known', async () => {
    await table.acquireLease(audit, mine, now);
    const soon = later(LEASE_SLACK_MS - 9 * MINUTE_MS + 1);

    const lease = await table.acquireLease(audit, mine, soon);

    expect(lease.outcome).toBe('ACQUIRED');
    expect(lease.watch.watchedSince).toBe(now.toISOString());
    expect(lease.watch.leaseUntil).toBe(soon.getTime() + LEASE_SLACK_MS);
  });

  test('renews a lease that would not outlive the pause by far', async () => {
    await table.acquireLease(audit, mine, now);

    const { watch } = await table.acquireLease(audit, mine, now, 361);

    expect(watch.leaseUntil).toBe(now.getTime() + 361_000 + LEASE_SLACK_MS);
  });

  test('shows a second execution that the audit is watched, without a write', async () => {
    await table.acquireLease(audit, mine, now);
    writes = 0;

    expect((await table.acquireLease(audit, other, now)).outcome).toBe('HELD_BY_ANOTHER');
    expect(writes).toBe(0);
  });

  test('covers the pause that follows', async () => {
    const { watch } = await table.acquireLease(audit, mine, now, 3600);

    expect(watch.leaseUntil).toBe(now.getTime() + 3_600_000 + LEASE_SLACK_MS);
  });

  test('refuses a second execution while the lease runs, and lets it take over when it has expired', async () => {
    await table.acquireLease(audit, mine, now);

    const early = await table.acquireLease(audit, other, later(LEASE_SLACK_MS));
    const late = await table.acquireLease(audit, other, later(LEASE_SLACK_MS + 1));

    expect(early).toMatchObject({ outcome: 'HELD_BY_ANOTHER', watch: { execution: mine } });
    expect(late).toMatchObject({ outcome: 'ACQUIRED', watch: { execution: other } });
  });

  test('lets exactly one of many executions begin a watch', async () => {
    const executions = Array.from({ length: 8 }, (_, n) => `${mine}-${n}`);

    const leases = await Promise.all(executions.map((execution) => table.acquireLease(audit, execution, now)));

    expect(leases.filter(({ outcome }) => outcome === 'ACQUIRED')).toHaveLength(1);
  });

  test('is refused when another execution takes the lease between the read and the write', async () => {
    const expired = later(LEASE_SLACK_MS + 1);
    await table.acquireLease(audit, mine, now);
    beforeWrite = () => table.acquireLease(audit, `${mine}-again`, expired);

    const lease = await table.acquireLease(audit, other, expired);

    expect(lease).toMatchObject({ outcome: 'HELD_BY_ANOTHER', watch: { execution: `${mine}-again` } });
  });

  test('does not open a watch again that is closed between the read and the write', async () => {
    const watch = await acquired();
    beforeWrite = async () => {
      const over = await advance(watch, { taskStatus: 'COMPLETED' }, { ended: true });
      return over && table.registerClosing(over, undefined);
    };

    const lease = await table.acquireLease(audit, other, later(LEASE_SLACK_MS + 1));

    expect(lease).toMatchObject({ outcome: 'CLOSED', watch: { execution: mine } });
    expect(lease.watch).not.toHaveProperty('open');
  });

  test('finds a closed watch closed for everybody, without a write', async () => {
    await ended({});
    writes = 0;

    expect((await table.acquireLease(audit, mine, now)).outcome).toBe('CLOSED');
    expect((await table.acquireLease(audit, other, later(1e9))).outcome).toBe('CLOSED');
    expect(writes).toBe(0);
  });
});

test('An audit of the same id in another account or Region has a watch of its own', async () => {
  const audits = [audit, { ...audit, account: '210987654321' }, { ...audit, region: 'eu-west-2' }];

  for (const each of audits) expect(await table.acquireLease(each, each.region, now)).toMatchObject({ watch: each });

  expect(await table.getWatch(audit)).toMatchObject({ ...audit, execution: audit.region });
});

describe('snapshots', () => {
  const snapshot = (capturedAt: Date, answer: AuditAnswer): Snapshot => {
    return { poll: 1, capturedAt: capturedAt.toISOString(), answer };
  };

  test('read back as they were written', async () => {
    const auditDetails = {
      A: { checkRunStatus: 'FAILED', totalResourcesCount: 3 },
      constructor: { checkRunStatus: 'IN_PROGRESS' },
    };
    const poll = snapshot(now, { taskStatus: 'IN_PROGRESS', auditDetails });

    expect(await table.putSnapshot({ ...audit, watchedSince: now.toISOString() }, poll)).toEqual(poll);

    expect(await table.getSnapshot(audit, 1)).toMatchObject(poll);
    expect(await table.getSnapshot(audit, 2)).toBeUndefined();
  });

  test('stay what they are: a second attempt of the same poll gets the first snapshot', async () => {
    const watch = { ...audit, watchedSince: now.toISOString() };
    await table.putSnapshot(watch, snapshot(now, { taskStatus: 'IN_PROGRESS' }));

    const second = await table.putSnapshot(watch, snapshot(later(1), { taskStatus: 'COMPLETED' }));

    expect(second).toMatchObject(snapshot(now, { taskStatus: 'IN_PROGRESS' }));
    expect(await table.getSnapshot(audit, 1)).toEqual(second);
  });

  test('of an earlier watch, whose item is gone, are overwritten', async () => {
    await table.putSnapshot(
      { ...audit, watchedSince: now.toISOString() },
      snapshot(now, { taskStatus: 'IN_PROGRESS' }),
    );
    const poll = snapshot(later(2), { taskStatus: 'COMPLETED' });

    expect(await table.putSnapshot({ ...audit, watchedSince: later(1).toISOString() }, poll)).toEqual(poll);

    expect((await table.getSnapshot(audit, 1))?.answer.taskStatus).toBe('COMPLETED');
  });
});

describe('advance', () => {
  test('moves the watch on and registers its alerts in one write', async () => {
    const watch = await acquired();

    const moved = await advance(
      watch,
      { taskStatus: 'IN_PROGRESS', scheduledAuditName: 'Nightly', taskStartTime: '2026-10-02T01:59:00.000Z' },
      { alerts: { CHECK_FAILED: pending(1) }, waitSeconds: 7 },
    );

    expect(moved).toMatchObject({
      poll: 1,
      taskStatus: 'IN_PROGRESS',
      auditName: 'Nightly',
      auditStartTime: '2026-10-02T01:59:00.000Z',
      place: placeKey(audit),
      open: placeKey(audit),
      leaseUntil: now.getTime() + LEASE_SLACK_MS,
      alerts: { CHECK_FAILED: { status: 'PENDING', poll: 1 } },
    });
  });

  test('changes nothing when the lease has gone to another execution', async () => {
    const watch = await acquired();
    await table.acquireLease(audit, other, later(LEASE_SLACK_MS + 1));

    expect(await advance(watch, { taskStatus: 'IN_PROGRESS' })).toBeUndefined();
    expect((await acquired(other, later(LEASE_SLACK_MS + 2))).poll).toBe(0);
  });

  test('recognizes its own write when the answer got lost', async () => {
    const watch = await acquired();
    loseAnswerOf = ({ operation }) => operation === 'UpdateItem';

    expect(await advance(watch, { taskStatus: 'IN_PROGRESS' })).toMatchObject({ poll: 1 });
  });

  test('does not take another poll of the same execution for its own', async () => {
    const watch = await acquired();
    await advance(watch, { taskStatus: 'IN_PROGRESS' }, { capturedAt: later(1).toISOString() });

    expect(await advance(watch, { taskStatus: 'IN_PROGRESS' })).toBeUndefined();
  });

  test('changes nothing in a watch that has ended meanwhile', async () => {
    const watch = await ended({ TERMINAL: pending(1) });

    expect(
      await advance(watch, { taskStatus: 'IN_PROGRESS' }, { alerts: { CHECK_FAILED: pending(1) } }),
    ).toBeUndefined();
    expect((await table.getWatch(audit))?.alerts).not.toHaveProperty('CHECK_FAILED');
  });

  test('goes on with a watch that gave up', async () => {
    const watch = await acquired();
    await table.giveUp(watch, now, { ...pending(0), kind: 'WATCHER_GAVE_UP' });

    const moved = await advance(watch, { taskStatus: 'IN_PROGRESS' });

    expect(moved).toMatchObject({ poll: 1, alerts: { WATCHER_GAVE_UP: { status: 'PENDING' } } });
    expect(moved).not.toHaveProperty('gaveUpAt');
  });

  test('after an old poll of a dead attempt leaves a lease that covers the pause from now on', async () => {
    const watch = await acquired();
    const at = later(6 * MINUTE_MS);

    const moved = await advance(watch, { taskStatus: 'IN_PROGRESS' }, { waitSeconds: 7, at });

    expect(moved?.leaseUntil).toBe(at.getTime() + 7_000 + LEASE_SLACK_MS);
  });

  test('keeps a lease that outlives the pause by ten minutes: another one would cost a move in an index', async () => {
    const watch = await acquired();

    const moved = await advance(watch, { taskStatus: 'IN_PROGRESS' }, { waitSeconds: 300 });

    expect(moved?.leaseUntil).toBe(watch.leaseUntil);
  });

  test('keeps the watch as long as its latest snapshot', async () => {
    const at = later(48 * 60 * MINUTE_MS);

    const moved = await advance(await acquired(), { taskStatus: 'IN_PROGRESS' }, { at });

    expect(moved?.expiresAt).toBe(Math.floor(at.getTime() / 1000) + 400 * 86_400);
  });

  test('keeps an ended watch open while an alert is pending', async () => {
    const moved = await advance(await acquired(), {}, { ended: true, alerts: { TERMINAL: pending(1) } });

    expect(moved).toMatchObject({ endedAt: now.toISOString(), open: placeKey(audit) });
  });
});

describe('settle', () => {
  const sent = { status: 'SENT', at: now } as const;

  test('marks one alert and closes the watch with the last one', async () => {
    const alerts = { CHECK_FAILED: pending(1), TERMINAL: pending(1) };
    const watch = await ended(alerts);

    const first = await table.settle(watch, 'CHECK_FAILED', { status: 'SENT', at: now, messageId: 'message-1' });
    const second = await table.settle(first ?? watch, 'TERMINAL', sent);

    expect(first).toMatchObject({
      open: placeKey(audit),
      alerts: { CHECK_FAILED: { status: 'SENT', messageId: 'message-1' } },
    });
    expect(second).not.toHaveProperty('open');
    expect(second?.alerts.TERMINAL).toMatchObject({ status: 'SENT', settledAt: now.toISOString() });
  });

  test('recognizes its own mark when the answer got lost', async () => {
    const watch = await ended({ TERMINAL: pending(1) });
    loseAnswerOf = ({ operation }) => operation === 'UpdateItem';

    const marked = await table.settle(watch, 'TERMINAL', sent);

    expect(marked?.alerts.TERMINAL?.status).toBe('SENT');
    expect(marked).not.toHaveProperty('open');
  });

  test('returns nothing when the lease has gone to another execution', async () => {
    const watch = await ended({ TERMINAL: pending(1) });
    await table.acquireLease(audit, other, later(LEASE_SLACK_MS + 60_000));

    expect(await table.settle(watch, 'TERMINAL', sent)).toBeUndefined();
  });

  test('marks an alert that is held back', async () => {
    const watch = await ended({ TERMINAL: pending(1) });

    const held = await table.settle(watch, 'TERMINAL', { status: 'HELD', at: now });

    expect(held?.alerts.TERMINAL?.status).toBe('HELD');
    expect(held).not.toHaveProperty('open');
  });

  test('leaves the watch open while its findings are not stored', async () => {
    const watch = await ended({}, true);

    expect(watch).toMatchObject({ open: placeKey(audit), findings: 'PENDING' });
    await table.markFindings(watch, 'STORED');
    expect(await table.getWatch(audit)).not.toHaveProperty('open');
    expect((await table.getWatch(audit))?.findings).toBe('STORED');
  });

  test('closes the watch only when the alerts are out too', async () => {
    const watch = await ended({ TERMINAL: pending(1) }, true);

    await table.markFindings(watch, 'STORED');
    expect(await table.getWatch(audit)).toHaveProperty('open');
    const stored = await table.getWatch(audit);
    expect(await table.settle(stored ?? watch, 'TERMINAL', sent)).not.toHaveProperty('open');
  });
});

describe('An attempt to publish', () => {
  const first = { id: 'first', copies: 1, at: now.toISOString() };
  const second = { id: 'second', copies: 2, at: later(600_000).toISOString() };

  test('is noted once, for the first that comes', async () => {
    const watch = await ended({ TERMINAL: pending(1) });

    const claims = [
      await table.claim(watch, 'TERMINAL', first),
      await table.claim(watch, 'TERMINAL', { ...first, id: 'other' }),
    ];

    expect(claims).toEqual([true, false]);
    expect((await table.getWatch(audit))?.alerts.TERMINAL?.attempt).toEqual(first);
  });

  test('follows the one that was read', async () => {
    const watch = await ended({ TERMINAL: pending(1) });
    await table.claim(watch, 'TERMINAL', first);
    const read = (await table.getWatch(audit)) ?? watch;

    expect(await table.claim(read, 'TERMINAL', second)).toBe(true);
    expect(await table.claim(read, 'TERMINAL', { ...second, id: 'other' })).toBe(false);
  });

  test('is recognized as noted when the answer got lost', async () => {
    const watch = await ended({ TERMINAL: pending(1) });
    loseAnswerOf = ({ operation }) => operation === 'UpdateItem';

    expect(await table.claim(watch, 'TERMINAL', first)).toBe(true);
  });

  test('is not noted for an alert that is sent, nor without the lease', async () => {
    const watch = await ended({ CHECK_FAILED: pending(1), TERMINAL: pending(1) });
    await table.settle(watch, 'CHECK_FAILED', { status: 'SENT', at: now });

    expect(await table.claim(watch, 'CHECK_FAILED', first)).toBe(false);
    await table.acquireLease(audit, other, later(LEASE_SLACK_MS + 60_000));
    expect(await table.claim(watch, 'TERMINAL', first)).toBe(false);
  });

  test('that published nothing gives way to what was noted before it', async () => {
    const watch = await ended({ TERMINAL: pending(1) });
    await table.claim(watch, 'TERMINAL', first);
    const read = (await table.getWatch(audit)) ?? watch;
    await table.claim(read, 'TERMINAL', second);

    await table.release(read, 'TERMINAL', second);
    expect((await table.getWatch(audit))?.alerts.TERMINAL?.attempt).toEqual(first);

    await table.release(watch, 'TERMINAL', second);
    expect((await table.getWatch(audit))?.alerts.TERMINAL?.attempt).toEqual(first);

    await table.release(watch, 'TERMINAL', first);
    expect((await table.getWatch(audit))?.alerts.TERMINAL).not.toHaveProperty('attempt');
  });

  test('is forgotten once the alert is sent', async () => {
    const watch = await ended({ TERMINAL: pending(1) });
    await table.claim(watch, 'TERMINAL', first);

    const marked = await table.settle(watch, 'TERMINAL', { status: 'SENT', at: now });

    expect(marked?.alerts.TERMINAL).not.toHaveProperty('attempt');
  });

  test('stays noted with an alert that is uncertain, which is listed and closes the watch', async () => {
    const watch = await ended({ TERMINAL: pending(1) });
    await table.claim(watch, 'TERMINAL', first);

    const left = await table.settle(watch, 'TERMINAL', { status: 'UNCERTAIN', at: now });

    expect(left?.alerts.TERMINAL).toMatchObject({ status: 'UNCERTAIN', attempt: first });
    expect(left).not.toHaveProperty('open');
    const key = { pk: `UNCERTAIN#${placeKey(audit)}`, sk: alertKey(audit.taskId, 'TERMINAL') };
    expect(await new Table(tableName, client).get(key)).toMatchObject({
      uncertainSince: now.toISOString(),
      expiresAt: Math.floor(now.getTime() / 1000) + 90 * 86_400,
    });
  });
});

describe('registerClosing', () => {
  test('leaves an ended watch open until the ledger has moved, and registers its closing message', async () => {
    const over = await advance(await acquired(), { taskStatus: 'COMPLETED' }, { ended: true });
    if (over === undefined) throw new Error('The watch did not advance.');

    const closing = await table.registerClosing(over, pending(1));

    expect(over).toMatchObject({ open: placeKey(audit), ledger: 'PENDING', alerts: {} });
    expect(closing).toMatchObject({
      open: placeKey(audit),
      ledger: 'MOVED',
      alerts: { TERMINAL: { status: 'PENDING' } },
    });
  });

  test('closes a watch that needs no closing message', async () => {
    expect(await ended({})).not.toHaveProperty('open');
    expect(await table.getWatch(audit)).toMatchObject({ ledger: 'MOVED' });
  });

  test('changes nothing the second time, nor when the lease has gone', async () => {
    const watch = await ended({ TERMINAL: pending(1) });

    const again = await table.registerClosing(watch, { ...pending(1), poll: 7 });
    await table.acquireLease(audit, other, later(LEASE_SLACK_MS + 60_000));

    expect(again?.alerts.TERMINAL?.poll).toBe(1);
    expect(await table.registerClosing(watch, pending(1))).toBeUndefined();
  });
});

describe('The moment when a watch is due', () => {
  test('stays where a take-over put it when the lease is taken, and follows the lease again after a poll', async () => {
    const begun = await acquired();
    const backedOff = later(60 * MINUTE_MS).getTime();
    await update({
      UpdateExpression: 'SET dueAt = :dueAt, takeOvers = :takeOvers',
      ExpressionAttributeValues: { ':dueAt': backedOff, ':takeOvers': 3 },
    });
    const at = later(LEASE_SLACK_MS + 1000);

    const taken = await acquired(other, at);
    const moved = await advance(taken, { taskStatus: 'IN_PROGRESS' }, { at });

    expect([begun.dueAt, taken.dueAt, moved?.dueAt]).toEqual([begun.leaseUntil, backedOff, taken.leaseUntil]);
    expect(moved).not.toHaveProperty('takeOvers');
  });

  test('is two hours after the lease when only findings are left, whichever write comes last', async () => {
    const silent = await ended({}, true);
    audit = auditId(`${audit.taskId}-loud`);
    const loud = await ended({ TERMINAL: pending(1) }, true);

    const settled = await table.settle(loud, 'TERMINAL', { status: 'SENT', at: now });

    expect(loud.dueAt).toBe(loud.leaseUntil);
    for (const watch of [silent, settled]) expect(watch?.dueAt).toBe(silent.leaseUntil + 120 * MINUTE_MS);
  });
});

describe('postponeFindings', () => {
  test('makes the watch due when the findings are to be read again, and leaves its lease as it is', async () => {
    const watch = await ended({}, true);

    await table.postponeFindings(watch, later(3 * LEASE_SLACK_MS));
    await table.postponeFindings({ ...watch, execution: other }, later(LEASE_SLACK_MS));

    const { leaseUntil } = watch;
    expect(await table.getWatch(audit)).toMatchObject({ leaseUntil, dueAt: later(3 * LEASE_SLACK_MS).getTime() });
  });
});

describe('previousAudit', () => {
  const start = (hour: number) => `2026-10-0${hour}T02:00:00.000Z`;

  test('is the last completed one of the same name before this one, with its last snapshot', async () => {
    const auditName = `Nightly-${audit.taskId}`;
    for (const [day, taskStatus] of [
      [1, 'COMPLETED'],
      [2, 'COMPLETED'],
      [3, 'CANCELED'],
      [5, 'COMPLETED'],
    ] as const) {
      audit = auditId(`${auditName}-${day}`);
      const auditDetails = { A_CHECK: buildCompliant() };
      const answer = { taskStatus, auditDetails, scheduledAuditName: auditName, taskStartTime: start(day) };
      await table.putSnapshot(
        { ...audit, watchedSince: now.toISOString() },
        { poll: 1, capturedAt: now.toISOString(), answer },
      );
      await advance(await acquired(), answer, { ended: true });
    }

    const another = auditId('another');

    const previous = await table.history.previousAudit(another, auditName, start(4));

    expect(previous?.watch.taskId).toBe(`${auditName}-2`);
    expect(previous?.snapshot.answer.taskStartTime).toBe(start(2));
    expect(await table.history.previousAudit(another, auditName, start(1))).toBeUndefined();
    expect(await table.history.previousAudit(another, 'Weekly', start(4))).toBeUndefined();
    expect(
      await table.history.previousAudit({ ...another, account: '210987654321' }, auditName, start(4)),
    ).toBeUndefined();
    expect(await table.history.previousAudit({ ...another, region: 'eu-west-2' }, auditName, start(4))).toBeUndefined();
  });
});

describe('giveUp', () => {
  test('registers the alert, and leaves the watch to the sweep', async () => {
    const gaveUp = await table.giveUp(await acquired(), now, { ...pending(0), kind: 'WATCHER_GAVE_UP' });

    expect(gaveUp).toMatchObject({
      gaveUpAt: now.toISOString(),
      dueAt: later(LEASE_SLACK_MS).getTime(),
      open: placeKey(audit),
      alerts: { WATCHER_GAVE_UP: { status: 'PENDING' } },
    });
    expect(gaveUp).not.toHaveProperty('endedAt');
  });

  test('registers nothing when it is to be silent', async () => {
    const gaveUp = await table.giveUp(await acquired(), now);

    expect(gaveUp).toMatchObject({ gaveUpAt: now.toISOString(), alerts: {} });
  });

  test('registers the alert once, however often the watch gives up', async () => {
    const watch = await acquired();
    await table.giveUp(watch, now, { ...pending(0), kind: 'WATCHER_GAVE_UP' });
    const moved = await advance(watch, { taskStatus: 'IN_PROGRESS' });

    const again = await table.giveUp(moved ?? watch, later(60_000), { ...pending(1), kind: 'WATCHER_GAVE_UP' });

    expect(again).toMatchObject({ gaveUpAt: later(60_000).toISOString(), alerts: { WATCHER_GAVE_UP: { poll: 0 } } });
  });

  test('lists an audit that was never polled by the start of its watch', async () => {
    const watch = await acquired();

    const gaveUp = await table.giveUp(watch, now, { ...pending(0), kind: 'WATCHER_GAVE_UP' });

    expect(gaveUp).toMatchObject({ place: placeKey(audit), auditStartTime: watch.watchedSince });
  });

  test('leaves a watch that has ended as it is', async () => {
    const watch = await ended({ TERMINAL: pending(1) });

    const kept = await table.giveUp(watch, now, { ...pending(1), kind: 'WATCHER_GAVE_UP' });

    expect(Object.keys(kept?.alerts ?? {})).toEqual(['TERMINAL']);
  });

  test('returns nothing when the lease has gone to another execution', async () => {
    const watch = await acquired();
    await table.acquireLease(audit, other, later(LEASE_SLACK_MS + 60_000));

    expect(await table.giveUp(watch, now, pending(0))).toBeUndefined();
  });
});

describe('errors', () => {
  test('a missing table is not mistaken for a missing audit', async () => {
    const missing = new WatchTable('no-such-table', 400, client);

    await expect(missing.acquireLease(audit, mine, now)).rejects.toMatchObject({
      name: 'TableNotFoundError',
      message: 'The table no-such-table does not exist. Deploy the stack again.',
    });
  });

  test('a watch that cannot be read is refused by name', async () => {
    const item = { pk: auditPartition(audit), sk: 'WATCH', ...audit, execution: mine };
    await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: tableName, Item: item }));

    await expect(table.acquireLease(audit, mine, now)).rejects.toMatchObject({ name: 'MalformedItemError' });
  });
});

test.each([
  ['without anything', {}],
  ['of another version', { ...fromSnapshot(auditId(), SNAPSHOT), schemaVersion: 2 }],
  ['with an answer that is null', { ...fromSnapshot(auditId(), SNAPSHOT), answer: null }],
])('A snapshot %s is skipped, and replaced by that of the next attempt', async (_, attributes) => {
  const watch = await acquired();
  const Item = { ...attributes, pk: auditPartition(audit), sk: 'SNAPSHOT#000001' };
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: tableName, Item }));

  expect(await table.getSnapshot(audit, 1)).toBeUndefined();
  expect(unreadable).toMatchObject([{ name: 'MalformedItemError' }]);

  expect(await table.putSnapshot(watch, SNAPSHOT)).toEqual(SNAPSHOT);
  expect(await table.getSnapshot(audit, 1)).toEqual(SNAPSHOT);
});

test('A watch of another schema version is refused by name', async () => {
  await acquired();
  await update({ UpdateExpression: 'SET schemaVersion = :other', ExpressionAttributeValues: { ':other': 2 } });

  await expect(table.getWatch(audit)).rejects.toMatchObject({ name: 'MalformedItemError' });
});

/** As somebody else would. */
async function update(change: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<void> {
  const Key = { pk: auditPartition(audit), sk: 'WATCH' };
  // The document clients of one client share its middleware, and so their options.
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  await documents.send(new UpdateCommand({ TableName: tableName, Key, ...change }));
}

async function acquired(execution = mine, at = now): Promise<Watch> {
  const { watch, outcome } = await table.acquireLease(audit, execution, at);
  expect(outcome).toBe('ACQUIRED');
  return watch;
}

/** An ended watch by which the ledger has moved, with these alerts in its outbox. */
async function ended(alerts: Watch['alerts'], findingsPending = false): Promise<Watch> {
  const { TERMINAL: closing, ...others } = alerts;
  const watch = await advance(
    await acquired(),
    { taskStatus: 'COMPLETED' },
    { ended: true, alerts: others, findingsPending },
  );
  if (watch === undefined) throw new Error('The watch did not advance.');
  const closed = await table.registerClosing(watch, closing);
  if (closed === undefined) throw new Error('The closing message was not registered.');
  return closed;
}

function advance(
  watch: Watch,
  answer: AuditAnswer,
  {
    alerts = {},
    ended = false,
    waitSeconds = 5,
    capturedAt = now.toISOString(),
    at = now,
    findingsPending = false,
  }: {
    alerts?: Watch['alerts'];
    ended?: boolean;
    waitSeconds?: number;
    capturedAt?: string;
    at?: Date;
    findingsPending?: boolean;
  } = {},
): Promise<Watch | undefined> {
  const snapshot = { poll: watch.poll + 1, capturedAt, answer };
  const reading = readAudit(answer);
  return table.advance(watch, { snapshot, reading, alerts, ended, waitSeconds, now: at, findingsPending });
}
