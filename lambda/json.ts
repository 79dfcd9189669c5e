/** Whether a value is what JSON calls an object: not null, and no array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a text of JSON says; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value as JSON, short enough for a message; what is nested too deep to be written is only called so. */
export function shown(value: unknown, longest: number): string {
  return (jsonOf(value, 'nested too deep to be shown') ?? 'missing').slice(0, longest);
}

/** A value as JSON, or `tooDeep` for one that is nested too deep to be written; undefined for one that JSON does not know. */
export function jsonOf(value: unknown, tooDeep: string): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return tooDeep;
    throw error;
  }
}
