/** How the resources of a template are known on this machine. */
export interface LocalResources {
  ref(logicalId: string): string;
  getAtt(logicalId: string, attribute: string): string;
}

/** A value of the template that cannot be resolved. The message names the place inside the value. */
export class TemplateValueError extends Error {
  override readonly name = 'TemplateValueError';
}

/** Stands for `AWS::NoValue`: the property, or the element, is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Resolves the intrinsic functions of a synthesized template. `pseudo` holds the pseudo parameters (`AWS::Region` …).
 * A function that is not known here throws, so that no part of a template is taken literally by mistake.
 */
export function resolveValue(
  value: unknown,
  resources: LocalResources,
  pseudo: Readonly<Record<string, string>>,
): unknown {
  const resolved = new Resolver(resources, pseudo).resolve(value, '');
  return resolved === NO_VALUE ? undefined : resolved;
}

class Resolver {
  readonly #resources: LocalResources;
  readonly #pseudo: Readonly<Record<string, string>>;

  constructor(resources: LocalResources, pseudo: Readonly<Record<string, string>>) {
    this.#resources = resources;
    this.#pseudo = pseudo;
  }

  resolve(value: unknown, path: string): unknown {
    if (Array.isArray(value)) {
      const elements = value.map((element, index) => this.resolve(element, `${path}[${index}]`));
      return elements.filter((element) => element !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const call = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::'));
    if (call !== undefined) {
      const [name, argument] = call;
      if (entries.length > 1) throw problem(path, `${name} stands beside other keys`);
      return this.#call(name, argument, path === '' ? name : `${path}.${name}`);
    }
    const members = entries.map(
      ([key, below]) => [key, this.resolve(below, path === '' ? key : `${path}.${key}`)] as const,
    );
    return Object.fromEntries(members.filter(([, member]) => member !== NO_VALUE));
  }

  #call(name: string, argument: unknown, path: string): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(text(argument, path), path);
      case 'Fn::GetAtt':
        return this.#getAtt(argument, path);
      case 'Fn::Join': {
        const [separator, parts] = this.#pair(argument, path);
        return list(this.resolve(parts, `${path}[1]`), `${path}[1]`)
          .map((part, index) => text(part, `${path}[1][${index}]`))
          .join(text(separator, `${path}[0]`));
      }
      case 'Fn::Sub':
        return this.#substitute(argument, path);
      case 'Fn::Select': {
        const [index, from] = this.#pair(argument, path);
        const chosen = list(this.resolve(from, `${path}[1]`), `${path}[1]`)[Number(index)];
        if (chosen === undefined) throw problem(path, `there is no element ${JSON.stringify(index)}`);
        return chosen;
      }
      case 'Fn::Split': {
        const [separator, whole] = this.#pair(argument, path);
        return text(this.resolve(whole, `${path}[1]`), `${path}[1]`).split(text(separator, `${path}[0]`));
      }
      default:
        throw problem(path, `${name} is not supported on one machine`);
    }
  }

  #ref(name: string, path: string): string | typeof NO_VALUE {
    if (name === 'AWS::NoValue') return NO_VALUE;
    if (!name.startsWith('AWS::')) return this.#resources.ref(name);
    const value = Object.hasOwn(this.#pseudo, name) ? this.#pseudo[name] : undefined;
    if (value === undefined) throw problem(path, `the pseudo parameter ${name} has no value`);
    return value;
  }

  /** `["Topic", "TopicArn"]` or `"Topic.TopicArn"` */
  #getAtt(argument: unknown, path: string): string {
    const [logicalId, ...attribute] =
      typeof argument === 'string' ? argument.split('.') : list(this.resolve(argument, path), path);
    if (attribute.length === 0) throw problem(path, 'expected a resource and an attribute');
    return this.#resources.getAtt(text(logicalId, path), attribute.map((part) => text(part, path)).join('.'));
  }

  /** `"text ${Name}"` or `["text ${Name}", { "Name": value }]`; `${!Name}` stands for a literal `${Name}`. */
  #substitute(argument: unknown, path: string): string {
    const [template, variables] = Array.isArray(argument) ? this.#pair(argument, path) : [argument, {}];
    const values = new Map(Object.entries(this.resolve(variables, `${path}[1]`) ?? {}));
    return text(template, path).replace(/\$\{(!?)([^}]*)\}/g, (_match, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      if (values.has(name)) return text(values.get(name), `${path}[1].${name}`);
      return text(name.includes('.') ? this.#getAtt(name, path) : this.#ref(name, path), path);
    });
  }

  #pair(argument: unknown, path: string): readonly [unknown, unknown] {
    if (!Array.isArray(argument) || argument.length !== 2) throw problem(path, 'expected a list of two');
    return [this.resolve(argument[0], `${path}[0]`), argument[1]];
  }
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw problem(path, `expected text, found ${value === NO_VALUE ? 'AWS::NoValue' : JSON.stringify(value)}`);
  }
  return String(value);
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw problem(path, `expected a list, found ${JSON.stringify(value)}`);
  return value;
}

function problem(path: string, what: string): TemplateValueError {
  return new TemplateValueError(`${path === '' ? 'The value' : path}: ${what}.`);
}
