import { plural } from '../../../lambda/audit/text/words.ts';
import { DigestTable } from '../../../lambda/aws/table/digest-table.ts';
import { FindingsTable } from '../../../lambda/aws/table/findings-table.ts';
import { LedgerTable } from '../../../lambda/aws/table/ledger-table.ts';
import { SweepTable } from '../../../lambda/aws/table/sweep-table.ts';
import type { MalformedItemError } from '../../../lambda/errors.ts';
import { KnownFindingsReader } from '../../../lambda/known-findings.ts';
import { ask } from '../../shared/aws/failed-call.ts';
import { type Check, ofTable, type StackProbe } from '../probe.ts';
import { listed, pass, type Verdict, warn } from '../verdict.ts';

/** Items that the next sweep, or the next audit, would skip. There is no scan, so an item that neither reads is not found. */
export const unreadableItemsCheck: Check<StackProbe> = {
  name: 'Unreadable items',
  worst: 'WARN',
  run: (probe) => ofTable(probe, async (table) => judgeUnreadable(await unreadableKeys(probe, table))),
};

/** @param keys partition key and sort key of each */
export function judgeUnreadable(keys: readonly string[]): Verdict {
  if (keys.length === 0) return pass('Open watches, schedules, ledger and its findings can be read');
  return warn(
    `${plural(keys.length, 'item')} cannot be read, and ${keys.length === 1 ? 'is' : 'are'} skipped: ${listed(keys, 3)}.`,
    'See docs/runbook.md#items-unreadable',
  );
}

/** Reads what the next sweep and the next audit read. @throws FailedCallError */
async function unreadableKeys({ clients, account, region }: StackProbe, TableName: string): Promise<string[]> {
  const keys = new Set<string>();
  const collect = ({ key }: MalformedItemError) => keys.add(key);
  const place = { account, region };
  const sweep = new SweepTable(TableName, clients.items, collect);
  const digests = new DigestTable(TableName, clients.items, collect);
  const ledger = new LedgerTable(TableName, clients.items, collect);
  const findings = new KnownFindingsReader(new FindingsTable(TableName, clients.items, collect), place);
  const read = async () => {
    await sweep.openWatches(place);
    await sweep.schedules(place);
    await digests.read(place);
    await findings.of(await ledger.entries(place));
  };
  await ask('dynamodb:Query or GetItem', read());
  return [...keys];
}
