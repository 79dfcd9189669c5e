import * as z from 'zod';
import { checkInfo } from '../../../lambda/audit/answer/check-catalogue.ts';
import type { CheckReading } from '../../../lambda/audit/answer/reading.ts';
import { count, severity } from './document.ts';

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

export function checkResultOf({ name, outcome, details }: CheckReading): z.infer<typeof checkResult> {
  const { title, severity } = checkInfo(name);
  return {
    checkName: name,
    title,
    severity,
    outcome,
    totalResources: details.totalResourcesCount,
    nonCompliantResources: details.nonCompliantResourcesCount,
    suppressedResources: details.suppressedNonCompliantResourcesCount,
    errorCode: details.errorCode,
    message: details.message,
  };
}
