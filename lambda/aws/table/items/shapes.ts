import { HOUR_MS } from '../../../audit/text/duration.ts';
import { isObject } from '../../../json.ts';

/** What a value of an item must be. */
export type Shape = (value: unknown) => boolean;

/** A shape for each attribute: an attribute that is added to the type and not here is a compile error. */
export type Shapes<T> = { readonly [Name in keyof T]-?: Shape };

export const isText: Shape = (value) => typeof value === 'string';
export const isFlag: Shape = (value) => typeof value === 'boolean';
export const isNumber: Shape = (value) => Number.isFinite(value);

/** A moment as text: anything that Date can read. */
export const isMoment: Shape = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** The latest moment that an item may have noted: clocks differ, but not by more than an hour. Epoch milliseconds. */
export function latestBelievable(now: Date): number {
  return now.getTime() + HOUR_MS;
}

/** The attribute may be absent; null is not absent. */
export function optional(shape: Shape): Shape {
  return (value) => value === undefined || shape(value);
}

export function oneOf(values: readonly unknown[]): Shape {
  return (value) => values.includes(value);
}

export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape);
}

/** A map with any keys. */
export function mapOf(shape: Shape): Shape {
  return (value) => isObject(value) && Object.values(value).every(shape);
}

/** A map with these keys; others are of no interest. */
export function objectOf<T>(shapes: Shapes<T>): (value: unknown) => value is T {
  const entries = Object.entries<Shape>(shapes);
  return (value): value is T => isObject(value) && entries.every(([name, shape]) => shape(value[name]));
}
