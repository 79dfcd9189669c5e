import type { Forecast } from '../watch/course.ts';

/** Of a distribution without a scale: what has not happened for t seconds is as likely to come within the next t. */
export const SCALE_FREE_SPREAD = Math.PI / Math.sqrt(3);

/**
 * How often things go quite differently than before: then a scale-free distribution is as good a guess as any. What has
 * not happened long after it should have is ever more likely such a surprise.
 */
const SURPRISES = 0.02;

/** Beyond this, what is left of the distribution is too small for a number. */
const LARGEST_EXPONENT = 300;

/**
 * Rate at which it happens at a moment as it usually does, if it has not happened before, in 1/s. Surprises are not in it:
 * the looks that are made without a forecast are there for them.
 */
export function hazardAt(seconds: number, forecast: Forecast): number {
  const { survival, density } = atMoment(seconds, forecast);
  const { chance } = forecast;
  return (chance * density) / (1 - chance * (1 - survival));
}

/** The same of several things: at which rate any of them happens. */
export function totalHazardAt(seconds: number, forecasts: readonly Forecast[]): number {
  return forecasts.reduce((sum, forecast) => sum + hazardAt(seconds, forecast), 0);
}

/** Probability that it has not happened by a moment, if it happens. */
export function survivalAt(seconds: number, forecast: Forecast): number {
  return atMoment(seconds, forecast).survival;
}

interface AtMoment {
  readonly survival: number;
  /** As usual. */
  readonly density: number;
}

function atMoment(seconds: number, { medianSeconds, spread }: Forecast): AtMoment {
  const usual = logLogistic(seconds / medianSeconds, SCALE_FREE_SPREAD / spread);
  const surprise = logLogistic(seconds / medianSeconds, 1);
  return {
    survival: (1 - SURPRISES) * usual.survival + SURPRISES * surprise.survival,
    density: ((1 - SURPRISES) * usual.density) / medianSeconds,
  };
}

/** With the median at 1. */
function logLogistic(time: number, steepness: number): { readonly survival: number; readonly density: number } {
  const exponent = steepness * Math.log(time);
  if (exponent > LARGEST_EXPONENT) return { survival: 0, density: 0 };
  const odds = Math.exp(exponent);
  return { survival: 1 / (1 + odds), density: (steepness / time) * (odds / (1 + odds) ** 2) };
}
