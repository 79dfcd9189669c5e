import type { Snapshot } from '../lambda/audit/answer/aws-answers.ts';
import { toSnapshot } from '../lambda/aws/table/items/snapshot-item.ts';
import { SNAPSHOT_PREFIX } from '../lambda/aws/table/keys.ts';
import { TABLE } from '../lambda/contract.ts';

/** The snapshots among the items of an audit, in their order. */
export function snapshotsIn(items: readonly Readonly<Record<string, unknown>>[]): Snapshot[] {
  return items.filter((item) => String(item[TABLE.sortKey]).startsWith(SNAPSHOT_PREFIX)).map(toSnapshot);
}
