import { AsyncLocalStorage } from 'node:async_hooks';
import { SNSClient } from '@aws-sdk/client-sns';
import { jest } from '@jest/globals';

/** What became of a call, or of an invocation. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** An AWS call that a handler makes. It stops twice: before it takes effect, and before its answer arrives. */
export interface HeldCall {
  /** Name of the SDK's command: `Update`, `Publish`, `DescribeAuditTask`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Carries it out. */
  readonly perform: () => Promise<Outcome>;
  /** Lets the handler go on. */
  readonly settle: (outcome: Outcome) => void;
  /** Set when it has taken effect. */
  outcome?: Outcome;
}

/** A handler at work. Its AWS calls happen only when somebody lets them. */
export interface Invocation {
  /** The calls that it waits for, in the order they were made. */
  readonly calls: HeldCall[];
  /** Set when it has returned or thrown. */
  outcome?: Outcome;
}

type Send = (this: unknown, command: { readonly input: object }, ...rest: unknown[]) => Promise<unknown>;

const current = new AsyncLocalStorage<Invocation>();

/** Holds every AWS call of handlers that `invoke` starts, until mocks are restored. Calls of others pass. */
export function holdCalls(): void {
  const prototype: { send: Send } = Object.getPrototypeOf(SNSClient.prototype); // all clients share it
  const { send } = prototype;
  jest.spyOn(prototype, 'send').mockImplementation(function (this: unknown, command, ...rest) {
    const perform = () => send.call(this, command, ...rest);
    const invocation = current.getStore();
    if (invocation === undefined) return perform();
    return new Promise((resolve, reject) => {
      invocation.calls.push({
        operation: command.constructor.name.replace(/Command$/, ''),
        input: { ...command.input },
        perform: () => outcomeOf(current.exit(perform)),
        settle: (outcome) => ('value' in outcome ? resolve(outcome.value) : reject(outcome.error)),
      });
    });
  });
}

/** Starts a handler and lets it run to its first call. */
export async function invoke(work: () => Promise<unknown>): Promise<Invocation> {
  const invocation: Invocation = { calls: [] };
  outcomeOf(current.run(invocation, work)).then((outcome) => {
    invocation.outcome = outcome;
  });
  await quiet();
  return invocation;
}

/** Until nothing goes on without a call: between two calls, handlers never wait for anything but promises. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}
