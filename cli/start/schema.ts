import * as z from 'zod';
import { count, head, severity } from '../shared/history/document.ts';
import { watchedAudit } from '../watch/schema.ts';

const verdict = z.object({
  verdict: z
    .enum(['CLEAN', 'FINDINGS', 'UNKNOWN', 'TIMED_OUT'])
    .describe('Exit codes 0, 3, 4 and 5. CLEAN: every check has a result, and nothing is at or above the floor'),
  failOn: severity.describe('The floor'),
  onlyNew: z.boolean().describe('Findings count only if they were not open before'),
  checks: z
    .array(z.object({ checkName: z.string(), title: z.string(), severity, findings: count }))
    .describe('With findings at or above the floor, worst first'),
  unknownChecks: z.array(z.string()).describe('Without a result'),
  audit: watchedAudit,
});

/** What `start --json` writes. */
export const startSchema = z.object({
  ...head,
  account: head.account.optional().describe('Only with --only-new, which reads the table of a deployment'),
  taskId: z.string(),
  targetChecks: z.array(z.string()),
  result: verdict.optional().describe('Only with --watch'),
});

export type Verdict = z.infer<typeof verdict>;
export type StartDocument = z.infer<typeof startSchema>;
