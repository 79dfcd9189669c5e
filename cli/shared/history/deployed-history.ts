import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { findStack, outputsOf } from '../aws/stack.ts';
import { clientSettings, optionsOf, type Target } from '../aws/target.ts';
import { CommandError } from '../command-error.ts';
import { type History, partsOf } from './history.ts';

/** The tables of a deployed stack. @throws CommandError, FailedCallError */
export async function openDeployedHistory(target: Target): Promise<History> {
  const { stackName, region } = target;
  const cloudFormation = new CloudFormationClient(clientSettings(target, 'CLOUDFORMATION'));
  const stack = await findStack(cloudFormation, stackName);
  cloudFormation.destroy();
  if (stack === undefined) {
    throw new CommandError(
      `There is no stack ${stackName} in ${region ?? 'the Region of the AWS configuration'}. Give its name and Region ` +
        '(--stack-name, --region), deploy it (npx cdk deploy), or ask the tables of the local run (--local).',
    );
  }
  const outputs = outputsOf(stack);
  const [, , , stackRegion = '', account = ''] = (stack.StackId ?? '').split(':');
  if (outputs.TableName === undefined || stackRegion === '' || account === '') {
    throw new CommandError(
      `The stack ${stackName} has no output TableName. Is this the stack of the audit watcher? If so, deploy it again (npx cdk deploy).`,
    );
  }
  const client = new DynamoDBClient({ ...clientSettings(target, 'DYNAMODB'), region: stackRegion });
  return {
    place: { account, region: stackRegion },
    ...partsOf(outputs.TableName, client),
    outputs,
    options: optionsOf(target),
    close: async () => client.destroy(),
  };
}
