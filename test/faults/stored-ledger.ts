import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { readAudit } from '../../lambda/audit/answer/reading.ts';
import type { VersionedEntry } from '../../lambda/audit/ledger/comparison.ts';
import { isResult } from '../../lambda/audit/ledger/move.ts';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import { placeKey, TABLE } from '../../lambda/contract.ts';
import type { LocalStack } from '../../local/local-stack.ts';
import { PLACE } from '../../local/place.ts';
import { snapshotsIn } from '../stored-snapshots.ts';

/** Says what the ledger has wrong of an audit: its checks have its results, and their trouble is noted while it lasts. */
export async function brokenLedger(
  stack: LocalStack,
  { taskId, ledger, poll }: Watch,
  items: readonly Readonly<Record<string, unknown>>[],
): Promise<string[]> {
  if (ledger !== 'MOVED') return [`the ledger is ${ledger}`];
  const last = snapshotsIn(items).find((snapshot) => snapshot.poll === poll);
  const { checks } = readAudit(last?.answer ?? {});
  const entries = await entriesOf(
    stack,
    checks.map(({ name }) => name),
  );
  return checks.flatMap(({ name, outcome }) => {
    const entry = entries.get(name);
    const stands = entry?.result?.audit.taskId === taskId ? entry.result.outcome : entry?.unknown?.outcome;
    const isNoted = entry?.published !== undefined;
    const isTrouble = outcome === 'NON_COMPLIANT' || outcome === 'FAILED';
    return [
      ...(stands === outcome && (isResult(outcome) || entry?.unknown?.audit.taskId === taskId)
        ? []
        : [`the ledger has ${stands} of ${name}, which ended ${outcome}`]),
      ...(isNoted === isTrouble ? [] : [`published trouble of ${name}, which ended ${outcome}: ${isNoted}`]),
    ];
  });
}

/** These calls are not the functions', so they are not counted. */
async function entriesOf(stack: LocalStack, checkNames: readonly string[]): Promise<Map<string, VersionedEntry>> {
  const client = new DynamoDBClient({
    region: PLACE.region,
    endpoint: stack.tableUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const uncounted = stack.calls.length;
  const documents = DynamoDBDocumentClient.from(client);
  const entries = new Map<string, VersionedEntry>();
  for (const name of checkNames) {
    const Key = { [TABLE.partitionKey]: `CHECKS#${placeKey(PLACE)}`, [TABLE.sortKey]: name };
    const { Item } = await documents.send(new GetCommand({ TableName: stack.tableName, Key, ConsistentRead: true }));
    if (Item !== undefined) entries.set(name, Item.entry as VersionedEntry);
  }
  client.destroy();
  const theirs = stack.calls.splice(uncounted).filter(({ caller }) => caller !== undefined);
  stack.calls.push(...theirs);
  return entries;
}
