import { expect, it } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildApp } from './synthesize.ts';

const SLACK = { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' };
const SUBSCRIPTIONS = JSON.stringify([
  { protocol: 'email', endpoint: 'a@example.com', minSeverity: 'HIGH' },
  { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:123456789012:alerts' },
]);

it.each<Record<string, string>>([
  { alertEmails: 'a@example.com' },
  { ...SLACK, retainData: 'false' },
  {
    ...SLACK,
    chatTopic: 'true',
    readerPolicy: 'true',
    alertSubscriptions: SUBSCRIPTIONS,
    slackWebhookSecretName: 'team/slack',
  },
])('follows the AWS Solutions rules, but for what lib/ acknowledges with a reason: %j', (settings) => {
  const { app } = buildApp(settings);
  app.synth();

  const report = new AwsSolutionsChecks().validateScope(app);

  expect(report).toEqual({ success: true, violations: [] });
});
