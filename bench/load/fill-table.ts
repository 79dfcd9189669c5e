import { createRequire } from 'node:module';
import { auditKey } from '../../lambda/aws/table/keys.ts';
import { auditPartition } from '../../lambda/contract.ts';
import { PLACE } from '../../local/place.ts';

/** A history as the watcher leaves it. */
export interface FilledHistory {
  readonly audits: number;
  readonly snapshotsPerAudit: number;
  /** The audits are shared out among schedules of these names. */
  readonly auditNames: readonly string[];
  /** Epoch milliseconds; the latest audit of each name started shortly before that. */
  readonly until: number;
}

interface Operation {
  readonly type: 'put';
  readonly key: string;
  readonly value: unknown;
}

interface ItemStore {
  batch(operations: readonly Operation[], done: (error?: Error | null) => void): void;
}

/** What we use of dynalite's store, which brings no types. */
interface Store {
  readonly db: { close(): Promise<void> };
  getItemDb(table: string): ItemStore;
  getIndexDb(type: 'global', table: string, index: string): ItemStore;
  getTable(table: string, checkStatus: boolean, done: (error: Error | null, table: Table) => void): void;
}

interface Table {
  readonly GlobalSecondaryIndexes: readonly unknown[];
}

interface StoreModule {
  create(options: { path: string }): Store;
  createKey(item: Item, table: Table): string;
  getIndexActions(
    indexes: readonly unknown[],
    existing: undefined,
    item: Item,
    table: Table,
  ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[] };
}

/** In DynamoDB's own JSON. */
type Item = Readonly<Record<string, unknown>>;

const AUDITS_PER_BATCH = 200;
const DAY_MS = 24 * 3_600_000;

/**
 * Writes a history straight into the engine's store, in its own layout and in the order of its keys: through the API a
 * million items would take an hour. Nobody else may have the store open.
 */
export async function fillTable(path: string, tableName: string, history: FilledHistory): Promise<void> {
  const engine = createRequire(import.meta.url)('dynalite/db') as StoreModule;
  const store = engine.create({ path });
  try {
    const table = await new Promise<Table>((resolve, reject) => {
      store.getTable(tableName, false, (error, found) => (error ? reject(error) : resolve(found)));
    });
    const watches = Array.from({ length: history.audits }, (_, n) => watchItem(history, n))
      .map((watch) => ({ watch, key: engine.createKey(watch.item, table) }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const items = store.getItemDb(tableName);
    for (let from = 0; from < watches.length; from += AUDITS_PER_BATCH) {
      const batch = watches.slice(from, from + AUDITS_PER_BATCH);
      await put(
        items,
        batch.flatMap(({ watch, key }) => [
          ...snapshotItems(watch, history.snapshotsPerAudit).map((item) => ({
            type: 'put' as const,
            key: engine.createKey(item, table),
            value: item,
          })),
          { type: 'put', key, value: watch.item },
        ]),
      );
      for (const { watch } of batch) {
        const { puts } = engine.getIndexActions(table.GlobalSecondaryIndexes, undefined, watch.item, table);
        for (const { index, key, item } of puts) {
          await put(store.getIndexDb('global', tableName, index), [{ type: 'put', key, value: item }]);
        }
      }
    }
  } finally {
    await store.db.close();
  }
}

function put(store: ItemStore, operations: readonly Operation[]): Promise<void> {
  return new Promise((resolve, reject) => {
    store.batch(operations, (error) => (error ? reject(error) : resolve()));
  });
}

interface FilledWatch {
  readonly taskId: string;
  readonly startedAt: string;
  readonly answer: unknown;
  readonly item: Item;
}

/** A closed watch: it is in the index of its name, and not among those with work left. */
function watchItem({ auditNames, snapshotsPerAudit, until }: FilledHistory, n: number): FilledWatch {
  const taskId = `history-${n}`;
  const auditName = auditNames[n % auditNames.length] ?? '';
  const startedAt = new Date(until - (Math.floor(n / auditNames.length) + 1) * DAY_MS).toISOString();
  const answer = answerOf(auditName, startedAt);
  const item = {
    pk: { S: auditPartition({ ...PLACE, taskId }) },
    sk: { S: 'WATCH' },
    schemaVersion: { N: '1' },
    account: { S: PLACE.account },
    region: { S: PLACE.region },
    taskId: { S: taskId },
    execution: { S: `arn:aws:states:${PLACE.region}:${PLACE.account}:execution:Watch:${taskId}` },
    leaseUntil: { N: String(Date.parse(startedAt)) },
    dueAt: { N: String(Date.parse(startedAt)) },
    poll: { N: String(snapshotsPerAudit) },
    watchedSince: { S: startedAt },
    endedAt: { S: startedAt },
    lastPolledAt: { S: startedAt },
    taskStatus: { S: 'COMPLETED' },
    auditName: { S: auditName },
    auditKey: { S: auditKey(PLACE, auditName) },
    auditStartTime: { S: startedAt },
    alerts: { M: {} },
    ran: { M: { atLeast: { N: '100' }, atMost: { N: '110' } } },
    expiresAt: { N: String(Math.floor(until / 1000) + 86_400) },
  };
  return { taskId, startedAt, answer, item };
}

function snapshotItems({ taskId, startedAt, answer }: FilledWatch, count: number): Item[] {
  return Array.from({ length: count }, (_, n) => ({
    pk: { S: auditPartition({ ...PLACE, taskId }) },
    sk: { S: `SNAPSHOT#${String(n + 1).padStart(6, '0')}` },
    schemaVersion: { N: '1' },
    poll: { N: String(n + 1) },
    capturedAt: { S: startedAt },
    answer,
  }));
}

function answerOf(auditName: string, startedAt: string): unknown {
  const details = {
    M: {
      checkRunStatus: { S: 'COMPLETED_COMPLIANT' },
      totalResourcesCount: { N: '10' },
      nonCompliantResourcesCount: { N: '0' },
    },
  };
  return {
    M: {
      taskStatus: { S: 'COMPLETED' },
      taskType: { S: 'SCHEDULED_AUDIT_TASK' },
      scheduledAuditName: { S: auditName },
      taskStartTime: { S: startedAt },
      auditDetails: { M: { LOGGING_DISABLED_CHECK: details } },
    },
  };
}
