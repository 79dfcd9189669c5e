import { describe, expect, it } from '@jest/globals';
import validate from 'asl-validator';
import type { Template } from 'aws-cdk-lib/assertions';
import { propertiesOf, readable, synthesize } from '../synthesize.ts';

const STATE_MACHINE = 'AWS::StepFunctions::StateMachine';
const template = synthesize();
const definition = definitionOf(template);
const { States: states } = definition;

/** Trying again cannot help. */
const NEVER = {
  ErrorEquals: [
    'InvalidInputError',
    'MissingSettingError',
    'MalformedSettingError',
    'MalformedItemError',
    'WatchLimitReachedError',
    'WatchNotFoundError',
    'RefusedError',
  ],
  MaxAttempts: 0,
};

const NOT_RUN = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'States.Timeout',
];

/** Written out once, as Step Functions gets it; the tasks are compared with it as a whole. */
const RETRY = [
  NEVER,
  {
    ErrorEquals: ['NotFoundError', 'DeniedError', 'TableNotFoundError'],
    IntervalSeconds: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    MaxAttempts: 12,
  },
  {
    ErrorEquals: ['ThrottledError', 'UnavailableError', 'MalformedAnswerError', ...NOT_RUN],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxDelaySeconds: 300,
    JitterStrategy: 'FULL',
    MaxAttempts: 30,
  },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 5 },
];

const catchOthers = (Next: string) => [
  { ErrorEquals: ['InvalidInputError'], Next: 'Reject input' },
  { ErrorEquals: ['States.ALL'], Next, ResultPath: '$.failure' },
];

/** Input of every function: the state's input, and the execution that asks. */
const Parameters = { 'input.$': '$', 'execution.$': '$$.Execution.Id' };

const READ_FINDINGS = 'arn:aws:lambda:eu-west-1:111122223333:function:LoopReadFindings';

