import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { StackOutputs } from '../shared/aws/stack.ts';
import type { AwsCommand } from './aws-command.ts';
import type { Clients } from './clients.ts';
import { skip, type Verdict } from './verdict.ts';

/** What a check of the account works with. */
export interface AccountProbe {
  readonly clients: Clients;
  readonly account: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly command: AwsCommand;
}

/** What a check of the stack works with. */
export interface StackProbe extends AccountProbe {
  readonly outputs: StackOutputs;
  /** Asked for once, and only when a check needs them. */
  readonly resources: () => Promise<readonly StackResourceSummary[]>;
}

/** One row of the table. */
export interface Check<Probe> {
  readonly name: string;
  /** The worst that it can find, which is also what it counts as when it cannot be done. */
  readonly worst: 'WARN' | 'FAIL';
  readonly run: (probe: Probe) => Promise<Verdict>;
}

/** Judges what is in the table. */
export async function ofTable(
  { outputs: { TableName } }: StackProbe,
  judge: (tableName: string) => Promise<Verdict>,
): Promise<Verdict> {
  return TableName ? judge(TableName) : skip('The stack has no output TableName.');
}

/** The resources of one type. */
export async function resourcesOfType({ resources }: StackProbe, type: string): Promise<StackResourceSummary[]> {
  return (await resources()).filter(({ ResourceType }) => ResourceType === type);
}
