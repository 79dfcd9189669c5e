import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Props of the SchedulerRole. */
export interface SchedulerRoleProps {
  /** Only schedules of this group may use the role. */
  readonly group: IScheduleGroup;
  /** What the schedule calls. */
  readonly target: IFunction;
  /** Where it leaves what it could not deliver. */
  readonly deadLetterQueue: IQueue;
}

/** What the schedule may do: call exactly this function, but not its versions, and fill its dead-letter queue. */
export class SchedulerRole extends Role {
  constructor(scope: Construct, id: string, { group, target, deadLetterQueue }: SchedulerRoleProps) {
    super(scope, id, {
      description: 'Starts the sweeps.',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.scheduleGroupArn },
        },
      }),
      inlinePolicies: {
        Deliver: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }),
          ],
        }),
      },
    });
  }
}
