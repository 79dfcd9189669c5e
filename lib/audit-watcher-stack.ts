import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AuditWatcher } from './audit-watcher.ts';
import type { Configuration } from './configuration.ts';

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
    const { slackWorkspaceId: workspaceId, slackChannelId: channelId } = configuration;
    const watcher = new AuditWatcher(this, 'AuditWatcher', {
      alertEmails: configuration.alertEmails,
      operationsEmails: configuration.operationsEmails,
      alertWhenCompliant: configuration.alertWhenCompliant,
      watchLimit: Duration.hours(configuration.watchLimitHours),
      minWait: Duration.seconds(configuration.minWaitSeconds),
      maxWait: Duration.seconds(configuration.maxWaitSeconds),
      retention: Duration.days(configuration.retentionDays),
      logRetention: configuration.logRetentionDays,
      removalPolicy: configuration.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      slackChannel: workspaceId && channelId ? { workspaceId, channelId } : undefined,
    });

    this.#output('AlertTopicArn', watcher.alertTopic.topicArn, 'Subscribe to it for alerts about audits.');
    this.#output('OperationsTopicArn', watcher.operationsTopic.topicArn, 'Subscribe to it for alarms of the watcher.');
    this.#output('TableName', watcher.table.tableName, 'Holds every snapshot.');
    this.#output('StateMachineArn', watcher.stateMachine.stateMachineArn, 'Each execution watches one audit.');
  }

  /** Outputs are read by people and scripts: their logical ids stay as they are. */
  #output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
