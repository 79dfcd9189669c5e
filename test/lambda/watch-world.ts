import { NEXT } from '../../lambda/contract.ts';
import { auditId } from '../builders.ts';
import { type HeldCall, type Invocation, invoke, type Outcome, quiet } from './held-calls.ts';

export type Handler = (event: unknown) => Promise<unknown>;

/** What happens to the one that has just been let run, at the call where it stopped. */
export const FATES = [
  /** Nothing: others may go on in the meantime. */
  'held',
  /** The whole execution, or sweep, is gone. */
  'crash',
  /** The function is gone; the state machine tries again. */
  'death',
  /** The state machine takes the function for dead and tries again, but it goes on. */
  'abandonment',
  /** The call fails: refused if it has not taken effect yet, its answer lost otherwise. */
  'throttling',
  'reset',
  /** It fails under a name that is never retried. */
  'refusal',
] as const;
export type Fate = (typeof FATES)[number];

type Task = 'Check audit' | 'Read findings' | 'Send alerts' | 'Store findings' | 'Give up';

/** One execution of the state machine. */
export interface Execution {
  readonly arn: string;
  readonly taskId: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  task: Task;
  state: Readonly<Record<string, unknown>>;
  /** Attempts of the task so far. */
  attempts: number;
  /** When the task, or its next attempt, is due. */
  dueAt: number;
  invocation?: Invocation;
}

/** What can be let run: an execution, or an invocation without one. */
export type Actor = Execution | Invocation;

/** A call that has just taken effect, and who made it. */
export interface Effect {
  readonly call: HeldCall;
  readonly invocation: Invocation;
  /** ARN of the execution; undefined for a sweep. */
  readonly execution?: string;
}

export interface WorldOptions {
  readonly checkAudit: Handler;
  readonly readFindings: Handler;
  readonly sendAlerts: Handler;
  readonly findAudits: Handler;
  readonly startsAt: number;
  /** Called as time passes. */
  readonly onTime: (now: number) => void;
  /** Carries the call out, and watches what it does. */
  readonly onEffect: (effect: Effect) => Promise<void>;
  /** What is done to an invocation that would not happen by itself. */
  readonly onMishap: (invocation: Invocation, execution: string | undefined, fate: Fate) => void;
}

/** Attempts of one task, before its execution gives it up. */
export const MOST_ATTEMPTS = 6;
const BACKOFF_MS = 5_000;
const NEVER_RETRIED = ['RefusedError', 'WatchLimitReachedError', 'WatchNotFoundError', 'MalformedItemError'];
const EXECUTION_ARN = 'arn:aws:states:eu-west-1:123456789012:execution:Loop:';

/**
 * State machine, Lambda and clock for the real handlers, one call at a time: nothing happens but what somebody asks for.
 * The states are those of lib/watching/watch-loop-definition.ts.
 */
export class WatchWorld {
  readonly executions: Execution[] = [];
  readonly #options: WorldOptions;
  /** Sweeps, and functions that nobody waits for any longer. */
  #loose: Invocation[] = [];
  readonly #owners = new Map<Invocation, Execution>();
  #now: number;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#now = options.startsAt;
    options.onTime(this.#now);
  }

  get now(): number {
    return this.#now;
  }

