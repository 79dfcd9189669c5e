/** A pattern or a target input that is not understood here. Never a silent match, nor a silent mismatch. */
export class UnsupportedPatternError extends Error {
  override readonly name = 'UnsupportedPatternError';
}

/** Judges the value under a field; undefined when the event has no such field. */
type Test = (value: unknown) => boolean;

const STRING_OPERATORS: Readonly<Record<string, (wanted: string, path: string) => (value: string) => boolean>> = {
  prefix: (wanted) => (value) => value.startsWith(wanted),
  suffix: (wanted) => (value) => value.endsWith(wanted),
  'equals-ignore-case': (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase(),
  wildcard: (wanted, path) => {
    const expression = wildcard(wanted, path);
    return (value) => expression.test(value);
  },
};

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

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

function stringTest(operator: string, operand: unknown, path: string): Test {
  const compare = Object.hasOwn(STRING_OPERATORS, operator) ? STRING_OPERATORS[operator] : undefined;
  if (compare === undefined) throw unsupported(path, `the operator ${text(operator)} is not supported`);
  // Prefix and suffix may ignore the case: {"prefix": {"equals-ignore-case": "x"}}.
  const ignoringCase = isObject(operand) && (operator === 'prefix' || operator === 'suffix');
  const [, wanted] = ignoringCase ? onlyEntry(operand, path, 'equals-ignore-case') : [operator, operand];
  if (typeof wanted !== 'string' || wanted === '') {
    throw unsupported(path, `expected ${operator} with a text, found ${text(wanted)}`);
  }
  const fold = (value: string) => (ignoringCase ? value.toLowerCase() : value);
  const matches = compare(fold(wanted), path);
  return (value) => typeof value === 'string' && matches(fold(value));
}

/** `["=", 5]` or a range such as `[">", 0, "<=", 5]`. */
function numericTest(operand: unknown, path: string): Test {
  const parts = listOf(operand, path);
  const bounds = [parts.slice(0, 2), parts.slice(2)].filter(({ length }) => length > 0);
  const tests = bounds.map(([comparison, bound]) => {
    if (typeof comparison !== 'string' || typeof bound !== 'number' || parts.length > 4) {
      throw unsupported(path, `expected one or two comparisons with numbers, found ${text(operand)}`);
    }
    const compare = Object.hasOwn(COMPARISONS, comparison) ? COMPARISONS[comparison] : undefined;
    if (compare === undefined) throw unsupported(path, `the comparison ${text(comparison)} is not supported`);
    return (value: number) => compare(value, bound);
  });
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
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
