import * as z from 'zod';
import { auditSchema } from '../audits/schema.ts';
import { count, head, severity, time } from '../shared/history/document.ts';

/** What `replay --json` writes. */
export const replaySchema = z.object({
  ...head,
  audit: auditSchema,
  alerts: z.array(
    z.object({
      slot: z.string(),
      recorded: z
        .object({ kind: z.string(), status: z.string(), poll: count, at: time })
        .optional()
        .describe('What the watch did; absent: no alert'),
      today: z
        .object({
          kind: z.string(),
          severity: severity.describe('With which it would be sent'),
          poll: count,
          subject: z.string(),
          email: z.string(),
        })
        .optional()
        .describe('What this version would publish, before `repeat` and what was published already hold it back'),
    }),
  ),
  unreadableItems: count,
});

export type ReplayDocument = z.infer<typeof replaySchema>;