  /** Everybody who has something left to do. */
  get actors(): Actor[] {
    return [...this.executions.filter(({ status }) => status === 'RUNNING'), ...this.#loose];
  }

  start(taskId: string): void {
    this.executions.push({
      arn: `${EXECUTION_ARN}${this.executions.length + 1}`,
      taskId,
      status: 'RUNNING',
      task: 'Check audit',
      state: { ...auditId(taskId) },
      attempts: 0,
      dueAt: this.#now,
    });
  }

  async sweep(): Promise<void> {
    this.#loose.push(await invoke(() => this.#options.findAudits({})));
  }

  passUntil(moment: number): void {
    this.#now = Math.max(this.#now, moment);
    this.#options.onTime(this.#now);
  }

  /** The call at which an actor stands. */
  callOf(actor: Actor): HeldCall | undefined {
    return invocationOf(actor)?.calls[0];
  }

  /** Half a call: it takes effect, or its answer arrives. Waits, if it must, for the execution's next task to be due. */
  async run(actor: Actor): Promise<void> {
    const invocation = invocationOf(actor);
    if (invocation === undefined) {
      if ('arn' in actor) await this.#begin(actor);
      return;
    }
    const [call] = invocation.calls;
    if (call === undefined) throw new Error('The handler waits for something that is no AWS call.');
    if (call.outcome === undefined) {
      await this.#options.onEffect({ call, invocation, execution: this.#owners.get(invocation)?.arn });
      return;
    }
    await this.#settle(actor, invocation, call.outcome);
  }

  /** Lets something happen to an actor where it stands. */
  async suffer(actor: Actor, fate: Fate): Promise<void> {
    const invocation = invocationOf(actor);
    if (fate === 'held') return;
    if (invocation !== undefined) {
      this.#options.onMishap(invocation, this.#owners.get(invocation)?.arn, fate);
    }
    if (fate === 'crash' || (fate === 'death' && !('arn' in actor))) {
      this.#loose = this.#loose.filter((other) => other !== actor);
      if ('arn' in actor) actor.status = 'ABORTED';
    } else if (invocation === undefined) {
      // Nothing is under way that could be hit.
    } else if (fate === 'death' || fate === 'abandonment') {
      if (!('arn' in actor)) return;
      if (fate === 'abandonment') this.#loose.push(invocation);
      this.#moveOn(actor, { error: named(fate === 'death' ? 'Lambda.Unknown' : 'States.Timeout') });
    } else {
      await this.#settle(actor, invocation, { error: named(ERRORS[fate]) });
    }
  }

  async #begin(execution: Execution): Promise<void> {
    this.passUntil(execution.dueAt);
    const { task, state, arn } = execution;
    const event = { input: state, execution: arn };
    const invocation = await invoke(() => this.#handlerOf(task)(event));
    this.#owners.set(invocation, execution);
    execution.invocation = invocation;
    if (invocation.outcome !== undefined) this.#moveOn(execution, invocation.outcome);
  }

  /** An answer arrives, and the handler goes on to its next call, or to its end. */
  async #settle(actor: Actor, invocation: Invocation, outcome: Outcome): Promise<void> {
    invocation.calls.shift()?.settle(outcome);
    await quiet();
    if (invocation.outcome === undefined) return;
    this.#loose = this.#loose.filter((other) => other !== invocation);
    if ('arn' in actor) this.#moveOn(actor, invocation.outcome);
  }

  #handlerOf(task: Task): Handler {
    const { checkAudit, readFindings, sendAlerts } = this.#options;
    switch (task) {
      case 'Check audit':
        return checkAudit;
      case 'Read findings':
      case 'Store findings':
        return readFindings;
      case 'Send alerts':
      case 'Give up':
        return sendAlerts;
    }
  }

  /** Retries the task, or enters the next state. */
  #moveOn(execution: Execution, outcome: Outcome): void {
    execution.invocation = undefined;
    if ('value' in outcome) {
      this.#succeed(execution, outcome.value);
      return;
    }
    const name = nameOf(outcome.error);
    execution.attempts += 1;
    if (execution.attempts < MOST_ATTEMPTS && !NEVER_RETRIED.includes(name)) {
      execution.dueAt = this.#now + BACKOFF_MS;
      return;
    }
    this.#fail(execution, { Error: name });
  }

  #succeed(execution: Execution, answer: unknown): void {
    const { task, state } = execution;
    if (task === 'Check audit') this.#decide(execution, Object(answer));
    else if (task === 'Read findings') this.#enter(execution, 'Send alerts', { ...state, findings: answer });
    else if (task === 'Send alerts') this.#afterAlerts(execution);
    else execution.status = task === 'Store findings' ? 'SUCCEEDED' : 'FAILED';
  }

  #fail(execution: Execution, error: { readonly Error: string }): void {
    const { task, state } = execution;
    if (task === 'Check audit') this.#enter(execution, 'Give up', { ...state, failure: error });
    else if (task === 'Read findings') this.#enter(execution, 'Send alerts', { ...state, findings: error });
    else if (task === 'Send alerts' && state.finished === false) this.#wait(execution);
    else execution.status = 'FAILED';
  }

  #decide(execution: Execution, state: Execution['state']): void {
    if (state.next === NEXT.readFindings) this.#enter(execution, 'Read findings', state);
    else if (state.next === NEXT.sendAlerts) this.#enter(execution, 'Send alerts', state);
    else if (state.next === NEXT.wait) this.#wait(execution, state);
    else execution.status = 'SUCCEEDED';
  }

  #afterAlerts(execution: Execution): void {
    const { finished, findings } = execution.state;
    if (finished !== true) this.#wait(execution);
    else if (Object(findings).Error === undefined) execution.status = 'SUCCEEDED';
    else this.#enter(execution, 'Store findings');
  }

  #wait(execution: Execution, state = execution.state): void {
    this.#enter(execution, 'Check audit', state);
    execution.dueAt = this.#now + Number(execution.state.waitSeconds) * 1000;
  }

  #enter(execution: Execution, task: Task, state = execution.state): void {
    Object.assign(execution, { task, state, attempts: 0, dueAt: this.#now });
  }
}

const ERRORS = {
  throttling: 'ThrottledError',
  reset: 'UnavailableError',
  refusal: 'RefusedError',
} as const;

function invocationOf(actor: Actor): Invocation | undefined {
  return 'arn' in actor ? actor.invocation : actor;
}

function named(name: string): Error {
  return Object.assign(new Error(`${name} (made by the test)`), { name });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
