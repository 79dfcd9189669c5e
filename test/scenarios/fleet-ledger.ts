import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { expect } from '@jest/globals';
import type { ScheduleRecords } from '../../lambda/audit/sweep/schedule-records.ts';
import { LOOK_BACK_MS, type SweepState } from '../../lambda/audit/sweep/sweep.ts';
import { NOBODY, type Watch } from '../../lambda/audit/watch/watch.ts';
import { SweepTable } from '../../lambda/aws/table/sweep-table.ts';
import { digestKey, placeKey, sweepKey } from '../../lambda/contract.ts';
import type { DigestRecord } from '../../lambda/digest/record.ts';
import type { LocalStack } from '../../local/local-stack.ts';
import { PLACE } from '../../local/place.ts';
import { type AlertReport, toAlert } from '../../local/runs/audit-report.ts';
import { expectAlertWithinLimits } from '../alert-limits.ts';
import { alertKey } from '../builders.ts';

type StoredWatch = Watch & { readonly open?: string };

/** All that the stack stored and published. */
export interface Ledger {
  readonly watches: ReadonlyMap<string, StoredWatch>;
  /** Polls of the stored snapshots, in key order, by task id. */
  readonly polls: ReadonlyMap<string, readonly number[]>;
  readonly sweep: SweepState & { readonly schedules?: ScheduleRecords };
  /** Absent unless digests are sent. */
  readonly digest?: DigestRecord;
  /** In the order in which they were published; `atSeconds` is epoch seconds. */
  readonly alerts: readonly AlertReport[];
}

/** What a scenario may leave behind. */
export interface Tolerated {
  /** Alert keys that were published twice: the function died between publish and mark. */
  readonly repeated?: readonly string[];
  /** Audits with work left: running, pending or without their findings. */
  readonly open?: readonly string[];
  /** Audits that nobody watches yet. */
  readonly unwatched?: readonly string[];
}

/** Reads the whole table. */
export async function readLedger(stack: LocalStack): Promise<Ledger> {
  const items = await allItems(stack);
  const polls = new Map<string, number[]>();
  for (const { pk, sk, poll } of items.toSorted((a, b) => String(a.sk).localeCompare(String(b.sk)))) {
    if (!String(sk).startsWith('SNAPSHOT#')) continue;
    const taskId = String(pk).split('#').at(-1) ?? '';
    polls.set(taskId, [...(polls.get(taskId) ?? []), Number(poll)]);
  }
  // One that the sweep has begun, and no execution has taken, watches nothing yet.
  const watches = items.filter(
    ({ sk, execution }) => sk === 'WATCH' && execution !== NOBODY,
  ) as unknown as StoredWatch[];
  return {
    watches: new Map(watches.map((watch) => [watch.taskId, watch])),
    polls,
    sweep: (items.find(({ pk }) => pk === sweepKey(PLACE).pk) ?? {}) as Ledger['sweep'],
    digest: items.find(({ pk }) => pk === digestKey(PLACE).pk)?.record as DigestRecord | undefined,
    alerts: stack.publications.map((publication) => toAlert(publication, 0)),
  };
}

/** Writes that DynamoDB takes in one call. */
const MOST_WRITES = 25;

/** Deletes every item. */
export async function emptyTable(stack: LocalStack): Promise<void> {
  const items = await allItems(stack);
  await withTable(stack, async (client) => {
    const requests = items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
    for (let n = 0; n < requests.length; n += MOST_WRITES) {
      const RequestItems = { [stack.tableName]: requests.slice(n, n + MOST_WRITES) };
      await client.send(new BatchWriteCommand({ RequestItems }));
    }
  });
}

/** Puts an item in the place of the one under its key, as somebody in the console would. */
export async function putItem(stack: LocalStack, Item: Record<string, unknown>): Promise<void> {
  await withTable(stack, async (client) => {
    await client.send(new PutCommand({ TableName: stack.tableName, Item }));
  });
}

/** As after the sweeps that list all that AWS keeps, which take 26: nothing ran before the day that is past. */
export async function knowHistory(stack: LocalStack): Promise<void> {
  const now = new Date(stack.clock.now());
  const reach = {
    coveredUntil: now.toISOString(),
    historyUntil: new Date(now.getTime() - LOOK_BACK_MS).toISOString(),
  };
  await withTable(stack, (_, client) => new SweepTable(stack.tableName, client).finish(PLACE, now, reach));
}

