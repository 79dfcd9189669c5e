import { InvalidArgumentError } from '@commander-js/extra-typings';
import { suggestion } from '../../../lib/configuration/nearest-name.ts';
import { UsageError } from '../command-error.ts';
import { nameText } from '../screen/words.ts';

/**
 * A check as people type it, `logging_disabled`, under the name that AWS gives it. An option that follows `--check` is
 * refused: it was not meant as a name.
 *
 * @throws InvalidArgumentError
 */
export function checkName(text: string): string {
  if (/^\s*(-|$)/.test(text)) {
    throw new InvalidArgumentError('Allowed: the name of a check. For example: logging_disabled');
  }
  const name = text.trim().toUpperCase().replaceAll('-', '_');
  return name.endsWith('_CHECK') ? name : `${name}_CHECK`;
}

/** A check that nothing is known of is more likely a slip than a question. @throws UsageError */
export function requireKnown(checkName: string, known: readonly string[]): void {
  if (known.includes(checkName)) return;
  const names = [...new Set(known)].map(nameText).sort();
  throw new UsageError(
    `No audit has had the check ${nameText(checkName)}.${suggestion(checkName, names)} Recorded checks: ${names.join(', ') || 'none yet'}.`,
  );
}
