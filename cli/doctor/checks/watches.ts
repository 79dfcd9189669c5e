import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { HOUR_MS, MINUTE_MS } from '../../../lambda/audit/text/duration.ts';
import { plural } from '../../../lambda/audit/text/words.ts';
import { retriedUntil } from '../../../lambda/audit/watch/due.ts';
import type { Watch } from '../../../lambda/audit/watch/watch.ts';
import { SweepTable } from '../../../lambda/aws/table/sweep-table.ts';
import { placeKey, TABLE } from '../../../lambda/contract.ts';
import { ask, everyItem } from '../../shared/aws/failed-call.ts';
import { minuteText } from '../../shared/screen/words.ts';
import { type Check, ofTable, type StackProbe } from '../probe.ts';
import { fail, listed, pass, type Verdict, warn } from '../verdict.ts';
import { sweepItem } from './sweep.ts';

type Item = Readonly<Record<string, unknown>>;

/** The sweep should have seen to a watch that has been due for this long. */
const LEFT_AFTER_MS = 30 * MINUTE_MS;
/** *Send alerts* is tried for about an hour. */
const LATE_ALERT_MS = HOUR_MS;

/** Watches with work left that nobody works on. */
export const expiredWatchesCheck: Check<StackProbe> = {
  name: 'Expired watches',
  worst: 'WARN',
  run: (probe) => ofTable(probe, async (table) => judgeExpired(await openWatches(probe, table), probe.now)),
};

/** Audits on which the watcher gave up, and which it tries again. */
export const givenUpCheck: Check<StackProbe> = {
  name: 'Audits given up',
  worst: 'WARN',
  run: (probe) => ofTable(probe, async (table) => judgeGivenUp(await readableWatches(probe, table))),
};

/** Alerts that should have been sent, and were not. */
export const pendingAlertsCheck: Check<StackProbe> = {
  name: 'Pending alerts',
  worst: 'FAIL',
  run: (probe) =>
    ofTable(probe, async (table) => {
      const [open, item] = await Promise.all([openWatches(probe, table), sweepItem(probe, table)]);
      return judgePending(open, item, probe.now);
    }),
};

export function judgeExpired(open: readonly Item[], now: number): Verdict {
  const left = open.filter(({ dueAt }) => typeof dueAt === 'number' && dueAt < now - LEFT_AFTER_MS);
  if (left.length === 0) return pass(`${open.length} open, none due for more than 30 min`);
  return warn(
    `${left.length} of ${open.length} open: due for more than 30 min (${listed(left.map(taskIdOf), 3)}).`,
    'The sweep should have started a new execution: see docs/runbook.md#sweep-missing',
  );
}

export function judgeGivenUp(
  open: readonly Pick<Watch, 'taskId' | 'auditStartTime' | 'watchedSince' | 'gaveUpAt'>[],
): Verdict {
  const gaveUp = open.filter(({ gaveUpAt }) => gaveUpAt !== undefined);
  if (gaveUp.length === 0) return pass('The watcher gave up on no audit');
  const last = new Date(Math.max(...gaveUp.map((watch) => retriedUntil(watch).getTime())));
  return warn(
    `${plural(gaveUp.length, 'audit')} could not be watched to the end (${listed(gaveUp.map(taskIdOf), 3)}): tried again at least once a day until ${minuteText(last.toISOString())} UTC.`,
    'Fix the cause, which audit-watcher status names: see docs/runbook.md#errors-of-an-execution',
  );
}

export function judgePending(open: readonly Item[], sweep: Item | undefined, now: number): Verdict {
  const late = open.filter(({ alerts }) => alertsIn(alerts).some((alert) => isLate(alert, now))).map(taskIdOf);
  late.push(...missedRunsNotSent(sweep?.schedules, now));
  if (late.length === 0) return pass('No alert waits for longer than an hour');
  return fail(
    `Alerts wait for more than an hour: ${plural(late.length, 'audit')} (${listed(late, 3)}).`,
    `They could not be published. See docs/runbook.md#alerts-not-sent for the cause, then docs/runbook.md#an-alert-is-still-pending`,
  );
}

/** Names of schedules whose AUDIT_OVERDUE should have been sent. */
function missedRunsNotSent(schedules: unknown, now: number): string[] {
  const records = Object.entries(Object(schedules) as Item);
  return records.flatMap(([name, record]) => {
    const { status, judgedAt } = Object(Object(record).missed);
    return isLate({ status, registeredAt: judgedAt }, now) ? [name] : [];
  });
}

function isLate({ status, registeredAt }: Item, now: number): boolean {
  return status === 'PENDING' && typeof registeredAt === 'string' && Date.parse(registeredAt) < now - LATE_ALERT_MS;
}

function alertsIn(alerts: unknown): Item[] {
  const isMap = typeof alerts === 'object' && alerts !== null;
  return isMap ? Object.values(alerts).filter((alert) => typeof alert === 'object' && alert !== null) : [];
}

function taskIdOf({ taskId }: { readonly taskId?: unknown }): string {
  return String(taskId);
}

/** All watches with work left. @throws FailedCallError */
function openWatches({ clients, account, region }: StackProbe, TableName: string): Promise<Item[]> {
  const { name: IndexName, partitionKey, sortKey } = TABLE.openIndex;
  const pages = paginateQuery(
    { client: clients.dynamoDb },
    {
      TableName,
      IndexName,
      KeyConditionExpression: '#open = :open',
      ProjectionExpression: 'taskId, #dueAt, alerts',
      ExpressionAttributeNames: { '#open': partitionKey, '#dueAt': sortKey },
      ExpressionAttributeValues: { ':open': placeKey({ account, region }) },
    },
  );
  return ask(
    'dynamodb:Query',
    everyItem(pages, ({ Items }) => Items),
  );
}

/** Those that can be read: the others have a row of their own. @throws FailedCallError */
async function readableWatches({ clients, account, region }: StackProbe, table: string): Promise<readonly Watch[]> {
  const sweep = new SweepTable(table, clients.items, () => undefined);
  return (await ask('dynamodb:Query', sweep.openWatches({ account, region }))).watches;
}
