/** What something uses of AWS, counted. */
export interface Use {
  readonly polls: number;
  /** Messages. */
  readonly alerts: number;
  readonly transitions: number;
  readonly invocations: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Bytes of log. */
  readonly logBytes: number;
  /** Bytes that stay in the table. */
  readonly storedBytes: number;
}

export const NO_USE: Use = {
  polls: 0,
  alerts: 0,
  transitions: 0,
  invocations: 0,
  writeUnits: 0,
  readUnits: 0,
  logBytes: 0,
  storedBytes: 0,
};

/** One use and `times` the other. */
export function plus(a: Use, b: Use, times = 1): Use {
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key] * times])) as unknown as Use;
}

/** What `times` fit into it. */
export function dividedBy(a: Use, times: number): Use {
  return plus(NO_USE, a, 1 / times);
}

const keys = Object.keys(NO_USE) as (keyof Use)[];
