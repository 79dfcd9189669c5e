import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import { ERROR } from '../../lambda/contract.ts';

// The second tier of retry. The first is the SDK's own, inside one invocation, and lasts for seconds. Every retry here is
// billed as one state transition and writes 3 history events; lib/watching/watch-pace.ts has room for all of them.

/** Trying again cannot help: the input, the deployment or the request itself is wrong, or the time is up. */
const NEVER_RETRIED: RetryProps = {
  errors: [
    ERROR.invalidInput,
    ERROR.missingSetting,
    ERROR.malformedSetting,
    ERROR.malformedItem,
    ERROR.watchLimitReached,
    ERROR.watchNotFound,
    ERROR.refused,
  ],
  maxAttempts: 0,
};

/**
 * AWS IoT may not show an audit in the moment after it announced it. A changed policy takes minutes to reach every host, and a
 * table that is restored is not found until it is ready. But somebody must hear of a denial that lasts, and an audit older than
 * 90 days never comes back.
 * 12 retries after 5, 10, 20, 40 and then 60 s: 9 min 15 s in all.
 */
const FOR_MINUTES: RetryProps = {
  errors: [ERROR.notFound, ERROR.denied, ERROR.tableNotFound],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 12,
};

/** Lambda could not run the function to its end: it says nothing about the audit. */
export const NOT_RUN = [
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

/**
 * AWS is busy or has trouble, and will recover. 30 retries after 2, 4, 8 … 256, then 300 s: 1 h 58 min at the very
 * most. Full jitter draws each wait from 0 to that, so that many watches do not come back in step; the total to expect is
 * therefore half, 59 min. The longest single wait stays well below the lease that a watch leaves behind.
 */
const BUSY_OR_BROKEN: RetryProps = {
  errors: [ERROR.throttled, ERROR.unavailable, ERROR.malformedAnswer, ...NOT_RUN],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(300),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 30,
};

/**
 * Unforeseen errors, which have no name in the contract: most likely a defect. 5 retries after 5, 10, 20, 40 and
 * 80 s: 2 min 35 s in all.
 */
const UNFORESEEN: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxAttempts: 5,
};

/** In the order in which Step Functions tries them. Each counts its own attempts. */
export const RETRY_POLICIES = [NEVER_RETRIED, FOR_MINUTES, BUSY_OR_BROKEN, UNFORESEEN] as const;

/** A call that timed out once would time out again. */
const OUT_OF_TIME: RetryProps = { errors: ['States.Timeout', 'Sandbox.Timedout'], maxAttempts: 0 };

/** 3 retries after at most 2, 4 and 8 s, full jitter: 7 s to be expected, 14 s at most. */
const BRIEFLY: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
  maxAttempts: 3,
};

/** For work that delays an alert, and without which the alert is still sent. */
export const BRIEF_RETRY_POLICIES = [NEVER_RETRIED, OUT_OF_TIME, BRIEFLY] as const;
