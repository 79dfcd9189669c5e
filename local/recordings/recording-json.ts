/** A string (unrolled, so that a long one does not exhaust the regular-expression stack), a number, a literal, or punctuation. */
const TOKEN =
  /"[\x7f-\x9f[^"\\\p{Cc}]]*(?:\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4})[\x7f-\x9f[^"\\\p{Cc}]]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+\-]?\d+)?|true|false|null|[\{\}\[\],:]/vy;
const SPACE = /[ \t\r\n]*/y;

/** What may follow, as seen from inside an object or a list. */
type Place = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

interface Level {
  readonly end: '}' | ']' | '';
  readonly keys: Set<string>;
}

/** Why a text is not the JSON that we want: `offset` is where reading had to stop. */
export interface JsonFlaw {
  readonly offset: number;
  /** Set when the text is valid JSON, but says one thing twice. */
  readonly duplicateKey?: string;
}

/**
 * Finds the first flaw of a JSON text: a syntax error or, because it is never meant, a key given twice.
 * JSON.parse tells neither the place of every syntax error nor of a duplicate key.
 */
export function findJsonFlaw(text: string): JsonFlaw | undefined {
  const levels: Level[] = [{ end: '', keys: new Set() }];
  let place: Place = 'value';
  let offset = skipSpace(text, 0);
  while (offset < text.length) {
    const token = tokenAt(text, offset);
    const level = levels.at(-1);
    if (token === undefined || level === undefined) return { offset };
    const next = step(token, place, level, levels);
    if (next === undefined) return { offset };
    if (typeof next === 'object') return { offset, duplicateKey: next.duplicateKey };
    place = next;
    offset = skipSpace(text, offset + token.length);
  }
  return levels.length === 1 && place === 'comma or end' ? undefined : { offset };
}

/** `3:14`, as editors count. */
export function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

/** What may follow the token; undefined when the token may not stand here. */
function step(
  token: string,
  place: Place,
  level: Level,
  levels: Level[],
): Place | { duplicateKey: string } | undefined {
  if (token === level.end) {
    if (place !== 'value or end' && place !== 'key or end' && place !== 'comma or end') return undefined;
    levels.pop();
    return 'comma or end';
  }
  if (place === 'colon') return token === ':' ? 'value' : undefined;
  if (place === 'comma or end') {
    if (token !== ',' || level.end === '') return undefined;
    return level.end === '}' ? 'key' : 'value';
  }
  if (place === 'key' || place === 'key or end') {
    if (!token.startsWith('"')) return undefined;
    const key: string = JSON.parse(token);
    if (level.keys.has(key)) return { duplicateKey: key };
    level.keys.add(key);
    return 'colon';
  }
  if (token === '{' || token === '[') {
    levels.push({ end: token === '{' ? '}' : ']', keys: new Set() });
    return token === '{' ? 'key or end' : 'value or end';
  }
  return /^[}\],:]$/.test(token) ? undefined : 'comma or end';
}

function tokenAt(text: string, offset: number): string | undefined {
  TOKEN.lastIndex = offset;
  return TOKEN.exec(text)?.[0];
}

function skipSpace(text: string, offset: number): number {
  SPACE.lastIndex = offset;
  return offset + (SPACE.exec(text)?.[0].length ?? 0);
}
