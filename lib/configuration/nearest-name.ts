/** Says that a name is unknown, which one was probably meant, and which are known. */
export function unknownName(name: string, what: string, known: readonly string[]): string {
  return `${name}: unknown ${what}.${suggestion(name, known)} Allowed: ${known.join(', ')}.`;
}

/**
 * ` Did you mean this one?`, or nothing if no known name is near. Upper and lower case do not count, nor does what precedes
 * a colon or a dot (`AuditWatcher:alertemails`).
 */
export function suggestion(name: string, known: readonly string[]): string {
  const typed = (name.split(/[:./@]/).at(-1) ?? '').toLowerCase();
  const [nearest] = known
    .map((candidate) => ({ candidate, edits: editsBetween(typed, candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= typed.length / 3)
    .sort((one, other) => one.edits - other.edits);
  return nearest === undefined ? '' : ` Did you mean ${nearest.candidate}?`;
}

/** Letters to insert, delete or replace to turn one word into the other (Levenshtein), row by row of the usual table. */
function editsBetween(word: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...word].entries()) {
    let left = row + 1;
    const current = [left];
    for (const [column, diagonal] of above.slice(0, -1).entries()) {
      const replaced = diagonal + (letter === other[column] ? 0 : 1);
      left = Math.min(replaced, left + 1, (above[column + 1] ?? 0) + 1);
      current.push(left);
    }
    above = current;
  }
  return above.at(-1) ?? 0;
}
