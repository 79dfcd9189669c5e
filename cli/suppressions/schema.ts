import * as z from 'zod';
import { head, time } from '../shared/history/document.ts';

/** What `suppressions --json` writes. */
export const suppressionsSchema = z.object({
  ...head,
  suppressions: z
    .array(
      z.object({
        checkName: z.string(),
        title: z.string(),
        resource: z.string(),
        resourceIdentifier: z.looseObject({}),
        expiresAt: time.optional().describe('Absent: it does not end, or AWS does not say when'),
        indefinite: z.boolean(),
        endsSoon: z.boolean().describe('Within 30 days'),
        description: z.string().optional(),
      }),
    )
    .describe('The next to end first'),
});

export type SuppressionsDocument = z.infer<typeof suppressionsSchema>;
