import { expect } from '@jest/globals';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import type { Execution } from '../../local/compute/executions.ts';
import { taskIdOf } from '../../local/compute/executions.ts';
import type { ScheduledInvocation } from '../../local/compute/scheduler.ts';
import { LocalStack } from '../../local/local-stack.ts';
import type { StackFault } from '../../local/local-stack-options.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import { startEvent } from '../../local/runs/watch-run.ts';
import type { BusEvent, EntryFailure } from '../../local/services/eventbridge.ts';
import type { Call } from '../../local/services/service.ts';
import type { Participant } from '../../local/time/clock.ts';
import {
  allItems,
  emptyTable,
  expectNothingLost,
  knowHistory,
  type Ledger,
  readLedger,
  type Tolerated,
} from './fleet-ledger.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** AWS keeps audits for 90 days; some of them may still have been to come. */
const FORGOTTEN_AFTER = 100 * DAY;

const STARTS_AT = Date.parse('2026-03-02T00:00:00.000Z');

type Steps = readonly Readonly<Record<string, unknown>>[];

/** An audit that Device Defender has. */
export interface FleetAudit {
  readonly taskId: string;
  readonly steps: Steps;
  /** Epoch milliseconds. @default now */
  readonly startsAt?: number;
  /** As printed by ListAuditFindings. */
  readonly findings?: readonly object[];
}

/** What may be done to calls and to entries of PutEvents, from the moment it is set. */
export interface FleetFaults {
  readonly onCall?: (call: Call) => StackFault | undefined;
  readonly afterCall?: (call: Call) => StackFault | undefined;
  readonly onEntry?: (event: BusEvent) => EntryFailure | undefined;
  /** Whether Lambda refuses to run a function. */
  readonly isThrottled?: (functionName: string) => boolean;
}

export interface FleetOptions {
  /** Settings of the functions, in the place of those that were synthesized. */
  readonly functionVariables?: Readonly<Record<string, string>>;
  /** Invocations that Lambda runs at once. */
  readonly concurrency?: number;
  /** One line that a function printed. */
  readonly onLog?: (line: string) => void;
}

/**
 * The synthesized stack with many audits and the sweep. Time passes only while a method is awaited that says so: in between
 * the clock stands still, so that what is read is what is there.
 */
export class FleetStack {
  readonly stack: LocalStack;
  faults: FleetFaults = {};
  readonly #audits = new Map<string, FleetAudit & { readonly startsAt: number }>();
  readonly #holder: Participant;
  #reached: (() => void) | undefined;
  #earlierExecutions = 0;

  private constructor(stack: LocalStack) {
    this.stack = stack;
    this.#holder = stack.clock.join(() => this.#reached?.());
  }

  static async start({ functionVariables, concurrency, onLog }: FleetOptions = {}): Promise<FleetStack> {
    const fleet: FleetStack = new FleetStack(
      await LocalStack.start({
        assembly: await readAssembly(process.env.TEST_CLOUD_ASSEMBLY ?? ''),
        speed: Number.POSITIVE_INFINITY,
        startsAt: STARTS_AT,
        // What audits learn from each other has scenarios of its own.
        functionVariables: { MOST_LEARNED_POLLS: '0', ...functionVariables },
        functionLimits: { concurrency, isThrottled: (name) => fleet.faults.isThrottled?.(name) === true },
        onLog,
        onCall: (call) => fleet.faults.onCall?.(call),
        afterCall: (call) => fleet.faults.afterCall?.(call),
        onEntry: (event) => fleet.faults.onEntry?.(event),
      }),
    );
    return fleet;
  }

  /**
   * Begins again, as just deployed: nothing is stored, AWS has forgotten the audits so far, and it is midnight. The functions
   * stay warm, which makes it much faster than another stack.
   */
  async reset(): Promise<void> {
    this.faults = {};
    await this.stopSweeps();
    await this.pass(Math.ceil((this.now + FORGOTTEN_AFTER) / DAY) * DAY - this.now);
    await emptyTable(this.stack);
    this.stack.setSchedules([]);
    this.#audits.clear();
    this.#earlierExecutions = this.stack.executions.length;
    for (const record of [this.stack.calls, this.stack.publications, this.stack.scheduledInvocations])
      record.length = 0;
  }

  /** Spares a scenario the sweeps that list all that AWS keeps. Call it when there is nothing before today. */
  async knowHistory(): Promise<void> {
    await knowHistory(this.stack);
    this.stack.calls.length = 0;
  }

  /** Epoch milliseconds. */
  get now(): number {
    return this.stack.clock.now();
  }

