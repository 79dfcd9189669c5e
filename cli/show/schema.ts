import * as z from 'zod';
import { CHANGES } from '../../lambda/audit/ledger/move.ts';
import { auditSchema } from '../audits/schema.ts';
import { findingSchema } from '../findings/schema.ts';
import { checkResult, count, head, time } from '../shared/history/document.ts';

export const change = z.enum(CHANGES);

/** What `show --json` writes. */
export const showSchema = z.object({
  ...head,
  audit: auditSchema,
  checks: z.array(
    checkResult.extend({
      change: change.optional().describe('Against what was known before the audit; absent before its end'),
      findings: z.object({ new: count, gone: count, suppressed: count, stillOpen: count }).optional(),
    }),
  ),
  notAudited: z.array(z.string()).describe('Open checks that the audit before it had, and this one had not'),
  findings: z
    .object({
      count,
      worst: z.array(findingSchema),
      incompleteChecks: z.array(z.string()).describe('AWS listed fewer findings than it counts'),
    })
    .optional()
    .describe('Absent if none are stored'),
  snapshots: z.array(
    z.object({
      poll: count,
      capturedAt: time,
      taskStatus: z.string().optional(),
      checks: count.optional(),
      compliantChecks: count.optional(),
      nonCompliantChecks: count.optional(),
      failedChecks: count.optional(),
    }),
  ),
  alerts: z.array(
    z.object({
      slot: z.string(),
      kind: z.string(),
      status: z.string(),
      poll: count,
      registeredAt: time,
      settledAt: time.optional().describe('When it was sent, or held back'),
      messageId: z.string().optional(),
    }),
  ),
  topics: z.array(z.string()).describe('ARNs of the topics that alerts go to now; empty for a local run'),
  unreadableItems: count,
});

export type ShowDocument = z.infer<typeof showSchema>;
