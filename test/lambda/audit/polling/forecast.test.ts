import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hazardAt, SCALE_FREE_SPREAD } from '../../../../lambda/audit/polling/forecast.ts';
import type { Forecast } from '../../../../lambda/audit/watch/course.ts';

const expected: Forecast = { medianSeconds: 600, spread: 0.1, chance: 1 };

describe('a forecast', () => {
  test('has a hazard that is highest around the median and small long before it', () => {
    expect(hazardAt(600, expected)).toBeGreaterThan(100 * hazardAt(300, expected));
    expect(hazardAt(600, expected)).toBeGreaterThan(hazardAt(450, expected));
  });

  test('expects nothing any more long after its time', () => {
    expect(hazardAt(880, expected)).toBeGreaterThan(0);
    for (const seconds of [900, 6000, 600_000]) expect(hazardAt(seconds, expected)).toBe(0);
  });

  test('of what may not happen at all has a hazard that falls to nothing when its time has passed', () => {
    const unlikely = { ...expected, chance: 0.3 };

    expect(hazardAt(600, unlikely)).toBeLessThan(0.3 * hazardAt(600, expected));
    expect(hazardAt(850, unlikely)).toBeLessThan(0.1 * hazardAt(850, expected));
  });

  test('has a hazard that is the loss of survival', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.double({ min: 0.02, max: 2, noNaN: true }),
        fc.double({ min: -4, max: 3.9, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (medianSeconds, spread, spreads, chance) => {
          const survivalAt = (seconds: number) =>
            1 - chance / (1 + (seconds / medianSeconds) ** (-SCALE_FREE_SPREAD / spread));
          const at = medianSeconds * Math.exp(spreads * spread);
          const step = at * spread * 1e-4;

          const lost = Math.log(survivalAt(at - step)) - Math.log(survivalAt(at + step));

          const hazard = hazardAt(at, { medianSeconds, spread, chance });
          expect(hazard * medianSeconds).toBeCloseTo((lost / (2 * step)) * medianSeconds, 3);
        },
      ),
    );
  });

  test('gives a number at any moment, however narrow it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (seconds) => {
        const hazard = hazardAt(seconds, { medianSeconds: 0.5, spread: 0.01, chance: 1 });

        expect(Number.isFinite(hazard)).toBe(true);
        expect(hazard).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
