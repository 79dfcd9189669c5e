import type { Random } from './random.ts';
import type { Polls } from './watched.ts';

/** Another way to watch an audit. */
export interface Poller {
  readonly name: string;
  /** State transitions that each poll takes. */
  readonly transitionsPerPoll: number;
  /** Moments of its polls, in seconds since the start of the audit; without end. */
  polls(random: Random): Polls;
}

/** *Wait*, the task, and a *Choice*. */
export const LOOP = 3;

/**
 * A loop with a fixed pause, which comes first. 30 s is that of the job poller in the CDK's documentation of Step Functions.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_stepfunctions-readme.html
 */
export function fixedPoller(seconds: number): Poller {
  return { name: `fixed ${seconds} s`, transitionsPerPoll: LOOP, polls: () => evenly(seconds) };
}

/**
 * The waiters of the AWS SDK: pauses that double, each drawn between the shortest pause and that, up to a longest one, which
 * then stays. The first poll comes at once. By default 2 and 120 s. Here in a loop of a state machine, because a Lambda
 * function cannot wait so long.
 *
 * @see https://github.com/smithy-lang/smithy-typescript/tree/main/packages/util-waiter
 */
export function exponentialPoller(longestSeconds = 120, shortestSeconds = 2): Poller {
  return {
    name: `exponential to ${longestSeconds} s`,
    transitionsPerPoll: LOOP,
    *polls(random) {
      let at = 0;
      yield at;
      for (let most = shortestSeconds; most <= longestSeconds; most *= 2) {
        at += shortestSeconds + random.uniform() * (most - shortestSeconds);
        yield at;
      }
      for (;;) {
        at += longestSeconds;
        yield at;
      }
    },
  };
}

/**
 * The waiter of the CDK's provider framework: one task that fails until the audit is over, and is retried every five
 * seconds. It polls at once, and each retry is one transition. By default it gives up after 30 minutes; here it never does.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html
 */
export const RETRY_POLLER: Poller = {
  name: 'retried task, 5 s',
  transitionsPerPoll: 1,
  *polls() {
    yield 0;
    yield* evenly(5);
  },
};

function* evenly(seconds: number): Generator<number> {
  for (let at = seconds; ; at += seconds) yield at;
}
