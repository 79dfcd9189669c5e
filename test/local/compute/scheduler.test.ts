import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { DeployedSchedule } from '../../../local/assembly/deployment.ts';
import type { Functions } from '../../../local/compute/functions.ts';
import { type ScheduledInvocation, Scheduler } from '../../../local/compute/scheduler.ts';
import { Clock } from '../../../local/time/clock.ts';

const STARTS_AT = Date.parse('2026-10-02T02:00:00.500Z');
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:FindAudits';
const SCHEDULE: DeployedSchedule = {
  name: 'Sweep',
  arn: 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/Sweep',
  expression: 'rate(5 minutes)',
  targetArn: ARN,
  retries: 2,
};

const open: Scheduler[] = [];
afterEach(() => {
  for (const scheduler of open.splice(0)) scheduler.cancel();
});

/** A scheduler of one schedule. `handle` is the function that it invokes. */
function start(
  schedule: Partial<DeployedSchedule> = {},
  handle: (secondsIn: number, sleep: (milliseconds: number) => Promise<void>) => Promise<unknown> = async () => 'done',
) {
  const clock = new Clock(STARTS_AT, Number.POSITIVE_INFINITY);
  const secondsIn = () => (clock.now() - STARTS_AT) / 1000;
  const invoke = jest.fn(async (_functionArn: string, _payload: unknown) => {
    // Somebody who works, as a function does: the clock stands still meanwhile.
    const worker = clock.join(() => worker.busy());
    const sleep = async (milliseconds: number) => {
      const slept = clock.sleep(milliseconds);
      worker.waitUntil(Number.POSITIVE_INFINITY);
      await slept;
      worker.busy();
    };
    try {
      return await handle(secondsIn(), sleep);
    } finally {
      setImmediate(() => clock.leave(worker));
    }
  });
  const seen: ScheduledInvocation[] = [];
  const scheduler = new Scheduler([{ ...SCHEDULE, ...schedule }], { invoke } as unknown as Functions, clock, (one) =>
    seen.push(one),
  );
  open.push(scheduler);
  scheduler.start();
  const dues = () => seen.map(({ dueAt, attempt }) => [(dueAt - STARTS_AT) / 1000, attempt]);
  return { clock, invoke, seen, scheduler, dues };
}

describe('A rate', () => {
  test('invokes its target at once, and then at every step of it', async () => {
    const { clock, seen, invoke, dues } = start();

    await clock.sleep(20 * 60_000 + 1);

    expect(dues()).toEqual([0, 300, 600, 900, 1200].map((second) => [second, 1]));
    expect(invoke.mock.calls.every(([functionArn]) => functionArn === ARN)).toBe(true);
    expect(seen[1]).toEqual({
      schedule: 'Sweep',
      dueAt: STARTS_AT + 300_000,
      startedAt: STARTS_AT + 300_000,
      endedAt: STARTS_AT + 300_000,
      attempt: 1,
      answer: 'done',
    });
  });

  test.each([
    ['rate(1 minute)', 60],
    ['rate(30 minutes)', 1800],
    ['rate(1 hour)', 3600],
    ['rate(2 hours)', 7200],
    ['rate(1 day)', 86_400],
    ['rate(10 days)', 864_000],
  ])('of %s steps %i seconds', async (expression, seconds) => {
    const { clock, dues } = start({ expression });

    await clock.sleep(2 * seconds * 1000 + 1);

    expect(dues()).toEqual([0, seconds, 2 * seconds].map((second) => [second, 1]));
  });

  test.each([
    'cron(0 12 * * ? *)',
    'at(2026-10-02T02:00:00)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'rate(1.5 hours)',
    '',
  ])('is what it must be: %j is refused', (expression) => {
    expect(() => start({ expression })).toThrow(
      `The schedule Sweep has the expression ${expression}. Allowed here: a rate in minutes, hours or days.`,
    );
  });

  test('does not wait for the invocation before', async () => {
    const { clock, seen } = start({ expression: 'rate(1 minute)' }, async (_second, sleep) => sleep(150_000));

    await clock.sleep(240_000);

    expect(seen.map(({ dueAt, endedAt }) => [dueAt - STARTS_AT, endedAt - STARTS_AT])).toEqual([
      [0, 150_000],
      [60_000, 210_000],
    ]);
  });

  test('started twice is started once', async () => {
    const { clock, scheduler, dues } = start();
    scheduler.start();

    await clock.sleep(1);

    expect(dues()).toEqual([[0, 1]]);
  });
});

