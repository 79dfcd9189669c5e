import * as z from 'zod';
import { checkState, count, head, outcome, time } from '../shared/history/document.ts';
import { change } from '../show/schema.ts';

/** What `history --json` writes. */
export const historySchema = z.object({
  ...head,
  since: time,
  checkName: z.string(),
  title: z.string(),
  series: z
    .array(
      z.object({
        auditName: z.string().optional().describe('Only for a check that is known per audit name'),
        periods: z
          .array(
            z.object({
              state: checkState,
              from: time.describe('May be before `since`'),
              until: time.optional().describe('Absent: it still is so'),
              seconds: z.number().nonnegative(),
            }),
          )
          .describe('Oldest first'),
        changes: z.array(
          z.object({
            at: time.describe('Start of the audit'),
            taskId: z.string(),
            auditName: z.string(),
            change,
            outcome,
            nonCompliantResources: count.optional(),
            suppressedResources: count.optional(),
            errorCode: z.string().optional(),
          }),
        ),
      }),
    )
    .describe('One; of a check that is known per audit name, one for each name'),
  unreadableItems: count,
});

export type HistoryDocument = z.infer<typeof historySchema>;
