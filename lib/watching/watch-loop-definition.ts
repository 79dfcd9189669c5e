import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  JsonPath,
  type RetryProps,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ERROR, NEXT } from '../../lambda/contract.ts';
import type { WatchFunction } from '../resources/watch-function.ts';
import { BRIEF_RETRY_POLICIES, NOT_RUN, RETRY_POLICIES } from './retry-policies.ts';

/** What reading findings may add to the time until an alert is out, once for each of its few attempts. */
const LONGEST_DELAY_OF_AN_ALERT = Duration.seconds(60);

/** The functions behind the tasks. */
export interface WatchLoopFunctions {
  readonly checkAudit: WatchFunction;
  readonly readFindings: WatchFunction;
  readonly sendAlerts: WatchFunction;
}

/**
 * The states of the loop. Their names are a contract with executions that run while a new version is deployed, and with
 * the people who read their history.
 *
 *     Check audit ─► What next? ─► Send alerts ─► Finished? ─► Finished
 *          ▲              └───────────► Wait ◄────────┘
 *          └─────────────────────────────┘
 *
 * If an audit can no longer be polled, the watch goes to *Give up*, which publishes an alert, and ends in *Gave up*: FAILED
 * with the first error, so that the alarm goes off. If Lambda could not run the function, nothing is known of the audit: the
 * execution ends in *Function did not run*, without an alert. Unsent alerts do not end a watch: the next poll tries them again. Only if
 * no poll follows does the watch end as FAILED, with the alerts still pending. The definition uses only ASL that every engine
 * runs alike: JSONPath, no `Is*: false`, no explicit `ResultPath: "$"`.
 */
export function watchLoopDefinition(
  scope: Construct,
  { checkAudit, readFindings, sendAlerts }: WatchLoopFunctions,
): IChainable {
  const check = task(scope, 'Check audit', checkAudit);
  const send = task(scope, 'Send alerts', sendAlerts, { resultPath: JsonPath.DISCARD });
  const read = task(scope, 'Read findings', readFindings, {
    resultPath: '$.findings',
    taskTimeout: LONGEST_DELAY_OF_AN_ALERT,
    retries: BRIEF_RETRY_POLICIES,
  });
  const wait = new Wait(scope, 'Wait', { time: WaitTime.secondsPath('$.waitSeconds') });
  const finished = new Succeed(scope, 'Finished');

  check.next(
    new Choice(scope, 'What next?')
      .when(Condition.stringEquals('$.next', NEXT.readFindings), read)
      .when(Condition.stringEquals('$.next', NEXT.sendAlerts), send)
      .when(Condition.stringEquals('$.next', NEXT.wait), wait)
      .when(Condition.stringEquals('$.next', NEXT.finished), finished)
      .when(Condition.stringEquals('$.next', NEXT.alreadyWatched), new Succeed(scope, 'Already watched'))
      .otherwise(unknownDecision(scope)),
  );
  // An alert does not depend on its resources: without them it is sent and says that they are missing.
  read.addCatch(send, { errors: ['States.ALL'], resultPath: '$.findings' });
  read.next(send);
  const isFinished = Condition.booleanEquals('$.finished', true);
  const isIncomplete = Condition.booleanEquals('$.findings.complete', false);
  const store = storeFindings(scope, readFindings, finished);
  send.next(
    new Choice(scope, 'Finished?')
      .when(Condition.and(isFinished, Condition.isPresent('$.findings.Error')), store)
      .when(Condition.and(isFinished, Condition.isPresent('$.findings.complete'), isIncomplete), store)
      .when(isFinished, finished)
      .when(Condition.booleanEquals('$.finished', false), wait),
  );
  wait.next(check);

  // Poison input would fail in Give up as well, and there is no audit to give up on.
  const reject = failWith(scope, 'Reject input', '$');
  for (const step of [check, send]) step.addCatch(reject, { errors: [ERROR.invalidInput] });
  // Give up is a function as well. The lease expires, and the sweep starts another execution.
  check.addCatch(failWith(scope, 'Function did not run', '$.failure'), { errors: NOT_RUN, resultPath: '$.failure' });
  check.addCatch(giveUpTask(scope, sendAlerts), { errors: ['States.ALL'], resultPath: '$.failure' });
  send.addCatch(
    new Choice(scope, 'Watch on?')
      .when(Condition.booleanEquals('$.finished', true), failWith(scope, 'Alerts not sent', '$.failure'))
      .when(Condition.booleanEquals('$.finished', false), wait),
    { errors: ['States.ALL'], resultPath: '$.failure' },
  );
  return check;
}

/**
 * Registers and sends WATCHER_GAVE_UP. When publishing itself is what failed, this likely fails too: then the alert stays
 * pending in the table, and the execution still ends with the first failure, not with its consequence.
 */
function giveUpTask(scope: Construct, sendAlerts: WatchFunction): LambdaInvoke {
  const gaveUp = failWith(scope, 'Gave up', '$.failure');
  const giveUp = task(scope, 'Give up', sendAlerts, { resultPath: JsonPath.DISCARD });
  giveUp.addCatch(gaveUp, { errors: ['States.ALL'], resultPath: '$.giveUpFailure' });
  giveUp.next(gaveUp);
  return giveUp;
}

/** Once more, with all the patience that the alert could not have: history must hold the findings when AWS has dropped them. */
function storeFindings(scope: Construct, readFindings: WatchFunction, finished: IChainable): LambdaInvoke {
  const store = task(scope, 'Store findings', readFindings, { resultPath: JsonPath.DISCARD });
  store.addCatch(failWith(scope, 'Findings not stored', '$.failure'), {
    errors: ['States.ALL'],
    resultPath: '$.failure',
  });
  store.next(finished);
  return store;
}

interface TaskOptions {
  /** Where the answer goes; without one, it becomes the state. */
  readonly resultPath?: string;
  readonly taskTimeout?: Duration;
  readonly retries?: readonly RetryProps[];
}

/** Calls a function with the state's input and the execution's ARN. */
function task(scope: Construct, name: string, lambdaFunction: WatchFunction, options: TaskOptions = {}): LambdaInvoke {
  // Lambda's own timeout comes first and is the clearer error. This one ends a call whose answer got lost.
  const {
    resultPath,
    taskTimeout = lambdaFunction.timeout.plus(Duration.seconds(30)),
    retries = RETRY_POLICIES,
  } = options;
  const invoke = new LambdaInvoke(scope, name, {
    lambdaFunction,
    payload: TaskInput.fromObject({ input: JsonPath.entirePayload, execution: JsonPath.executionId }),
    payloadResponseOnly: true,
    resultPath,
    taskTimeout: Timeout.duration(taskTimeout),
    retryOnServiceExceptions: false, // the policies are complete
  });
  for (const policy of retries) invoke.addRetry(policy);
  return invoke;
}

/** Ends the execution as FAILED, with the error that was caught into `path`. */
function failWith(scope: Construct, name: string, path: string): Fail {
  return new Fail(scope, name, { errorPath: `${path}.Error`, causePath: `${path}.Cause` });
}

/** A decision that the function knows and this state machine does not. */
function unknownDecision(scope: Construct): Fail {
  return new Fail(scope, 'Unknown decision', {
    error: 'UnknownDecision',
    cause: 'Check audit answered with a decision that the state machine does not know: they are of different versions.',
  });
}
