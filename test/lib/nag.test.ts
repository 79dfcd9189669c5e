import { expect, it } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildApp } from './synthesize.ts';

const SLACK = { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' };

it.each<Record<string, string>>([{ alertEmails: 'a@example.com' }, { ...SLACK, retainData: 'false' }])(
  'follows the AWS Solutions rules, but for what lib/ acknowledges with a reason: %j',
  (settings) => {
    const { app } = buildApp(settings);
    app.synth();

    const report = new AwsSolutionsChecks().validateScope(app);

    expect(report).toEqual({ success: true, violations: [] });
  },
);
