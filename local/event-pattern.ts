/** A pattern or a target input that is not understood here. Never a silent match, nor a silent mismatch. */
export class UnsupportedPatternError extends Error {
  override readonly name = 'UnsupportedPatternError';
}

/** Judges the value under a field; undefined when the event has no such field. */
type Test = (value: unknown) => boolean;

/**
 * Matches an event as an EventBridge rule does. The whole pattern is read before the event is looked at, so that an
 * unknown operator throws for every event. Source: EventBridge User Guide, operators in event patterns.
 */
export function matchesEventPattern(pattern: unknown, event: unknown): boolean {
  return objectTest(pattern, 'the pattern')(event);
}

/** What a target receives of the event: a constant, a part, or all of it. Undefined when the path leads nowhere. */
export function selectInput(
  target: { readonly InputPath?: string; readonly Input?: string; readonly InputTransformer?: unknown },
  event: unknown,
): unknown {
  if (target.InputTransformer !== undefined) throw unsupported('the target', 'an InputTransformer is not supported');
  if (target.Input !== undefined && target.InputPath !== undefined)
    throw unsupported('the target', 'expected Input or InputPath, found both');
  if (target.Input !== undefined) return JSON.parse(target.Input);
  const path = target.InputPath ?? '$';
  if (!/^\$(?:\.[\w-]+|\[\d+\])*$/.test(path))
    throw unsupported('the target', `the InputPath ${path} is not supported`);
  const keys = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? index ?? '');
  return keys.reduce<unknown>((value, key) => member(value, key), event);
}

/** All fields of the pattern must match; fields that it does not name do not count. */
function objectTest(pattern: unknown, path: string): Test {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw unsupported(path, `expected an object with fields, found ${text(pattern)}`);
  const tests = Object.entries(pattern).map(([key, below]): Test => {
    if (key === '$or') return orTest(below, `${path}.$or`);
    const test = Array.isArray(below) ? leafTest(below, `${path}.${key}`) : objectTest(below, `${path}.${key}`);
    return (value) => test(isObject(value) ? member(value, key) : undefined);
  });
  // A list of objects matches when one of them matches all of the pattern.
  return (value) => elements(value).some((element) => tests.every((test) => test(element)));
}

function orTest(branches: unknown, path: string): Test {
  if (!Array.isArray(branches) || branches.length < 2)
    throw unsupported(path, 'expected a list of two or more alternatives');
  const tests = branches.map((branch, index) => objectTest(branch, `${path}[${index}]`));
  return (value) => tests.some((test) => test(value));
}

/** One of the listed values or operators must match one of the event's values. */
function leafTest(matchers: readonly unknown[], path: string): Test {
  if (matchers.length === 0) throw unsupported(path, 'expected a value, found an empty list');
  const tests = matchers.map((matcher, index) => matcherTest(matcher, `${path}[${index}]`));
  return (value) => tests.some((test) => test(value));
}

function matcherTest(matcher: unknown, path: string): Test {
  if (!isObject(matcher)) return anyElement(equals(matcher, path));
  const [operator, operand] = onlyEntry(matcher, path);
  switch (operator) {
    case 'exists': {
      if (typeof operand !== 'boolean')
        throw unsupported(path, `expected exists true or false, found ${text(operand)}`);
      // Only leaves exist to EventBridge: an object in the place of a value does not.
      return (value) => elements(value).some((element) => element !== undefined && !isObject(element)) === operand;
    }
    case 'anything-but': {
      const excluded = exclusion(operand, `${path}.anything-but`);
      return anyElement((value) => !excluded(value));
    }
    case 'numeric':
      return anyElement(numericTest(operand, path));
    default:
      return anyElement(stringTest(operator, operand, path));
  }
}

/** What `anything-but` excludes: values, or strings by one operator with one or several operands. */
function exclusion(operand: unknown, path: string): Test {
  if (!isObject(operand)) return anyOf(listOf(operand, path).map((value) => equals(value, path)));
  const [operator, below] = onlyEntry(operand, path);
  return anyOf(listOf(below, path).map((value) => stringTest(operator, value, path)));
}

