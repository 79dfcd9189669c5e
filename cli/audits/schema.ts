import * as z from 'zod';
import { AUDIT_OUTCOMES } from '../../lambda/audit/watch/end.ts';
import { count, head, time } from '../shared/history/document.ts';

export const auditSchema = z.object({
  taskId: z.string(),
  auditName: z.string().optional().describe("The schedule's name, or ON_DEMAND; absent if it could never be polled"),
  outcome: z.enum(AUDIT_OUTCOMES),
  startedAt: time.describe('Start of the audit, or of its watch where AWS gave none'),
  endedAt: time.optional().describe('The poll that saw the end'),
  ranSeconds: z.number().nonnegative().optional(),
  checks: count.optional(),
  compliantChecks: count.optional(),
  nonCompliantChecks: count.optional(),
  failedChecks: count.optional(),
  alerts: z.array(z.object({ kind: z.string(), status: z.string(), at: time })),
  late: z.boolean().describe('Found too long after its end to alert anybody'),
});

/** What `audits --json` writes. */
export const auditsSchema = z.object({
  ...head,
  since: time,
  audits: z.array(auditSchema).describe('Newest first'),
  unreadableItems: count,
});

export type AuditRow = z.infer<typeof auditSchema>;
