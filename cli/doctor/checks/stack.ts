import { paginateListStackResources, type Stack, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { plural } from '../../../lambda/audit/text/words.ts';
import { ask, everyItem } from '../../shared/aws/failed-call.ts';
import { outputsOf } from '../../shared/aws/stack.ts';
import type { Clients } from '../clients.ts';
import { fail, pass, type Verdict, warn } from '../verdict.ts';

/** Without these the checks do not know what to examine. */
const OUTPUTS = ['TableName', 'AlertTopicArn', 'OperationsTopicArn', 'StateMachineArn'] as const;

const DEPLOY = 'npx cdk deploy';

/** Every resource of the stack. @throws FailedCallError */
export function listResources({ cloudFormation }: Clients, StackName: string): Promise<StackResourceSummary[]> {
  const pages = paginateListStackResources({ client: cloudFormation }, { StackName });
  return ask(
    'cloudformation:ListStackResources',
    everyItem(pages, ({ StackResourceSummaries }) => StackResourceSummaries),
  );
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
