import { CommandError } from '../command-error.ts';
import { nameText } from '../screen/words.ts';

/** A check as people type it, `logging_disabled`, under the name that AWS gives it. */
export function checkName(text: string): string {
  const name = text.trim().toUpperCase().replaceAll('-', '_');
  return name.endsWith('_CHECK') ? name : `${name}_CHECK`;
}

/** A check that nothing is known of is more likely a slip than a question. @throws CommandError */
export function requireKnown(checkName: string, known: readonly string[]): void {
  if (known.includes(checkName)) return;
  const names = known.length === 0 ? 'none yet' : [...new Set(known)].map(nameText).sort().join(', ');
  throw new CommandError(`No audit has had the check ${nameText(checkName)}. Recorded checks: ${names}.`);
}
