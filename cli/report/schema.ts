import * as z from 'zod';
import { auditSchema } from '../audits/schema.ts';
import { findingSchema, findingsSchema } from '../findings/schema.ts';
import {
  auditReference,
  checkResult,
  checkState,
  count,
  head,
  outcome,
  severity,
  time,
} from '../shared/history/document.ts';
import { showSchema } from '../show/schema.ts';
import { statusSchema } from '../status/schema.ts';
import { AGES } from './bounds.ts';

/** Numbers of checks. */
const checkCounts = z.object({ nonCompliant: count, unknown: count, suppressed: count, compliant: count });

const day = z.object({
  day: z.string().describe('UTC'),
  audits: count.describe('That started on this day'),
  checks: checkCounts.describe('At its end, those below included'),
  carried: checkCounts.describe('Checks that no audit of this day had: they stand as on the day before'),
});

const missedRun = z.object({
  auditName: z.string(),
  dueAt: time.describe('The latest moment at which it should have started'),
  lastStartedAt: time.optional().describe('The run before it'),
  nextStartedAt: time.optional().describe('The run after it; absent: it is missing now'),
});

const fix = z.object({
  checkName: z.string(),
  title: z.string(),
  auditName: z.string().optional().describe('Only for a check that is known per audit name'),
  from: time.describe('Start of the first audit that found the check non-compliant'),
  until: time.optional().describe('Start of the audit that did not any more; absent: it still is'),
  seconds: z.number().nonnegative(),
  end: checkState.optional().describe('What followed: COMPLIANT, fixed; SUPPRESSED; UNKNOWN, no result'),
});

const detection = auditReference.extend({
  kind: z.string(),
  at: time.describe('When the first alert of the audit was sent'),
  seconds: z.number().nonnegative().describe('From the start of the audit'),
});

const coverage = z.object({
  checkName: z.string(),
  title: z.string(),
  severity,
  audits: count.describe('Ended audits of the period that had the check'),
  withResult: count.describe('Those that found it compliant or non-compliant'),
  lastAuditedAt: time.optional(),
  lastResultAt: time.optional(),
});

const suppression = z.object({
  checkName: z.string(),
  title: z.string(),
  resource: z.string(),
  description: z.string().optional(),
  expiresAt: time.optional(),
  indefinite: z.boolean().optional().describe('Absent: unknown'),
  endsSoon: z.boolean().optional().describe('Within 30 days; absent: unknown'),
});

/** A list that may be cut. */
function cutList<Item extends z.ZodType>(item: Item, order: string) {
  return z.object({
    count: count.describe('Of all, also of those that are not listed'),
    listed: z.array(item).describe(order),
  });
}

/** What `report --json` writes: all that the page shows. */
export const reportSchema = z.object({
  ...head,
  since: time,
  until: time,
  name: z.string().optional().describe('Only audits of this name; checks and findings are those of the account'),
  status: statusSchema.omit({ schemaVersion: true, account: true, region: true, readAt: true }),
  days: z.array(day).describe('Oldest first, from the first of which anything is known'),
  audits: cutList(auditSchema, 'Newest first'),
  outcomes: z
    .array(z.object({ day: z.string(), auditName: z.string(), outcome: auditSchema.shape.outcome, audits: count }))
    .describe('Audits of each day, by name and outcome'),
  results: z
    .array(
      auditReference.extend({ checks: z.array(z.object({ checkName: z.string(), outcome, suppressed: z.boolean() })) }),
    )
    .describe('Of the latest audits, newest first'),
  coverage: z.array(coverage).describe('Also of checks that no audit had'),
  missedRuns: cutList(missedRun, 'Newest first'),
  detections: cutList(detection, 'Newest first'),
  fixes: cutList(fix, 'Newest first'),
  findings: z.object({
    open: count,
    suppressed: count,
    byAge: z.array(z.object({ severity, age: z.enum(AGES), findings: count })).describe('Open ones'),
    worst: z.array(findingSchema).describe('Open ones: the most severe first, of these the oldest'),
    incompleteChecks: findingsSchema.shape.incompleteChecks,
  }),
  resources: cutList(
    z.object({ resource: z.string(), findings: count, severity }),
    'With open findings, the most of them first',
  ),
  suppressions: z.object({
    source: z
      .enum(['AWS', 'TABLES'])
      .describe('TABLES: only that the findings were suppressed when they were last seen'),
    error: z.string().optional().describe('Why AWS was not asked, or did not answer'),
    count,
    listed: z.array(suppression).describe('The next to end first'),
  }),
  timelines: z
    .array(
      z.object({
        audit: auditSchema,
        checks: z.array(checkResult),
        snapshots: showSchema.shape.snapshots,
        alerts: showSchema.shape.alerts,
      }),
    )
    .describe('Of the latest audits, newest first'),
  alerts: cutList(
    z.object({
      at: time,
      kind: z.string(),
      status: z.string(),
      auditName: z.string().optional(),
      taskId: z.string().optional(),
    }),
    'Newest first',
  ),
  unswept: z
    .boolean()
    .describe(
      'No sweep for audits in the last two hours. Never true of local tables: no sweep follows a run that is over',
    ),
  unreadableItems: count,
});

export type ReportDocument = z.infer<typeof reportSchema>;
