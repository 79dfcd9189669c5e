import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hazardAt, survivalAt } from '../../../../lambda/audit/polling/forecast.ts';
import type { Forecast } from '../../../../lambda/audit/watch/course.ts';

const expected: Forecast = { medianSeconds: 600, spread: 0.1, chance: 1 };

describe('a forecast', () => {
  test('has its median where half has happened', () => {
    expect(survivalAt(600, expected)).toBeCloseTo(0.5);
    expect(survivalAt(300, expected)).toBeGreaterThan(0.98);
    expect(survivalAt(1200, expected)).toBeLessThan(0.02);
  });

  test('has a hazard that is highest around the median and small long before it', () => {
    expect(hazardAt(600, expected)).toBeGreaterThan(100 * hazardAt(300, expected));
    expect(hazardAt(600, expected)).toBeGreaterThan(hazardAt(1200, expected));
  });

  test('expects what is far overdue no more: that is a surprise, which may take as long again whatever it took', () => {
    for (const seconds of [6000, 60_000, 600_000]) {
      expect(hazardAt(seconds, expected) * seconds).toBeLessThan(1e-3);
      expect(survivalAt(2 * seconds, expected) / survivalAt(seconds, expected)).toBeCloseTo(0.5, 1);
    }
  });

  test('of what may not happen at all has a hazard that falls to nothing when its time has passed', () => {
    const unlikely = { ...expected, chance: 0.3 };

    expect(hazardAt(600, unlikely)).toBeLessThan(0.3 * hazardAt(600, expected));
    expect(hazardAt(1200, unlikely)).toBeLessThan(0.1 * hazardAt(1200, expected));
  });

  test('has a hazard that is the loss of survival, but for the surprises', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.double({ min: 0.02, max: 2, noNaN: true }),
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        (medianSeconds, spread, time) => {
          const forecast = { medianSeconds, spread, chance: 1 };
          const at = medianSeconds * time;
          const step = at * 1e-5;

          const lost = Math.log(survivalAt(at - step, forecast)) - Math.log(survivalAt(at + step, forecast));

          const surprising = 0.02 / medianSeconds / (1 + time) ** 2 / survivalAt(at, forecast);
          expect(hazardAt(at, forecast) + surprising).toBeCloseTo(lost / (2 * step), 4);
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
