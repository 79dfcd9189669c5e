/**
 * What AWS charges, in US dollars: the published prices of us-east-1 in November 2026, without free tiers and taxes. The same
 * as in docs/cost.md.
 */
export const PRICE = {
  /** Step Functions, standard workflow. */
  transition: 25 / 1e6,
  /** Lambda on arm64. */
  invocation: 0.2 / 1e6,
  gigabyteSecond: 13.3334 / 1e6,
  /** DynamoDB on demand. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  publish: 0.5 / 1e6,
  mail: 20 / 1e6,
  /** Log data. */
  logGigabyte: 0.5,
  /** A month. */
  alarmMetric: 0.1,
} as const;

/** What one look, one call of *Send alerts* and one sweep come to, as docs/cost.md counts. */
export const USE = {
  transitionsPerLook: 3,
  transitionsPerSending: 2,
  writeUnitsPerLook: 4,
  readUnitsPerLook: 1,
  writeUnitsPerSending: 4,
  readUnitsPerSending: 3,
  writeUnitsPerSweep: 4,
  readUnitsPerSweep: 5,
  logGigabytesPerLook: 8e-6,
  logGigabytesPerSweep: 2e-6,
  /** Of every function. */
  gigabytesOfMemory: 0.5,
} as const;
