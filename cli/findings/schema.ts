import * as z from 'zod';
import { auditReference, count, head, severity, time } from '../shared/history/document.ts';

export const findingSchema = z.object({
  id: z.string().describe('The same in every audit that has the finding'),
  state: z.enum(['OPEN', 'SUPPRESSED', 'CLOSED']).describe('CLOSED only in an export'),
  unconfirmedSince: time
    .optional()
    .describe('Since then no audit gave a result for the check: the finding may be over'),
  checkName: z.string(),
  title: z.string().describe('Title of the check'),
  severity,
  resource: z.string().describe('For people, ids in full'),
  resourceType: z.string().optional(),
  resourceIdentifier: z.looseObject({}).describe('As AWS gave it'),
  reasonCode: z.string().optional(),
  reason: z.string().optional(),
  firstSeenAt: time.optional().describe('Start of the first audit, in an unbroken row, that had it'),
  lastSeenAt: time.describe('Start of the latest audit that had it'),
  audit: auditReference.describe('That audit'),
  things: z.array(z.string()).optional().describe('Things that use the certificate; absent if unknown'),
  moreThings: count.optional(),
});

/** What `findings --json` writes. */
export const findingsSchema = z.object({
  ...head,
  findings: z.array(findingSchema),
  incompleteChecks: z
    .array(
      z.object({
        checkName: z.string(),
        auditName: z.string().optional(),
        nonCompliantResources: count.optional(),
        why: z.enum(['NOT_STORED', 'PARTIAL', 'UNREADABLE']),
      }),
    )
    .describe('Checks whose findings are not all here'),
  unreadableItems: count,
});

export type FindingRow = z.infer<typeof findingSchema>;
export type FindingsDocument = z.infer<typeof findingsSchema>;
