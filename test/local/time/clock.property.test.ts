import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Clock, type Participant } from '../../../local/time/clock.ts';

const STARTS_AT = 1_000_000;

/** What one participant does: waits these many milliseconds, and works for some rounds of the event loop after each. */
interface Plan {
  readonly waits: readonly number[];
  readonly roundsOfWork: number;
}

interface Wake {
  readonly participant: number;
  readonly at: number;
  /** What the clock showed when the work after it was done. */
  readonly workedUntil: number;
}

const plan = fc.record({
  waits: fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 4 }),
  roundsOfWork: fc.integer({ min: 0, max: 3 }),
});
const plans = fc.array(plan, { minLength: 1, maxLength: 4 });
const speed = fc.constantFrom(1e6, Number.POSITIVE_INFINITY);

/** Lets all participants live out their plans; what each saw of the clock. */
async function live(clock: Clock, plansOfAll: readonly Plan[]): Promise<Wake[]> {
  const wakes: Wake[] = [];
  const lives = plansOfAll.map(({ waits, roundsOfWork }, index) => {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const left = [...waits];
    const participant: Participant = clock.join(async () => {
      const at = clock.now();
      for (let round = 0; round < roundsOfWork; round += 1) await new Promise((next) => setImmediate(next));
      wakes.push({ participant: index, at, workedUntil: clock.now() });
      const wait = left.shift();
      if (wait !== undefined) return participant.waitUntil(at + wait);
      clock.leave(participant);
      resolve();
    });
    return { begin: () => participant.waitUntil(STARTS_AT + (left.shift() ?? 0)), over };
  });
  for (const { begin } of lives) begin();
  await Promise.all(lives.map(({ over }) => over));
  return wakes;
}

/** The moments at which a participant's timers are due, from its plan alone. */
function dueTimes({ waits }: Plan): number[] {
  return waits.map((_, index) => waits.slice(0, index + 1).reduce((sum, wait) => sum + wait, STARTS_AT));
}

test('each of many participants wakes exactly when its timers are due, at any speed', async () => {
  await fc.assert(
    fc.asyncProperty(plans, speed, async (plansOfAll, factor) => {
      const wakes = await live(new Clock(STARTS_AT, factor), plansOfAll);

      for (const [index, planOfOne] of plansOfAll.entries()) {
        const own = wakes.filter(({ participant }) => participant === index);
        expect(own.map(({ at }) => at)).toEqual(dueTimes(planOfOne));
      }
    }),
    { numRuns: 40 },
  );
});

test('time stands still while anybody works, and never goes back', async () => {
  await fc.assert(
    fc.asyncProperty(plans, speed, async (plansOfAll, factor) => {
      const wakes = await live(new Clock(STARTS_AT, factor), plansOfAll);

      const moments = wakes.map(({ at }) => at);
      expect(wakes.map(({ workedUntil }) => workedUntil)).toEqual(moments);
      expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});
