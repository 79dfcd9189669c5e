import { describe, expect, test } from '@jest/globals';
import type { CloudAssembly, TemplateResource } from '../../../local/assembly/cloud-assembly.ts';
import { deploy } from '../../../local/assembly/deployment.ts';
import { PLACE } from '../../../local/place.ts';

const MACHINE: TemplateResource = {
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    DefinitionString: {
      'Fn::Join': [
        '',
        [
          '{"StartAt":"Check","States":{"Check":{"Type":"Task","Resource":"',
          { 'Fn::GetAtt': ['Check', 'Arn'] },
          '","End":true}}}',
        ],
      ],
    },
  },
};
const CHECK: TemplateResource = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: { 'Fn::Join': ['-', ['assets', { Ref: 'AWS::Region' }]] }, S3Key: 'abc.zip' },
    Handler: 'index.handler',
    Environment: { Variables: { TABLE_NAME: { Ref: 'Watches' }, ALERT_TOPIC_ARN: { Ref: 'Alerts' } } },
  },
};
const STACK: Record<string, TemplateResource> = {
  Loop: MACHINE,
  Check: CHECK,
  Plain: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'def.zip' }, Handler: 'main.run' } },
  Watches: { Type: 'AWS::DynamoDB::Table', Properties: { BillingMode: 'PAY_PER_REQUEST' } },
  Alerts: { Type: 'AWS::SNS::Topic' },
  DeadLetters: { Type: 'AWS::SQS::Queue' },
  Started: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.iot'], account: [{ Ref: 'AWS::AccountId' }] },
      Targets: [{ Arn: { Ref: 'Loop' }, InputPath: '$.detail' }],
    },
  },
};

function build(resources: Record<string, TemplateResource> = STACK): CloudAssembly {
  return { directory: '/assembly', resources, assetDirectory: (key) => `/assembly/asset.${key.replace('.zip', '')}` };
}

const account = `${PLACE.region}:${PLACE.account}`;

describe('A small template', () => {
  const deployment = deploy(build());

  test('gives the state machine with the ARNs of its functions', () => {
    expect(deployment.stateMachine).toEqual({
      arn: `arn:aws:states:${account}:stateMachine:Loop`,
      name: 'Loop',
      definition: {
        StartAt: 'Check',
        States: { Check: { Type: 'Task', Resource: `arn:aws:lambda:${account}:function:Check`, End: true } },
      },
    });
  });

  test('gives each function with its bundle, its handler and its settings', () => {
    expect([...deployment.functions.values()]).toEqual([
      {
        arn: `arn:aws:lambda:${account}:function:Check`,
        name: 'Check',
        module: '/assembly/asset.abc/index.mjs',
        handler: 'handler',
        environment: { TABLE_NAME: 'Watches', ALERT_TOPIC_ARN: `arn:aws:sns:${account}:Alerts` },
      },
      {
        arn: `arn:aws:lambda:${account}:function:Plain`,
        name: 'Plain',
        module: '/assembly/asset.def/main.mjs',
        handler: 'run',
        environment: {},
      },
    ]);
  });

  test('gives rules, tables and topics', () => {
    expect(deployment.rules).toEqual([
      {
        name: 'Started',
        eventPattern: { source: ['aws.iot'], account: [PLACE.account] },
        targets: [{ Arn: deployment.stateMachine.arn, InputPath: '$.detail' }],
      },
    ]);
    expect(deployment.tables).toEqual([{ name: 'Watches', properties: { BillingMode: 'PAY_PER_REQUEST' } }]);
    expect(deployment.topicArns).toEqual([`arn:aws:sns:${account}:Alerts`]);
  });

  test('without schedules gives none', () => {
    expect(deployment.schedules).toEqual([]);
  });

  test('gives a rule without targets none', () => {
    const { rules } = deploy(build({ ...STACK, Idle: { Type: 'AWS::Events::Rule', Properties: {} } }));

    expect(rules.at(-1)).toEqual({ name: 'Idle', eventPattern: undefined, targets: [] });
  });

  test('resolves an attribute that is no ARN to a text that names it', () => {
    const environment = {
      ARN_OF_QUEUE: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] },
      ARN_OF_TOPIC: { 'Fn::GetAtt': ['Alerts', 'TopicArn'] },
      ARN_OF_KEY: { 'Fn::GetAtt': ['Key', 'Arn'] },
      NAME_OF_QUEUE: { 'Fn::GetAtt': ['DeadLetters', 'QueueName'] },
    };
    const named = { ...CHECK, Properties: { ...CHECK.Properties, Environment: { Variables: environment } } };

    const { functions } = deploy(build({ ...STACK, Check: named, Key: { Type: 'AWS::KMS::Key' } }));

    expect(functions.get(`arn:aws:lambda:${account}:function:Check`)?.environment).toEqual({
      ARN_OF_QUEUE: `arn:aws:sqs:${account}:DeadLetters`,
      ARN_OF_TOPIC: `arn:aws:sns:${account}:Alerts`,
      ARN_OF_KEY: `arn:aws:kms:${account}:Key`,
      NAME_OF_QUEUE: 'DeadLetters.QueueName',
    });
  });
});

