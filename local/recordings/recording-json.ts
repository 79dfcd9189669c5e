import jsonc from 'jsonc-parser';

/** Far above what AWS answers, and far below what a recursive reader can follow. */
export const MAX_DEPTH = 100;

/** Why a text is not the JSON that we want: `offset` is where reading had to stop. */
interface JsonFlaw {
  readonly offset: number;
  /** Set when the text is valid JSON, but says one thing twice. */
  readonly duplicateKey?: string;
  /** Set when brackets nest deeper than MAX_DEPTH, whatever they hold. */
  readonly tooDeep?: true;
}

/**
 * Finds the first flaw of a JSON text: a syntax error or, because it is never meant, a key given twice. JSON.parse does
 * not report the place of every syntax error, and accepts duplicate keys.
 */
export function findJsonFlaw(text: string): JsonFlaw | undefined {
  const { tooDeep, duplicate } = scan(text);
  if (tooDeep !== undefined) return tooDeep;
  try {
    JSON.parse(text);
  } catch {
    const errors: jsonc.ParseError[] = [];
    jsonc.parse(text, errors, { disallowComments: true });
    return { offset: errors[0]?.offset ?? text.length };
  }
  return duplicate;
}

/** What the tokens alone show; `duplicate` is meaningful in valid JSON only. */
function scan(text: string): { readonly tooDeep?: JsonFlaw; readonly duplicate?: JsonFlaw } {
  const scanner = jsonc.createScanner(text, true);
  const levels: Set<string>[] = [];
  let string = { value: '', offset: 0 };
  let duplicate: JsonFlaw | undefined;
  for (let token = scanner.scan(); token !== jsonc.SyntaxKind.EOF; token = scanner.scan()) {
    const offset = scanner.getTokenOffset();
    switch (token) {
      case jsonc.SyntaxKind.OpenBraceToken:
      case jsonc.SyntaxKind.OpenBracketToken:
        levels.push(new Set());
        if (levels.length > MAX_DEPTH) return { tooDeep: { offset, tooDeep: true } };
        break;
      case jsonc.SyntaxKind.CloseBraceToken:
      case jsonc.SyntaxKind.CloseBracketToken:
        levels.pop();
        break;
      case jsonc.SyntaxKind.StringLiteral:
        string = { value: scanner.getTokenValue(), offset };
        break;
      case jsonc.SyntaxKind.ColonToken: {
        const keys = levels.at(-1);
        if (keys?.has(string.value)) duplicate ??= { offset: string.offset, duplicateKey: string.value };
        keys?.add(string.value);
      }
    }
  }
  return { duplicate };
}

/** `3:14`, as editors count. */
export function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}
