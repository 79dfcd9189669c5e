import { AccountRootPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { filterByAttributes } from '../delivery/alert-subscriptions.ts';

/** Props of the OperationsTopic. */
export interface OperationsTopicProps {
  /** Key that encrypts the messages. Its policy is extended: without that, alarms would be lost without a trace. */
  readonly key: IKey;
  /** Addresses that are notified when the watcher itself is in trouble. */
  readonly emails: readonly string[];
}

/** The topic for operators of the watcher. CloudWatch alarms of this account publish to it. */
export class OperationsTopic extends Topic {
  constructor(scope: Construct, id: string, { key, emails }: OperationsTopicProps) {
    super(scope, id, { displayName: 'Device Defender audit watcher', masterKey: key, enforceSSL: true });
    for (const email of emails) filterByAttributes(this.addSubscription(new EmailSubscription(email)));

    // enforceSSL gave the topic a policy that only denies, in place of the default one. So both must be allowed here.
    const alarms = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    };
    this.addToResourcePolicy(
      new PolicyStatement({ sid: 'Alarms', ...alarms, actions: ['sns:Publish'], resources: [this.topicArn] }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Owner',
        principals: [new AccountRootPrincipal()],
        actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish', 'sns:Subscribe'],
        resources: [this.topicArn],
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        ...alarms,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'], // in a key policy: this key
      }),
    );
  }
}
