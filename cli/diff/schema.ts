import * as z from 'zod';
import { auditSchema } from '../audits/schema.ts';
import { findingSchema } from '../findings/schema.ts';
import { count, head, outcome, severity } from '../shared/history/document.ts';
import { change } from '../show/schema.ts';

const standing = z.object({ outcome, nonCompliantResources: count.optional(), suppressedResources: count.optional() });

/** What `diff --json` writes. */
export const diffSchema = z.object({
  ...head,
  earlier: auditSchema,
  later: auditSchema,
  checks: z.array(
    z.object({
      checkName: z.string(),
      title: z.string(),
      severity,
      earlier: standing.optional().describe('Absent: the earlier audit did not have the check'),
      later: standing.optional(),
      change: change
        .optional()
        .describe('From the earlier to the later; absent where one of them did not have the check'),
      findings: z
        .object({
          new: z.array(findingSchema),
          gone: z.array(findingSchema),
          suppressed: z.array(findingSchema).describe('Open in the earlier, suppressed in the later'),
          stillOpen: count,
        })
        .optional()
        .describe('Absent where the findings of one of them are not all known'),
    }),
  ),
  unreadableItems: count,
});

export type DiffDocument = z.infer<typeof diffSchema>;
