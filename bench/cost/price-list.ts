/**
 * What AWS charges, in US dollars: the prices of us-east-1 as published in November 2026, without free tiers and taxes.
 * `npm run bench:cost` computes docs/cost.md from these.
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
  /** A month; stored, and for point-in-time recovery. */
  storedGigabyte: 0.25,
  recoveryGigabyte: 0.2,
  publish: 0.5 / 1e6,
  mail: 20 / 1e6,
  /** Log data. */
  logGigabyte: 0.5,
  /** EventBridge Scheduler. */
  schedule: 1 / 1e6,
  /** A month; of a custom metric charged by the hour in which it is written. */
  metric: 0.3,
  alarmMetric: 0.1,
  dashboard: 3,
  key: 1,
} as const;
