import { member } from './event-pattern.ts';

/** The input that a rule gives its target; at most one of the three. */
export interface TargetInput {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
    readonly InputTemplate?: string | undefined;
  };
}

/** An unsupported input, or one that the event does not fill, throws instead of being guessed. */
class UnsupportedTargetInputError extends Error {
  override readonly name = 'UnsupportedTargetInputError';
}

/** Strings of a template, and the placeholders outside of them. */
const STRING_OR_PLACEHOLDER = /"(?:\\.|[^"\\])*"|<([^<>]*)>/g;
const PATH = /^\$(?:\.[\w-]+|\[\d+\])*$/;

/**
 * What a target receives of the event: a constant, a part, a template filled from it, or all of it.
 *
 * @throws UnsupportedTargetInputError
 */
export function targetInput(target: TargetInput, event: unknown): unknown {
  const { Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw unsupported('expected Input, InputPath or InputTransformer, found more than one');
  }
  if (Input !== undefined) return JSON.parse(Input);
  if (InputTransformer !== undefined) return filled(InputTransformer, event);
  return valueAt(InputPath ?? '$', event);
}

/**
 * A template of JSON. EventBridge writes the value of a placeholder as JSON where it stands outside of a string. Inside of one it
 * escapes nothing; do not rely on that.
 */
function filled(
  { InputPathsMap = {}, InputTemplate = '' }: NonNullable<TargetInput['InputTransformer']>,
  event: unknown,
) {
  const json = InputTemplate.replace(STRING_OR_PLACEHOLDER, (token: string, name?: string) => {
    if (name === undefined) {
      if (/<[^<>]+>/.test(token)) throw unsupported(`the placeholder within the string ${token} is not supported`);
      return token;
    }
    const path = Object.hasOwn(InputPathsMap, name) ? InputPathsMap[name] : undefined;
    if (path === undefined) throw unsupported(`no path is given for the placeholder <${name}>`);
    const value = valueAt(path, event);
    if (value === undefined) throw unsupported(`the event has nothing at ${path} for the placeholder <${name}>`);
    return JSON.stringify(value);
  });
  return JSON.parse(json);
}

/** Undefined when the event has no such path. */
function valueAt(path: string, event: unknown): unknown {
  if (!PATH.test(path)) throw unsupported(`the path ${path} is not supported`);
  const keys = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? index ?? '');
  return keys.reduce<unknown>((value, key) => member(value, key), event);
}

function unsupported(what: string): UnsupportedTargetInputError {
  return new UnsupportedTargetInputError(`The target's input: ${what}.`);
}