/** The operators on strings. */
function stringTest(operator: string, operand: unknown, path: string): Test {
  if (operator === 'prefix' || operator === 'suffix') {
    const ignoringCase = isObject(operand);
    const [, part] = isObject(operand) ? onlyEntry(operand, path, 'equals-ignore-case') : [operator, operand];
    const affix = fold(stringOperand(operator, part, path), ignoringCase);
    return onStrings((value) => {
      const folded = fold(value, ignoringCase);
      return operator === 'prefix' ? folded.startsWith(affix) : folded.endsWith(affix);
    });
  }
  const wanted = stringOperand(operator, operand, path);
  if (operator === 'equals-ignore-case') return onStrings((value) => fold(value, true) === fold(wanted, true));
  if (operator === 'wildcard') {
    const expression = wildcard(wanted, path);
    return onStrings((value) => expression.test(value));
  }
  throw unsupported(path, `the operator ${text(operator)} is not supported`);
}

/** `["=", 5]` or a range such as `[">", 0, "<=", 5]`. */
function numericTest(operand: unknown, path: string): Test {
  const parts = listOf(operand, path);
  if (parts.length !== 2 && parts.length !== 4)
    throw unsupported(path, `expected one or two comparisons with numbers, found ${text(operand)}`);
  const bounds = [parts.slice(0, 2), parts.slice(2)].flatMap(([comparison, bound]) => {
    if (comparison === undefined) return [];
    if (typeof bound !== 'number')
      throw unsupported(path, `expected one or two comparisons with numbers, found ${text(operand)}`);
    return [compareTo(comparison, bound, path)];
  });
  return (value) => typeof value === 'number' && bounds.every((within) => within(value));
}

function compareTo(comparison: unknown, bound: number, path: string): (value: number) => boolean {
  switch (comparison) {
    case '=':
      return (value) => value === bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    default:
      throw unsupported(path, `the comparison ${text(comparison)} is not supported`);
  }
}

/** `*` stands for any characters, `\*` for itself. */
function wildcard(pattern: string, path: string): RegExp {
  const tokens = pattern.match(/\\[\s\S]|[\s\S]/g) ?? [];
  if (pattern.includes('**') || tokens.some((token) => token !== '\\*' && token !== '\\\\' && token.startsWith('\\'))) {
    throw unsupported(
      path,
      `expected a wildcard without ** and with no escapes but \\* and \\\\, found ${text(pattern)}`,
    );
  }
  const sources = tokens.map((token) => (token === '*' ? '[\\s\\S]*' : literally(token.at(-1) ?? '')));
  return new RegExp(`^${sources.join('')}$`);
}

function literally(character: string): string {
  return /\w/.test(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function equals(wanted: unknown, path: string): Test {
  if (Array.isArray(wanted) || isObject(wanted)) throw unsupported(path, `expected a value, found ${text(wanted)}`);
  return (value) => value === wanted;
}

function anyOf(tests: readonly Test[]): Test {
  return (value) => tests.some((test) => test(value));
}

/** Of a list in the event one element is enough; a missing field and an object match no value. */
function anyElement(test: Test): Test {
  return (value) => elements(value).some((element) => element !== undefined && !isObject(element) && test(element));
}

function onStrings(test: (value: string) => boolean): Test {
  return (value) => typeof value === 'string' && test(value);
}

/** EventBridge flattens lists of lists. An empty list has nothing in it, as if the field were missing. */
function elements(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  return value.length === 0 ? [undefined] : value.flatMap(elements);
}

function onlyEntry(object: Readonly<Record<string, unknown>>, path: string, name?: string): readonly [string, unknown] {
  const [entry, ...others] = Object.entries(object);
  if (entry === undefined || others.length > 0 || (name !== undefined && entry[0] !== name)) {
    throw unsupported(path, `expected ${name ?? 'one operator'}, found ${text(object)}`);
  }
  return entry;
}

function listOf(value: unknown, path: string): readonly unknown[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw unsupported(path, 'expected a value, found an empty list');
  return list;
}

function stringOperand(operator: string, operand: unknown, path: string): string {
  if (typeof operand !== 'string' || operand === '')
    throw unsupported(path, `expected ${operator} with a text, found ${text(operand)}`);
  return operand;
}

function fold(value: string, ignoringCase: boolean): string {
  return ignoringCase ? value.toLowerCase() : value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function unsupported(path: string, what: string): UnsupportedPatternError {
  return new UnsupportedPatternError(`${path}: ${what}.`);
}
