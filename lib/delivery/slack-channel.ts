import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Aws, Names } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** What the longest Region, the longest workspace and two hyphens leave of the 128 characters of a name. */
const LONGEST_STACK_PART = 70;

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
    // The name is unique in an account over all Regions, and a change of the workspace replaces the configuration.
    const stack = Names.uniqueResourceName(scope, { maxLength: LONGEST_STACK_PART });
    super(scope, id, {
      slackChannelConfigurationName: `${stack}-${Aws.REGION}-${workspaceId}`,
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
      notificationTopics: [topic],
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
      loggingLevel: LoggingLevel.ERROR,
    });
  }
}
