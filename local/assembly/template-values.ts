/** How the resources of a template are known on this machine. */
interface LocalResources {
  ref(logicalId: string): string;
  getAtt(logicalId: string, attribute: string): string;
  /** Values of the pseudo parameters (`AWS::Region` …). */
  readonly pseudo: Readonly<Record<string, string>>;
}

/** A value of the template that cannot be resolved. The message names the place inside the value. */
class TemplateValueError extends Error {
  override readonly name = 'TemplateValueError';
}

/**
 * Resolves the intrinsic functions that our stack uses: Ref, Fn::GetAtt, Fn::Join, Fn::Select and Fn::Split. Any other
 * throws, so that no part of a template is taken literally by mistake.
 */
export function resolveValue(value: unknown, resources: LocalResources): unknown {
  return resolve(value, resources, '');
}

function resolve(value: unknown, resources: LocalResources, path: string): unknown {
  if (Array.isArray(value)) {
    return value.map((element, index) => resolve(element, resources, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  const call = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::'));
  if (call !== undefined) {
    const [name, argument] = call;
    if (entries.length > 1) throw problem(path, `${name} stands beside other keys`);
    return callFunction(name, argument, resources, below(name));
  }
  return Object.fromEntries(entries.map(([key, member]) => [key, resolve(member, resources, below(key))]));
}

function callFunction(name: string, argument: unknown, resources: LocalResources, path: string): unknown {
  switch (name) {
    case 'Ref':
      return ref(text(argument, path), resources, path);
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = pair(argument, path);
      return resources.getAtt(text(logicalId, path), text(attribute, path));
    }
    case 'Fn::Join': {
      const [separator, parts] = pair(argument, path);
      const resolved = resolve(parts, resources, `${path}[1]`);
      if (!Array.isArray(resolved)) throw problem(`${path}[1]`, `expected a list, found ${JSON.stringify(resolved)}`);
      return resolved.map((part, index) => text(part, `${path}[1][${index}]`)).join(text(separator, `${path}[0]`));
    }
    case 'Fn::Select': {
      const [index, list] = pair(argument, path);
      const resolved = resolve(list, resources, `${path}[1]`);
      const found: unknown = Array.isArray(resolved) ? resolved[Number(index)] : undefined;
      if (found === undefined)
        throw problem(path, `${JSON.stringify(resolved)} has no element ${JSON.stringify(index)}`);
      return found;
    }
    case 'Fn::Split': {
      const [separator, whole] = pair(argument, path);
      return text(resolve(whole, resources, `${path}[1]`), `${path}[1]`).split(text(separator, `${path}[0]`));
    }
    default:
      throw problem(path, `${name} is not supported on one machine`);
  }
}

function ref(name: string, { ref, pseudo }: LocalResources, path: string): string {
  if (!name.startsWith('AWS::')) return ref(name);
  const value = Object.hasOwn(pseudo, name) ? pseudo[name] : undefined;
  if (value === undefined) throw problem(path, `the pseudo parameter ${name} has no value`);
  return value;
}

function pair(argument: unknown, path: string): readonly [unknown, unknown] {
  if (!Array.isArray(argument) || argument.length !== 2) throw problem(path, 'expected a list of two');
  return [argument[0], argument[1]];
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw problem(path, `expected text, found ${JSON.stringify(value)}`);
  }
  return String(value);
}

function problem(path: string, what: string): TemplateValueError {
  return new TemplateValueError(`${path === '' ? 'The value' : path}: ${what}.`);
}
