import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { ask, FailedCallError } from './failed-call.ts';

/** By the names that lib/audit-watcher-stack.ts gives them. */
export type StackOutputs = Readonly<Record<string, string | undefined>>;

/** The stack as CloudFormation has it; undefined when no stack has this name. @throws FailedCallError */
export async function findStack(client: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  try {
    const asked = client.send(new DescribeStacksCommand({ StackName }));
    return (await ask('cloudformation:DescribeStacks', asked)).Stacks?.[0];
  } catch (error) {
    if (isMissingStack(error)) return undefined;
    throw error;
  }
}

export function outputsOf({ Outputs = [] }: Stack): StackOutputs {
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]));
}

/** CloudFormation has no error of its own for that. */
function isMissingStack(error: unknown): boolean {
  return (
    error instanceof FailedCallError &&
    error.cause instanceof Error &&
    error.cause.name === 'ValidationError' &&
    /does not exist/.test(error.cause.message)
  );
}