/** These calls are not the functions', so they are not counted. */
export async function allItems(stack: LocalStack): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  await withTable(stack, async (client) => {
    const input = { TableName: stack.tableName, ConsistentRead: true, ...MARKER };
    for await (const { Items } of paginateScan({ client }, input)) items.push(...(Items ?? []));
  });
  const counted = stack.calls.filter(({ operation, parameters }) => operation !== 'Scan' || !isOurs(parameters));
  stack.calls.splice(0, stack.calls.length, ...counted);
  return items;
}

/** Tells scans of the test from one that a function should never make. */
const MARKER = { Select: 'ALL_ATTRIBUTES' } as const;

function isOurs(parameters: unknown): boolean {
  return (parameters as { Select?: string } | undefined)?.Select === MARKER.Select;
}

async function withTable(
  stack: LocalStack,
  work: (documents: DynamoDBDocumentClient, client: DynamoDBClient) => Promise<void>,
): Promise<void> {
  const client = new DynamoDBClient({
    region: PLACE.region,
    endpoint: stack.tableUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await work(DynamoDBDocumentClient.from(client), client);
  client.destroy();
}

/** Fails unless all these audits are watched to their end, and all their alerts are out, once. */
export function expectNothingLost(ledger: Ledger, taskIds: readonly string[], tolerated: Tolerated): void {
  const { repeated = [], open = [], unwatched = [] } = tolerated;
  const expected = taskIds.filter((taskId) => !unwatched.includes(taskId));
  expect([...ledger.watches.keys()].sort()).toEqual(expected.sort());
  for (const watch of ledger.watches.values()) expectWatched(watch, ledger, open.includes(watch.taskId));
  expectRegistered(ledger);
  const missed = Object.entries(ledger.sweep.schedules ?? {}).filter(([, record]) => record.missed !== undefined);
  expect(missed.filter(([, record]) => record.missed?.status === 'PENDING').map(([name]) => name)).toEqual([]);
  expect(ledger.digest?.pending).toBeUndefined();
  expectNoneTwice(ledger, repeated);
}

function expectWatched(watch: StoredWatch, { polls }: Ledger, isOpen: boolean): void {
  const { taskId, poll, endedAt, findings, late, alerts } = watch;
  const pending = Object.values(alerts).filter(({ status }) => status === 'PENDING').length;
  expect([taskId, polls.get(taskId) ?? []]).toEqual([taskId, Array.from({ length: poll }, (_, n) => n + 1)]);
  expect([taskId, watch.open]).toEqual([taskId, isOpen ? placeKey(PLACE) : undefined]);
  if (!isOpen) expect([taskId, typeof endedAt, pending, findings]).toEqual([taskId, 'string', 0, done(findings)]);
  if (late) expect([taskId, alerts]).toEqual([taskId, {}]);
}

function done(findings: Watch['findings']): Watch['findings'] {
  return findings === 'PENDING' ? 'STORED' : findings;
}

/** What is marked is out, what is out was registered, and what is out under one key is one message. */
function expectRegistered({ watches, sweep, digest, alerts }: Ledger): void {
  const marked = [...watches.values()].flatMap(({ taskId, alerts: outbox }) =>
    Object.entries(outbox).map(([slot, { status }]) => ({ key: alertKey(taskId, slot), status })),
  );
  const published = new Set(alerts.map(({ key }) => key));
  expect(marked.filter(({ key, status }) => status === 'SENT' && !published.has(key))).toEqual([]);

  const registered = new Set(marked.map(({ key }) => key));
  const schedules = new Set(Object.keys(sweep.schedules ?? {}));
  const isKnown = ({ key, kind, attributes }: AlertReport) => {
    if (kind === 'DIGEST') return digest !== undefined;
    return kind === 'AUDIT_OVERDUE' ? schedules.has(String(attributes.auditName)) : registered.has(key);
  };
  expect(alerts.filter((alert) => !isKnown(alert)).map(({ key }) => key)).toEqual([]);
}

function expectNoneTwice({ alerts }: Ledger, repeated: readonly string[]): void {
  const copies = Map.groupBy(alerts, ({ key }) => key);
  const twice = [...copies].filter(([, { length }]) => length > 1).map(([key]) => key);
  expect(twice.sort()).toEqual([...repeated].sort());
  for (const [key, [first, ...others]] of copies) {
    if (first === undefined) continue;
    for (const other of others) expect({ ...other, atSeconds: 0 }).toEqual({ ...first, atSeconds: 0 });
    expect(others.length).toBeLessThanOrEqual(1);
    const { subject, email, attributes } = first;
    expectAlertWithinLimits({
      key,
      subject,
      machine: JSON.stringify(first.machine),
      email,
      chat: JSON.stringify(first.chat),
      attributes,
    });
  }
}
