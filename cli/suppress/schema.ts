import * as z from 'zod';
import { findingSchema } from '../findings/schema.ts';
import { head, time } from '../shared/history/document.ts';

/** What `suppress --json` writes. */
export const suppressSchema = z.object({
  ...head,
  finding: findingSchema,
  until: time,
  description: z.string(),
  done: z.boolean().describe('With --yes: AWS has suppressed it'),
  commands: z.object({ posix: z.string().optional(), powerShell: z.string().optional() }),
});

export type SuppressDocument = z.infer<typeof suppressSchema>;
