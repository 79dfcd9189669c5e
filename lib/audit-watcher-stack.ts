import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AuditWatcher } from './audit-watcher.ts';
import { propsOf } from './configuration/configuration.ts';
import type { Configuration } from './configuration/settings.ts';

/** Props of the AuditWatcherStack. */
export interface AuditWatcherStackProps extends StackProps {
  /** What the user has set. */
  readonly configuration: Configuration;
}

/** One AuditWatcher, deployed: it watches the audits of the stack's account and Region. */
export class AuditWatcherStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, ...props }: AuditWatcherStackProps) {
    super(scope, id, {
      description: 'Watches AWS IoT Device Defender audits, keeps every snapshot, alerts when a check fails.',
      tags: { application: 'device-defender-audit-watcher' },
      ...props,
    });
    const watcher = new AuditWatcher(this, 'AuditWatcher', propsOf(configuration));

    this.#output('AlertTopicArn', watcher.alertTopic.topicArn, 'Subscribe to it for alerts about audits.');
    if (watcher.chatTopic) {
      this.#output('ChatTopicArn', watcher.chatTopic.topicArn, 'Point Amazon Q Developer at it for alerts in chat.');
    }
    const { alertSubscriptions, subscriberAccounts } = configuration;
    const ofOthers = alertSubscriptions.filter(({ protocol }) => protocol === 'sqs' || protocol === 'lambda');
    if (ofOthers.length > 0 || subscriberAccounts.length > 0) {
      this.#output(
        'SubscribersMustAllow',
        `sqs:SendMessage (queues), lambda:InvokeFunction (functions) for sns.amazonaws.com if aws:SourceArn is ${watcher.alertTopic.topicArn}`,
        'For the owners of queues and functions that subscribe: without this in their policies, no alert arrives.',
      );
    }
    this.#output('OperationsTopicArn', watcher.operationsTopic.topicArn, 'Subscribe to it for alarms of the watcher.');
    this.#output('TableName', watcher.table.tableName, 'Holds every snapshot.');
    if (watcher.readerPolicy) {
      const { managedPolicyArn } = watcher.readerPolicy;
      this.#output('ReaderPolicyArn', managedPolicyArn, 'Attach it to the roles of people who ask with audit-watcher.');
    }
    this.#output('StateMachineArn', watcher.stateMachine.stateMachineArn, 'Each execution watches one audit.');
  }

  /** Outputs are read by people and scripts: their logical ids stay as they are. */
  #output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
