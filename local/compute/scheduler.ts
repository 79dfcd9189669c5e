import { randomUUID } from 'node:crypto';
import { MINUTE_MS } from '../../lambda/audit/text/duration.ts';
import type { DeployedSchedule } from '../assembly/deployment.ts';
import { PLACE } from '../place.ts';
import type { Clock, Participant } from '../time/clock.ts';
import type { Functions } from './functions.ts';
import { rateMs } from './rate.ts';

/** One try of an invocation that a schedule caused. */
export interface ScheduledInvocation {
  readonly schedule: string;
  /** When the schedule was due, epoch milliseconds. */
  readonly dueAt: number;
  /** When this try began. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** 1, or more for what Lambda tried again. */
  readonly attempt: number;
  /** What the function returned. */
  readonly answer?: unknown;
  /** Name of what it threw. */
  readonly error?: string;
}

/** An unsupported schedule throws, instead of silently doing nothing. */
export class UnsupportedScheduleError extends Error {
  override readonly name = 'UnsupportedScheduleError';
}

/** Source: Lambda Developer Guide, asynchronous invocation: a minute before the first retry, two before the second. */
const RETRY_PAUSES_MS = [MINUTE_MS, 2 * MINUTE_MS];

/**
 * EventBridge Scheduler with Lambda behind it. A rate counts from the start; the first invocation comes at once, and an
 * invocation does not wait for the previous one. The Scheduler hands it to Lambda asynchronously, which always succeeds here, so
 * the Scheduler's own retry policy and dead-letter queue have nothing to do. Lambda retries a failed invocation, then drops it.
 */
export class Scheduler {
  readonly #schedules: readonly (DeployedSchedule & { readonly rateMs: number })[];
  readonly #functions: Functions;
  readonly #clock: Clock;
  readonly #onInvoked: (invocation: ScheduledInvocation) => void;
  readonly #timers = new Set<Participant>();
  readonly #underWay = new Set<Promise<void>>();
  #running = false;

  /** @throws UnsupportedScheduleError for a schedule that is not a rate */
  constructor(
    schedules: readonly DeployedSchedule[],
    functions: Functions,
    clock: Clock,
    onInvoked: (invocation: ScheduledInvocation) => void,
  ) {
    this.#schedules = schedules.map((schedule) => ({ ...schedule, rateMs: rateOf(schedule) }));
    this.#functions = functions;
    this.#clock = clock;
    this.#onInvoked = onInvoked;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const schedule of this.#schedules) this.#tick(schedule, schedule.rateMs, this.#clock.now());
  }

  /** Waits for the invocations that are under way, but not for their retries. */
  async stop(): Promise<void> {
    this.cancel();
    await Promise.all(this.#underWay);
  }

  /** Stops at once, without waiting for the invocations that are under way. */
  cancel(): void {
    this.#running = false;
    for (const timer of this.#timers) this.#clock.leave(timer);
    this.#timers.clear();
  }

  #tick(schedule: DeployedSchedule, rateMs: number, dueAt: number): void {
    this.#at(dueAt + rateMs, () => this.#tick(schedule, rateMs, dueAt + rateMs));
    this.#invoke(schedule, inputOf(schedule, dueAt), dueAt, 1);
  }

  #invoke(schedule: DeployedSchedule, input: unknown, dueAt: number, attempt: number): void {
    const startedAt = this.#clock.now();
    const invocation = { schedule: schedule.name, dueAt, startedAt, attempt };
    const ended = this.#functions.invoke(schedule.targetArn, input).then(
      (answer) => this.#onInvoked({ ...invocation, endedAt: this.#clock.now(), answer }),
      (error: unknown) => {
        // Before the result is reported, so that the clock cannot skip the retry.
        const pause = attempt <= schedule.retries ? RETRY_PAUSES_MS[attempt - 1] : undefined;
        if (pause !== undefined && this.#running) {
          this.#at(this.#clock.now() + pause, () => this.#invoke(schedule, input, dueAt, attempt + 1));
        }
        const name = error instanceof Error ? error.name : String(error);
        this.#onInvoked({ ...invocation, endedAt: this.#clock.now(), error: name });
      },
    );
    this.#underWay.add(ended);
    void ended.finally(() => this.#underWay.delete(ended));
  }

  /** What `action` sets off works before the clock moves on. */
  #at(moment: number, action: () => void): void {
    const timer = this.#clock.join(() => {
      this.#timers.delete(timer);
      action();
      this.#clock.leave(timer);
    });
    this.#timers.add(timer);
    timer.waitUntil(moment);
  }
}

/** Milliseconds between two invocations. */
function rateOf({ name, expression }: DeployedSchedule): number {
  const rate = rateMs(expression);
  if (rate !== undefined) return rate;
  throw new UnsupportedScheduleError(
    `The schedule ${name} has the expression ${expression}. ` +
      'Allowed here: a rate in minutes, hours or days. For example: rate(5 minutes)',
  );
}

/** The target's input with the Scheduler's keywords filled in; without one, the event that the Scheduler sends by default. */
function inputOf({ arn, input }: DeployedSchedule, dueAt: number): unknown {
  const time = `${new Date(dueAt).toISOString().slice(0, 19)}Z`;
  const id = randomUUID();
  if (input !== undefined) {
    const keywords = { 'schedule-arn': arn, 'scheduled-time': time, 'execution-id': id, 'attempt-number': '1' };
    return JSON.parse(
      Object.entries(keywords).reduce(
        (text, [name, value]) => text.replaceAll(`<aws.scheduler.${name}>`, value),
        input,
      ),
    );
  }
  return {
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: PLACE.account,
    time,
    region: PLACE.region,
    resources: [arn],
    detail: '{}',
  };
}
