import { quoted } from '../../lambda/audit/text/commands.ts';

/** Read as one word by every shell, as it stands. */
const PLAIN = /^[\w@%+:./-]+$/;

/** A command line for a POSIX shell. */
export function posixLine(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : quoted(word))).join(' ');
}

/**
 * The same for PowerShell. Undefined for a word with a double quote: Windows PowerShell drops it, later versions do not, so
 * that no one spelling means the same to both.
 */
export function powerShellLine(words: readonly string[]): string | undefined {
  if (words.some((word) => word.includes('"'))) return undefined;
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "''")}'`)).join(' ');
}

/** An identifier in the shorthand of the AWS CLI, which needs no quotes; undefined for a value that has a meaning there. */
export function shorthand(value: unknown): string | undefined {
  if (typeof value === 'string') return PLAIN.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = Object.entries(value).map(([key, inner]) => {
    const text = shorthand(inner);
    if (text === undefined) return undefined;
    return `${key}=${typeof inner === 'string' ? text : `{${text}}`}`;
  });
  return parts.length === 0 || parts.includes(undefined) ? undefined : parts.join(',');
}
