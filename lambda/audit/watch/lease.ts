import { LEASE_SLACK_MS, type Watch } from './watch.ts';

/**
 * A lease is the sort key of an index, so that setting a new one costs more than all else a poll writes. So a lease that still
 * lasts well beyond the pause is left as it is: at the end of a poll it must outlive the pause by this much.
 */
const KEPT_FOR_MS = 10 * 60 * 1000;

/**
 * At the beginning of a poll, or of a sending, a lease must last for this long: longer than the longest pause between two
 * attempts of one state (300 s of backoff, and 180 s until a hanging *Send alerts* counts as failed). Less than
 * KEPT_FOR_MS, or the lease that the poll before has left would never do.
 */
const HELD_FOR_MS = 9 * 60 * 1000;

/** What somebody who asks for the lease of an audit is to it. */
export interface LeaseRequest {
  readonly execution: string;
  readonly now: Date;
  /** The lease must outlive a pause of so many seconds. */
  readonly waitSeconds: number;
}

/** How an open watch stands: held by the execution that asks, for long enough; held by another; or to be taken. */
export function standingOf(
  { execution, leaseUntil }: Pick<Watch, 'execution' | 'leaseUntil'>,
  request: LeaseRequest,
): 'HELD' | 'HELD_BY_ANOTHER' | 'TO_TAKE' {
  const now = request.now.getTime();
  if (execution !== request.execution) return leaseUntil >= now ? 'HELD_BY_ANOTHER' : 'TO_TAKE';
  return leaseUntil >= now + request.waitSeconds * 1000 + HELD_FOR_MS ? 'HELD' : 'TO_TAKE';
}

/** End of a newly taken lease. Epoch milliseconds. */
export function newLease({ now, waitSeconds }: Omit<LeaseRequest, 'execution'>): number {
  return now.getTime() + waitSeconds * 1000 + LEASE_SLACK_MS;
}

/** End of the lease from now on: the same as long as it outlives the pause by far. */
export function leaseBeyond({ leaseUntil }: Pick<Watch, 'leaseUntil'>, now: Date, waitSeconds: number): number {
  return leaseUntil >= now.getTime() + waitSeconds * 1000 + KEPT_FOR_MS ? leaseUntil : newLease({ now, waitSeconds });
}
