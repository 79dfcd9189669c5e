import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { TaskStatistics } from '../../lambda/audit/answer/aws-answers.ts';
import { auditPartition, TABLE } from '../../lambda/contract.ts';
import { type Execution, Executions } from '../compute/executions.ts';
import type { ExecutionResult } from '../compute/state-machine.thread.ts';
import type { LocalStack } from '../local-stack.ts';
import { PLACE } from '../place.ts';
import type { Publication } from '../services/sns-publish.ts';

/** All that a watch did: what it stored, what it sent, what it used. */
export interface AuditReport {
  readonly taskId: string;
  readonly auditName?: string;
  readonly taskStatus?: string;
  readonly execution: Pick<ExecutionResult, 'status' | 'error'> & { readonly polls: number };
  readonly snapshots: readonly SnapshotReport[];
  readonly alerts: readonly AlertReport[];
  /** Calls by operation, retries of the SDK included. */
  readonly calls: Readonly<Record<string, number>>;
  /** Billed state transitions. */
  readonly transitions: number;
}

interface SnapshotReport {
  readonly poll: number;
  readonly capturedAt: string;
  readonly taskStatus?: string;
  readonly taskStatistics?: TaskStatistics;
  readonly auditDetails?: Readonly<Record<string, unknown>>;
}

export interface AlertReport {
  readonly kind: string;
  readonly severity: string;
  readonly key: string;
  readonly subject: string;
  readonly email: string;
  readonly chat: Readonly<Record<string, unknown>>;
  readonly machine: Readonly<Record<string, unknown>>;
  readonly attributes: Publication['attributes'];
  /** Since the audit started. */
  readonly atSeconds: number;
}

/** Reads back what one audit left in the table, the topic and the execution's history. */
export async function reportOn(
  stack: LocalStack,
  audit: { readonly taskId: string; readonly startedAt: number },
  execution: Execution,
): Promise<AuditReport> {
  const { taskId, startedAt } = audit;
  const { status, error } = await execution.ended;
  const calls = countCalls(stack, taskId);
  const items = await itemsOf(stack, taskId);
  const watch = items.find((item) => item[TABLE.sortKey] === 'WATCH');
  const snapshots = items.filter((item) => String(item[TABLE.sortKey]).startsWith('SNAPSHOT#')).map(toSnapshot);
  return {
    taskId,
    auditName: text(watch?.auditName),
    taskStatus: text(watch?.taskStatus),
    execution: { status, polls: typeof watch?.poll === 'number' ? watch.poll : 0, error },
    snapshots,
    alerts: stack.publications
      .map((publication) => toAlert(publication, startedAt))
      .filter(({ machine }) => machine.taskId === taskId),
    calls,
    transitions: Executions.transitions(execution),
  };
}

/** All items of one audit, in key order. These calls are not the functions', so they are not counted. */
export async function itemsOf(stack: LocalStack, taskId: string): Promise<Record<string, unknown>[]> {
  const client = new DynamoDBClient({
    region: PLACE.region,
    endpoint: stack.tableUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const items: Record<string, unknown>[] = [];
  const uncounted = stack.calls.length;
  const pages = paginateQuery(
    { client: DynamoDBDocumentClient.from(client) },
    {
      TableName: stack.tableName,
      KeyConditionExpression: `${TABLE.partitionKey} = :pk`,
      ExpressionAttributeValues: { ':pk': auditPartition({ ...PLACE, taskId }) },
      ConsistentRead: true,
    },
  );
  for await (const { Items } of pages) items.push(...(Items ?? []));
  client.destroy();
  stack.forgetQueries(uncounted);
  return items;
}

export function toAlert({ bodies, subject, attributes, publishedAt }: Publication, startedAt: number): AlertReport {
  const machine = JSON.parse(bodies.default) as Record<string, unknown>;
  return {
    kind: String(machine.kind),
    severity: String(machine.severity),
    key: String(machine.alertKey),
    subject: subject ?? '',
    email: bodies.email ?? '',
    chat: JSON.parse(bodies.https ?? '{}') as Record<string, unknown>,
    machine,
    attributes,
    atSeconds: (publishedAt - startedAt) / 1000,
  };
}

function countCalls(stack: LocalStack, taskId: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of stack.calls) {
    if (call.taskId === taskId) counts[call.operation] = (counts[call.operation] ?? 0) + 1;
  }
  return counts;
}

function toSnapshot({ poll, capturedAt, answer, auditDetails: zipped }: Record<string, unknown>): SnapshotReport {
  const { taskStatus, taskStatistics, auditDetails } = answer as Omit<SnapshotReport, 'poll' | 'capturedAt'>;
  return {
    poll: Number(poll),
    capturedAt: String(capturedAt),
    taskStatus,
    taskStatistics,
    auditDetails: zipped instanceof Uint8Array ? JSON.parse(gunzipSync(zipped).toString('utf8')) : auditDetails,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
