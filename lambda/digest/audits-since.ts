import type { AuditsSince } from '../audit/alert/digest/facts.ts';
import { DAY_MS } from '../audit/text/duration.ts';
import type { Watch } from '../audit/watch/watch.ts';

/** An audit that ends in some time started at most this long before it, unless the watcher gave it up on the way. */
export const LONGEST_AUDIT_MS = 31 * DAY_MS;

/** Before the first audit is counted. */
export const NO_AUDITS: AuditsSince = { ended: {}, running: 0, givenUp: [] };

/**
 * Counts what became of one more audit after `since`, up to `until`. One that is recorded without alerts ended earlier than it
 * was found.
 */
export function withAudit(audits: AuditsSince, watch: Watch, since: string, until: string): AuditsSince {
  const { taskId, auditName, endedAt, gaveUpAt, late, taskStatus = 'UNKNOWN', alerts } = watch;
  const { ended, running, givenUp } = audits;
  const isWithin = (moment: string | undefined) => moment !== undefined && moment > since && moment <= until;
  const { registeredAt, gaveUp } = alerts.WATCHER_GAVE_UP ?? {};
  const hasEnded = endedAt !== undefined;
  return {
    ended: isWithin(endedAt) && !late ? { ...ended, [taskStatus]: (ended[taskStatus] ?? 0) + 1 } : ended,
    running: hasEnded || gaveUpAt !== undefined ? running : running + 1,
    givenUp:
      registeredAt !== undefined && isWithin(registeredAt)
        ? [...givenUp, { taskId, auditName, gaveUpAt: registeredAt, errorName: gaveUp?.errorName, hasEnded }]
        : givenUp,
  };
}
