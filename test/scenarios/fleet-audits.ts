import { answer, at } from './scenario-stack.ts';

/** How the checks of an audit end. */
const CLEAN = { A: 'ok', B: 'ok', C: 'ok' } as const;
export const BAD = { A: 'ok', B: 'bad', C: 'ok' } as const;

export type Steps = readonly Readonly<Record<string, unknown>>[];

/** An on-demand audit that ends after some seconds; 0: it is over at once. */
export function onDemand(seconds: number, checks: Parameters<typeof answer>[1] = CLEAN): Steps {
  const end = at(seconds, answer('COMPLETED', checks));
  return seconds === 0 ? [end] : [at(0, answer('IN_PROGRESS')), end];
}

/** The same audit as a run of a schedule. */
export function scheduled(scheduledAuditName: string, steps: Steps): Steps {
  return steps.map((step) => ({
    ...step,
    response: { ...(step.response as object), taskType: 'SCHEDULED_AUDIT_TASK', scheduledAuditName },
  }));
}

/** Findings that go with BAD. */
export function finding(policyName: string): object {
  return {
    findingId: `finding-${policyName}`,
    checkName: 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
    severity: 'CRITICAL',
    nonCompliantResource: {
      resourceType: 'IOT_POLICY',
      resourceIdentifier: { policyVersionIdentifier: { policyName, policyVersionId: '1' } },
    },
    reasonForNonComplianceCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
    isSuppressed: false,
  };
}
