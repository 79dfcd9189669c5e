import type { Forecast } from '../watch/course.ts';

/** The spread of a distribution without a scale: after t seconds, half of what is left comes within the next t. */
export const SCALE_FREE_SPREAD = Math.PI / Math.sqrt(3);

/** In spreads beyond the median: 0.07 % come later, at a time that cannot be predicted. */
const LATEST = 4;

/** Beyond this, what is left of the distribution is too small for a number. */
const LARGEST_EXPONENT = 300;

/** Rate in 1/s at which it happens at a moment, if it has not happened before; 0 long after it was expected. */
export function hazardAt(seconds: number, { medianSeconds, spread, chance }: Forecast): number {
  const time = Math.log(seconds / medianSeconds);
  if (time > LATEST * spread) return 0;
  const steepness = SCALE_FREE_SPREAD / spread;
  const odds = Math.exp(Math.min(LARGEST_EXPONENT, steepness * time));
  const happened = odds / (1 + odds);
  const density = (steepness / seconds) * happened * (1 - happened);
  return (chance * density) / (1 - chance * happened);
}