describe('A target', () => {
  test('gets its input, with the keywords of the Scheduler filled in', async () => {
    const { clock, invoke } = start({
      input:
        '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>","id":"<aws.scheduler.execution-id>","n":<aws.scheduler.attempt-number>}',
    });

    await clock.sleep(1);

    expect(invoke.mock.calls[0]?.[1]).toEqual({
      at: '2026-10-02T02:00:00Z',
      by: SCHEDULE.arn,
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      n: 1,
    });
  });

  test('without an input gets the event that the Scheduler sends by default', async () => {
    const { clock, invoke } = start();

    await clock.sleep(1);

    expect(invoke.mock.calls[0]?.[1]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: '123456789012',
      time: '2026-10-02T02:00:00Z',
      region: 'eu-west-1',
      resources: [SCHEDULE.arn],
      detail: '{}',
    });
  });
});

describe('An invocation that fails', () => {
  const failing = async () => {
    throw Object.assign(new Error('No.'), { name: 'ThrottlingException' });
  };

  test('is tried again after one minute and after two more, with the same input, and then let go', async () => {
    const { clock, seen, invoke, dues } = start({ expression: 'rate(1 day)' }, failing);

    await clock.sleep(12 * 3_600_000);

    expect(dues()).toEqual([1, 2, 3].map((attempt) => [0, attempt]));
    expect(seen.map(({ startedAt }) => (startedAt - STARTS_AT) / 1000)).toEqual([0, 60, 180]);
    expect(seen.map(({ error }) => error)).toEqual(Array.from({ length: 3 }, () => 'ThrottlingException'));
    expect(new Set(invoke.mock.calls.map(([, payload]) => payload)).size).toBe(1);
  });

  test('is tried no more often than the function allows', async () => {
    const { clock, dues } = start({ retries: 0 }, failing);

    await clock.sleep(301_000);

    expect(dues()).toEqual([
      [0, 1],
      [300, 1],
    ]);
  });

  test('once is tried once more, beside what is due then', async () => {
    const { clock, dues } = start({ expression: 'rate(1 minute)' }, async (second) => {
      if (second === 0) throw 'a text';
    });

    await clock.sleep(61_000);

    expect(dues().toSorted()).toEqual([
      [0, 1],
      [0, 2],
      [60, 1],
    ]);
  });
});

describe('A scheduler that is stopped', () => {
  test('invokes nothing any more, and waits for what is under way', async () => {
    const release = Promise.withResolvers<void>();
    const { clock, scheduler, seen, invoke } = start({}, () => release.promise);
    const stopped = scheduler.stop();
    expect(seen).toEqual([]);

    release.resolve();
    await stopped;
    await clock.sleep(3_600_000);

    expect(seen).toHaveLength(1);
    expect(invoke).toHaveBeenCalledTimes(1);
  });

  test('does not try again', async () => {
    const { clock, scheduler, seen } = start({}, async () => {
      throw new Error('No.');
    });
    const stopped = scheduler.stop();

    await stopped;
    await clock.sleep(3_600_000);

    expect(seen).toHaveLength(1);
  });

  test('can be started again', async () => {
    const { clock, scheduler, dues } = start();
    await clock.sleep(60_000);
    await scheduler.stop();
    await clock.sleep(600_000);

    scheduler.start();
    await clock.sleep(1);

    expect(dues()).toEqual([
      [0, 1],
      [660, 1],
    ]);
  });
});
