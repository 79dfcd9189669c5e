import { textSetting } from './aws/environment.ts';
import { ENV } from './contract.ts';
import { slackHandler } from './slack/slack-handler.ts';
import { SlackWebhook } from './slack/webhook.ts';
import { WebhookSecret } from './slack/webhook-secret.ts';

/** Posts the alerts that SNS hands over to the incoming webhook of a Slack channel. */
export const handler = slackHandler(new SlackWebhook(new WebhookSecret(textSetting(ENV.slackWebhookSecret))));
