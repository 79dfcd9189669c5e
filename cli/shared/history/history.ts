import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DigestTable } from '../../../lambda/aws/table/digest-table.ts';
import { FindingsTable } from '../../../lambda/aws/table/findings-table.ts';
import { HistoryTable } from '../../../lambda/aws/table/history-table.ts';
import { LedgerTable } from '../../../lambda/aws/table/ledger-table.ts';
import { SweepTable } from '../../../lambda/aws/table/sweep-table.ts';
import type { Place } from '../../../lambda/contract.ts';
import type { StackOutputs } from '../aws/stack.ts';

/** Everything that has been recorded of the audits of an account and Region. Read only. */
export interface History {
  readonly place: Place;
  readonly audits: HistoryTable;
  readonly ledger: LedgerTable;
  readonly findings: FindingsTable;
  readonly sweep: SweepTable;
  readonly digests: DigestTable;
  /** Items that could not be read so far. */
  readonly unreadableItems: () => number;
  /** Outputs of the stack; empty for a local run. */
  readonly outputs: StackOutputs;
  /** The options with which the next command reaches the same tables, as ` --local`; empty if it needs none. */
  readonly options: string;
  close(): Promise<void>;
}

/** The parts of one table. What cannot be read is skipped and counted: an answer says that something may be missing. */
export function partsOf(tableName: string, client: DynamoDBClient) {
  let unreadable = 0;
  const onUnreadable = () => {
    unreadable += 1;
  };
  return {
    unreadableItems: () => unreadable,
    audits: new HistoryTable(tableName, client, onUnreadable),
    ledger: new LedgerTable(tableName, client, onUnreadable),
    findings: new FindingsTable(tableName, client, onUnreadable),
    sweep: new SweepTable(tableName, client, onUnreadable),
    digests: new DigestTable(tableName, client, onUnreadable),
  };
}
