/** As JSON in which no character has an effect on a terminal: what is invisible is escaped, so that nothing is lost. */
export function jsonText(value: unknown, indent?: number): string {
  const text: string | undefined = JSON.stringify(value, undefined, indent);
  return (text ?? 'null').replace(/[\p{C}\u2028\u2029]/gu, (character) =>
    character === '\n' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
