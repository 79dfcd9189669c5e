import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isAttemptDue,
  isUncertain,
  nextAttempt,
  type PublishAttempt,
} from '../../../../lambda/audit/watch/publish-attempt.ts';

const HOUR_MS = 3_600_000;

/** What becomes of an attempt that has claimed the alert. */
const FATES = ['crash before', 'refused', 'refusal forgotten', 'answer lost', 'not marked', 'sent'] as const;
type Fate = (typeof FATES)[number];

/** Somebody who would publish the alert: reads the outbox, and gets on with it some time later. */
interface Visit {
  readonly pauseMs: number;
  /** Between the read and the claim, in which another visit may come. */
  readonly dawdlesMs: number;
  readonly fate: Fate;
}

const visits: fc.Arbitrary<Visit[]> = fc.array(
  fc.record({
    pauseMs: fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 30 * HOUR_MS })),
    dawdlesMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 900_000 })),
    fate: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom<Fate>('answer lost', 'not marked') },
      { weight: 2, arbitrary: fc.constantFrom<Fate>(...FATES) },
    ),
  }),
  { minLength: 1, maxLength: 120 },
);

/** The alert as stored, with the conditional writes of the outbox, and all that went out. */
class Outbox {
  status: 'PENDING' | 'SENT' | 'UNCERTAIN' = 'PENDING';
  attempt: PublishAttempt | undefined;
  readonly copiesAt: number[] = [];
  #attempts = 0;

  /** What an attempt does after it has read the alert, at `readAt`. */
  visit(read: PublishAttempt | undefined, readAt: number, at: number, fate: Fate): void {
    if (!isAttemptDue({ attempt: read }, new Date(readAt))) return;
    const isStillThat = this.status === 'PENDING' && this.attempt?.id === read?.id;
    if (!isStillThat) return;
    if (isUncertain({ attempt: read })) {
      this.status = 'UNCERTAIN';
      return;
    }
    this.#attempts += 1;
    this.attempt = nextAttempt({ attempt: read }, String(this.#attempts), new Date(at));
    if (fate === 'refused') this.attempt = read;
    if (fate === 'answer lost' || fate === 'not marked' || fate === 'sent') this.copiesAt.push(at);
    if (fate === 'sent') this.status = 'SENT';
  }
}

/** Plays the visits in the order of their claims: each acts on what it read. */
function play(all: readonly Visit[]): Outbox {
  const outbox = new Outbox();
  let now = Date.parse('2026-10-02T02:00:00.000Z');
  let waiting: { readonly read: PublishAttempt | undefined; readonly readAt: number; at: number; fate: Fate }[] = [];
  const runUntil = (moment: number) => {
    for (const { read, readAt, at, fate } of waiting.toSorted((a, b) => a.at - b.at)) {
      if (at <= moment) outbox.visit(read, readAt, at, fate);
    }
    waiting = waiting.filter(({ at }) => at > moment);
  };
  for (const { pauseMs, dawdlesMs, fate } of all) {
    now += pauseMs;
    runUntil(now);
    waiting.push({ read: outbox.attempt, readAt: now, at: now + dawdlesMs, fate });
    runUntil(now);
  }
  runUntil(Number.POSITIVE_INFINITY);
  return outbox;
}

test('Whatever becomes of attempts, an alert has at most three copies in an hour and ten in all', () => {
  fc.assert(
    fc.property(visits, (all) => {
      const { copiesAt } = play(all);

      expect(copiesAt.length).toBeLessThanOrEqual(10);
      for (const from of copiesAt) {
        expect(copiesAt.filter((at) => at >= from && at <= from + HOUR_MS).length).toBeLessThanOrEqual(3);
      }
    }),
    { numRuns: 2000 },
  );
});

test('Once attempts succeed, an alert is published, unless ten attempts may have been', () => {
  fc.assert(
    fc.property(visits, (all) => {
      const last: Visit = { pauseMs: 25 * HOUR_MS, dawdlesMs: 0, fate: 'sent' };

      const { status, copiesAt, attempt } = play([...all, last]);

      expect(status).not.toBe('PENDING');
      if (status === 'SENT') expect(copiesAt.length).toBeGreaterThan(0);
      if (status === 'UNCERTAIN') expect(attempt?.copies).toBe(10);
    }),
    { numRuns: 1000 },
  );
});
