import * as z from 'zod';
import { SEVERITIES } from '../../../lambda/audit/answer/severity.ts';

// What documents are made of. Schemas are for types and for docs/command-line-schema.json; nothing parses with them, and no
// command loads them.

export const time = z.iso.datetime().describe('ISO 8601, UTC');
export const count = z.int().nonnegative();
export const severity = z.enum(SEVERITIES);
export const checkState = z.enum(['NON_COMPLIANT', 'UNKNOWN', 'SUPPRESSED', 'COMPLIANT']);

export const outcome = z.enum([
  'RUNNING',
  'WAITING_FOR_DATA',
  'COMPLIANT',
  'NON_COMPLIANT',
  'FAILED',
  'CANCELED',
  'UNKNOWN',
]);

/** A check of an audit, as far as AWS tells. */
export const checkResult = z.object({
  checkName: z.string(),
  title: z.string(),
  severity,
  outcome,
  totalResources: count.optional(),
  nonCompliantResources: count.optional().describe('Without suppressed ones'),
  suppressedResources: count.optional(),
  errorCode: z.string().optional(),
  message: z.string().optional(),
});

/** An audit, as another document refers to it. */
export const auditReference = z.object({ taskId: z.string(), auditName: z.string(), startedAt: time });

/** The beginning of every document. */
export const head = {
  schemaVersion: z.literal(1).describe('Rises only when a field changes its meaning or goes away'),
  account: z.string(),
  region: z.string(),
  readAt: time.describe('When the tables were read'),
};

/** A document without its beginning. */
export type DocumentOf<Document> = Omit<Document, keyof typeof head>;
