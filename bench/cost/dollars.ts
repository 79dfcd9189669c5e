import { DEFAULTS } from '../../lib/configuration/settings.ts';
import { PRICE } from './price-list.ts';
import type { Use } from './use.ts';

/** Assumed, not measured: the billed time of an invocation, in seconds. */
const INVOCATION_SECONDS = 0.2;
const SWEEP_SECONDS = 1;

/** Memory of every function (lib/resources/watch-function.ts). */
const FUNCTION_GIGABYTES = 0.5;

export const DAYS_A_MONTH = 30;
export const HOURS_A_MONTH = 24 * DAYS_A_MONTH;

/** Dollars by service. */
export interface Dollars {
  readonly transitions: number;
  readonly lambda: number;
  readonly units: number;
  /** As long as it is kept. */
  readonly storage: number;
  readonly alerts: number;
  readonly logs: number;
}

/** What a use costs. One address gets the mails. */
export function dollarsOf(use: Use, invocationSeconds = INVOCATION_SECONDS): Dollars {
  const { transition, invocation, gigabyteSecond, writeUnit, readUnit, publish, mail, logGigabyte } = PRICE;
  const { storedGigabyte, recoveryGigabyte } = PRICE;
  const months = DEFAULTS.retentionDays / DAYS_A_MONTH;
  return {
    transitions: use.transitions * transition,
    lambda: use.invocations * (invocation + invocationSeconds * FUNCTION_GIGABYTES * gigabyteSecond),
    units: use.writeUnits * writeUnit + use.readUnits * readUnit,
    storage: (use.storedBytes / 1e9) * months * (storedGigabyte + recoveryGigabyte),
    alerts: use.alerts * (publish + mail),
    logs: (use.logBytes / 1e9) * logGigabyte,
  };
}

export function totalOf(dollars: Dollars): number {
  return Object.values(dollars).reduce((total, part) => total + part, 0);
}

/** What a sweep costs. */
export function sweepDollars(use: Use): number {
  return totalOf(dollarsOf(use, SWEEP_SECONDS)) + PRICE.schedule;
}

/** For custom metrics: no metric is charged for more hours than the month has. */
export function metricDollars(hoursByMetric: ReadonlyMap<string, number>): number {
  const hours = [...hoursByMetric.values()].reduce((total, each) => total + Math.min(each, HOURS_A_MONTH), 0);
  return hours * (PRICE.metric / HOURS_A_MONTH);
}
