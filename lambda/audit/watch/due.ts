import { DAY_MS, HOUR_MS } from '../text/duration.ts';
import type { AlertSlot } from './alert-kinds.ts';
import { auditStartOf } from './previous-audit.ts';
import type { PublishAttempt } from './publish-attempt.ts';
import { alertsDueAt, LEASE_SLACK_MS, type Watch, type WorkLeft, workLeft } from './watch.ts';

/** AWS keeps audits for 90 days and refuses to be asked for more; an hour is left for clocks that differ. */
export const AWS_RETENTION_MS = 90 * DAY_MS - HOUR_MS;

/** *Store findings* is retried for this long at most, and renews no lease. */
const STORING_MS = 2 * HOUR_MS;

/**
 * The longest back-off between two take-overs: a running audit and an alert must not wait for longer once the trouble is
 * over, but history can wait for its findings, and for an audit that was given up.
 */
const LONGEST_BACKOFF_MS: Readonly<Record<WorkLeft, number>> = {
  POLLS: HOUR_MS,
  ALERTS: HOUR_MS,
  RETRY: DAY_MS,
  FINDINGS: DAY_MS,
};

/** When the sweep has to take a watch over, unless its execution is heard of before. Epoch milliseconds. */
export function dueAfterLease(watch: Parameters<typeof workLeft>[0], leaseUntil: number): number {
  switch (workLeft(watch)) {
    case 'FINDINGS':
      return leaseUntil + STORING_MS;
    case 'ALERTS':
      return watch.ledger === 'PENDING' ? leaseUntil : Math.max(leaseUntil, alertsDueAt(watch.alerts));
    default:
      return leaseUntil;
  }
}

/** When the sweep has to take a watch over, if nobody ever knows what became of an attempt to publish an alert. */
export function dueAfterAttempt(watch: Watch, slot: AlertSlot, attempt: PublishAttempt): number {
  const { [slot]: alert } = watch.alerts;
  const alerts = alert === undefined ? watch.alerts : { ...watch.alerts, [slot]: { ...alert, attempt } };
  return Math.max(watch.dueAt, dueAfterLease({ ...watch, alerts }, watch.leaseUntil));
}

/** When a watch that is taken over now is due again, if nothing comes of it: each pause is twice the one before. */
export function dueAfterTakeOver(watch: Watch, now: Date): number {
  const longest = LONGEST_BACKOFF_MS[workLeft(watch) ?? 'FINDINGS'];
  return now.getTime() + Math.min(longest, LEASE_SLACK_MS * 2 ** (watch.takeOvers ?? 0));
}

/** When the sweep tries a watch again that gives up now. Each pause after that is twice as long (`dueAfterTakeOver`). */
export function dueAfterGivingUp({ leaseUntil }: Pick<Watch, 'leaseUntil'>, now: Date): number {
  return Math.max(leaseUntil, now.getTime() + LEASE_SLACK_MS);
}

/** Until when a watch that gave up is tried again: then AWS drops the audit. */
export function retriedUntil(watch: Pick<Watch, 'auditStartTime' | 'watchedSince'>): Date {
  return new Date(Date.parse(auditStartOf(watch)) + AWS_RETENTION_MS);
}

/** Whether AWS no longer has what a watch still needs: the audit, or its findings. */
export function isOutOfReach(watch: Watch, now: Date): boolean {
  const left = workLeft(watch);
  if (left === 'RETRY') return now >= retriedUntil(watch);
  const { endedAt } = watch;
  if (endedAt === undefined || left !== 'FINDINGS') return false;
  return now.getTime() - Date.parse(endedAt) >= AWS_RETENTION_MS;
}
