import { afterEach, describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { App, CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import { AuditWatcher } from '../../lib/audit-watcher.ts';
import { propertiesOf, readable } from './synthesize.ts';

describe('the construct in an app of its own', () => {
  describe('refuses a function of another account, which could not be subscribed from here, and says what to do', () => {
    const alertSubscriptions = [
      { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:999999999999:alerts' },
      { protocol: 'lambda', endpoint: 'arn:aws:lambda:eu-west-1:999999999999:function:act' },
    ] as const;
    const refusal =
      'alertSubscriptions[1].endpoint: "arn:aws:lambda:eu-west-1:999999999999:function:act" is a function of account 999999999999, which only that account can subscribe. Take it out, give subscriberAccounts 999999999999, and have it subscribed there: see docs/security.md#subscribers-in-other-accounts.';

    afterEach(() => {
      delete process.env.CDK_DEFAULT_ACCOUNT;
    });

    it('than that of the stack', () => {
      const stack = buildStack({ env: { account: '123456789012', region: 'eu-west-1' } });

      expect(() => new AuditWatcher(stack, 'Watcher', { alertSubscriptions })).toThrow(
        expect.objectContaining({ problems: [refusal] }),
      );
    });

    it('than that of the credentials, when the stack goes wherever they lead', () => {
      process.env.CDK_DEFAULT_ACCOUNT = '123456789012';

      expect(() => new AuditWatcher(buildStack(), 'Watcher', { alertSubscriptions })).toThrow(
        expect.objectContaining({ problems: [refusal] }),
      );
    });

    it('unless it is in the account of the stack', () => {
      process.env.CDK_DEFAULT_ACCOUNT = '123456789012';
      const stack = buildStack({ env: { account: '999999999999', region: 'eu-west-1' } });

      expect(() => new AuditWatcher(stack, 'Watcher', { alertSubscriptions })).not.toThrow();
    });
  });

  it('refuses a prop with the sentence that the command line gives, instead of building a loop without pauses', () => {
    const build = () => new AuditWatcher(buildStack(), 'Watcher', { minWait: Duration.seconds(0) });

    expect(build).toThrow('minWaitSeconds: 0 is not a whole number from 1 to 3600. The nearest is 1');
  });

  it('gives names that are short enough in a stack with the longest name', () => {
    const stack = buildStack({ stackName: 'x'.repeat(128) });

    new AuditWatcher(stack, 'Watcher', { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' });

    const template = Template.fromStack(stack);
    const slack = readable(propertiesOf(template, 'AWS::Chatbot::SlackChannelConfiguration').ConfigurationName);
    const group = readable(propertiesOf(template, 'AWS::Scheduler::ScheduleGroup').Name);
    // The longest ids of a Region and of a workspace, and the GUID of a stack, have 25, 31 and 36 characters.
    expect(String(slack).indexOf('-<AWS::Region>-T0123ABCDEF')).toBeLessThanOrEqual(128 - 25 - 31 - 2);
    expect(String(group).indexOf('-')).toBeLessThanOrEqual(64 - 36 - 1);
  });

  it('takes values known only at deployment: the ARN of a queue, the number of a parameter', () => {
    const stack = buildStack();
    const queue = new Queue(stack, 'Tickets');
    const days = new CfnParameter(stack, 'Days', { type: 'Number' });

    new AuditWatcher(stack, 'Watcher', {
      alertSubscriptions: [{ protocol: 'sqs', endpoint: queue.queueArn }],
      retention: Duration.days(days.valueAsNumber),
    });

    const template = Template.fromStack(stack);
    const { Endpoint } = propertiesOf(template, 'AWS::SNS::Subscription');
    const { Environment } = propertiesOf(template, 'AWS::Lambda::Function', 'CheckAudit');
    expect(readable(Endpoint)).toBe('<Tickets.Arn>');
    expect(readable(Environment)).toMatchObject({ Variables: { RETENTION_DAYS: '<Days>' } });
  });
});

function buildStack(props?: StackProps): Stack {
  const context = { 'aws:cdk:bundling-stacks': [] };
  return new Stack(new App({ context, builtinCloudFormationValidation: false }), 'Default', props);
}
