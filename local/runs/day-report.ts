import type { ExecutionResult } from '../compute/state-machine.thread.ts';
import type { AlertReport, AuditReport } from './audit-report.ts';

/** What became of one audit of the story. */
export interface DayAuditReport extends AuditReport {
  /** It ran on a day before the stack was deployed. */
  readonly earlier: boolean;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** From its start, or from the deployment when it started before, to its first execution; absent when it never had one. */
  readonly foundAfterSeconds?: number;
  /** In the order of their start; `execution` is the last of them. */
  readonly executions: readonly Pick<ExecutionResult, 'status' | 'error'>[];
}

/** What became of the day. */
export interface DayReport {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly audits: readonly DayAuditReport[];
  /** Every alert of the day, in order; `atSeconds` counts from midnight. */
  readonly alerts: readonly AlertReport[];
  readonly sweeps: {
    readonly count: number;
    readonly failed: number;
    /** Time between two of them. */
    readonly everySeconds: number;
  };
  /** Calls of all functions by operation, retries of the SDK included. */
  readonly calls: Readonly<Record<string, number>>;
  /** What the story promises and did not happen, a sentence each. */
  readonly missing: readonly string[];
}
