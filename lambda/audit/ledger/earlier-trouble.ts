import type { Snapshot } from '../answer/aws-answers.ts';
import { readAudit } from '../answer/reading.ts';

/**
 * All trouble of earlier looks at one audit as one look: the last of them, with each check that was in trouble in any of
 * them as it was then. So a recovery names everything that people were told about. Undefined without looks.
 */
export function uniteTrouble(looks: readonly Snapshot[]): Snapshot | undefined {
  const last = looks.at(-1);
  if (last === undefined) return undefined;
  const troubled = looks.flatMap(({ answer }) =>
    readAudit(answer).checks.filter(({ outcome }) => outcome === 'NON_COMPLIANT' || outcome === 'FAILED'),
  );
  const details = Object.fromEntries(troubled.map(({ name, details }) => [name, details]));
  return { ...last, answer: { ...last.answer, auditDetails: { ...last.answer.auditDetails, ...details } } };
}
