import type * as z from 'zod';
import { checkInfo } from '../../../lambda/audit/answer/check-catalogue.ts';
import type { CheckReading } from '../../../lambda/audit/answer/reading.ts';
import type { checkResult } from './document.ts';

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
