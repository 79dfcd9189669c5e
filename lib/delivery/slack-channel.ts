import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Props of the SlackChannel. */
export interface SlackChannelProps {
  /** Workspace, authorized once by hand in the Amazon Q Developer console. */
  readonly workspaceId: string;
  /** Channel; a private one must have invited Amazon Q. An account can configure a channel only once. */
  readonly channelId: string;
  /** Topic whose messages appear in the channel. */
  readonly topic: ITopic;
}

/**
 * Shows the alerts in a Slack channel, through Amazon Q Developer in chat applications. Showing them needs no permission
 * at all, so the guardrail denies everything; the construct's own default would be AdministratorAccess.
 */
export class SlackChannel extends SlackChannelConfiguration {
  constructor(scope: Construct, id: string, { workspaceId, channelId, topic }: SlackChannelProps) {
    super(scope, id, {
      slackChannelConfigurationName: `${Stack.of(scope).stackName}-alerts`,
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      notificationTopics: [topic],
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
      loggingLevel: LoggingLevel.ERROR,
    });
  }
}