  /** Device Defender has this audit from its start on; no event announces it. */
  add({ startsAt = this.now, ...audit }: FleetAudit): void {
    const { taskId, steps, findings } = audit;
    const recording = parseRecording(JSON.stringify({ taskId, steps, findings }), 'fleet');
    this.#audits.set(taskId, { ...audit, startsAt });
    this.stack.startAudit(taskId, recording, startsAt);
  }

  /** The event that announces an audit's start comes now. */
  announce(taskId: string): Execution[] {
    const { steps } = this.#audits.get(taskId) ?? { steps: [] };
    const recording = parseRecording(JSON.stringify({ taskId, steps }), 'fleet');
    return this.stack.putEvent(startEvent({ taskId, recording, startedAt: this.now }, new Date(this.now)));
  }

  /** Each call of an operation fails until then. */
  failUntil(until: number, name: string, fault: StackFault): void {
    this.faults = { onCall: ({ operation }) => (operation === name && this.now < until ? fault : undefined) };
  }

  /** Lets time pass. */
  async pass(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reached = resolve;
    this.#holder.waitUntil(this.now + milliseconds);
    await promise;
  }

  startSweeps(): void {
    this.stack.startSchedules();
  }

  async stopSweeps(): Promise<void> {
    await this.#while(this.stack.stopSchedules());
  }

  /** One sweep, now. */
  async sweep(): Promise<ScheduledInvocation> {
    this.stack.startSchedules();
    await this.stopSweeps();
    return this.#lastSweeps(1)[0] as ScheduledInvocation;
  }

  /** Two sweeps at the same moment. */
  async sweepTwice(): Promise<readonly ScheduledInvocation[]> {
    this.stack.startSchedules();
    const first = this.stack.stopSchedules();
    this.stack.startSchedules();
    await this.#while(Promise.all([first, this.stack.stopSchedules()]));
    return this.#lastSweeps(2);
  }

  /** Sweeps now and again, at this distance, until this much time has passed. */
  async sweepFor(milliseconds: number, every: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += every) {
      await this.sweep();
      await this.pass(every);
    }
  }

  /** The executions for an audit, in the order of their start. */
  executionsOf(taskId: string): Execution[] {
    const executions = this.stack.executions.slice(this.#earlierExecutions);
    return executions.filter(({ input }) => taskIdOf(input) === taskId);
  }

  /** Aborts what runs for an audit, as somebody in the console would. */
  async abort(taskId: string): Promise<void> {
    await Promise.all(this.executionsOf(taskId).map(({ arn }) => this.stack.abortExecution(arn)));
  }

  /** The executions for an audit die now, with the functions that work for them. Use it as a fault: the call is the last. */
  die(taskId: string): StackFault {
    for (const { arn } of this.executionsOf(taskId)) void this.stack.abortExecution(arn);
    return { type: 'kill' };
  }

  /** The last state of each execution for an audit; ABORTED for one that was aborted. */
  lastStates(taskId: string): string[] {
    return this.executionsOf(taskId).map(({ history }) => {
      if (history.at(-1)?.type === 'ExecutionAborted') return 'ABORTED';
      return history.findLast(({ type }) => type === 'StateEntered')?.state ?? '';
    });
  }

  /** Every item of the table. */
  items(): Promise<Record<string, unknown>[]> {
    return allItems(this.stack);
  }

  /** All that is stored and published now. */
  ledger(): Promise<Ledger> {
    return readLedger(this.stack);
  }

  /**
   * What holds whatever happens: every audit that has begun is watched to its end, every alert is out once, and nothing
   * was scanned.
   */
  async expectNothingLost(tolerated: Tolerated = {}): Promise<Ledger> {
    const ledger = await this.ledger();
    const begun = [...this.#audits.values()].filter(({ startsAt }) => startsAt <= this.now);
    expectNothingLost(
      ledger,
      begun.map(({ taskId }) => taskId),
      tolerated,
    );
    expect(this.stack.calls.filter(({ operation }) => operation === 'Scan')).toEqual([]);
    return ledger;
  }

  async close(): Promise<void> {
    await this.stack.close();
  }

  /** Lets the clock run until something is done. */
  async #while<T>(work: Promise<T>): Promise<T> {
    this.#holder.waitUntil(Number.POSITIVE_INFINITY);
    try {
      return await work;
    } finally {
      this.#holder.busy();
    }
  }

  #lastSweeps(count: number): readonly ScheduledInvocation[] {
    return this.stack.scheduledInvocations.slice(-count);
  }
}