describe('the watch loop', () => {
  it('is a valid state machine', () => {
    const { isValid, errors } = validate(structuredClone(definition));

    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('has exactly these states and begins with a poll', () => {
    expect(definition.StartAt).toBe('Check audit');
    expect(Object.keys(states).sort()).toEqual([
      'Alerts not sent',
      'Already watched',
      'Check audit',
      'Findings not stored',
      'Finished',
      'Finished?',
      'Function did not run',
      'Gave up',
      'Give up',
      'Read findings',
      'Reject input',
      'Send alerts',
      'Store findings',
      'Unknown decision',
      'Wait',
      'Watch on?',
      'What next?',
    ]);
  });

  it('polls the audit; the answer becomes the state', () => {
    expect(states['Check audit']).toEqual({
      Type: 'Task',
      Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:LoopCheckAudit',
      Parameters,
      TimeoutSeconds: 90,
      Retry: RETRY,
      Catch: [
        { ErrorEquals: ['InvalidInputError'], Next: 'Reject input' },
        { ErrorEquals: NOT_RUN, Next: 'Function did not run', ResultPath: '$.failure' },
        { ErrorEquals: ['States.ALL'], Next: 'Give up', ResultPath: '$.failure' },
      ],
      Next: 'What next?',
    });
  });

  it('does what the poll decided, and fails on a decision that it does not know', () => {
    const decision = (StringEquals: string, Next: string) => ({ Variable: '$.next', StringEquals, Next });

    expect(states['What next?']).toEqual({
      Type: 'Choice',
      Choices: [
        decision('READ_FINDINGS', 'Read findings'),
        decision('SEND_ALERTS', 'Send alerts'),
        decision('WAIT', 'Wait'),
        decision('FINISHED', 'Finished'),
        decision('ALREADY_WATCHED', 'Already watched'),
      ],
      Default: 'Unknown decision',
    });
    expect(states['Unknown decision']).toMatchObject({ Type: 'Fail', Error: 'UnknownDecision' });
  });

  it('reads findings for a minute at a time and a few times at most, then sends the alerts with them or without', () => {
    expect(states['Read findings']).toEqual({
      Type: 'Task',
      Resource: READ_FINDINGS,
      Parameters,
      ResultPath: '$.findings',
      TimeoutSeconds: 60,
      Retry: [
        NEVER,
        { ErrorEquals: ['States.Timeout', 'Sandbox.Timedout'], MaxAttempts: 0 },
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 2,
          BackoffRate: 2,
          JitterStrategy: 'FULL',
          MaxAttempts: 3,
        },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Send alerts', ResultPath: '$.findings' }],
      Next: 'Send alerts',
    });
  });

  it('stores findings that could not be read in time, once the alerts are out', () => {
    expect(states['Store findings']).toEqual({
      Type: 'Task',
      Resource: READ_FINDINGS,
      Parameters,
      ResultPath: null,
      TimeoutSeconds: 930,
      Retry: RETRY,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Findings not stored', ResultPath: '$.failure' }],
      Next: 'Finished',
    });
    expect(states['Findings not stored']).toEqual({
      Type: 'Fail',
      ErrorPath: '$.failure.Error',
      CausePath: '$.failure.Cause',
    });
  });

  it('sends alerts and keeps the state as it was', () => {
    expect(states['Send alerts']).toEqual({
      Type: 'Task',
      Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:LoopSendAlerts',
      Parameters,
      ResultPath: null,
      TimeoutSeconds: 180,
      Retry: RETRY,
      Catch: catchOthers('Watch on?'),
      Next: 'Finished?',
    });
  });

  it('goes on after the alerts only when the poll said so', () => {
    expect(states['Finished?']).toEqual({
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.finished', BooleanEquals: true },
            { Variable: '$.findings.Error', IsPresent: true },
          ],
          Next: 'Store findings',
        },
        {
          And: [
            { Variable: '$.finished', BooleanEquals: true },
            { Variable: '$.findings.complete', IsPresent: true },
            { Variable: '$.findings.complete', BooleanEquals: false },
          ],
          Next: 'Store findings',
        },
        { Variable: '$.finished', BooleanEquals: true, Next: 'Finished' },
        { Variable: '$.finished', BooleanEquals: false, Next: 'Wait' },
      ],
    });
    expect(states.Finished).toEqual({ Type: 'Succeed' });
    expect(states['Already watched']).toEqual({ Type: 'Succeed' });
  });

  it('watches on when alerts cannot be sent, and fails with the error when no poll follows', () => {
    expect(states['Watch on?']).toEqual({
      Type: 'Choice',
      Choices: [
        { Variable: '$.finished', BooleanEquals: true, Next: 'Alerts not sent' },
        { Variable: '$.finished', BooleanEquals: false, Next: 'Wait' },
      ],
    });
    expect(states['Alerts not sent']).toEqual({
      Type: 'Fail',
      ErrorPath: '$.failure.Error',
      CausePath: '$.failure.Cause',
    });
  });

  it('waits as long as the poll asked for, then polls again', () => {
    expect(states.Wait).toEqual({ Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Check audit' });
  });

  it('gives up with as many retries as the other tasks, and fails with the first error whatever becomes of that', () => {
    expect(states['Give up']).toEqual({
      Type: 'Task',
      Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:LoopSendAlerts',
      Parameters,
      ResultPath: null,
      TimeoutSeconds: 180,
      Retry: RETRY,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Gave up', ResultPath: '$.giveUpFailure' }],
      Next: 'Gave up',
    });
    expect(states['Gave up']).toEqual({ Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' });
  });

  it('fails on poison input with the error that names it', () => {
    expect(states['Reject input']).toEqual({ Type: 'Fail', ErrorPath: '$.Error', CausePath: '$.Cause' });
  });

  it('times out only after the watch limit and the longest retries', () => {
    const { TimeoutSeconds } = definitionOf(synthesize({ watchLimitHours: '48' }));

    expect(definition.TimeoutSeconds).toBe((24 + 10) * 3600);
    expect(TimeoutSeconds).toBe((48 + 10) * 3600);
  });

  it('is a Standard workflow that logs and traces everything', () => {
    const { DefinitionString: _, ...properties } = propertiesOf(template, STATE_MACHINE);

    expect(readable(properties)).toEqual({
      StateMachineType: 'STANDARD',
      RoleArn: '<LoopRole.Arn>',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: true,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: '<LoopLogs.Arn>' } }],
      },
    });
  });
});

interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds: number;
}

/** The definition as Step Functions gets it, with made-up ARNs for the functions. */
function definitionOf(synthesized: Template): Definition {
  const joined = readable(propertiesOf(synthesized, STATE_MACHINE).DefinitionString);
  return JSON.parse(String(joined).replaceAll(/<(\w+)\.Arn>/g, 'arn:aws:lambda:eu-west-1:111122223333:function:$1'));
}