describe('A schedule', () => {
  const target = { Arn: { 'Fn::GetAtt': ['Check', 'Arn'] }, RoleArn: 'arn:aws:iam::123456789012:role/R' };
  const schedule = (Properties: Readonly<Record<string, unknown>> = {}): TemplateResource => ({
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: target,
      ...Properties,
    },
  });

  test('is given with its expression, its target and its input', () => {
    const { schedules } = deploy(
      build({
        ...STACK,
        Sweep: schedule(),
        Other: schedule({ State: 'ENABLED', Target: { ...target, Input: '{"deep":true}' } }),
      }),
    );

    const sweep = {
      name: 'Sweep',
      arn: `arn:aws:scheduler:${account}:schedule/default/Sweep`,
      expression: 'rate(5 minutes)',
      targetArn: `arn:aws:lambda:${account}:function:Check`,
      retries: 2,
    };
    const arn = `arn:aws:scheduler:${account}:schedule/default/Other`;
    expect(schedules).toEqual([sweep, { ...sweep, name: 'Other', arn, input: '{"deep":true}' }]);
  });

  test('that is switched off is left out', () => {
    const { schedules } = deploy(build({ ...STACK, Sweep: schedule({ State: 'DISABLED' }) }));

    expect(schedules).toEqual([]);
  });

  test('is retried as often as its function is configured for', () => {
    const configuration = (name: string, MaximumRetryAttempts?: number): TemplateResource => ({
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: name }, MaximumRetryAttempts, Qualifier: '$LATEST' },
    });
    const retries = (...configurations: readonly TemplateResource[]) => {
      const named = Object.fromEntries(configurations.map((one, n) => [`Configuration${n}`, one]));
      return deploy(build({ ...STACK, Sweep: schedule(), ...named })).schedules[0]?.retries;
    };

    expect(retries(configuration('Plain', 1), configuration('Check', 0))).toBe(0);
    expect(retries(configuration('Plain', 1))).toBe(2);
    expect(retries(configuration('Check'))).toBe(2);
  });
});

describe('A template', () => {
  const { Loop: _, ...withoutMachine } = STACK;

  test.each([
    ['no state machine', withoutMachine],
    ['two state machines', { ...STACK, Second: MACHINE }],
  ])('with %s is refused', (_name, resources) => {
    expect(() => deploy(build(resources))).toThrow('The stack must hold exactly one state machine.');
  });

  test('that refers to what it does not define is refused', () => {
    const { Watches: _gone, ...withoutTable } = STACK;

    expect(() => deploy(build(withoutTable))).toThrow('The template refers to Watches, which it does not define.');
  });
});
