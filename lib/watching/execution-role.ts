import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ArnFormat, Aws, Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Props of the ExecutionRole. */
export interface ExecutionRoleProps {
  /** What the state machine calls. */
  readonly functions: readonly IFunction[];
}

/**
 * What the state machine may do: call exactly these functions (not their versions, which the CDK's grants include), log
 * and trace. The policies are inline, so that the state machine is not created before its permissions. Only state machines
 * of this account and Region may use the role. The state machine names the role, so it cannot name the state machine.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
 */
export class ExecutionRole extends Role {
  constructor(scope: Construct, id: string, { functions }: ExecutionRoleProps) {
    const anyStateMachine = Stack.of(scope).formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    super(scope, id, {
      description: 'Runs the watch loop.',
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': anyStateMachine },
        },
      }),
      inlinePolicies: {
        Invoke: policy(['lambda:InvokeFunction'], ...functions.map(({ functionArn }) => functionArn)),
        Log: policy(LOG_ACTIONS, '*'),
        Trace: policy(TRACE_ACTIONS, '*'),
      },
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Log deliveries and X-Ray have no resources that a policy could name.',
    });
  }
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const LOG_ACTIONS = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
const TRACE_ACTIONS = [
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

function policy(actions: string[], ...resources: string[]): PolicyDocument {
  return new PolicyDocument({ statements: [new PolicyStatement({ actions, resources })] });
}
