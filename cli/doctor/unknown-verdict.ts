import { deniedActions, errorText, FailedCallError, remedyOf } from '../shared/aws/failed-call.ts';
import type { Remedy, Status, Verdict } from './verdict.ts';

/**
 * The verdict of a check that failed to run. Unknown is not good: it counts as the worst that the check could have found.
 */
export function unknownVerdict(error: unknown, worst: Extract<Status, 'WARN' | 'FAIL'>): Verdict {
  return { status: worst, ...explain(error) };
}

function explain(error: unknown): { readonly found: string; readonly remedy: Remedy } {
  if (!(error instanceof FailedCallError)) {
    return {
      found: `Not checked: ${errorText(error)}`,
      remedy: { text: 'This is a defect of the doctor, or an unexpected answer. Report it.' },
    };
  }
  const denied = deniedActions(error);
  const found = denied === undefined ? error.message : `${denied} denied.`;
  return {
    found: `Not checked: ${found}`,
    remedy: { text: remedyOf(error, 'docs/doctor.md', 'run the doctor again') },
  };
}
