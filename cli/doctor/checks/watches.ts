import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { HOUR_MS, MINUTE_MS } from '../../../lambda/audit/text/duration.ts';
import { plural } from '../../../lambda/audit/text/words.ts';
import { placeKey, TABLE } from '../../../lambda/contract.ts';
import { ask, everyItem } from '../../shared/aws/failed-call.ts';
import { type Check, ofTable, type StackProbe } from '../probe.ts';
import { fail, listed, pass, type Verdict, warn } from '../verdict.ts';
import { sweepItem } from './sweep.ts';

type Item = Readonly<Record<string, unknown>>;

/** The sweep should have seen to a watch that has been due for this long. */
const OVERDUE_MS = 30 * MINUTE_MS;
/** *Send alerts* is tried for about an hour. */
const LATE_ALERT_MS = HOUR_MS;

/** Watches with work left that nobody works on. */
export const expiredWatchesCheck: Check<StackProbe> = {
  name: 'Expired watches',
  worst: 'WARN',
  run: (probe) => ofTable(probe, async (table) => judgeExpired(await openWatches(probe, table), probe.now)),
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
  const left = open.filter(({ dueAt }) => typeof dueAt === 'number' && dueAt < now - OVERDUE_MS);
  if (left.length === 0) return pass(`${plural(open.length, 'audit')} being watched, no lease expired`);
  return warn(
    `${left.length} of ${open.length} open: due for more than 30 min (${listed(left.map(taskIdOf), 3)}).`,
    'The sweep should have started a new execution: see docs/runbook.md#sweep-missing',
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

function taskIdOf({ taskId }: Item): string {
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
