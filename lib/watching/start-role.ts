import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Props of the StartRole. */
export interface StartRoleProps {
  /** What the event rules start. */
  readonly stateMachine: IStateMachine;
}

/**
 * What the event rules may do: start executions of exactly this state machine. Only rules of this account and Region may
 * use the role. The rules name the role, so it cannot name them.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
 */
export class StartRole extends Role {
  constructor(scope: Construct, id: string, { stateMachine }: StartRoleProps) {
    const anyRule = Stack.of(scope).formatArn({ service: 'events', resource: 'rule', resourceName: '*' });
    super(scope, id, {
      description: 'Starts watches.',
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': anyRule },
        },
      }),
      inlinePolicies: {
        Start: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn] }),
          ],
        }),
      },
    });
  }
}
