import {
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { plural } from '../../../lambda/audit/text/words.ts';
import type { Clients } from '../clients.ts';
import { ask, everyItem, FailedCallError } from '../failed-call.ts';
import type { StackOutputs } from '../probe.ts';
import { fail, pass, type Verdict, warn } from '../verdict.ts';

/** Without these the checks do not know what to examine. */
const OUTPUTS = ['TableName', 'AlertTopicArn', 'OperationsTopicArn', 'StateMachineArn'] as const;

const DEPLOY = 'npx cdk deploy';

/** The stack as CloudFormation has it; undefined when no stack has this name. @throws FailedCallError */
export async function findStack({ cloudFormation }: Clients, StackName: string): Promise<Stack | undefined> {
  try {
    const asked = cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return (await ask('cloudformation:DescribeStacks', asked)).Stacks?.[0];
  } catch (error) {
    if (isMissingStack(error)) return undefined;
    throw error;
  }
}

/** Every resource of the stack. @throws FailedCallError */
export function listResources({ cloudFormation }: Clients, StackName: string): Promise<StackResourceSummary[]> {
  const pages = paginateListStackResources({ client: cloudFormation }, { StackName });
  return ask(
    'cloudformation:ListStackResources',
    everyItem(pages, ({ StackResourceSummaries }) => StackResourceSummaries),
  );
}

export function outputsOf({ Outputs = [] }: Stack): StackOutputs {
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]));
}

/** Judges the state of the deployment. */
export function judgeStack(stack: Stack | undefined, stackName: string, region: string): Verdict {
  if (stack === undefined) {
    return fail(
      `There is no stack ${stackName} in ${region}.`,
      'Give its name and Region (--stack-name, --region), or deploy it:',
      DEPLOY,
    );
  }
  const status = String(stack.StackStatus);
  const outputs = outputsOf(stack);
  const missing = OUTPUTS.filter((name) => !outputs[name]);
  if (missing.length > 0) {
    return fail(
      `${status}; outputs are missing: ${missing.join(', ')}.`,
      'Is this the stack of the audit watcher? If so, deploy it again:',
      DEPLOY,
    );
  }
  const found = `${status}; ${plural(Object.keys(outputs).length, 'output')}`;
  if (status.endsWith('_IN_PROGRESS')) {
    return warn(found, 'A deployment is under way. Run the doctor again when it is over.');
  }
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    return warn(
      found,
      'The last deployment failed and was undone. Read its events, fix the cause, deploy again:',
      DEPLOY,
    );
  }
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return pass(found);
  return fail(found, 'Read the events of the stack, fix the cause, then deploy again:', DEPLOY);
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
