import * as z from 'zod';
import { auditReference, checkState, count, head, severity, time } from '../shared/history/document.ts';

const check = z.object({
  checkName: z.string(),
  title: z.string(),
  auditName: z.string().optional().describe('Only for a check that is known per audit name'),
  state: checkState,
  since: time.optional(),
  severity,
  lastResult: z.enum(['COMPLIANT', 'NON_COMPLIANT']).optional().describe('Also of a check whose state is unknown now'),
  nonCompliantResources: count.optional().describe('In the last result, without suppressed ones; absent is unknown'),
  suppressedResources: count.optional(),
  errorCode: z.string().optional().describe('Why the check is unknown, as far as AWS says'),
  audit: auditReference.optional().describe('The latest audit that had the check'),
  outdated: z.boolean().describe('No audit has had the check for more than 32 days'),
});

/** What `status --json` writes. */
export const statusSchema = z.object({
  ...head,
  sweptAt: time.optional().describe('The latest sweep for audits; absent if there was none'),
  checks: z.array(check).describe('Worst first'),
  neverAudited: z.array(z.object({ checkName: z.string(), title: z.string(), severity })),
  running: z.array(
    z.object({
      taskId: z.string(),
      auditName: z.string().optional(),
      startedAt: time.optional(),
      lastPolledAt: time.optional(),
      checks: count.optional(),
      finishedChecks: count.optional(),
      nonCompliantChecks: count.optional(),
      failedChecks: count.optional(),
    }),
  ),
  gaveUp: z
    .array(
      z.object({
        taskId: z.string(),
        auditName: z.string().optional(),
        startedAt: time.describe('Start of the audit, or of its watch where AWS gave none'),
        gaveUpAt: time,
        reason: z.string().optional().describe('As in WATCHER_GAVE_UP; absent for an audit from before the deployment'),
        retriedUntil: time.describe('It is tried again until then'),
      }),
    )
    .describe('Audits that could not be watched to their end'),
  missedRuns: z.array(z.object({ auditName: z.string(), dueAt: time, lastStartedAt: time.optional() })),
  unsentAlerts: z.array(
    z.object({
      auditName: z.string().optional(),
      taskId: z.string().optional(),
      kind: z.string(),
      status: z.enum(['PENDING', 'UNCERTAIN']).describe('UNCERTAIN: nobody knows whether any attempt published it'),
      registeredAt: time.describe('For an UNCERTAIN alert, the time when it became so'),
      alertKey: z.string().optional().describe('Only of one that is UNCERTAIN'),
    }),
  ),
  unreadableItems: count.describe('Items of the tables that could not be read, so that something may be missing here'),
});

export type StatusDocument = z.infer<typeof statusSchema>;
