import { createHash } from 'node:crypto';
import { type FindingKey, identityOf } from '../../lambda/audit/answer/finding.ts';
import { type Place, placeKey } from '../../lambda/contract.ts';

const DIGITS = 16;

/** Id of a finding, the same in every audit that has it. 16 hexadecimal digits, of which the first will do on a command line. */
export function findingId(place: Place, finding: FindingKey): string {
  const identity = `${placeKey(place)}#${identityOf(finding)}`;
  return createHash('sha256').update(identity).digest('hex').slice(0, DIGITS);
}
