import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib/core';
import { AuditWatcher } from '../../lib/audit-watcher.ts';
import { propertiesOf, readable } from './synthesize.ts';

describe('the construct in an app of its own', () => {
  it('refuses a prop with the sentence that the command line gives, instead of building a loop without pauses', () => {
    const build = () => new AuditWatcher(buildStack(), 'Watcher', { minWait: Duration.seconds(0) });

    expect(build).toThrow('minWaitSeconds: 0 is not a whole number from 1 to 3600. The nearest is 1');
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

function buildStack(): Stack {
  return new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] }, builtinCloudFormationValidation: false }));
}
