import type { CloudAssembly } from './assembly/cloud-assembly.ts';
import type { Execution } from './compute/executions.ts';
import type { FunctionLimits } from './compute/functions.ts';
import type { ScheduledInvocation } from './compute/scheduler.ts';
import type { HistoryEvent } from './compute/state-machine.thread.ts';
import type { BusEvent, EntryFailure } from './services/eventbridge.ts';
import type { Call, Fault, ServiceAnswer } from './services/service.ts';
import type { Publication } from './services/sns-publish.ts';

/** What can be done to a call: refuse it, cut it off, or kill the function that makes it. */
export type StackFault =
  | Fault
  | {
      readonly type: 'kill';
      /** Part of the name of the function to kill. @default the one that makes the call, and no other of its name */
      readonly functionName?: string;
    };

/** A call, with what is known of the function that makes it. */
export interface StackCall extends Call {
  readonly functionName?: string;
  readonly requestId?: string;
  /** The audit that the function works on, whatever the call is about; absent for a sweep. */
  readonly worksOn?: string;
}

export interface LocalStackOptions {
  readonly assembly: CloudAssembly;
  /** Times faster than real; Infinity never waits. */
  readonly speed: number;
  /** Epoch milliseconds on the stack's clock when it starts. */
  readonly startsAt: number;
  /** Folder of the tables; in memory without one. */
  readonly dataDirectory?: string;
  /** Begin with empty tables. */
  readonly fresh?: boolean;
  /** Environment variables to set on every function over what the stack gives. */
  readonly functionVariables?: Readonly<Record<string, string>>;
  /** What Lambda keeps to. */
  readonly functionLimits?: FunctionLimits;
  /** Decides the fate of each call of a function, before it takes effect. */
  readonly onCall?: (call: StackCall) => StackFault | undefined;
  /** The same, of the same object, after it took effect and before its answer arrives. */
  readonly afterCall?: (call: StackCall, answer: ServiceAnswer) => StackFault | undefined;
  /** Decides the fate of each entry of a PutEvents call; undefined lets it pass. */
  readonly onEntry?: (event: BusEvent) => EntryFailure | undefined;
  /** An execution was started, by whatever. */
  readonly onExecution?: (execution: Execution) => void;
  readonly onHistory?: (event: HistoryEvent) => void;
  readonly onPublish?: (publication: Publication) => void;
  /** A schedule of the stack invoked its target, and the invocation ended. */
  readonly onScheduled?: (invocation: ScheduledInvocation) => void;
  /** A line that a function logged. */
  readonly onLog?: (line: string) => void;
}
