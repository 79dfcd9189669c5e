import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leaseBeyond, newLease, standingOf } from '../../../../lambda/audit/watch/lease.ts';
import { LEASE_SLACK_MS } from '../../../../lambda/audit/watch/watch.ts';

const MINUTE_MS = 60_000;
/** Backoff of a state, and until a hanging function counts as failed. */
const LONGEST_RETRY_MS = 300_000 + 150_000;
const now = new Date('2026-10-02T02:00:00.000Z');
const until = (minutes: number) => now.getTime() + minutes * MINUTE_MS;

describe('A lease', () => {
  test.each([
    ['mine', 9, 'HELD'],
    ['mine', 9 - 1 / 60_000, 'TO_TAKE'],
    ['mine', -60, 'TO_TAKE'],
    ['other', 9, 'HELD_BY_ANOTHER'],
    ['other', 0, 'HELD_BY_ANOTHER'],
    ['other', -1 / 60_000, 'TO_TAKE'],
  ])('of %s that ends in %d minutes is %s', (execution, minutes, standing) => {
    const lease = { execution, leaseUntil: until(minutes) };

    expect(standingOf(lease, { execution: 'mine', now, waitSeconds: 0 })).toBe(standing);
  });

  test('must outlive a pause that follows', () => {
    const lease = { execution: 'mine', leaseUntil: until(14) };

    expect(standingOf(lease, { execution: 'mine', now, waitSeconds: 300 })).toBe('HELD');
    expect(standingOf(lease, { execution: 'mine', now, waitSeconds: 301 })).toBe('TO_TAKE');
  });

  test('taken again ends a quarter of an hour after the pause', () => {
    expect(newLease({ now, waitSeconds: 300 })).toBe(until(20));
  });

  test('stays what it is while it outlives the pause by ten minutes', () => {
    expect(leaseBeyond({ leaseUntil: until(15) }, now, 300)).toBe(until(15));
    expect(leaseBeyond({ leaseUntil: until(15) }, now, 301)).toBe(newLease({ now, waitSeconds: 301 }));
  });

  test('of a live execution never ends between two attempts, and never later than one that every poll renews', () => {
    const poll = fc.record({ waitSeconds: fc.integer({ min: 0, max: 3600 }), lateMs: fc.nat(LONGEST_RETRY_MS) });

    fc.assert(
      fc.property(fc.array(poll, { minLength: 1, maxLength: 50 }), (polls) => {
        let moment = now.getTime();
        let leaseUntil = newLease({ now, waitSeconds: 0 });
        let dueAt = moment;
        for (const { waitSeconds, lateMs } of polls) {
          moment = dueAt + lateMs;
          expect(leaseUntil).toBeGreaterThan(moment);
          expect(leaseUntil).toBeLessThanOrEqual(dueAt + LEASE_SLACK_MS);

          const request = { execution: 'mine', now: new Date(moment), waitSeconds: 0 };
          if (standingOf({ execution: 'mine', leaseUntil }, request) === 'TO_TAKE') leaseUntil = newLease(request);
          expect(leaseUntil).toBeGreaterThan(moment + LONGEST_RETRY_MS);
          leaseUntil = leaseBeyond({ leaseUntil }, new Date(moment), waitSeconds);
          dueAt = moment + waitSeconds * 1000;
        }
      }),
    );
  });
});
