import { describe, expect, test } from '@jest/globals';
import { Clock, type Participant } from '../../../local/time/clock.ts';

const NEVER_REAL = Number.POSITIVE_INFINITY;
/** So slow that a move of the clock never comes to its end by itself. */
const ALMOST_STANDING = 1e-6;

const ignore = () => undefined;
const nextRound = () => new Promise((resolve) => setImmediate(resolve));
/** Long enough for a clock that never waits to make several moves. */
async function someRounds(): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await nextRound();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

describe('The clock', () => {
  test('shows its start until somebody waits', () => {
    const clock = new Clock(5_000, NEVER_REAL);

    expect(clock.now()).toBe(5_000);
  });

  test('stays where it is when all wait for others only', async () => {
    const clock = new Clock(0, NEVER_REAL);
    clock.join(ignore).waitUntil(Number.POSITIVE_INFINITY);

    await someRounds();

    expect(clock.now()).toBe(0);
  });

  test('does not move on while one of many is busy', async () => {
    const clock = new Clock(0, NEVER_REAL);
    const woken: string[] = [];
    clock.join(() => woken.push('waiting')).waitUntil(10);
    clock.join(() => woken.push('busy'));

    await someRounds();

    expect(clock.now()).toBe(0);
    expect(woken).toEqual([]);
  });

  test('moves on when the one who was busy leaves', async () => {
    const clock = new Clock(0, NEVER_REAL);
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    clock.join(resolve).waitUntil(10);
    const worker = clock.join(ignore);

    clock.leave(worker);
    await woken;

    expect(clock.now()).toBe(10);
  });

  test('stops a move that is under way when somebody gets busy, and shows a moment between its ends', async () => {
    const clock = new Clock(1_000, ALMOST_STANDING);
    const participant: Participant = clock.join(ignore);
    participant.waitUntil(2_000);
    await nextRound();

    participant.busy();
    const stopped = clock.now();
    await someRounds();

    expect(stopped).toBeGreaterThanOrEqual(1_000);
    expect(stopped).toBeLessThan(2_000);
    expect(clock.now()).toBe(stopped);
  });

  test('shows the start of a move until it arrives when it never waits for real', () => {
    const clock = new Clock(1_000, NEVER_REAL);
    const participant = clock.join(ignore);
    participant.waitUntil(2_000);

    const shown = clock.now();
    clock.leave(participant);

    expect(shown).toBe(1_000);
  });

  test('wakes all who are due at the same moment before it moves on', async () => {
    const clock = new Clock(0, NEVER_REAL);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const woken: string[] = [];
    const first: Participant = clock.join(() => {
      woken.push(`first at ${clock.now()}`);
      if (clock.now() < 20) first.waitUntil(20);
      else resolve();
    });
    const second: Participant = clock.join(() => {
      woken.push(`second at ${clock.now()}`);
      second.waitUntil(Number.POSITIVE_INFINITY);
    });
    first.waitUntil(10);
    second.waitUntil(10);

    await over;

    expect(woken).toEqual(['first at 10', 'second at 10', 'first at 20']);
  });

  test('takes a timer in the past for one that is due now', async () => {
    const clock = new Clock(1_000, NEVER_REAL);
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    clock.join(resolve).waitUntil(400);

    await woken;

    expect(clock.now()).toBe(1_000);
  });
});

describe('A sleep', () => {
  test.each([1e6, NEVER_REAL])('ends when its time has come, at speed %d', async (speed) => {
    const clock = new Clock(0, speed);
    const ends: (readonly [string, number])[] = [];
    const sleep = async (name: string, milliseconds: number) => {
      await clock.sleep(milliseconds);
      ends.push([name, clock.now()]);
    };
    const starter = clock.join(ignore);

    const sleeps = [sleep('long', 30_000), sleep('short', 10_000), sleep('middle', 20_000)];
    clock.leave(starter);
    await Promise.all(sleeps);

    expect(ends).toEqual([
      ['short', 10_000],
      ['middle', 20_000],
      ['long', 30_000],
    ]);
  });

  test('holds the clock for what its end sets off', async () => {
    const clock = new Clock(0, NEVER_REAL);
    const other = clock.sleep(11);

    await clock.sleep(10);
    const begun = clock.sleep(0).then(() => clock.now());

    await expect(begun).resolves.toBe(10);
    await other;
    expect(clock.now()).toBe(11);
  });
});
