import { type AuditId, placeKey } from '../../contract.ts';
import type { CheckCounts } from '../answer/reading.ts';
import { ALERT_SLOTS, type AlertSlot, type AuditAlertKind, type GaveUp, type StuckFacts } from './alert-kinds.ts';
import type { PollsSoFar, RunningCourse, RunTime, UsualCourse } from './course.ts';
import { isAttemptDue, nextAttemptAt, type Publishable } from './publish-attempt.ts';

/** One alert in the outbox: registered together with the state that caused it, marked when it is out. */
export interface RegisteredAlert extends Publishable {
  readonly kind: AuditAlertKind;
  /**
   * HELD: recorded, but not sent, because it says what is known and was published. UNCERTAIN: nobody knows whether any of
   * its attempts published it.
   */
  readonly status: 'PENDING' | 'SENT' | 'HELD' | 'UNCERTAIN';
  /** Poll of the snapshot that it is about; 0 if there is no snapshot. */
  readonly poll: number;
  /** HELD while the audit runs only: names of the checks that it would have been about. */
  readonly heldChecks?: readonly string[];
  /** WATCHER_GAVE_UP only. */
  readonly gaveUp?: GaveUp;
  /** AUDIT_STUCK only. */
  readonly stuck?: StuckFacts;
  /** ISO 8601, UTC. */
  readonly registeredAt: string;
  /** When it was sent, or held back, or given up as uncertain. ISO 8601, UTC. */
  readonly settledAt?: string;
}

/** The alerts of a watch, at most one in a slot. */
export type AlertOutbox = Readonly<Partial<Record<AlertSlot, RegisteredAlert>>>;

/** Stands for the execution of a watch that the sweep has begun and that no execution has taken yet. */
export const NOBODY = 'NOBODY';

/** All that is remembered of an audit between two polls. */
export interface Watch extends AuditId {
  /** ARN of the execution that holds, or held, the lease; NOBODY before the first. */
  readonly execution: string;
  /** No other execution may write to the watch until then. Epoch milliseconds. */
  readonly leaseUntil: number;
  /** When the sweep has to do something about the watch, whatever that is. Epoch milliseconds. */
  readonly dueAt: number;
  /** Executions that the sweep has started for it since its last poll; absent for 0. */
  readonly takeOvers?: number;
  /** Polls so far. */
  readonly poll: number;
  /** When the first execution took it; before that, when the sweep found the audit. ISO 8601, UTC. */
  readonly watchedSince: string;
  readonly alerts: AlertOutbox;
  /** Set when no further poll follows, because the audit has ended. ISO 8601, UTC. */
  readonly endedAt?: string;
  /** Since when the audit could not be watched to its end. The sweep tries it again from time to time. ISO 8601, UTC. */
  readonly gaveUpAt?: string;
  /** The sweep found the audit in the history from before the deployment: if it cannot be read, no alert says so. */
  readonly predatesWatcher?: true;
  /** When DynamoDB may drop the watch and all that belongs to it. Epoch seconds. */
  readonly expiresAt: number;
  /** Whether the findings of the ended audit are in the table; absent if the audit has no findings. PARTIAL: AWS never listed all of them. */
  readonly findings?: 'PENDING' | 'STORED' | 'PARTIAL';
  /** Whether the ledger has moved forward by the ended audit, and its closing message is registered. */
  readonly ledger?: 'PENDING' | 'MOVED';
  /** Start of the audit, or of its watch where that is unknown. ISO 8601, UTC. */
  readonly auditStartTime?: string;
  /** Moment of the latest poll. ISO 8601, UTC. */
  readonly lastPolledAt?: string;
  /** Latest known state. */
  readonly auditName?: string;
  readonly taskStatus?: string;
  readonly counts?: CheckCounts;
  /** When the audit first said COMPLETED with checks that are not decided. ISO 8601, UTC. */
  readonly completedAt?: string;
  /** The audit was found too long after its end to alert anybody. */
  readonly late?: true;
  /** How far the checks were at the latest poll (`progressMark`), and since when. ISO 8601, UTC. */
  readonly progress?: string;
  readonly changedAt?: string;
  /** How long the audit ran; absent while it runs, and where nobody saw its end. */
  readonly ran?: RunTime;
  /** What is expected of it from earlier audits of its name; absent for the first one. */
  readonly usual?: UsualCourse;
  /** Its course as far as it has been seen. */
  readonly course?: RunningCourse;
  /** When the next poll is due, and how many polls earlier audits added. */
  readonly polls?: PollsSoFar;
}

/**
 * Milliseconds that a lease outlives the moment of its next expected renewal. It must be longer than the longest pause
 * between two attempts of one state (300 s of backoff plus the function's own timeout), or a live execution
 * would look dead.
 */
export const LEASE_SLACK_MS = 15 * 60 * 1000;

/** Identifies an alert of an audit, to subscribers too: the same for every copy of it. */
export function alertKeyOf(audit: AuditId, slot: AlertSlot): string {
  return `${placeKey(audit)}#${audit.taskId}#${slot}`;
}

/** The alerts that still have to be published, in the order of sending. */
export function pendingSlots(alerts: AlertOutbox): AlertSlot[] {
  return pendingAlerts(alerts).map(([slot]) => slot);
}

/** The pending alerts that may be published now: the others wait, because an attempt of unknown fate came before. */
export function dueSlots(alerts: AlertOutbox, now: Date): AlertSlot[] {
  return pendingAlerts(alerts)
    .filter(([, alert]) => isAttemptDue(alert, now))
    .map(([slot]) => slot);
}

/** When the first of the pending alerts may be published. Epoch milliseconds; 0: at any time. */
export function alertsDueAt(alerts: AlertOutbox): number {
  const moments = pendingAlerts(alerts).map(([, alert]) => nextAttemptAt(alert));
  return moments.length === 0 ? 0 : Math.min(...moments);
}

function pendingAlerts(alerts: AlertOutbox): (readonly [AlertSlot, RegisteredAlert])[] {
  return ALERT_SLOTS.flatMap((slot) => {
    const { [slot]: alert } = alerts;
    return alert?.status === 'PENDING' ? [[slot, alert] as const] : [];
  });
}

/** What an execution has to do next for a watch. */
export type WorkLeft = 'POLLS' | 'ALERTS' | 'RETRY' | 'FINDINGS';

/** Undefined when nothing is left to do. */
export function workLeft({
  endedAt,
  gaveUpAt,
  findings,
  ledger,
  alerts,
}: Pick<Watch, 'endedAt' | 'gaveUpAt' | 'findings' | 'ledger' | 'alerts'>): WorkLeft | undefined {
  if (endedAt === undefined && gaveUpAt === undefined) return 'POLLS';
  if (ledger === 'PENDING' || pendingSlots(alerts).length > 0) return 'ALERTS';
  if (endedAt === undefined) return 'RETRY';
  return findings === 'PENDING' ? 'FINDINGS' : undefined;
}
