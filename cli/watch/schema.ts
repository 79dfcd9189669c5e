import * as z from 'zod';
import { checkResult, count, head, time } from '../shared/history/document.ts';

/** An audit as it stands at one moment. */
export const watchedAudit = z.object({
  taskId: z.string(),
  auditName: z.string().optional(),
  phase: z
    .enum(['RUNNING', 'COMPLETED', 'FAILED', 'CANCELED', 'UNKNOWN', 'GAVE_UP'])
    .describe('GAVE_UP: the watcher tries it again from time to time'),
  over: z.boolean().describe('No more is to come'),
  startedAt: time.optional(),
  polledAt: time.optional().describe('When AWS gave the answer that this is; absent before the first'),
  expectedEndAt: time.optional().describe('From earlier audits of its name, as far as the table knows any'),
  totalChecks: count.optional(),
  checks: z.array(checkResult),
});

/** What `watch --json` writes, at the end. */
export const watchSchema = z.object({
  ...head,
  account: head.account.optional().describe('Absent with --direct'),
  audits: z.array(watchedAudit),
});

export type WatchedAudit = z.infer<typeof watchedAudit>;
export type WatchDocument = z.infer<typeof watchSchema>;
